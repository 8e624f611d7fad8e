"""Waits for a condition, and observes the stack meanwhile.

How long is `toolkit.drill.deadlines`' business.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from toolkit.drill.alert_observer import LEAST_REACH_SECONDS, Observer
from toolkit.drill.deadlines import USUAL_ALLOWANCE, Allowance
from toolkit.errors import UnreachableError

_POLL_SECONDS = 0.4


class DrillInterrupted(Exception):  # noqa: N818 - it is not an error: the user ended the drill
    """Raised between two observations, once the drill is to end."""


class Clock(Protocol):
    """What the module `time` says, and what a test lets it say."""

    def time(self) -> float:
        """Unix seconds, as in Prometheus' samples."""

    def monotonic(self) -> float:
        """Seconds that never go back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Poller:
    """Observes again and again; `stop` ends the waiting."""

    observer: Observer
    stop: threading.Event
    allowance: Allowance = USUAL_ALLOWANCE
    clock: Clock = time

    def until(self, condition: Callable[[], bool], predicted_seconds: float) -> bool:
        """Wait until the condition holds, or what is predicted is missed; whether it holds.

        Raises DrillInterrupted once `stop` is set. UnreachableError passes through where
        observations fail for longer than the next one could make up for.
        """
        answered = self.clock.monotonic()
        deadline = answered + self.allowance.missed_after_seconds(predicted_seconds)
        while True:
            try:
                self.observer.observe()
                if condition():
                    return True
                answered = self.clock.monotonic()
            except UnreachableError:
                if self.clock.monotonic() > answered + LEAST_REACH_SECONDS:
                    raise
            # After an observation, so that what happened on the last instant still counts.
            if self.clock.monotonic() > deadline:
                return False
            if self.stop.wait(_POLL_SECONDS):
                raise DrillInterrupted
