"""The reference of the command line says what the command line says."""

import dataclasses

import pytest

from tests.conftest import WriteProject
from toolkit.cli import reference_pages
from toolkit.cli.main import command as command_line
from toolkit.cli.main import run
from toolkit.config.pyproject import Config
from toolkit.errors import ExitStatus


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return reference_pages.pages(command_line())


def test_every_command_and_option_is_there(pages: dict[str, str]) -> None:
    group = command_line()
    text = pages["commands.md"]
    for name, command in group.commands.items():
        assert f"\n## toolkit {name}\n" in text
        for parameter in command.params:
            if getattr(parameter, "hidden", False):
                continue
            for option in parameter.opts:
                assert not option.startswith("--") or f"`{option}`" in text, f"{name} {option}"


def test_every_key_has_its_type_default_and_meaning(pages: dict[str, str]) -> None:
    text = pages["configuration.md"]
    assert "| `prometheus` | text | required | address of Prometheus |" in text
    assert "| `instances` | number | `1` | how many are started and scraped, each" in text
    assert '| `scrape_interval` | text | `"15s"` | ' in text
    assert "| `users` | number | `10` | " in text
    for field in dataclasses.fields(Config):
        known = field.name in {"root", "stack", "drill", "targets", "lint_settings", "mixes"}
        assert known or f"| `{field.name}` | " in text


def test_every_status_is_explained(pages: dict[str, str]) -> None:
    for status in ExitStatus:
        assert f"\n| {int(status)} | " in pages["exit-status.md"]


def test_build_writes_it_where_the_project_wants_it(shop: WriteProject) -> None:
    root = shop({"pyproject.toml": ('job = "shop"', 'job = "shop"\nreference = "docs/ref"')})
    assert run(["build"]) == 0
    assert "## toolkit lint" in (root / "docs/ref/commands.md").read_text(encoding="utf-8")
    assert run(["build", "--check"]) == 0
    (root / "docs/ref/exit-status.md").write_text("old\n", encoding="utf-8")
    assert run(["build", "--check"]) == 1
