"""Progress of a run, for the command that shows it. No locust here."""

import os
import sys
from contextlib import suppress
from types import SimpleNamespace

import pytest

from tests.support.load_runs import figures, judged
from toolkit.load_generator import current_run
from toolkit.load_generator.current_run import CurrentRun
from toolkit.load_generator.progress_lines import ProgressLines


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds since the run began, to be set."""
    now = [0.0]
    clock = SimpleNamespace(perf_counter=lambda: now[0])
    monkeypatch.setattr(current_run, "time", clock)
    return now


def test_a_line_is_written_every_five_seconds(
    clock: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    run = CurrentRun(figures=figures(*[judged(20)] * 3, judged(message="no")))
    progress = ProgressLines()
    for seconds in (4.9, 5.0, 5.1, 9.9, 10.0):
        clock[0] = seconds
        assert progress.write(run)
    assert capsys.readouterr().out.splitlines() == [
        "toolkit: 5 s: 4 answered, 1 unexpectedly, P95 20 ms",
        "toolkit: 10 s: 4 answered, 1 unexpectedly, P95 20 ms",
    ]


@pytest.mark.usefixtures("clock")
def test_a_lost_worker_is_said_at_once_and_once(capsys: pytest.CaptureFixture[str]) -> None:
    run, progress = CurrentRun(), ProgressLines()
    run.lost = ("worker 1 was lost",)
    progress.write(run)
    progress.write(run)
    run.lost += ("worker 2 was lost",)
    progress.write(run)
    assert capsys.readouterr().out.splitlines() == [
        "toolkit: worker 1 was lost",
        "toolkit: worker 2 was lost",
    ]


def test_a_command_that_is_gone_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    progress = ProgressLines()
    assert progress.write(CurrentRun())
    monkeypatch.setattr(os, "getppid", lambda: -1)
    assert not progress.write(CurrentRun())


def test_a_command_that_reads_no_more_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as pipe:
        monkeypatch.setattr(sys, "stdout", pipe)
        run = CurrentRun(lost=("worker 1 was lost",))
        assert not ProgressLines().write(run)
        monkeypatch.undo()
        with suppress(BrokenPipeError):
            pipe.close()
