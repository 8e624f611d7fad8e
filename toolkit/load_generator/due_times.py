"""Hands out to each user of this process the moment at which its next request is due.

In an open loop the clock decides: moments fall due whether or not answers came. One that
finds no idle user waits for one, and its request's latency counts from the moment itself, so
that a stalled service, or a slow load generator, cannot hide (coordinated omission).
In a closed loop the next request is due as soon as a user is free.
"""

import time
from collections import deque
from collections.abc import Iterator
from typing import Any

import gevent
from gevent.hub import Waiter

from toolkit.load.stages import WorkerShare, worker_part
from toolkit.load.workload import Loop, Workload

# Moments handed out before the event loop may read answers again.
_BATCH = 32


class DueTimes:
    """The moments of one run in one process, as `time.perf_counter()` counts."""

    def __init__(self) -> None:
        # The user that became idle last is woken first: what it needs is in the caches.
        self._idle: list[Any] = []
        self._waiting: deque[float] = deque()
        self._timer: Any = None
        self._reset()

    def _reset(self) -> None:
        self._workload: Workload | None = None
        self._moments: Iterator[tuple[int, float]] = iter(())
        self._next: tuple[int, float] | None = None
        self._schedule_position = 0  # the first request that may still be handed out
        self._share = WorkerShare()
        self._closed_requests = 0  # this worker's, of a closed loop; -1 is no bound
        self._waiting.clear()
        self.started = time.perf_counter()
        self.handed_out = self.most_waiting = self.under_way = 0
        self._disarm()

    def start(self, workload: Workload, *, elapsed: float, index: int, of: int) -> None:
        """Begin a run, `elapsed` seconds ago, as worker `index` of `of`."""
        self._reset()
        self._workload = workload
        self.started = time.perf_counter() - elapsed
        self._share.set(0, index, of)
        if workload.schedule is None:
            # A part of nothing is nothing: 0 is a bound here, and -1 is none.
            bound = workload.max_requests
            self._closed_requests = worker_part(bound, index, of) if bound else -1
            while self._idle and self._is_free():
                self._wake(time.perf_counter())
            return
        self._moments = workload.schedule.times()
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

    def stop(self) -> None:
        """Hand out nothing more."""
        self._next, self._workload = None, None
        self._waiting.clear()
        self._disarm()

    def next(self) -> float:
        """Wait for the moment at which this user's next request is due, and give it."""
        if self._waiting:
            self.handed_out += 1
            self.under_way += 1
            return self._waiting.popleft()
        if self._is_free():
            self.handed_out += 1
            self.under_way += 1
            return time.perf_counter()
        # Switched to directly from the event loop: an event or a queue would cost a second turn,
        # and so some of the latency that is measured.
        waiter = Waiter()
        self._idle.append(waiter)
        try:
            moment: float = waiter.get()
        except BaseException:
            if waiter in self._idle:
                self._idle.remove(waiter)
            else:  # killed by Locust between being woken and running
                self.handed_out -= 1
                self.under_way -= 1
            raise
        return moment

    def done(self) -> None:
        """A user has its answer."""
        self.under_way -= 1

    @property
    def exhausted(self) -> bool:
        """Whether all that this process was to send was sent and answered."""
        if self._workload is None or self.under_way or self._waiting:
            return False
        if self._workload.loop is Loop.CLOSED:
            return 0 <= self._closed_requests <= self.handed_out
        return self._next is None

    def _is_free(self) -> bool:
        """Whether a closed loop has a request left."""
        workload = self._workload
        closed = workload is not None and workload.loop is Loop.CLOSED
        return closed and (self._closed_requests < 0 or self.handed_out < self._closed_requests)

    def _wake(self, moment: float) -> None:
        waiter = self._idle.pop()
        self.handed_out += 1
        self.under_way += 1
        gevent.get_hub().loop.run_callback(waiter.switch, moment)

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
            self._timer.close()
            self._timer = None

    def _arm(self) -> None:
        self._disarm()
        if self._next is None:
            return
        # One timer for the next moment alone; thousands of sleeping users would each need one.
        wait = self.started + self._next[1] - time.perf_counter()
        self._timer = gevent.get_hub().loop.timer(max(0.0, wait))
        self._timer.start(self._due)

    def _due(self) -> None:
        """Hand out every moment that has come; runs in the event loop itself."""
        now = time.perf_counter()
        for _ in range(_BATCH):
            if self._next is None or self.started + self._next[1] > now:
                break
            moment = self.started + self._next[1]
            if self._idle:
                self._wake(moment)
            else:
                self._waiting.append(moment)
                self.most_waiting = max(self.most_waiting, len(self._waiting))
            self._schedule_position = self._next[0] + 1
            self._advance()
        self._arm()
