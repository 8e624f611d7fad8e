"""Every event of the system: its fields, its stream, its version, and how older ones are read.

Money and quantities are Decimal here and text on the wire. A field may be added with a
default; anything else is a new version, with a function that reads the old one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import msgspec

SIGNALS, REQUESTS, RESULTS = "signals", "requests", "results"
POSITIONS, LEARNING, CONTROL = "positions", "learning", "control"
STREAMS = (SIGNALS, REQUESTS, RESULTS, POSITIONS, LEARNING, CONTROL)


class SignalGenerated(msgspec.Struct, frozen=True, kw_only=True):
    """ai: trade this. A buy opens a position, a sell closes the symbol's oldest one."""

    signal_id: str
    symbol: str
    side: str
    confidence: float
    model: int
    quantity: Decimal | None = None  # left out, the execution core sizes it
    leverage: Decimal = Decimal(1)


class ExecutionRequested(msgspec.Struct, frozen=True, kw_only=True):
    """exec-risk: the signal passed every rule, or a position is to be closed."""

    request_id: str
    signal_id: str  # empty where no signal asked for it
    position_id: str
    symbol: str
    side: str
    opens: bool
    quantity: Decimal | None = None
    confidence: float = 1.0
    signalled_at: float = 0.0


class ExecutionResult(msgspec.Struct, frozen=True, kw_only=True):
    """exec-risk: what became of a signal or a request: filled, refused by a rule, or failed."""

    signal_id: str
    request_id: str  # empty where a rule refused the signal
    symbol: str
    outcome: str
    reason: str = ""
    order_id: str = ""
    filled: Decimal = Decimal(0)
    price: Decimal = Decimal(0)


class PositionOpened(msgspec.Struct, frozen=True, kw_only=True):
    """exec-risk: a position is held from now on."""

    position_id: str
    signal_id: str
    symbol: str
    quantity: Decimal
    price: Decimal
    confidence: float


class PositionClosed(msgspec.Struct, frozen=True, kw_only=True):
    """exec-risk: a position is held no longer. It repeats what its opening said."""

    position_id: str
    signal_id: str
    symbol: str
    quantity: Decimal
    opened_price: Decimal
    price: Decimal
    pnl_usd: Decimal
    confidence: float
    opened_at: float


class ModelLearned(msgspec.Struct, frozen=True, kw_only=True):
    """ai: the model has learned from a result, or was trained anew."""

    model: int
    samples: int
    accuracy: float
    retrained: bool = False


class EmergencyStopChanged(msgspec.Struct, frozen=True, kw_only=True):
    """exec-risk: trading was stopped, or a person has lifted the stop."""

    active: bool
    reason: str
    by: str


class RebalanceRequested(msgspec.Struct, frozen=True, kw_only=True):
    """analytics-os: one symbol is too large a share of the portfolio; close its oldest."""

    symbol: str
    share: float


class SizingChanged(msgspec.Struct, frozen=True, kw_only=True):
    """analytics-os: profit amplification: positions are sized by this factor from now on."""

    factor: Decimal
    reason: str


Event = (
    SignalGenerated
    | ExecutionRequested
    | ExecutionResult
    | PositionOpened
    | PositionClosed
    | ModelLearned
    | EmergencyStopChanged
    | RebalanceRequested
    | SizingChanged
)
Upgrade = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventKind:
    """How an event is called on the wire; `upgrades` give version N+1's fields of version N's."""

    name: str
    stream: str
    fields: type[Event]
    version: int = 1
    upgrades: Mapping[int, Upgrade] = field(default_factory=dict)


def _without_model(data: dict[str, Any]) -> dict[str, Any]:
    """Version 1 did not say which model had made the signal, and its confidence was percent."""
    share = data.pop("confidence_pct", None)
    return {**data, "confidence": share / 100 if share is not None else share, "model": 0}


KINDS = (
    EventKind(
        name="signal.generated",
        stream=SIGNALS,
        fields=SignalGenerated,
        version=2,
        upgrades={1: _without_model},
    ),
    EventKind(name="execution.requested", stream=REQUESTS, fields=ExecutionRequested),
    EventKind(name="execution.result", stream=RESULTS, fields=ExecutionResult),
    EventKind(name="position.opened", stream=POSITIONS, fields=PositionOpened),
    EventKind(name="position.closed", stream=POSITIONS, fields=PositionClosed),
    EventKind(name="model.learned", stream=LEARNING, fields=ModelLearned),
    EventKind(name="emergency_stop.changed", stream=CONTROL, fields=EmergencyStopChanged),
    EventKind(name="rebalance.requested", stream=CONTROL, fields=RebalanceRequested),
    EventKind(name="sizing.changed", stream=CONTROL, fields=SizingChanged),
)
BY_NAME = {kind.name: kind for kind in KINDS}
BY_TYPE: dict[type, EventKind] = {kind.fields: kind for kind in KINDS}
