"""When users are given something to do. No locust here: gevent alone patches nothing."""

import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import ClassVar

import gevent
import pytest

from tests.support.wait_until import PATIENCE_SECONDS
from toolkit.load.stages import Schedule, shaped
from toolkit.load.workload import Loop, Workload
from toolkit.load_generator import due_times as due_times_module
from toolkit.load_generator.due_times import DueTimes


def open_loop(rate: float, seconds: float, *, max_requests: int = 0) -> Workload:
    schedule = shaped("constant", rate=rate, seconds=seconds)
    return Workload(
        loop=Loop.OPEN, users=1, schedule=schedule, seconds=seconds, max_requests=max_requests
    )


def user(due_times: DueTimes, work: Callable[[float], None]) -> "gevent.Greenlet[..., None]":
    def live() -> None:
        while True:
            moment = due_times.next()
            work(moment)
            due_times.done()

    return gevent.spawn(live)


def until(condition: Callable[[], bool]) -> None:
    with gevent.Timeout(PATIENCE_SECONDS):
        while not condition():
            gevent.sleep(0.001)


def run(workload: Workload, users: int, work: Callable[[float], None] = lambda _: None) -> DueTimes:
    """Run the workload to their end as the only worker."""
    due_times = DueTimes()
    living = [user(due_times, work) for _ in range(users)]
    gevent.sleep(0)
    due_times.start(workload, elapsed=0, index=0, of=1)
    until(lambda: due_times.exhausted)
    gevent.killall(living)
    return due_times


def test_every_moment_of_the_schedule_is_handed_out_once_and_never_early() -> None:
    handed: list[tuple[float, float]] = []
    due_times = run(
        open_loop(500, 0.2), 3, lambda moment: handed.append((moment, time.perf_counter()))
    )
    offsets = sorted(round(moment - due_times.started, 6) for moment, _ in handed)
    assert offsets == [round(n / 500, 6) for n in range(100)]
    assert all(now >= moment for moment, now in handed)


def test_a_busy_user_does_not_hold_the_clock_up() -> None:
    """Two users stall at first: what falls due meanwhile keeps its moment, and waits."""
    stalled: list[float] = []
    handed: list[float] = []

    def work(moment: float) -> None:
        handed.append(moment)
        if len(stalled) < 2:
            stalled.append(moment)
            gevent.sleep(0.1)

    due_times = run(open_loop(200, 0.2), 2, work)
    assert sorted(round(m - due_times.started, 6) for m in handed) == [n / 200 for n in range(40)]
    assert due_times.most_waiting >= 10  # of the 20 that fell due meanwhile


def test_a_closed_loop_stops_after_its_number() -> None:
    handed: list[float] = []
    due_times = run(Workload(loop=Loop.CLOSED, users=4, max_requests=17), 4, handed.append)
    assert len(handed) == due_times.handed_out == 17


def test_an_open_loop_stops_after_its_number_too() -> None:
    handed: list[float] = []
    run(open_loop(1000, 10, max_requests=25), 4, handed.append)
    assert len(handed) == 25


def test_a_workers_part_of_nothing_is_nothing() -> None:
    due_times = DueTimes()
    living = user(due_times, lambda _: None)
    gevent.sleep(0)
    due_times.start(Workload(loop=Loop.CLOSED, users=1, max_requests=2), elapsed=0, index=2, of=3)
    gevent.sleep(0)
    assert due_times.exhausted
    assert due_times.handed_out == 0
    living.kill()


def test_a_survivor_takes_over_what_it_had_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands still until the other worker is lost."""
    handed: list[int] = []
    stands = time.perf_counter()
    clock = SimpleNamespace(perf_counter=lambda: stands)
    monkeypatch.setattr(due_times_module, "time", clock)
    schedule = Schedule(((0, 50), (1, 50)))
    workload = Workload(loop=Loop.OPEN, users=1, schedule=schedule, seconds=1)
    due_times = DueTimes()
    living = user(due_times, lambda moment: handed.append(round((moment - due_times.started) * 50)))
    gevent.sleep(0)
    due_times.start(workload, elapsed=0, index=0, of=10)
    until(lambda: bool(handed))  # number 0; the next of ours would be 10
    clock.perf_counter = time.perf_counter
    due_times.reshare(5, index=0, of=1)
    until(lambda: due_times.exhausted)
    assert handed == [0, *range(5, 50)]
    living.kill()


def test_a_stopped_run_hands_out_nothing_and_a_killed_user_is_forgotten() -> None:
    due_times = DueTimes()
    living = user(due_times, lambda _: None)
    gevent.sleep(0)
    living.kill()
    due_times.start(open_loop(1000, 1), elapsed=0, index=0, of=1)
    until(lambda: due_times.most_waiting > 0)
    due_times.stop()
    assert due_times.handed_out == 0
    handed: list[float] = []
    late = user(due_times, handed.append)
    gevent.sleep(0)
    gevent.sleep(0)  # a turn of the event loop more than it would take
    assert handed == []
    late.kill()


def test_a_run_that_began_elsewhere_earlier_keeps_that_clock() -> None:
    handed: list[float] = []
    due_times = DueTimes()
    living = user(due_times, handed.append)
    gevent.sleep(0)
    before = time.perf_counter()
    due_times.start(open_loop(10, 0.5), elapsed=0.35, index=0, of=1)
    after = time.perf_counter()
    until(lambda: due_times.exhausted)
    assert before - 0.35 <= due_times.started <= after - 0.35
    assert len(handed) == 5
    living.kill()


class RecordingTimer:
    """A timer that never fires."""

    made: ClassVar[list["RecordingTimer"]] = []

    def __init__(self, _fire: Callable[[], None]) -> None:
        self.waits: list[float] = []
        self.cancelled = 0
        self.made.append(self)

    def start(self, seconds: float) -> None:
        self.waits.append(seconds)

    def cancel(self) -> None:
        self.cancelled += 1


def test_one_timer_waits_for_the_next_moment_of_this_worker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(due_times_module, "PreciseTimer", RecordingTimer)
    monkeypatch.setattr(due_times_module, "time", SimpleNamespace(perf_counter=lambda: 100.0))
    due_times = DueTimes()
    # Request 3 is due at 0.3 s, which is 0.05 s from now; request 2 would have been before now.
    due_times.start(open_loop(10, 1), elapsed=0.25, index=3, of=4)
    (timer,) = RecordingTimer.made
    assert timer.waits == [pytest.approx(0.05)]
    due_times.reshare(0, index=2, of=4)
    assert timer.waits[1:] == [pytest.approx(-0.05)]
    before = timer.cancelled
    due_times.stop()
    assert timer.cancelled == before + 1


def test_a_worker_that_joins_late_begins_with_the_request_that_it_is_told() -> None:
    handed: list[int] = []
    due_times = DueTimes()
    living = user(due_times, lambda moment: handed.append(round((moment - due_times.started) * 50)))
    gevent.sleep(0)
    due_times.start(open_loop(50, 1), elapsed=0.4, index=1, of=2, first=22)
    until(lambda: due_times.exhausted)
    assert handed == list(range(23, 50, 2))
    assert due_times.fell_due == due_times.handed_out == len(handed)
    living.kill()


def test_a_moment_that_found_no_user_says_so_and_how_late_the_loop_itself_was() -> None:
    late: list[float] = []
    waited: list[bool] = []
    due_times = DueTimes(noticed_late=late.append)

    def work(_moment: float) -> None:
        waited.append(due_times.has_waited)
        if len(waited) == 1:
            until(lambda: due_times.fell_due == 5)  # not so long: the loop itself may stand still

    living = user(due_times, work)
    gevent.sleep(0)
    due_times.start(open_loop(100, 0.05), elapsed=0, index=0, of=1)
    until(lambda: due_times.exhausted)
    assert waited == [False, True, True, True, True]
    assert len(late) == 4
    assert min(late) >= 0
    living.kill()


def test_the_moment_of_a_user_that_is_killed_before_it_begins_goes_to_another() -> None:
    """Locust moves users between workers while they wait for their moment."""
    due_times = DueTimes()
    handed: list[float] = []
    first = user(due_times, handed.append)
    gevent.sleep(0)
    due_times.start(open_loop(1, 1), elapsed=0, index=0, of=1)
    # The timer's call, and in the same turn the kill: the user was woken and has not run.
    due_times._due()
    first.kill(block=False)
    second = user(due_times, handed.append)
    until(lambda: due_times.exhausted)
    assert handed == [due_times.started]
    assert (due_times.fell_due, due_times.handed_out) == (1, 1)
    second.kill()


def test_more_and_fewer_requests_of_a_closed_loop_are_exact() -> None:
    handed: list[float] = []
    due_times = DueTimes()
    due_times.start(Workload(loop=Loop.CLOSED, users=1, max_requests=9), elapsed=0, index=0, of=3)
    assert due_times.fewer(2) == 2
    assert due_times.fewer(99) == 1
    assert due_times.fewer(1) == 0
    living = user(due_times, handed.append)
    gevent.sleep(0)
    assert handed == []
    due_times.more(4)
    until(lambda: due_times.exhausted)
    assert len(handed) == 4
    living.kill()


def test_a_worker_that_joins_a_number_of_requests_late_has_none_at_first() -> None:
    due_times = DueTimes()
    due_times.start(Workload(loop=Loop.CLOSED, users=1, max_requests=9), elapsed=0, index=1, of=0)
    assert due_times.exhausted


def test_without_any_user_left_nothing_is_waited_for() -> None:
    """Every user died of an exception in its `on_start`: nothing will ever be sent."""
    due_times = DueTimes()
    due_times.users.join("Buyer")
    due_times.start(Workload(loop=Loop.CLOSED, users=1), elapsed=0, index=0, of=1)
    assert not due_times.exhausted
    due_times.users.leave("Buyer")
    assert due_times.exhausted


def test_a_worker_without_a_part_is_exhausted_at_once() -> None:
    due_times = DueTimes()
    assert not due_times.exhausted  # no run yet
    due_times.start(open_loop(10, 1), elapsed=0, index=0, of=0)
    assert due_times.exhausted
    due_times.start(open_loop(10, 1), elapsed=0, index=0, of=1)
    assert not due_times.exhausted
    due_times.stop()
