"""Around the runs of one command: what the service counted, and reports to compare with."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.http_server import answering, serving
from tests.support.load_runs import RUN, judged, result
from tests.support.scenario_runs import JUDGED, write_scenario
from toolkit.catalogue import Kind, Label, Metric, Unit
from toolkit.config import pyproject
from toolkit.config.pyproject import Config
from toolkit.errors import ExitStatus, UsageError
from toolkit.load import file_reports, history, run
from toolkit.load.definitions import AnswerCounter, LoadDefinitions
from toolkit.load.load_plan import LoadPlan
from toolkit.load.load_target import LoadTarget
from toolkit.load.results import LoadOutcome, LoadResult
from toolkit.load.worker_processes import WorkerProcesses

STATUS = Label("status", values=("ok",))
ORDERS = Metric("shop_orders_total", Kind.COUNTER, "Orders.", unit=Unit.COUNT, labels=(STATUS,))
COUNTERS = (AnswerCounter("orders", ("200",), ORDERS, {"status": ("ok",)}),)


@pytest.fixture
def small(tmp_path: Path) -> Config:
    """A project with one scenario, `buy`."""
    return pyproject.load(write_scenario(tmp_path, JUDGED))


def conserved(sent: LoadResult, grown: int) -> LoadOutcome:
    """A run against a service whose counter grows so much meanwhile."""
    answers: dict[str, tuple[int, object]] = {
        "/metrics": (200, 'shop_orders_total{status="ok"} 5\n')
    }

    def send() -> run.Sent:
        answers["/metrics"] = (200, f'shop_orders_total{{status="ok"}} {5 + grown}\n')
        return (sent,), ()

    with serving(answering(answers)) as url:
        return run._send(LoadTarget(url=url, prometheus="", environment={}), COUNTERS, send)


def test_what_was_sent_is_compared_with_what_the_counters_grew_by() -> None:
    two = result(judged(), judged())
    assert conserved(two, 2).status is ExitStatus.CLEAN
    assert conserved(two, 3).status is ExitStatus.FINDINGS
    (balance,) = conserved(two, 3).balances or ()
    assert (balance.sent, balance.grown, balance.holds) == (2, 3.0, False)


def test_answers_that_are_in_no_balance_are_no_pass() -> None:
    """Nothing was compared: 0 and 0 agree."""
    outcome = conserved(result(judged(answer="teapot")), 0)
    assert outcome.status is ExitStatus.UNKNOWN
    assert [x.message.partition(",")[0] for x in outcome.problems] == [
        "error: --conserve: none of 1 answers is in a balance"
    ]


def test_a_limit_without_an_earlier_run_is_refused() -> None:
    with pytest.raises(UsageError, match="--regression says how much worse than an earlier run"):
        run._earlier(run.RunOptions(regressions=("p95:10%",)), ["buy"])


def test_a_folder_of_runs_gives_those_that_did_not_fail(tmp_path: Path) -> None:
    failed = LoadOutcome(results=(result(judged(message="got 500"), started=1.0),), verdicts=((),))
    good = LoadOutcome(results=(result(judged()),), verdicts=((),))
    history.keep(tmp_path, failed)
    options = run.RunOptions(compare_with=(str(tmp_path),))
    assert run._earlier(options, [RUN.scenario]) == ()
    history.keep(tmp_path, good)
    assert run._earlier(options, [RUN.scenario]) == good.results


def test_a_report_of_other_scenarios_alone_is_refused(tmp_path: Path) -> None:
    """Nothing would be compared, and the exit status would be 0."""
    other = result(judged(), scenario="calm")
    report = tmp_path / "x.json"
    report.write_text(
        file_reports.as_json(LoadOutcome(results=(other,), verdicts=((),))), encoding="utf-8"
    )
    options = run.RunOptions(compare_with=(str(report),))
    with pytest.raises(UsageError, match=r"x\.json: has no run of rush, but of calm"):
        run._earlier(options, ["rush"])
    assert run._earlier(options, ["rush", "calm"]) == (other,)


WITHOUT_EFFECT = {
    "lines of requests": ({"requests_csv": "x.csv"}, {}, "--requests-csv with --master"),
    "tags": ({}, {"tags": ("a",)}, "--tag and --exclude-tag with --master"),
    "tags left out": ({}, {"exclude_tags": ("a",)}, "--tag and --exclude-tag with --master"),
}


@pytest.mark.parametrize(
    ("options", "plan", "message"), WITHOUT_EFFECT.values(), ids=WITHOUT_EFFECT
)
def test_what_workers_elsewhere_would_not_do_is_refused(
    options: dict[str, Any], plan: dict[str, Any], message: str, small: Config
) -> None:
    plans = (LoadPlan(scenario="buy", url="http://127.0.0.1:1", **plan),)
    of_workers = run.RunOptions(workers=WorkerProcesses(master=True), **options)
    with pytest.raises(UsageError, match=message):
        run._check(small, LoadDefinitions(), plans, of_workers)
    # Processes of this machine do it.
    run._check(small, LoadDefinitions(), plans, run.RunOptions(**options))


def test_conservation_needs_counters(small: Config) -> None:
    plans = (LoadPlan(scenario="buy", url="http://127.0.0.1:1"),)
    conserve = run.RunOptions(conserve=True)
    with pytest.raises(UsageError, match="does not say what must have been counted"):
        run._check(small, LoadDefinitions(), plans, conserve)
    run._check(small, LoadDefinitions(counters=COUNTERS), plans, conserve)
