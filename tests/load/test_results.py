"""What one run came to, and all runs of a command."""

import json
from dataclasses import replace

import pytest

from tests.support.load_runs import OUTCOME, judged, result
from toolkit.errors import ExitStatus
from toolkit.load.combined_results import joined
from toolkit.load.judge_thresholds import ThresholdVerdict
from toolkit.load.locust_process_messages import LoadGeneratorReport
from toolkit.load.results import LoadOutcome, LoadResult, Problem
from toolkit.load.thresholds import parse


def test_shares_and_rates() -> None:
    loaded = result(*[judged()] * 6, *[judged(message="no")] * 2)
    assert (loaded.successes, loaded.success_share, loaded.requests_per_second) == (6, 0.75, 4)
    assert loaded.errors == {"order: no": 2}


def test_nothing_sent_is_not_a_success() -> None:
    assert result().success_share == 0


def test_what_fell_due_and_was_not_sent_is_counted() -> None:
    short = result(*[judged()] * 10)
    assert short.unsent == 0
    short.figures.started -= 3
    assert (short.due, short.unsent) == (10, 3)
    # A task may send several requests: they are not what falls due.
    short.figures.names["order"].outcomes["accepted"] += 30
    assert short.unsent == 3
    assert replace(short, workload=None).unsent == 0


def test_a_request_that_never_ended_was_sent_and_failed() -> None:
    cut = result(*[judged()] * 4, replace(judged(message="cut off"), reason="unfinished"))
    assert (cut.requests, cut.failures, cut.unfinished, cut.unsent) == (5, 1, 1, 0)
    assert LoadOutcome(results=(cut,), verdicts=((),)).status is ExitStatus.FINDINGS


def test_of_a_run_that_was_ended_early_what_fell_due_until_then_counts() -> None:
    short = result(*[judged()] * 10)
    short.figures.due, short.figures.started = 6, 4
    assert (short.due, short.unsent) == (10, 6)
    for ended in (replace(short, interrupted=True), replace(short, aborted="slow")):
        assert (ended.due, ended.unsent) == (6, 2)


def unknown(text: str) -> ThresholdVerdict:
    return ThresholdVerdict(
        threshold=parse(text), kept=False, measured=None, why="nothing listens there", unknown=True
    )


def raising() -> LoadResult:
    run = result(judged())
    run.figures.raised.record("KeyError: 'x'", "")
    return run


BUG, WRONG = Problem("a bug", ExitStatus.BUG), Problem("a full disk", ExitStatus.WRONG)
STATUSES = {
    "all is well": (result(judged()), (), (), ExitStatus.CLEAN),
    "nothing could judge a threshold": (
        result(judged()), (unknown("promql: up > 0"),), (), ExitStatus.UNKNOWN,
    ),
    "findings come before what is unknown": (
        result(judged(message="no")), (unknown("promql: up > 0"),), (), ExitStatus.FINDINGS,
    ),
    "a report that cannot be written before findings": (
        result(judged(message="no")), (), (WRONG,), ExitStatus.WRONG,
    ),
    "a scenario that raised": (raising(), (), (), ExitStatus.WRONG),
    "a bug before all": (raising(), (), (WRONG, BUG), ExitStatus.BUG),
}  # fmt: skip


@pytest.mark.parametrize(("run", "verdicts", "problems", "status"), STATUSES.values(), ids=STATUSES)
def test_the_status_is_the_first_of_four_two_one_and_three(
    run: LoadResult,
    verdicts: tuple[ThresholdVerdict, ...],
    problems: tuple[Problem, ...],
    status: ExitStatus,
) -> None:
    outcome = LoadOutcome(results=(run,), verdicts=(verdicts,), problems=problems)
    assert outcome.status is status


def test_a_result_survives_being_written_and_read() -> None:
    loaded = result(judged(), judged(message="no"), lost=("worker 1 was lost",), aborted="slow")
    assert LoadResult.read(json.loads(json.dumps(loaded.document()))) == loaded


def test_runs_one_after_the_other_are_one() -> None:
    runs = (result(judged(), seconds=1), result(*[judged()] * 2, seconds=3, started=1.7e9 + 50))
    whole = joined(runs)
    assert (whole.requests, whole.seconds, whole.scenario) == (3, 4, "rush, rush")


def test_of_runs_at_once_the_time_that_overlaps_counts_once() -> None:
    runs = (
        result(judged(), seconds=10),
        result(judged(), seconds=3, started=1.7e9 + 4),
        result(judged(), seconds=5, started=1.7e9 + 8),
    )
    assert joined(runs).seconds == 13


def test_a_load_generators_report_is_a_result() -> None:
    made = result(judged(), judged(20), workers=2, lost=("worker 1 was lost",), aborted="slow")
    assert made.workload is not None
    report = LoadGeneratorReport(
        workload=made.workload.document(),
        figures=made.figures.document(),
        started=made.started,
        seconds=made.seconds,
        workers=2,
        lost=made.lost,
        aborted="slow",
    )
    sent = json.loads(json.dumps(report.document()))
    read = LoadGeneratorReport.read(sent)
    assert LoadResult.of(read, scenario="rush", url=made.url, interrupted=False) == made
    assert LoadResult.of(read, scenario="rush", url="", interrupted=True).interrupted


def test_runs_one_after_the_other_keep_what_happened_to_each() -> None:
    whole = joined(
        (
            result(judged(), lost=("worker 1 was lost",), aborted="slow"),
            result(judged(), interrupted=True, aborted="wrong"),
        )
    )
    assert (whole.lost, whole.aborted, whole.interrupted) == (
        ("worker 1 was lost",),
        "slow; wrong",
        True,
    )
    assert whole.workload is None


def test_the_most_frequent_error_comes_first() -> None:
    run = result(judged(message="rare"), *[judged(message="frequent")] * 2)
    assert list(run.errors.items()) == [("order: frequent", 2), ("order: rare", 1)]


FINDINGS = {
    "nothing": ({}, ExitStatus.CLEAN),
    "an unexpected answer": ({"results": (result(judged(message="no")),)}, ExitStatus.FINDINGS),
    "a lost worker": ({"results": (result(judged(), lost=("1",)),)}, ExitStatus.FINDINGS),
    "an aborted run": ({"results": (result(judged(), aborted="1"),)}, ExitStatus.FINDINGS),
    "a missed threshold": ({"verdicts": OUTCOME.verdicts}, ExitStatus.FINDINGS),
    "a balance that differs": ({"balances": OUTCOME.balances}, ExitStatus.FINDINGS),
}


@pytest.mark.parametrize(("changes", "status"), FINDINGS.values(), ids=FINDINGS)
def test_what_makes_a_finding(changes: dict[str, object], status: ExitStatus) -> None:
    clean = LoadOutcome(results=(result(judged()),), verdicts=((),))
    assert replace(clean, **changes).status is status  # type: ignore[arg-type] # fields by name


def test_an_outcome_is_interrupted_when_a_run_was() -> None:
    runs = (result(judged()), result(judged(), interrupted=True))
    assert LoadOutcome(results=runs, verdicts=((), ())).interrupted
    assert not LoadOutcome(results=runs[:1], verdicts=((),)).interrupted
