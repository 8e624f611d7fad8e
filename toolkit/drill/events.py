"""What happens in a drill, one value each, in the order in which it was seen.

Times are Unix seconds. `toolkit.drill.run_plan` yields these and prints nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from toolkit.drill.results import AlertRecord, DrillResult


class AlertState(StrEnum):
    """Prometheus' states of an alert."""

    INACTIVE = "inactive"
    PENDING = "pending"
    FIRING = "firing"


@dataclass(frozen=True, slots=True)
class StackProgressed:
    """A line about a stack: it starts, it is ready, what it waits for, it stops."""

    stack: str
    text: str


@dataclass(frozen=True, slots=True)
class CauseApplied:
    """A cause holds from now on."""

    stack: str
    cause: str
    at: float


@dataclass(frozen=True, slots=True)
class CauseCleared:
    """A cause holds no longer."""

    stack: str
    cause: str
    at: float


@dataclass(frozen=True, slots=True)
class AlertStateChanged:
    """Prometheus' state of an alert changed."""

    stack: str
    alert: str
    state: AlertState
    at: float


@dataclass(frozen=True, slots=True)
class NotificationReceived:
    """Alertmanager notified a receiver that an alert fires, or that it has resolved."""

    stack: str
    alert: str
    receiver: str
    resolved: bool
    at: float


@dataclass(frozen=True, slots=True)
class AlertJudged:
    """An alert's drill is over."""

    stack: str
    record: AlertRecord


@dataclass(frozen=True, slots=True)
class DrillFinished:
    """The drill is over; always the last event."""

    result: DrillResult


StackEvent = (
    StackProgressed
    | CauseApplied
    | CauseCleared
    | AlertStateChanged
    | NotificationReceived
    | AlertJudged
)
DrillEvent = StackEvent | DrillFinished
Emit = Callable[[StackEvent], None]
