"""Stop-loss and take-profit: the orders that close a position, placed after its entry order.

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
_KINDS = (("stop_loss", "sl-", "stopLossPrice"), ("take_profit", "tp-", "takeProfitPrice"))

_RESTS = "open"


def wanted(intent: Mapping[str, Any]) -> bool:
    """Whether the intent asks for any."""
    return intent["stop_loss"] is not None or intent["take_profit"] is not None


def must_wait(intent: Mapping[str, Any], entry_order: Mapping[str, Any]) -> bool:
    """Whether any are asked for, and the entry order may still be filled (further)."""
    return wanted(intent) and entry_order.get("status") == _RESTS


def waiting(intent: Mapping[str, Any]) -> list[dict[str, object]]:
    """Those of an order that rests, unplaced: a stop without a position would open one."""
    return [
        {"type": name, "trigger": intent[name], "status": "waiting"}
        for name, _, _ in _KINDS
        if intent[name] is not None
    ]


async def place(
    venue: Venue,
    intent: Mapping[str, Any],
    key: str,
    entry_order: Mapping[str, Any],
    metrics: Metrics,
    *,
    look_first: bool = False,
    since: float = 0.0,
) -> list[dict[str, object]]:
    """Place those of an entry order, for what it filled; what became of each.

    One that fails does not undo the entry: it is reported as failed, with the reason.
    With `look_first` one that the exchange already has is left alone.
    """
    placed_orders: list[dict[str, object]] = []
    market = venue.markets[intent["symbol"]]
    filled = down(Decimal(str(entry_order.get("filled") or 0)), market.amount_step)
    for name, lead, parameter in _KINDS:
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
        shown: dict[str, object] = {"type": name, "trigger": plain(trigger)}
        # Measured one by one: each is an order of its own, with a fate of its own.
        started = time.perf_counter()
        failure = ""
        try:
            there = (
                await venue.find(order.client_order_id, order.symbol, since) if look_first else None
            )
            placed = there or await venue.place(order)
            shown |= {"order_id": str(placed["id"]), "status": str(placed.get("status") or "open")}
        except VenueError as error:
            failure = error.reason
            shown |= {"status": "failed", "reason": failure, "detail": str(error)}
        metrics.ordered(venue.name, name, time.perf_counter() - started, failure)
        placed_orders.append(shown)
    return placed_orders
