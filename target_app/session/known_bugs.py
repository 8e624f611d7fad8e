"""The four bugs of the past that the regression keeps from coming back.

Each can be brought back on purpose, which proves that its test would notice. The code that has
one asks `Bugs` at the very place where the bug was.
"""

import threading
import time
from collections.abc import Callable, Iterable
from enum import StrEnum


class Bug(StrEnum):
    """What went wrong once; the value is what `toolkit session --break` takes."""

    UNFILLED_ORDERS = "unfilled-orders"  # entries were priced where nobody sells
    STALE_INTENTS = "stale-intents"  # intents outlived their orders, and were never cleared
    SILENT_FAILURES = "silent-failures"  # a failed order left no ERROR event
    DEADLOCK = "deadlock"  # the budget's refresh waited for the loop, which waited for it


class Bugs:
    """Which bugs are there now. A drill sets one for a while, on another thread."""

    def __init__(
        self, present: Iterable[Bug] = (), *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._until: dict[Bug, float] = dict.fromkeys(present, float("inf"))

    def __contains__(self, bug: Bug) -> bool:
        until = self._until.get(bug)
        return until is not None and self._clock() < until

    def bring_back(self, bug: Bug, seconds: float) -> None:
        """Let the bug be there for so long."""
        with self._lock:
            self._until[bug] = self._clock() + seconds

    def remove(self, bug: Bug) -> None:
        """Let the bug be gone, whether or not it was there."""
        with self._lock:
            self._until.pop(bug, None)

    def seconds_left(self) -> dict[Bug, float]:
        """Each bug that is there, and for how long yet."""
        now = self._clock()
        with self._lock:
            return {bug: until - now for bug, until in self._until.items() if until > now}
