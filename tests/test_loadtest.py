"""Figures of a load run, scenarios by name, and scenarios that fail."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import WriteProject
from toolkit import config, loadtest
from toolkit.errors import UnreachableError, UsageError
from toolkit.loadtest import LoadResult, Plan, ScenarioError


def result(times: dict[int, int], *, requests: int = 0, failures: int = 0) -> LoadResult:
    return LoadResult(
        seconds=2.0,
        requests=requests or sum(times.values()),
        failures=failures,
        response_milliseconds=times,
        errors={},
    )


def test_quantiles_are_the_time_that_a_share_did_not_exceed() -> None:
    loaded = result({10: 50, 20: 45, 300: 5})
    assert loaded.quantile_seconds(0.5) == 0.01
    assert loaded.quantile_seconds(0.95) == 0.02
    assert loaded.quantile_seconds(0.951) == 0.3
    assert loaded.quantile_seconds(1) == 0.3


def test_shares_and_rates() -> None:
    loaded = result({10: 8}, failures=2)
    assert (loaded.successes, loaded.success_share, loaded.requests_per_second) == (6, 0.75, 4)


def test_nothing_sent_is_no_success() -> None:
    loaded = result({})
    assert (loaded.success_share, loaded.quantile_seconds(0.95)) == (0, 0)


def test_scenarios_are_the_public_modules_of_the_folder(shop: WriteProject) -> None:
    root = shop()
    (root / "shop/loadtests/_parts.py").write_text("", encoding="utf-8")
    found = config.load(root)
    assert list(loadtest.scenarios(found)) == ["rush"]
    with pytest.raises(UsageError, match=r"unknown scenario 'rsh'; did you mean 'rush'\?"):
        loadtest.find(found, "rsh")


def plan(url: str) -> Plan:
    return Plan(scenario="rush", url=url, users=1, spawn_rate=1, seconds=1)


@pytest.fixture
def silent() -> Callable[[str], None]:
    return lambda _sentence: None


def test_a_scenario_that_cannot_start_shows_why(
    shop: WriteProject, silent: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = shop({"shop/loadtests/rush.py": ('"""A rush."""\n', "import nothing_of_that_name\n")})
    monkeypatch.setattr(loadtest, "_reach", lambda _url: None)
    with pytest.raises(ScenarioError) as caught:
        loadtest.run(config.load(root), plan("http://127.0.0.1:9"), os.environ, silent)
    assert "rush: the scenario sent nothing:" in str(caught.value)
    assert "nothing_of_that_name" in str(caught.value)


RAISES = """
from locust import User, constant, task

class Broken(User):
    wait_time = constant(0.1)

    @task
    def send(self):
        self.environment.events.request.fire(
            request_type="GET", name="x", response_time=1, response_length=0, exception=None
        )
        raise RuntimeError("the scenario is broken")
"""


def test_a_scenario_that_raises_is_an_error_and_not_a_result(
    shop: WriteProject, silent: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = shop({"shop/loadtests/rush.py": ('"""A rush."""\n', RAISES)})
    monkeypatch.setattr(loadtest, "_reach", lambda _url: None)
    with pytest.raises(ScenarioError, match="rush: the scenario raised") as caught:
        loadtest.run(config.load(root), plan("http://127.0.0.1:9"), os.environ, silent)
    assert "the scenario is broken" in str(caught.value)


def test_nothing_is_sent_to_an_address_where_nobody_listens(
    tmp_path: Path, shop: WriteProject, silent: Callable[[str], None]
) -> None:
    shop()
    with pytest.raises(UnreachableError, match="nothing answers there, so no load was sent"):
        loadtest.run(config.load(tmp_path), plan("http://127.0.0.1:9"), os.environ, silent)
