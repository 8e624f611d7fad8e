"""What protects the position of an order: its stop-loss and its target, as JSON shows them.

A spot account locks what a resting order would spend, so a stop and a target cannot both rest.
The stop rests at the exchange; the service watches the price of the target. Values only: who
acts on them is `place_protective_orders`.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any

import msgspec

from target_app.exchanges.market_rules import plain
from target_app.execution.response_bodies import Answer

STOP, TARGET = "stop_loss", "take_profit"

_ENCODE = msgspec.json.Encoder().encode
_OK = 200


class LegStatus(StrEnum):
    """What became of one of them."""

    WAITING = "waiting"  # for the entry order to be filled
    OPEN = "open"  # it rests at the exchange
    WATCHED = "watched"  # the service watches the price
    REPLACING = "replacing"  # its order is cancelled, and placed again for another quantity
    SUSPENDED = "suspended"  # a webhook closes the position; it comes back where that fails
    CLOSING = "closing"  # it was decided to close the position
    CLOSED = "closed"  # it was executed
    CANCELED = "canceled"  # the other one was executed, or somebody cancelled it
    FAILED = "failed"  # it could not be placed, and is tried again
    GIVEN_UP = "given_up"  # it cannot be placed at all


class Leg(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One leg. Figures are text; `number` counts the orders placed for it, from 1.

    `closed` is what of the position was closed already, by earlier orders and by webhooks. While
    it is suspended, the webhook `by` sells `sold` of the position, and `sold_before` of others.
    """

    type: str
    trigger: str
    order_id: str = ""
    status: LegStatus
    quantity: str = ""
    number: int = 1
    closed: str = ""
    by: str = ""
    sold: str = ""
    sold_before: str = ""
    reason: str = ""
    detail: str = ""

    def key(self, entry: str) -> str:
        """What the journal's name of the entry order becomes for this leg's own order."""
        if self.type == TARGET:
            return f"tp-{entry}"
        lead = "sl" if self.number == 1 else f"s{self.number}"
        return f"{lead}-{entry}"

    def settle(self, status: LegStatus, *, reason: str = "", detail: str = "") -> None:
        """Set what became of it, and why."""
        self.status, self.reason, self.detail = status, reason, detail

    def suspend(self, by: str, sold: Decimal, sold_before: Decimal) -> None:
        """Let the webhook `by` close so much of the position."""
        self.settle(LegStatus.SUSPENDED, detail=f"The position is being closed by {by}.")
        self.by, self.sold, self.sold_before = by, plain(sold), plain(sold_before)

    def count_closed(self, quantity: Decimal) -> None:
        """So much more of the position was closed."""
        self.closed = plain(Decimal(self.closed or 0) + quantity)

    def begin_next(self, quantity: Decimal) -> None:
        """Its next order, for another quantity, is to be placed."""
        self.number, self.order_id, self.quantity = self.number + 1, "", plain(quantity)


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
    if not legs:
        return {"legs": []}
    told: dict[str, Any] = {"legs": msgspec.to_builtins(list(legs))}
    why = _unprotected(legs)
    told["protected"] = not why
    if why:
        told["unprotected_because"] = why
    return told


def answer_with(document: Mapping[str, Any], legs: Sequence[Leg]) -> Answer:
    """The answer `document` with these legs in place of its own, as the journal keeps it."""
    kept = {k: v for k, v in document.items() if k not in {"protected", "unprotected_because"}}
    return Answer(_OK, _ENCODE(kept | shown(legs)), status_label="success")


def closing_webhook(legs: Sequence[Leg]) -> str:
    """The key of the webhook that is closing the position; empty where none is."""
    return next((leg.by for leg in legs if leg.status is LegStatus.SUSPENDED), "")


def has_position(legs: Sequence[Leg]) -> bool:
    """Whether the entry order got anything to protect, as far as is known."""
    return any(leg.status is not LegStatus.WAITING for leg in legs)


def is_unprotected(legs: Sequence[Leg]) -> bool:
    """Whether a position is open without what it should have, and that is being tried again."""
    return any(_has_failed(leg) for leg in legs)


def reached(leg: Leg, price: Decimal, *, sells: bool) -> bool:
    """Whether the market is where the leg closes the position, by selling or by buying back."""
    at = Decimal(leg.trigger)
    rises = sells is (leg.type == TARGET)
    return price >= at if rises else price <= at


def _has_failed(leg: Leg) -> bool:
    if leg.status in {LegStatus.FAILED, LegStatus.REPLACING, LegStatus.SUSPENDED}:
        return True
    return leg.status is LegStatus.CLOSING and bool(leg.reason)


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
