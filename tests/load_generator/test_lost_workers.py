"""A worker that dies: who is said to be lost, and who sends its requests. No locust here."""

from types import SimpleNamespace
from typing import Any

import pytest

from toolkit.load.stages import shaped
from toolkit.load.workload import Loop, Workload
from toolkit.load_generator import current_run
from toolkit.load_generator.current_run import CurrentRun
from toolkit.load_generator.lost_workers import LostWorkers


class Runner:
    """What a master's runner is asked, and the messages that it sends."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, Any]]] = []

    def get_worker_index(self, worker: str) -> int:
        return "abc".index(worker)

    def send_message(self, kind: str, data: dict[str, Any]) -> None:
        self.sent.append((kind, data))


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> CurrentRun:
    """An open loop of 100 requests a second, after two seconds."""
    now = [0.0]
    clock = SimpleNamespace(perf_counter=lambda: now[0])
    monkeypatch.setattr(current_run, "time", clock)
    schedule = shaped("constant", rate=100, seconds=10)
    workload = Workload(loop=Loop.OPEN, users=1, schedule=schedule, seconds=10)
    made = CurrentRun(workload=workload, workers=3)
    now[0] = 2.0
    return made


def watched(alive: list[str]) -> tuple[Runner, LostWorkers]:
    runner = Runner()
    lost = LostWorkers(runner, lambda: tuple(alive))
    lost.begin(("a", "b", "c"))
    return runner, lost


def test_while_all_are_there_nothing_is_said(run: CurrentRun) -> None:
    runner, lost = watched(["a", "b", "c"])
    lost.notice(run)
    assert (run.lost, runner.sent) == ((), [])


def test_the_others_share_what_falls_due_a_moment_later(run: CurrentRun) -> None:
    alive = ["a", "b", "c"]
    runner, lost = watched(alive)
    alive.remove("b")
    lost.notice(run)
    assert run.lost == (
        "worker 2 of 3 was lost after 2.0 s; its users and requests went to the others",
    )
    # In 0.3 s the message has reached them all.
    assert runner.sent == [("toolkit-reshare", {"first": 230, "workers": ("a", "c")})]


def test_a_loss_is_said_once(run: CurrentRun) -> None:
    runner, lost = watched(["a", "b"])
    lost.notice(run)
    lost.notice(run)
    assert (len(run.lost), len(runner.sent)) == (1, 1)


def test_a_worker_that_comes_later_gets_its_share(run: CurrentRun) -> None:
    runner, lost = watched(["a", "b", "c", "d"])
    lost.notice(run)
    assert run.lost == ()
    assert runner.sent == [("toolkit-reshare", {"first": 230, "workers": ("a", "b", "c", "d")})]


def test_without_another_worker_nothing_can_be_shared(run: CurrentRun) -> None:
    alive = ["a"]
    runner, lost = watched(alive)
    lost.begin(("a",))
    alive.clear()
    lost.notice(run)
    assert run.lost == ("worker 1 was lost after 2.0 s, and no other is left",)
    assert runner.sent == []


def test_a_closed_loop_has_no_schedule_to_share(run: CurrentRun) -> None:
    run.workload = Workload(loop=Loop.CLOSED, users=1)
    runner, lost = watched(["a"])
    lost.notice(run)
    assert (len(run.lost), runner.sent) == (2, [])
