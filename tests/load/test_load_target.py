"""What a load is sent to: the service that is named, where it really runs."""

from pathlib import Path

import pytest

from toolkit.config.pyproject import Addresses, Config
from toolkit.config.services import ServiceConfig
from toolkit.config.targets import TargetConfig
from toolkit.errors import ConfigurationError, UsageError
from toolkit.http_client import Access
from toolkit.load.definitions import LoadDefinitions
from toolkit.load.load_target import Environment, LoadTarget, load_target
from toolkit.stack import state
from toolkit.stack.state import Phase, RunningStack

SERVICES = (
    ServiceConfig(
        name="till",
        url="http://127.0.0.1:7000",
        metrics="/stats",
        job="the-till",
        environment={"TOKEN": "{secret}"},
    ),
    ServiceConfig(name="shop", requests="shop:SALES"),
)


def loaded(
    root: Path, service: str = "", url: str = "", elsewhere: Environment | None = None
) -> LoadTarget:
    config = Config(root=root, services={x.name: x for x in SERVICES})
    return load_target(
        config,
        LoadDefinitions(),
        url=url,
        secret="",
        environment={"HOME": "/h"},
        service=service,
        elsewhere=elsewhere,
    )


def staging(service: str = "", **services: str) -> Environment:
    addresses = TargetConfig(
        service=service,
        services=services,
        prometheus="http://prometheus.staging/",
        alertmanager="http://alertmanager.staging",
    )
    way = Access(headers={"Authorization": "Bearer t"})
    return Environment(name="staging", addresses=addresses, access=way, hint="reach it.")


def run_stack(root: Path) -> None:
    addresses = Addresses(
        services={"till": ("http://127.0.0.1:1",), "shop": ("http://127.0.0.1:2",)},
        prometheus="http://127.0.0.1:3",
        alertmanager="",
    )
    state.write(
        RunningStack(
            state=root / ".toolkit",
            phase=Phase.RUNNING,
            secret="01ab",
            environment={"SHOP": "1"},
            addresses=addresses,
        )
    )


def test_without_a_stack_it_is_the_configured_address(tmp_path: Path) -> None:
    assert loaded(tmp_path).url == "http://127.0.0.1:8000"
    till = loaded(tmp_path, "till")
    assert (till.url, till.metrics, till.job) == ("http://127.0.0.1:7000", "/stats", "the-till")


def test_with_a_stack_it_is_where_the_service_runs_with_its_variables(tmp_path: Path) -> None:
    run_stack(tmp_path)
    shop, till = loaded(tmp_path), loaded(tmp_path, "till")
    assert (shop.url, shop.environment) == ("http://127.0.0.1:2", {"HOME": "/h", "SHOP": "1"})
    assert (till.url, till.environment) == ("http://127.0.0.1:1", {"HOME": "/h", "TOKEN": "01ab"})
    assert (till.metrics, till.job) == ("/stats", "the-till")


def test_an_address_that_is_given_counts(tmp_path: Path) -> None:
    assert loaded(tmp_path, "till", url="http://there").url == "http://there"


def test_an_unknown_service_gets_a_guess(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="unknown service 'tilt'; did you mean 'till'"):
        loaded(tmp_path, "tilt")


def test_elsewhere_it_is_the_environments_service_and_prometheus_whatever_runs_here(
    tmp_path: Path,
) -> None:
    run_stack(tmp_path)
    there = loaded(tmp_path, "till", elsewhere=staging(till="https://u:p@till.staging"))
    assert (there.url, there.credentials) == ("https://till.staging", "u:p")
    assert (there.environment, there.targets_file) == ({"HOME": "/h"}, "")
    assert (there.metrics, there.job) == ("/stats", "the-till")
    assert there.server.url == "http://prometheus.staging"
    assert there.server.access.headers == {"Authorization": "Bearer t"}
    assert there.server.hint == "reach it."


def test_an_environment_of_one_service_is_that_of_the_primary_one(tmp_path: Path) -> None:
    assert loaded(tmp_path, elsewhere=staging("https://shop.staging")).url == "https://shop.staging"
    with pytest.raises(ConfigurationError) as caught:
        loaded(tmp_path, "till", elsewhere=staging("https://shop.staging"))
    assert caught.value.message == "[tool.toolkit.targets.staging] does not say where till is."
    assert caught.value.fix == (
        'add services = { till = "https://…" } there, or name it with --url.'
    )
    named = loaded(tmp_path, "till", url="http://x", elsewhere=staging("https://shop.staging"))
    assert (named.url, named.prometheus) == ("http://x", "http://prometheus.staging/")
