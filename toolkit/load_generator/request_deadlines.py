"""Ends requests that take longer than their timeout, wherever in them the time went.

One timer for all requests of a process: one for each of them would cost a twentieth of what
sending it costs.
"""

import time
from typing import Any

import gevent
from gevent import getcurrent

# How late a request may be ended at the most.
_TICK_SECONDS = 0.05


class TotalTimeoutError(TimeoutError):
    """The whole answer was not there within the request's timeout."""


class RequestDeadlines:
    """The requests under way in this process; a greenlet has at most one."""

    def __init__(self) -> None:
        self._ends: dict[Any, float] = {}
        self._timer: Any = None

    def begin(self, seconds: float) -> None:
        """The current greenlet's request raises TotalTimeoutError after so many seconds."""
        self._ends[getcurrent()] = time.perf_counter() + seconds
        if self._timer is None:
            self._timer = gevent.get_hub().loop.timer(_TICK_SECONDS, _TICK_SECONDS)
            self._timer.start(self._check)

    def end(self) -> None:
        """The current greenlet's request is over."""
        self._ends.pop(getcurrent(), None)

    def _check(self) -> None:
        """Runs in the event loop, where every greenlet of `_ends` waits for the network."""
        if not self._ends:
            # Otherwise the loop would be woken twenty times a second for nothing.
            self._timer.close()
            self._timer = None
            return
        now = time.perf_counter()
        # A list: `throw` may run code that begins a request, and so changes `_ends`.
        for greenlet in [each for each, end in self._ends.items() if end <= now]:
            if self._ends.pop(greenlet, None) is not None:
                greenlet.throw(TotalTimeoutError("the answer was not complete in time"))


DEADLINES = RequestDeadlines()
"""Those of this process."""
