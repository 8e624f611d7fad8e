"""Hands out to each user of this process the moment at which its next request is due.

In an open loop the clock decides: moments fall due whether or not answers came. One that
finds no idle user waits for one, and its request's latency counts from the moment itself, so
that a stalled service, or a slow load generator, cannot hide (coordinated omission).
In a closed loop the next request is due as soon as a user is free.
"""

import time
from collections.abc import Callable, Hashable, Iterator
from typing import Any

import gevent
from gevent.hub import Waiter

from toolkit.load.stages import WorkerShare, worker_part
from toolkit.load.workload import Loop, Workload
from toolkit.load_generator.next_user_by_weight import UserQueues
from toolkit.load_generator.precise_timer import PreciseTimer

# Moments handed out before the event loop may read answers again.
_BATCH = 32


class _IdleUser:
    """A user that waits, and the moment that it was woken for."""

    __slots__ = ("moment", "waiter")

    def __init__(self) -> None:
        self.waiter = Waiter()
        self.moment = 0.0


class DueTimes:
    """The moments of one run in one process, as `time.perf_counter()` counts.

    `noticed_late` is told how late the event loop itself was, of moments that then wait.
    """

    def __init__(self, noticed_late: Callable[[float], None] = lambda _seconds: None) -> None:
        self.users = UserQueues()
        # Of the moment that `next` gave last: whether it waited for a user, or a user for it.
        self.has_waited = self.user_has_waited = False
        self._noticed_late = noticed_late
        self._timer: Any = None
        self._reset()

    def _reset(self) -> None:
        self._workload: Workload | None = None
        self._moments: Iterator[tuple[int, float]] = iter(())
        self._next: tuple[int, float] | None = None
        self._schedule_position = 0  # the first request that may still be handed out
        self._share = WorkerShare()
        self._closed_requests = 0  # this worker's, of a closed loop; -1 is no bound
        self.users.drop_waiting()
        self.started = time.perf_counter()
        self.fell_due = self.handed_out = self.most_waiting = self.under_way = 0
        self._disarm()

    def start(
        self, workload: Workload, *, elapsed: float, index: int, of: int, first: int = 0
    ) -> None:
        """Begin a run, `elapsed` seconds ago, as worker `index` of `of`; `of` 0: without a part.

        A worker that joins late shares the schedule from request `first` on.
        """
        self._reset()
        self._workload = workload
        self.started = time.perf_counter() - elapsed
        self._share.set(first, index, of)
        if workload.schedule is None:
            bound = workload.max_requests
            # A part of nothing is nothing: 0 is a bound here, and -1 is none.
            self.more((worker_part(bound, index, of) if of else 0) if bound else -1)
            return
        self._schedule_position = first
        self._moments = workload.schedule.times(first)
        self._advance()
        self._arm()

    def reshare(self, first: int, *, index: int, of: int) -> None:
        """From request `first` of the schedule on, be worker `index` of `of`."""
        self._share.set(first, index, of)
        if self._workload is not None and self._workload.schedule is not None:
            # What was passed over as another's may be ours now.
            self._moments = self._workload.schedule.times(self._schedule_position)
            self._advance()
            self._arm()

    def more(self, requests: int) -> None:
        """Send so many more in a closed loop; -1: without a bound."""
        self._closed_requests = -1 if requests < 0 else self._closed_requests + requests
        while self._is_free() and (user := self.users.any_idle()) is not None:
            self._wake(user, time.perf_counter())

    def fewer(self, requests: int) -> int:
        """Leave at most so many of a closed loop's requests to others; how many those are."""
        left = max(0, min(requests, self._closed_requests - self.handed_out))
        self._closed_requests -= left
        return left

    def stop(self) -> None:
        """Hand out nothing more."""
        self._next, self._workload = None, None
        self.users.drop_waiting()
        self._disarm()

    def next(self, kind: Hashable = None) -> float:
        """Wait for the moment at which the next request of a user of `kind` is due; give it."""
        moment = self.users.claim(kind)
        self.has_waited, self.user_has_waited = moment is not None, False
        # A closed loop has no moments: a user that is free is due now.
        if moment is None and self._is_free():
            moment = time.perf_counter()
        if moment is not None:
            self.handed_out += 1
            self.under_way += 1
            return moment
        # Switched to directly from the event loop: an event or a queue would cost a second turn,
        # and so some of the latency that is measured.
        idle = _IdleUser()
        self.users.add_idle(kind, idle)
        try:
            moment = idle.waiter.get()
        except BaseException:
            # Otherwise it was killed by Locust between being woken and running.
            if not self.users.remove_idle(kind, idle):
                self.not_begun(idle.moment)
            raise
        self.has_waited, self.user_has_waited = False, True
        return float(moment)

    def done(self) -> None:
        """A user has its answer."""
        self.under_way -= 1

    def not_begun(self, moment: float) -> None:
        """A user that had been given the moment is gone before it could begin: another gets it."""
        self.handed_out -= 1
        self.under_way -= 1
        if self._workload is not None and self._workload.schedule is not None:
            self._give(moment)
        elif self._is_free() and (user := self.users.any_idle()) is not None:
            self._wake(user, time.perf_counter())

    @property
    def is_abandoned(self) -> bool:
        """Whether there were users, and all have stopped."""
        return self.users.are_abandoned

    @property
    def exhausted(self) -> bool:
        """Whether all that this process was to send was sent and answered, or no user is left."""
        if self._workload is None:
            return False
        if self.is_abandoned:
            return True
        if self.under_way or self.users.waiting:
            return False
        if self._workload.loop is Loop.CLOSED:
            return 0 <= self._closed_requests <= self.handed_out
        return self._next is None

    def _is_free(self) -> bool:
        """Whether a closed loop has a request left."""
        workload = self._workload
        closed = workload is not None and workload.loop is Loop.CLOSED
        return closed and (self._closed_requests < 0 or self.handed_out < self._closed_requests)

    def _give(self, moment: float) -> bool:
        """Give the moment to the user whose turn it is; whether there is one now."""
        user = self.users.give(moment)
        if user is None:
            self.most_waiting = max(self.most_waiting, self.users.waiting)
            return False
        self._wake(user, moment)
        return True

    def _wake(self, user: "_IdleUser", moment: float) -> None:
        self.handed_out += 1
        self.under_way += 1
        user.moment = moment
        # In the next turn of the event loop: `_due` runs in the loop itself, which must not leave
        # for a user half-way.
        gevent.get_hub().loop.run_callback(user.waiter.switch, moment)

    def _advance(self) -> None:
        """Find the next moment that is this worker's."""
        bound = self._workload.max_requests if self._workload else 0
        for number, at in self._moments:
            if bound and number >= bound:
                break
            # Every worker walks the whole schedule, so that a change of shares needs no more
            # than a number.
            if self._share.has(number):
                self._next = (number, at)
                return
        self._next = None

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _arm(self) -> None:
        if self._next is None:
            self._disarm()
            return
        # One timer for the next moment alone; thousands of sleeping users would each need one.
        if self._timer is None:
            self._timer = PreciseTimer(self._due)
        self._timer.start(self.started + self._next[1] - time.perf_counter())

    def _due(self) -> None:
        """Hand out every moment that has come; runs in the event loop itself."""
        now = time.perf_counter()
        for _ in range(_BATCH):
            if self._next is None or self.started + self._next[1] > now:
                break
            moment = self.started + self._next[1]
            self.fell_due += 1
            if not self._give(moment):
                self._noticed_late(now - moment)
            self._schedule_position = self._next[0] + 1
            self._advance()
        self._arm()
