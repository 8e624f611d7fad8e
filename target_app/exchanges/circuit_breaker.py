"""A circuit breaker: after failures in a row, leave the exchange alone for a while."""

import time
from collections.abc import Callable
from enum import IntEnum


class BreakerState(IntEnum):
    """A breaker's state; the number is what the gauge shows."""

    CLOSED = 0
    HALF_OPEN = 1
    OPEN = 2


class Breaker:
    """CLOSED → OPEN after `failures` in a row, → HALF_OPEN after `cooldown` seconds,
    → CLOSED after `successes`, or back to OPEN at the first failure.

    `changed(from, to)` is called at each transition. Half-open lets one call through at a
    time: what is known of the exchange is that it was failing.
    """  # noqa: D205 - the states read as one line

    def __init__(
        self,
        *,
        failures: int,
        cooldown: float,
        successes: int,
        changed: Callable[[BreakerState, BreakerState], None] = lambda _from, _to: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._failures, self._cooldown, self._successes = failures, cooldown, successes
        self._changed, self._clock = changed, clock
        self._state = BreakerState.CLOSED
        self._run = 0  # failures in a row while closed, successes while half-open
        self._opened = 0.0
        self._trial = False

    @property
    def state(self) -> BreakerState:
        """The state now; reading it lets the cool-down pass."""
        if self._state is BreakerState.OPEN and self._clock() - self._opened >= self._cooldown:
            self._turn(BreakerState.HALF_OPEN)
        return self._state

    @property
    def remaining(self) -> float:
        """Seconds that the breaker stays open; 0 when it is not. Asks for no call."""
        if self.state is not BreakerState.OPEN:
            return 0.0
        return max(0.001, self._cooldown - (self._clock() - self._opened))

    def wait(self) -> float:
        """0 when a call may be made (and must be reported), else seconds until one may."""
        state = self._state
        if state is BreakerState.CLOSED:
            return 0.0
        state = self.state
        if state is BreakerState.OPEN:
            return self.remaining
        if self._trial:
            return 1.0
        self._trial = True
        return 0.0

    def succeeded(self) -> None:
        """A call that `wait` let through reached the exchange and was answered."""
        self._trial = False
        if self._state is BreakerState.CLOSED:
            self._run = 0
        elif self._state is BreakerState.HALF_OPEN:
            self._run += 1
            if self._run >= self._successes:
                self._turn(BreakerState.CLOSED)

    def failed(self) -> None:
        """A call that `wait` let through failed for the exchange's reasons."""
        self._trial = False
        self._run += 1
        if self._state is BreakerState.HALF_OPEN or (
            self._state is BreakerState.CLOSED and self._run >= self._failures
        ):
            self._opened = self._clock()
            self._turn(BreakerState.OPEN)

    def _turn(self, to: BreakerState) -> None:
        before, self._state = self._state, to
        self._run = 0
        self._trial = False
        self._changed(before, to)
