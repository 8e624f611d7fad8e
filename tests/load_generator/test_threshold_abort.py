"""Which missed threshold ends a run early. No locust here."""

from types import SimpleNamespace

import pytest

from tests.support.load_runs import figures, judged
from toolkit.load.statistics import UNFINISHED
from toolkit.load.thresholds import parse
from toolkit.load_generator import current_run
from toolkit.load_generator.current_run import CurrentRun
from toolkit.load_generator.threshold_abort import ThresholdAbort

SLOW = figures(*[judged(50)] * 20)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds since the run began, to be set."""
    now = [0.0]
    clock = SimpleNamespace(perf_counter=lambda: now[0])
    monkeypatch.setattr(current_run, "time", clock)
    return now


def abort(*texts: str, after_seconds: float = 0.0) -> ThresholdAbort:
    return ThresholdAbort([parse(text) for text in texts], after_seconds)


MISSED = {
    "p(95)<10": "✗ p(95)<10: 50 ms, allowed < 10 ms",
    "failures==0": "",
    "p(95)<100": "",
    # A count that must be reached may still be.
    "requests>=1000": "",
    "requests>1000": "",
    "requests==1000": "",
    # One that must not be exceeded never sinks again.
    "requests<10": "✗ requests<10: 20, allowed < 10",
    # Too few samples to judge by is no reason to stop.
    "p(99)<10": "",
    "promql: up > 1": "",
    # What waits now may still be sent and answered.
    "unsent<0.5": "",
    "unfinished<0.5": "",
}


@pytest.mark.parametrize("text", MISSED)
def test_only_what_cannot_come_right_ends_the_run(text: str, clock: list[float]) -> None:
    made = figures(*[judged(50)] * 20)
    made.due, made.names["order"].failures[UNFINISHED] = 21, 1
    run = CurrentRun(figures=made)
    clock[0] = 3.0
    assert abort(text).missed(run) == MISSED[text]


def test_the_first_that_is_missed_is_named(clock: list[float]) -> None:
    run = CurrentRun(figures=SLOW)
    clock[0] = 3.0
    found = abort("p(95)<100", "med<20", "max<10").missed(run)
    assert found.startswith("✗ med<20: ")


def test_nothing_is_judged_in_the_first_seconds_and_then_once_a_second(clock: list[float]) -> None:
    run, judge = CurrentRun(figures=SLOW), abort("requests<30", "p(95)<60")
    clock[0] = 2.9
    assert judge.missed(run) == ""
    clock[0] = 3.0
    assert judge.missed(run) == ""
    run.figures = figures(*[judged(70)] * 20)
    clock[0] = 3.9
    assert judge.missed(run) == ""
    clock[0] = 4.0
    assert judge.missed(run).startswith("✗ p(95)<60: 70 ms")


def test_nothing_is_judged_before_the_time_that_was_given(clock: list[float]) -> None:
    run, judge = CurrentRun(figures=SLOW), abort("p(95)<10", after_seconds=30.0)
    clock[0] = 29.9
    assert judge.missed(run) == ""
    clock[0] = 30.0
    assert judge.missed(run).startswith("✗ p(95)<10: 50 ms")
