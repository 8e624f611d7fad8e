"""What is said where something of an extra is not installed."""

from pathlib import Path

import pytest

from toolkit import optional_dependencies
from toolkit.config.services import ServiceConfig
from toolkit.errors import ConfigurationError, ExitStatus

SETTINGS = """
[project.optional-dependencies]
web = ["PyYAML>=6", "no-such-thing [fast] >=2", "typer"]
windows = ["no-such-thing; sys_platform == 'win32'"]
full = ["typer"]
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text(SETTINGS, encoding="utf-8")
    return tmp_path


def service(extra: str) -> ServiceConfig:
    return ServiceConfig(name="shop", python="shop:main", extra=extra)


def test_a_service_names_what_its_extra_lacks(root: Path) -> None:
    with pytest.raises(ConfigurationError) as raised:
        optional_dependencies.require_of_services(root, [service("full"), service("web")])
    assert str(raised.value) == (
        "the service shop needs no-such-thing, which is not installed: pip install '.[web]'"
    )
    assert raised.value.status is ExitStatus.WRONG


@pytest.mark.parametrize("extra", ["full", "windows", ""])
def test_nothing_is_said_where_all_is_there(root: Path, extra: str) -> None:
    optional_dependencies.require_of_services(root, [service(extra)])


def test_an_extra_that_the_project_lacks_is_guessed(root: Path) -> None:
    with pytest.raises(ConfigurationError, match="unknown extra 'wbe'; did you mean 'web'"):
        optional_dependencies.require_of_services(root, [service("wbe")])


def test_what_is_missing_is_looked_for_in_the_extras(root: Path, tmp_path: Path) -> None:
    locust = "pip install 'observability-toolkit[load]'"
    assert optional_dependencies.advice_for("locust.exception", root) == locust
    assert optional_dependencies.advice_for("no_such_thing.part", root) == "pip install '.[web]'"
    assert optional_dependencies.advice_for("shop.locust", root) == ""
    assert optional_dependencies.advice_for("typer", tmp_path / "nowhere") == ""


def test_locust_is_installed_here() -> None:
    optional_dependencies.require_load("toolkit load")
