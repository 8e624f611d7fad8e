"""What happens in a drill, one value each, in the order in which it was seen.

Times are Unix seconds. The engine yields these and prints nothing.
"""

from dataclasses import dataclass
from enum import StrEnum

from toolkit.drill.results import Outcome, Record


class State(StrEnum):
    """What Prometheus says of an alert."""

    PENDING = "pending"
    FIRING = "firing"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Said:
    """Something about a stack that is worth a line: it starts, it is ready, it ends."""

    stack: str
    text: str


@dataclass(frozen=True, slots=True)
class Applied:
    """A cause holds from now on, or no longer."""

    stack: str
    cause: str
    cleared: bool
    at: float


@dataclass(frozen=True, slots=True)
class Turned:
    """Prometheus' state of an alert changed."""

    stack: str
    alert: str
    state: State
    at: float


@dataclass(frozen=True, slots=True)
class Told:
    """Alertmanager told a receiver."""

    stack: str
    alert: str
    receiver: str
    resolved: bool
    at: float


@dataclass(frozen=True, slots=True)
class Judged:
    """An alert's drill is over."""

    stack: str
    record: Record


@dataclass(frozen=True, slots=True)
class Finished:
    """The drill is over; always the last event."""

    outcome: Outcome


Event = Said | Applied | Turned | Told | Judged | Finished
