"""A mix: several scenarios at once, each in a Locust of its own."""

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.http_server import serving
from tests.support.load_runs import RUN
from tests.support.scenario_runs import JUDGED, remembering, write_scenario
from toolkit.config import pyproject
from toolkit.errors import ExitStatus
from toolkit.load import locust_process, run_mix
from toolkit.load.combined_results import joined
from toolkit.load.definitions import LoadDefinitions
from toolkit.load.load_plan import LoadPlan
from toolkit.load.load_target import LoadTarget
from toolkit.load.results import LoadResult
from toolkit.load.run import RunOptions, run
from toolkit.load.verdict_reasons import reasons

pytestmark = pytest.mark.programs

SCENARIO = (
    JUDGED
    + """
class Buyer(JudgedUser):
    load = DefaultLoad(rate=10, seconds=1)

    @task
    def buy(self):
        with self.ask("GET", "/200/NAME") as answer:
            answer.expect(200)
"""
)
BROKEN = '"""Broken."""\nimport nothing_of_that_name\n'


def test_scenarios_run_at_once_and_one_that_cannot_start_costs_no_other(tmp_path: Path) -> None:
    handler = remembering()
    root = write_scenario(tmp_path, SCENARIO.replace("NAME", "buy"), "buy")
    write_scenario(tmp_path, SCENARIO.replace("NAME", "sell"), "sell")
    write_scenario(tmp_path, BROKEN, "broken")
    with serving(handler) as url:
        plan = LoadPlan(scenario="buy", url=url, rate=20.0, seconds=3, thresholds=("unsent>=0",))
        plans = (
            plan,
            replace(plan, scenario="sell", rate=10.0, seconds=1, start_seconds=1.0),
            replace(plan, scenario="broken"),
        )
        outcome = run(
            pyproject.load(root),
            LoadDefinitions(),
            LoadTarget(url=url, prometheus="", environment=os.environ),
            plans,
            RunOptions(at_once=True, thresholds=("requests<=70", "unsent>=0", "requests>70")),
            progress=lambda _: None,
        )
    buy, sell = outcome.results
    assert (buy.scenario, buy.requests + buy.unsent) == ("buy", 60)
    assert (sell.scenario, sell.requests + sell.unsent) == ("sell", 10)
    whole = joined(outcome.results)
    assert whole.requests == buy.requests + sell.requests
    longest = max(buy.seconds, sell.seconds)
    assert longest <= whole.seconds <= buy.seconds + sell.seconds + abs(sell.started - buy.started)
    assert [verdict.kept for verdict in outcome.together] == [True, True, False]
    assert outcome.together[1].measured == buy.unsent + sell.unsent
    assert "all together: 1 threshold missed: requests>70" in reasons(outcome)
    (problem,) = outcome.problems
    assert "nothing_of_that_name" in problem.message
    assert outcome.status is ExitStatus.WRONG
    assert {path for path, _ in handler.asked} == {"/200/buy", "/200/sell"}


def test_a_scenario_begins_as_long_after_the_others_as_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When its Locust is started: how long that takes to come is another matter."""
    began: dict[str, float] = {}

    def start(_config: object, plan: LoadPlan, *_: object, **_more: object) -> LoadResult:
        began[plan.scenario] = time.monotonic()
        return replace(RUN, scenario=plan.scenario)

    monkeypatch.setattr(locust_process, "run", start)
    settings = pyproject.load(write_scenario(tmp_path, SCENARIO))
    plan = LoadPlan(scenario="buy", url="http://127.0.0.1:1")
    plans = (replace(plan, scenario="sell", start_seconds=0.3), plan)
    called = time.monotonic()
    results, errors = run_mix.run_at_once(settings, plans, {}, lambda _: None, [(), ()])
    assert [result.scenario for result in results] == ["sell", "buy"]
    assert errors == ()
    assert began["sell"] - called >= 0.3
