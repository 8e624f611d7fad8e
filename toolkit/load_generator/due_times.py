"""Hands each user of this process the moment at which its next request is due.

In an open loop the clock decides: moments fall due whether or not answers came. One that
finds no idle user waits for one, and its request's latency counts from the moment itself, so
that a stalled service, or a generator out of breath, cannot hide (coordinated omission).
In a closed loop the next request is due as soon as a user is free.
"""

import time
from collections import deque
from collections.abc import Iterator
from typing import Any

import gevent
from gevent.hub import Waiter

from toolkit.load.stages import Share, evenly
from toolkit.load.workload import Loop, Orders

# Moments handed out before the event loop may read answers again.
_BATCH = 32


class Pacing:
    """The moments of one run in one process, as `time.perf_counter()` counts."""

    def __init__(self) -> None:
        self._idle: list[Any] = []  # the user that became idle last is woken first: warm
        self._waiting: deque[float] = deque()
        self._timer: Any = None
        self._reset()

    def _reset(self) -> None:
        self._orders: Orders | None = None
        self._moments: Iterator[tuple[int, float]] = iter(())
        self._next: tuple[int, float] | None = None
        self._passed = 0  # requests of the schedule before this one are done with
        self._share = Share()
        self._part = 0  # of a closed loop's requests; 0 is no bound
        self._waiting.clear()
        self.started = time.perf_counter()
        self.handed = self.most_waiting = self.under_way = 0
        self._disarm()

    def start(self, orders: Orders, *, elapsed: float, index: int, of: int) -> None:
        """Begin a run, `elapsed` seconds ago, as worker `index` of `of`."""
        self._reset()
        self._orders = orders
        self.started = time.perf_counter() - elapsed
        self._share.set(0, index, of)
        if orders.schedule is None:
            # A part of nothing is nothing; no bound is 0.
            self._part = evenly(orders.most, index, of) if orders.most else -1
            while self._idle and self._is_free():
                self._wake(time.perf_counter())
            return
        self._moments = orders.schedule.times()
        self._advance()
        self._arm()

    def reshare(self, first: int, *, index: int, of: int) -> None:
        """From request `first` of the schedule on, be worker `index` of `of`."""
        self._share.set(first, index, of)
        if self._orders is not None and self._orders.schedule is not None:
            # What was passed over as another's may be ours now.
            self._moments = self._orders.schedule.times(self._passed)
            self._advance()
            self._arm()

    def stop(self) -> None:
        """Hand out nothing more."""
        self._next, self._orders = None, None
        self._waiting.clear()
        self._disarm()

    def next(self) -> float:
        """Wait for the moment at which this user's next request is due, and give it."""
        if self._waiting:
            self.handed += 1
            self.under_way += 1
            return self._waiting.popleft()
        if self._is_free():
            self.handed += 1
            self.under_way += 1
            return time.perf_counter()
        waiter = Waiter()
        self._idle.append(waiter)
        try:
            moment: float = waiter.get()
        except BaseException:
            if waiter in self._idle:
                self._idle.remove(waiter)
            else:  # stopped between being woken and running
                self.handed -= 1
                self.under_way -= 1
            raise
        return moment

    def done(self) -> None:
        """A user has its answer."""
        self.under_way -= 1

    @property
    def exhausted(self) -> bool:
        """Whether all that this process was to send was sent and answered."""
        if self._orders is None or self.under_way or self._waiting:
            return False
        if self._orders.loop is Loop.CLOSED:
            return 0 <= self._part <= self.handed
        return self._next is None

    def _is_free(self) -> bool:
        """Whether a closed loop has a request left."""
        orders = self._orders
        closed = orders is not None and orders.loop is Loop.CLOSED
        return closed and (self._part < 0 or self.handed < self._part)

    def _wake(self, moment: float) -> None:
        waiter = self._idle.pop()
        self.handed += 1
        self.under_way += 1
        gevent.get_hub().loop.run_callback(waiter.switch, moment)

    def _advance(self) -> None:
        """Find the next moment that is this worker's."""
        most = self._orders.most if self._orders else 0
        for number, at in self._moments:
            if most and number >= most:
                break
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
            self._passed = self._next[0] + 1
            self._advance()
        self._arm()
