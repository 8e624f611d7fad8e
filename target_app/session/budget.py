"""What may be spent: the venue's balance at the last refresh, less what was reserved since.

A thread of its own asks the venue, with a timeout. The trading loop never waits for it: it takes
the lock for an addition, and the refresh takes it only once the answer is there.
"""

import threading
import time
from collections.abc import Callable
from decimal import Decimal

from target_app.exchanges.venue_errors import VenueError
from target_app.session.events import EventLevel, EventLog
from target_app.session.known_bugs import Bug, Bugs
from target_app.session.metrics import SessionMetrics
from target_app.session.watchdog import REPORT_SECONDS


class Budget:
    """Starts its thread with `start`; `free` asks the venue, and raises VenueError."""

    def __init__(
        self,
        free: Callable[[], Decimal],
        *,
        every_seconds: float,
        metrics: SessionMetrics,
        events: EventLog,
        bugs: Bugs,
        alive: Callable[[], None] = lambda: None,
    ) -> None:
        self._free, self._every, self._alive = free, every_seconds, alive
        self._metrics, self._events, self._bugs = metrics, events, bugs
        self._lock = threading.Lock()
        self._balance = Decimal(0)
        self._reserved: dict[str, Decimal] = {}
        self._spent = Decimal(0)  # since the last refresh
        self._settled = threading.Event()  # never set: what the deadlock waits for
        self._stopped, self._soon = threading.Event(), threading.Event()
        self._has_filled = False
        self._thread = threading.Thread(target=self._run, name="budget-refresh", daemon=True)

    @property
    def available(self) -> Decimal:
        """What may be spent now."""
        with self._lock:
            return self._available()

    def start(self) -> None:
        """Begin to refresh."""
        self._thread.start()

    def refresh_soon(self) -> None:
        """Let the thread ask at once: the venue was away, and is back."""
        self._soon.set()

    def stop(self) -> None:
        """End the thread; one that is stuck is left behind."""
        self._stopped.set()
        self._soon.set()
        if self._thread.is_alive():
            self._thread.join(1.0)

    def reserve(self, order: str, cost: Decimal) -> bool:
        """Set `cost` aside for an order; False where so much is not there."""
        with self._lock:
            if cost > self._available():
                return False
            self._reserved[order] = cost
        return True

    def settle(self, order: str, spent: Decimal) -> None:
        """The order has ended, and this was spent; a sale spends less than nothing."""
        with self._lock:
            self._reserved.pop(order, None)
            self._spent += spent
            self._has_filled = self._has_filled or spent != 0
            available = self._available()
        self._metrics.record_budget_available(float(available))

    def refresh(self) -> None:
        """Ask the venue once; what goes wrong is recorded, and the last balance stays."""
        if Bug.DEADLOCK in self._bugs and self._has_filled:
            # The bug: the refresh waited for open orders to be settled, so as not to count them
            # twice, and held the lock that settling them needs. It began once an order had
            # been filled: a session that never traded shows another fault.
            with self._lock:
                self._settled.wait()
        began = time.monotonic()
        try:
            balance = self._free()
        except VenueError as error:
            timed_out = error.reason == "timeout"
            self._metrics.record_budget_refresh(_milliseconds_since(began), timed_out)
            name = "BUDGET_REFRESH_TIMEOUT" if timed_out else "BUDGET_REFRESH_FAILED"
            self._events.emit(EventLevel.WARNING, name, reason=error.reason, message=str(error))
            return
        self._metrics.record_budget_refresh(_milliseconds_since(began), timed_out=False)
        with self._lock:
            self._balance, self._spent = balance, Decimal(0)
            available = self._available()
        self._metrics.record_budget_available(float(available))

    def _available(self) -> Decimal:
        return self._balance - self._spent - sum(self._reserved.values(), Decimal(0))

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._alive()
            self.refresh()
            due = time.monotonic() + self._every
            while (left := due - time.monotonic()) > 0 and not self._stopped.is_set():
                self._alive()
                if self._soon.wait(min(left, REPORT_SECONDS)):
                    self._soon.clear()
                    break


def _milliseconds_since(began: float) -> float:
    return (time.monotonic() - began) * 1000
