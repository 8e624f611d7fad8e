"""One run as the coordinator sees it. No locust here."""

import time
from types import SimpleNamespace
from typing import Any

import pytest

from tests.support.load_runs import figures, judged
from toolkit.load.stages import shaped
from toolkit.load.workload import Loop, Workload
from toolkit.load_generator import current_run
from toolkit.load_generator.current_run import CurrentRun


def message(
    run: int, *, exhausted: bool = False, abandoned: bool = False, final: bool = False
) -> dict[str, Any]:
    return {
        "id": "a",
        "run": run,
        "locust": "2",
        "figures": figures(judged(), seconds=1).document(),
        "exhausted": exhausted,
        "abandoned": abandoned,
        "final": final,
    }


def test_figures_of_this_run_are_added_and_those_of_another_dropped() -> None:
    run = CurrentRun(number=3)
    run.receive(message(3))
    run.receive(message(0))  # before the sender knew which run it is
    run.receive(message(2))
    assert run.figures.total.requests == 2


def test_what_each_sender_has_begun_is_remembered() -> None:
    run = CurrentRun(number=1)
    run.receive(message(1))
    run.receive(message(1))
    run.receive(message(2))
    assert run.started_by == {"a": 2}


def test_a_sender_may_have_more_to_send_after_all() -> None:
    run = CurrentRun(number=1)
    run.receive(message(1, exhausted=True))
    assert run.exhausted == {"a"}
    run.receive(message(1))
    assert run.exhausted == set()
    assert run.finished == set()
    run.receive(message(1, final=True))
    assert run.finished == {"a"}
    assert run.abandoned == set()
    run.receive(message(1, abandoned=True))
    assert run.abandoned == {"a"}


def test_all_is_begun_when_as_many_are_as_were_asked_for() -> None:
    run = CurrentRun(number=1)
    assert not run.has_begun_all
    run.workload = Workload(loop=Loop.CLOSED, users=1, max_requests=2)
    run.receive(message(1))
    assert not run.has_begun_all
    run.receive(message(1))
    assert run.has_begun_all
    run.workload = Workload(loop=Loop.CLOSED, users=1, seconds=5)
    assert not run.has_begun_all


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time that the run reads, to be set."""
    now = [100.0]
    clock = SimpleNamespace(perf_counter=lambda: now[0], time=time.time)
    monkeypatch.setattr(current_run, "time", clock)
    return now


def test_seconds_are_counted_from_the_start_to_the_end(clock: list[float]) -> None:
    run = CurrentRun()
    clock[0] = 110
    before = time.time()
    run.start_clock()
    assert before <= run.started <= time.time()
    clock[0] = 115
    assert run.elapsed == 5
    run.end()
    clock[0] = 999
    assert (run.elapsed, run.is_over) == (5, True)


def test_an_open_loop_sends_as_long_as_its_schedule_and_its_last_answer(clock: list[float]) -> None:
    schedule = shaped("constant", rate=1, seconds=8)
    run = CurrentRun(workload=Workload(loop=Loop.OPEN, users=1, schedule=schedule, seconds=8))
    clock[0] += 5
    assert run.seconds == 5
    clock[0] += 5
    assert run.seconds == 8
    run.figures.last_seconds = 9.5
    assert run.seconds == 9.5


def test_a_closed_loop_sends_until_its_last_answer(clock: list[float]) -> None:
    run = CurrentRun(workload=Workload(loop=Loop.CLOSED, users=1))
    run.figures.last_seconds = 3.5
    clock[0] += 9
    assert run.seconds == 3.5


def test_the_report_holds_all_of_it() -> None:
    workload = Workload(loop=Loop.CLOSED, users=1)
    run = CurrentRun(
        workload=workload, workers=2, started=7.0, lost=("1",), aborted="a", refused="r"
    )
    run.figures = figures(judged(), seconds=1)
    report = run.report(("rps>1",), ("users = 5 (locust.conf)",))
    assert report.workload == workload.document()
    assert report.figures == run.figures.document()
    assert (report.started, report.seconds, report.workers) == (7.0, 0.5, 2)
    assert (report.thresholds, report.settings) == (("rps>1",), ("users = 5 (locust.conf)",))
    assert (report.lost, report.aborted, report.refused) == (("1",), "a", "r")
    assert CurrentRun().report(()).workload == {}
