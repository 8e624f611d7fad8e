"""Workers that come and go: who is said to be lost, and who sends what. No locust here."""

from types import SimpleNamespace
from typing import Any

import pytest

from toolkit.load.stages import shaped
from toolkit.load.workload import Loop, Workload
from toolkit.load_generator import current_run
from toolkit.load_generator.current_run import CurrentRun
from toolkit.load_generator.work_redistribution import WorkSharing


class Runner:
    """What a master's runner is asked, and the messages that it sends."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, Any]]] = []

    def get_worker_index(self, worker: str) -> int:
        return "abcd".index(worker)

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


def watched(
    run: CurrentRun, alive: list[str], users: list[str] | None = None
) -> tuple[Runner, WorkSharing]:
    """The sharing of `a`, `b` and `c`; all that are alive have users, unless others are said."""
    runner = Runner()
    sharing = WorkSharing(
        runner, lambda: tuple(alive), lambda: tuple(alive if users is None else users)
    )
    sharing.begin(("a", "b", "c"), run)
    return runner, sharing


def shared(runner: Runner) -> list[dict[str, Any]]:
    assert {kind for kind, _ in runner.sent} <= {"toolkit-reshare"}
    return [{key: data[key] for key in ("first", "workers", "more")} for _, data in runner.sent]


def test_a_worker_whose_last_figures_never_came_is_lost(run: CurrentRun) -> None:
    """What was under way there is in no figure: it would be green."""
    _, sharing = watched(run, ["a", "b", "c"])
    run.finished = {"a", "c"}
    sharing.report_silent(run)
    assert run.lost == (
        "worker 2 of 3 gave no last figures: what it sent in its last second, and what was under "
        "way there, is not known",
    )
    run.lost, run.finished = (), {"a", "b", "c"}
    sharing.report_silent(run)
    assert run.lost == ()


LOST = (
    "worker 2 of 3 was lost after 2.0 s; the others send the rest, but not what it had begun; "
    "what it sent after its last figures, of at most a second, is not counted"
)


def test_while_all_are_there_nothing_is_said(run: CurrentRun) -> None:
    runner, sharing = watched(run, ["a", "b", "c"])
    sharing.notice(run)
    assert (run.lost, runner.sent) == ((), [])


def test_the_others_share_what_falls_due_a_moment_later(run: CurrentRun) -> None:
    runner, sharing = watched(run, ["a", "c"])
    sharing.notice(run)
    assert run.lost == (LOST,)
    # In 0.3 s the message has reached them all.
    assert shared(runner) == [{"first": 230, "workers": ("a", "c"), "more": {}}]


def test_a_loss_is_said_once(run: CurrentRun) -> None:
    runner, sharing = watched(run, ["a", "b"])
    sharing.notice(run)
    sharing.notice(run)
    assert (len(run.lost), len(runner.sent)) == (1, 1)


def test_a_worker_that_comes_later_gets_its_share_once_it_has_users(run: CurrentRun) -> None:
    """Before that, what is its would wait for users, and the rate would be half."""
    users = ["a", "b", "c"]
    runner, sharing = watched(run, ["a", "b", "c", "d"], users)
    sharing.notice(run)
    assert runner.sent == []
    users.append("d")
    sharing.notice(run)
    assert run.lost == ()
    assert shared(runner) == [{"first": 230, "workers": ("a", "b", "c", "d"), "more": {}}]
    # All that a sender needs to begin.
    ((_, message),) = runner.sent
    assert (message["run"], message["elapsed"]) == (run.number, 2.0)
    assert message["workload"] == (run.workload and run.workload.document())


def test_without_another_worker_nothing_can_be_shared(run: CurrentRun) -> None:
    runner, sharing = watched(run, ["b"])
    sharing.notice(run)
    runner.sent.clear()
    gone = WorkSharing(runner, tuple, tuple)
    gone.begin(("a",), run)
    gone.notice(run)
    assert run.lost[-1] == "worker 1 of 3 was lost after 2.0 s, and no other is left"
    assert runner.sent == []


def closed(run: CurrentRun, requests: int) -> CurrentRun:
    run.workload = Workload(loop=Loop.CLOSED, users=3, max_requests=requests)
    return run


def test_what_a_lost_worker_had_left_of_a_number_of_requests_goes_to_the_others(
    run: CurrentRun,
) -> None:
    """Of 90 requests each had 30; the lost one had begun 7 of them by its last figures."""
    run.started_by.update(a=10, b=7, c=12)
    runner, sharing = watched(closed(run, 90), ["a", "c"])
    sharing.notice(run)
    assert shared(runner) == [{"first": 0, "workers": ("a", "c"), "more": {"a": 12, "c": 11}}]


def test_a_worker_that_joins_gets_what_the_others_leave_of_a_number_of_requests(
    run: CurrentRun,
) -> None:
    run.started_by.update(a=10, b=10, c=10)
    alive = ["a", "b", "c", "d"]
    runner, sharing = watched(closed(run, 90), alive)
    sharing.notice(run)
    # 60 are left, of which each of four has 15.
    (asked,) = shared(runner)
    assert asked["more"] == {"a": -5, "b": -5, "c": -5}
    runner.sent.clear()
    sharing.hand_over(run, "b", 4)  # it had sent one more meanwhile
    assert [x["more"] for x in shared(runner)] == [{"d": 4}]
    # What was handed over is remembered: when `d` is lost, the others get these four.
    runner.sent.clear()
    alive.remove("d")
    sharing.notice(run)
    assert [x["more"] for x in shared(runner)] == [{"a": 2, "b": 1, "c": 1}]


def test_what_was_left_to_a_worker_that_is_gone_goes_back(run: CurrentRun) -> None:
    runner, sharing = watched(closed(run, 90), ["a", "b", "c"])
    sharing.hand_over(run, "a", 5)
    assert [x["more"] for x in shared(runner)] == [{"a": 5}]


def test_a_closed_loop_without_a_number_has_nothing_to_share(run: CurrentRun) -> None:
    run.workload = Workload(loop=Loop.CLOSED, users=1)
    runner, sharing = watched(run, ["a", "b", "c", "d"])
    sharing.notice(run)
    assert shared(runner) == [{"first": 0, "workers": ("a", "b", "c", "d"), "more": {}}]
