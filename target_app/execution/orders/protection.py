"""What protects the position of an order: its stop-loss and its target, as JSON shows them.

A spot account locks what a resting order would spend, so a stop and a target cannot both rest.
The stop rests at the exchange; the service watches the price of the target. Values only: who
acts on them is `protective_orders`.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any

import msgspec

STOP, TARGET = "stop_loss", "take_profit"
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class LegStatus(StrEnum):
    """What became of one of them."""

    WAITING = "waiting"  # for the entry order to be filled
    OPEN = "open"  # it rests at the exchange
    WATCHED = "watched"  # the service watches the price
    CLOSING = "closing"  # it was decided to close the position
    CLOSED = "closed"  # it was executed
    CANCELED = "canceled"  # the other one was executed, or somebody cancelled it
    FAILED = "failed"  # it could not be placed, and is tried again
    GIVEN_UP = "given_up"  # it cannot be placed at all


class Leg(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One leg. Figures are text; `number` counts the orders placed for it, from 1."""

    type: str
    trigger: str
    order_id: str = ""
    status: LegStatus
    quantity: str = ""
    number: int = 1
    by: str = ""  # the webhook that closed the position
    reason: str = ""
    detail: str = ""

    def key(self, entry: str) -> str:
        """What the journal's name of the entry order becomes for this leg's own order."""
        if self.type == TARGET:
            return f"tp-{entry}"
        lead = "sl" if self.number == 1 else f"s{_DIGITS[self.number]}"
        return f"{lead}-{entry}"

    def settle(self, status: LegStatus, *, reason: str = "", detail: str = "") -> None:
        """Set what became of it, and why."""
        self.status, self.reason, self.detail = status, reason, detail


def wanted(intent: Mapping[str, Any]) -> bool:
    """Whether the intent asks for any."""
    return intent[STOP] is not None or intent[TARGET] is not None


def asked_for(intent: Mapping[str, Any]) -> list[Leg]:
    """Those that the intent asks for, none of them placed yet."""
    return [
        Leg(type=name, trigger=intent[name], status=LegStatus.WAITING)
        for name in (STOP, TARGET)
        if intent[name] is not None
    ]


def find(legs: Sequence[Leg], kind: str) -> Leg | None:
    """The leg of one type."""
    return next((leg for leg in legs if leg.type == kind), None)


def read(document: Mapping[str, Any]) -> list[Leg]:
    """The legs of an answer."""
    return msgspec.convert(document["legs"], list[Leg])


def shown(legs: Sequence[Leg]) -> dict[str, Any]:
    """What an answer shows of them: the legs, and whether the position is protected as asked."""
    told: dict[str, Any] = {"legs": msgspec.to_builtins(list(legs))}
    if legs:
        why = _unprotected(legs)
        told["protected"] = not why
        if why:
            told["unprotected_because"] = why
    return told


def is_unprotected(legs: Sequence[Leg]) -> bool:
    """Whether a position is open without what it should have, and that is being tried again."""
    return any(_has_failed(leg) for leg in legs)


def reached(leg: Leg, price: Decimal, *, sells: bool) -> bool:
    """Whether the market is where the leg closes the position, by selling or by buying back."""
    at = Decimal(leg.trigger)
    rises = sells is (leg.type == TARGET)
    return price >= at if rises else price <= at


def _has_failed(leg: Leg) -> bool:
    return leg.status is LegStatus.FAILED or (leg.status is LegStatus.CLOSING and bool(leg.reason))


def _unprotected(legs: Sequence[Leg]) -> str:
    if any(leg.status is LegStatus.CLOSED for leg in legs):
        return ""
    for leg in legs:
        if leg.status is LegStatus.WAITING:
            return "The entry order is not filled yet."
        if _has_failed(leg) or leg.status is LegStatus.GIVEN_UP:
            return f"{leg.type}: {leg.detail}"
        if leg.status is LegStatus.CANCELED and not leg.by:
            return f"{leg.type}: {leg.detail or 'it was cancelled.'}"
    return ""
