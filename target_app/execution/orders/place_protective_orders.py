"""Places what protects a position, and closes the position when its target is reached.

Their ids follow from the entry's, so that a restart finds those that were placed. An order of
a leg is looked for before it is sent again.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from target_app.exchanges.market_rules import as_decimal, down, nearest, plain
from target_app.exchanges.order_response_checks import rests
from target_app.exchanges.venue import Venue
from target_app.exchanges.venue_errors import VenueError
from target_app.execution.metrics import Metrics
from target_app.execution.orders.leg_orders import LegOrders, is_too_small
from target_app.execution.orders.protection_state import (
    STOP,
    TARGET,
    Leg,
    LegStatus,
    asked_for,
    find,
    reached,
)


class ProtectiveOrders:
    """Acts at exchanges on the legs of one position at a time."""

    def __init__(self, metrics: Metrics) -> None:
        self._leg_orders = LegOrders(metrics)

    async def first(
        self,
        venue: Venue,
        intent: Mapping[str, Any],
        key: str,
        entry_order: Mapping[str, Any],
        *,
        since: float | None = None,
    ) -> list[Leg]:
        """The legs of an entry order that was just placed, or found after it was sent `since`.

        One that fails does not undo the entry: it says why.
        """
        legs = asked_for(intent)
        return await self.cover(venue, intent, key, legs, entry_order, since=since)

    async def cover(
        self,
        venue: Venue,
        intent: Mapping[str, Any],
        key: str,
        legs: list[Leg],
        entry_order: Mapping[str, Any],
        *,
        since: float | None,
    ) -> list[Leg]:
        """The legs for what the entry order got by now, which may be a part of it.

        A stop that rests for less must be `replacing`. Raises VenueError where that one cannot
        be cancelled: it is replacing still.
        """
        market = venue.markets[intent["symbol"]]
        quantity = filled_after_fees(venue, intent, entry_order)
        left = quantity - Decimal(legs[0].closed or 0)
        worth = venue.prices.known(market.symbol) or Decimal(legs[0].trigger)
        if rests(entry_order) and is_too_small(market, left, worth):
            return legs
        if not quantity:
            return []
        for leg in legs:
            leg.trigger = plain(nearest(Decimal(leg.trigger), market.price_step))
            if leg.type == TARGET and leg.status in {LegStatus.WAITING, LegStatus.WATCHED}:
                leg.quantity = plain(left)
                leg.settle(LegStatus.WATCHED)
        stop = find(legs, STOP)
        if stop is not None and stop.status is LegStatus.REPLACING:
            await self.replace_stop(venue, intent, key, stop, quantity, since=since)
        elif stop is not None and stop.status in {LegStatus.WAITING, LegStatus.FAILED}:
            stop.quantity = plain(left)
            await self.place_stop(venue, intent, key, stop, since=since)
        return legs

    async def replace_stop(
        self,
        venue: Venue,
        intent: Mapping[str, Any],
        key: str,
        stop: Leg,
        quantity: Decimal,
        *,
        since: float | None,
    ) -> None:
        """Cancel the stop that rests, and let one rest for a position that was `quantity` in all.

        What was closed of it counts. Raises VenueError where the old one cannot be cancelled.
        """
        stop.count_closed(await self.cancel_stop(venue, intent, key, stop, since=since))
        left = quantity - Decimal(stop.closed)
        if left <= 0:
            stop.settle(LegStatus.CLOSED)
            return
        stop.begin_next(left)
        await self.place_stop(venue, intent, key, stop, since=since)

    async def place_stop(
        self, venue: Venue, intent: Mapping[str, Any], key: str, leg: Leg, *, since: float | None
    ) -> None:
        """Let the stop rest at the exchange; `leg` says what became of it.

        With `since`, an order that the exchange has already is taken for it.
        """
        trigger = ("stopLossPrice", Decimal(leg.trigger))
        placed = await self._leg_orders.place(venue, intent, key, leg, trigger=trigger, since=since)
        if placed is not None:
            leg.order_id = str(placed["id"])
            leg.settle(LegStatus.OPEN if rests(placed) else LegStatus.CLOSED)

    async def close(
        self, venue: Venue, intent: Mapping[str, Any], key: str, legs: Sequence[Leg], since: float
    ) -> None:
        """Go on with closing the position, for the leg that is `closing`: no stop may rest then.

        Raises VenueError where the exchange cannot be asked: the leg is still closing.
        """
        leg = next(leg for leg in legs if leg.status is LegStatus.CLOSING)
        stop = find(legs, STOP)
        left = Decimal(leg.quantity if stop is None else stop.quantity)
        if stop is not None and stop is not leg:
            left -= await self.cancel_stop(venue, intent, key, stop, since=since)
        if stop is not None and stop.status is LegStatus.CLOSED:
            if leg is not stop:
                leg.settle(LegStatus.CANCELED)
            return
        leg.quantity = plain(left)
        closed = await self._leg_orders.place(venue, intent, key, leg, trigger=None, since=since)
        if closed is None:
            if leg.status is LegStatus.FAILED:
                leg.settle(LegStatus.CLOSING, reason=leg.reason, detail=leg.detail)
            return
        leg.order_id = str(closed["id"])
        leg.settle(LegStatus.CLOSED)
        for other in legs:
            if other is not leg:
                other.settle(LegStatus.CANCELED, detail=f"The {leg.type} was executed.")

    async def cancel_stop(
        self,
        venue: Venue,
        intent: Mapping[str, Any],
        key: str,
        stop: Leg,
        *,
        since: float | None,
    ) -> Decimal:
        """Take the stop off the book; how much it had executed. Raises VenueError.

        Also one whose answer was lost, and that rests unknown to the journal.
        """
        symbol = intent["symbol"]
        if not stop.order_id and stop.status is not LegStatus.WAITING and since is not None:
            there = await venue.lookup.find(stop.key(key), symbol, since)
            stop.order_id = "" if there is None else str(there["id"])
        if not stop.order_id:
            return Decimal(0)
        if stop.status not in {LegStatus.CANCELED, LegStatus.CLOSED}:
            await venue.cancel(stop.order_id, symbol)
        order = await venue.lookup.fetch(stop.key(key), stop.order_id, symbol)
        filled = as_decimal(order.get("filled") or 0)
        if rests(order):
            raise VenueError.unanswered(f"{venue.name} has not cancelled the stop yet")
        if filled >= Decimal(stop.quantity):
            stop.settle(LegStatus.CLOSED)
        elif stop.status is LegStatus.OPEN:
            stop.settle(LegStatus.CANCELED)
        return filled


def filled_after_fees(venue: Venue, intent: Mapping[str, Any], order: Mapping[str, Any]) -> Decimal:
    """What an order has bought or sold and can be turned back, in whole steps of its market."""
    market = venue.markets[intent["symbol"]]
    filled = as_decimal(order.get("filled") or 0)
    base = intent["symbol"].partition("/")[0]
    fees = [f for f in order.get("fees") or [order.get("fee")] if f and f.get("currency")]
    if intent["side"] == "buy":
        told = sum((as_decimal(f["cost"] or 0) for f in fees if f["currency"] == base), Decimal(0))
        if not fees and venue.profile.fee_from_bought:
            told = filled * market.taker_fee
        filled -= told
    return down(filled, market.amount_step)


def due(legs: Sequence[Leg], price: Decimal, *, sells: bool) -> Leg | None:
    """The leg that closes the position now: a target, or a stop that is reached unplaced."""
    for leg in legs:
        waits = leg.status is LegStatus.WATCHED or (
            leg.type == STOP and leg.status is LegStatus.FAILED
        )
        if waits and reached(leg, price, sells=sells):
            return leg
    return None
