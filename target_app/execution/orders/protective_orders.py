"""Stop-loss and take-profit: the orders that close a position, placed after its entry.

Their ids follow from the entry's, so that a restart finds those that were placed.
"""

import time
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from target_app.exchanges.market_rules import down, nearest, plain
from target_app.exchanges.venue import Order, Venue
from target_app.exchanges.venue_errors import VenueError
from target_app.execution.metrics import Metrics

# (name in the intent, what leads the id, ccxt's parameter)
_LEGS = (("stop_loss", "sl-", "stopLossPrice"), ("take_profit", "tp-", "takeProfitPrice"))


_RESTS = "open"


def wanted(intent: Mapping[str, Any]) -> bool:
    """Whether the intent asks for any leg."""
    return intent["stop_loss"] is not None or intent["take_profit"] is not None


def must_wait(intent: Mapping[str, Any], entry: Mapping[str, Any]) -> bool:
    """Whether legs are asked for, and the order `entry` may still be filled (further)."""
    return wanted(intent) and entry.get("status") == _RESTS


def waiting(intent: Mapping[str, Any]) -> list[dict[str, object]]:
    """The legs of an order that rests: a stop without its position would open another."""
    return [
        {"type": name, "trigger": intent[name], "status": "waiting"}
        for name, _, _ in _LEGS
        if intent[name] is not None
    ]


async def place(
    venue: Venue,
    intent: Mapping[str, Any],
    key: str,
    entry: Mapping[str, Any],
    metrics: Metrics,
    *,
    look_first: bool = False,
) -> list[dict[str, object]]:
    """Place the legs of the order `entry`, for what it filled; what became of each.

    A leg that fails does not undo the entry: it is reported as failed, with the reason.
    With `look_first` a leg that the exchange already has is left alone.
    """
    legs: list[dict[str, object]] = []
    market = venue.markets[intent["symbol"]]
    filled = down(Decimal(str(entry.get("filled") or 0)), market.amount_step)
    for name, lead, parameter in _LEGS:
        if intent[name] is None or not filled:
            continue
        trigger = nearest(Decimal(intent[name]), market.price_step)
        order = Order(
            client_order_id=lead + key,
            symbol=intent["symbol"],
            kind="market",
            side="sell" if intent["side"] == "buy" else "buy",
            quantity=filled,
            trigger=(parameter, trigger),
        )
        leg: dict[str, object] = {"type": name, "trigger": plain(trigger)}
        started = time.perf_counter()
        failure = ""
        try:
            there = await venue.find(order.client_order_id, order.symbol) if look_first else None
            placed = there or await venue.place(order)
            leg |= {"order_id": str(placed["id"]), "status": str(placed.get("status") or "open")}
        except VenueError as error:
            failure = error.reason
            leg |= {"status": "failed", "reason": failure, "detail": str(error)}
        metrics.ordered(venue.name, name, time.perf_counter() - started, failure)
        legs.append(leg)
    return legs
