"""The order of one leg at an exchange: placed once, for what the account has."""

import time
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from target_app.exchanges.market_rules import Market, down, plain
from target_app.exchanges.order_placement import Order
from target_app.exchanges.venue import Venue
from target_app.exchanges.venue_errors import VenueError
from target_app.execution.metrics import Metrics
from target_app.execution.orders.protection_state import Leg, LegStatus

_TOO_SMALL = "What is there is less than the market takes."


class LegOrders:
    """Places the orders of legs, and counts them."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    async def place(
        self,
        venue: Venue,
        intent: Mapping[str, Any],
        key: str,
        leg: Leg,
        *,
        trigger: tuple[str, Decimal] | None,
        since: float | None,
    ) -> dict[str, Any] | None:
        """A leg's own order, for what the account has; None where `leg` says why there is none."""
        started = time.perf_counter()
        failure = ""
        try:
            venue.calls.refuse_in_drill()
            there = None
            if since is not None:
                there = await venue.lookup.find(leg.key(key), intent["symbol"], since)
            return there or await self._sent(venue, intent, key, leg, trigger)
        except VenueError as error:
            failure = error.reason
            leg.settle(LegStatus.FAILED, reason=failure, detail=str(error))
            return None
        finally:
            self._metrics.ordered(venue.name, leg.type, time.perf_counter() - started, failure)
            if failure:
                self._metrics.protection_failed(venue.name, leg.type, failure)

    async def _sent(
        self,
        venue: Venue,
        intent: Mapping[str, Any],
        key: str,
        leg: Leg,
        trigger: tuple[str, Decimal] | None,
    ) -> dict[str, Any] | None:
        order = Order(
            client_order_id=leg.key(key),
            symbol=intent["symbol"],
            kind="market",
            side="sell" if intent["side"] == "buy" else "buy",
            quantity=Decimal(leg.quantity),
            trigger=trigger,
            worth=venue.prices.known(intent["symbol"]) or Decimal(leg.trigger),
        )
        if is_too_small(venue.markets[order.symbol], order.quantity, order.worth):
            leg.settle(LegStatus.GIVEN_UP, reason="invalid_order", detail=_TOO_SMALL)
            return None
        try:
            return await venue.place(order)
        except VenueError as error:
            if error.reason != "insufficient_funds" or order.side != "sell":
                raise
            # A fee that was not told, or a part that was sold by hand: what is left, then.
            free, _ = await venue.held(order.symbol.partition("/")[0])
            left = down(min(free, order.quantity), venue.markets[order.symbol].amount_step)
            if not left or left == order.quantity:
                raise
            leg.quantity = plain(left)
            return await self._sent(venue, intent, key, leg, trigger)


def is_too_small(market: Market, quantity: Decimal, worth: Decimal | None) -> bool:
    """Whether a market takes no order of this size."""
    value = quantity * (worth or 0)
    return quantity <= 0 or quantity < market.min_amount or value < market.min_cost
