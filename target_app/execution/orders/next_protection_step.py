"""One step of one position: what is to be done about its legs now, and what came of it."""

import dataclasses
import time
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from target_app.exchanges.market_rules import as_decimal, plain
from target_app.exchanges.order_response_checks import rests
from target_app.exchanges.venue import Venue
from target_app.exchanges.venue_errors import VenueError
from target_app.execution.audit_log import AuditLog
from target_app.execution.orders.journal import Journal
from target_app.execution.orders.journal_file import IntentState, JournalEntry
from target_app.execution.orders.leg_orders import is_too_small
from target_app.execution.orders.place_protective_orders import (
    ProtectiveOrders,
    due,
    filled_after_fees,
)
from target_app.execution.orders.protection_state import (
    STOP,
    Leg,
    LegStatus,
    answer_with,
    closing_webhook,
    find,
    has_position,
    read,
    shown,
)
from target_app.execution.response_bodies import Answer, accepted

_REPLACED = "It is being placed for what the entry order got since."
_TO_BE_PLACED = frozenset({LegStatus.FAILED, LegStatus.REPLACING})
_GOING_ON = frozenset(
    {
        LegStatus.WAITING,
        LegStatus.WATCHED,
        LegStatus.FAILED,
        LegStatus.CLOSING,
        LegStatus.REPLACING,
        LegStatus.SUSPENDED,
    }
)


def state_of(legs: list[Leg]) -> IntentState:
    """The state of an order with these legs: RESTING while anything of it is watched."""
    if not legs:
        return IntentState.PLACED
    if any(leg.status in _GOING_ON for leg in legs):
        return IntentState.RESTING
    stop = find(legs, STOP)
    rests_there = stop is not None and stop.status is LegStatus.OPEN
    return IntentState.RESTING if rests_there else IntentState.PLACED


class ProtectionSteps:
    """Reads a position from the journal, acts, and writes it back."""

    def __init__(self, journal: Journal, orders: ProtectiveOrders, audit: AuditLog) -> None:
        self._journal, self._orders, self._audit = journal, orders, audit

    async def advance(self, venue: Venue, entry: JournalEntry) -> JournalEntry | None:
        """The position after one step, as it was written; None where nothing is to be done yet.

        Raises VenueError where the exchange cannot be asked, and JournalError.
        """
        document: dict[str, Any] = msgspec.json.decode(entry.answer)
        legs = read(document)
        if closing_webhook(legs):
            return await self._after_webhook(venue, entry, document, legs)
        stop = find(legs, STOP)
        closing_now = any(leg.status is LegStatus.CLOSING for leg in legs)
        # A stop that is gone while the position is being closed was cancelled by us.
        if stop is not None and stop.status is LegStatus.OPEN and not closing_now:
            became = await self._look_at(venue, entry, stop)
            if became is LegStatus.CLOSED and may_fill(document, legs):
                return await self._stopped_early(venue, entry, document, legs)
            if became is not LegStatus.OPEN:
                _end_others(legs, stop)
                return await self._written(entry, document, legs)
        if may_fill(document, legs):
            return await self._after_entry(venue, entry, document, legs)
        return await self._after_price(venue, entry, document, legs)

    async def _after_price(
        self, venue: Venue, entry: JournalEntry, document: dict[str, Any], legs: list[Leg]
    ) -> JournalEntry | None:
        """Close the position where the market says so; else see that its stop rests."""
        key, intent, since = entry.client_order_id, entry.intent, entry.received_at
        stop = find(legs, STOP)
        if not any(leg.status is LegStatus.CLOSING for leg in legs):
            price = await venue.prices.price(intent["symbol"])
            closing = due(legs, price, sells=intent["side"] == "buy")
            if closing is not None:
                closing.settle(LegStatus.CLOSING)
                # Before it is done, or a restart would not go on with it.
                entry = await self._written(entry, document, legs)
            elif stop is not None and stop.status is LegStatus.REPLACING:
                quantity = Decimal(stop.quantity) + Decimal(stop.closed or 0)
                await self._orders.replace_stop(venue, intent, key, stop, quantity, since=since)
                return await self._written(entry, document, legs)
            elif stop is not None and stop.status is LegStatus.FAILED:
                await self._orders.place_stop(venue, intent, key, stop, since=since)
                return await self._written(entry, document, legs)
            else:
                return None
        await self._orders.close(venue, intent, key, legs, since)
        return await self._written(entry, document, legs)

    async def _after_entry(
        self, venue: Venue, entry: JournalEntry, document: dict[str, Any], legs: list[Leg]
    ) -> JournalEntry | None:
        """Protect what the entry order got by now, and once more when it gets no more."""
        key, intent = entry.client_order_id, entry.intent
        order = await self._entry_order(venue, entry, document)
        if rests(order) and has_position(legs):
            price = await venue.prices.price(intent["symbol"])
            if due(legs, price, sells=intent["side"] == "buy") is not None:
                order = await self._without_the_rest(venue, entry, document)
        grew = as_decimal(order.get("filled") or 0) != Decimal(document["filled"])
        stop = find(legs, STOP)
        if rests(order) and not grew and (stop is None or stop.status not in _TO_BE_PLACED):
            return None
        if stop is not None and stop.status is LegStatus.OPEN:
            total = filled_after_fees(venue, intent, order)
            if total - Decimal(stop.closed or 0) > Decimal(stop.quantity):
                stop.settle(LegStatus.REPLACING, detail=_REPLACED)
                # Before it is done, or a restart would take it for cancelled by somebody else.
                entry = await self._written(entry, document, legs)
        since = entry.received_at
        legs = await self._orders.cover(venue, intent, key, legs, order, since=since)
        answer = accepted(intent, key, order, shown(legs))
        return await self._write(entry, state_of(legs), answer)

    async def _stopped_early(
        self, venue: Venue, entry: JournalEntry, document: dict[str, Any], legs: list[Leg]
    ) -> JournalEntry:
        """The stop was executed while the entry order might still be filled: end that, too."""
        stop = find(legs, STOP)
        assert stop is not None  # noqa: S101 - it was executed
        order = await self._without_the_rest(venue, entry, document)
        stop.count_closed(Decimal(stop.quantity))
        total = filled_after_fees(venue, entry.intent, order)
        left = total - Decimal(stop.closed)
        if left > 0:  # it got more since: the next step sells that, or lets a stop rest for it
            stop.begin_next(left)
            stop.settle(LegStatus.FAILED, detail="It was executed before the entry order ended.")
        else:
            _end_others(legs, stop)
        answer = accepted(entry.intent, entry.client_order_id, order, shown(legs))
        return await self._write(entry, state_of(legs), answer)

    async def _after_webhook(
        self, venue: Venue, entry: JournalEntry, document: dict[str, Any], legs: list[Leg]
    ) -> JournalEntry | None:
        """What a webhook that was to close the position has left of it is protected again.

        All of it, where that webhook failed, or a process was killed between the stop and the sale.
        """
        by = closing_webhook(legs)
        webhook = await self._journal.find(by)
        if webhook is not None and webhook.state is IntentState.OPEN:
            return None
        market = venue.markets[entry.intent["symbol"]]
        for leg in legs:
            if leg.status is not LegStatus.SUSPENDED:
                continue
            sold = _sold(webhook, leg)
            left = Decimal(leg.quantity or 0) - sold
            worth = Decimal(leg.trigger)
            if sold and is_too_small(market, left, worth):
                leg.settle(LegStatus.CANCELED, detail=f"The position was closed by {by}.")
            elif leg.type == STOP:
                # `closed` counts in what its next order is for, as the old one may be executed.
                leg.count_closed(sold)
                leg.quantity = plain(left)
                leg.settle(LegStatus.REPLACING, detail=f"{by} has not closed the position.")
            else:
                leg.count_closed(sold)
                leg.quantity = plain(left)
                leg.settle(LegStatus.WATCHED)
        return await self._written(entry, document, legs)

    async def _entry_order(
        self, venue: Venue, entry: JournalEntry, document: Mapping[str, Any]
    ) -> dict[str, Any]:
        key, symbol = entry.client_order_id, entry.intent["symbol"]
        order: dict[str, Any] | None = await venue.lookup.find(key, symbol, entry.received_at)
        # Exchanges forget old orders: then it is what was known of it.
        return order or {
            "id": document["order_id"],
            "status": "expired",
            "filled": document["filled"],
            "average": document["average"],
        }

    async def _without_the_rest(
        self, venue: Venue, entry: JournalEntry, document: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The entry order, which must get no more: its position is being closed."""
        await venue.cancel(document["order_id"], entry.intent["symbol"])
        order = await self._entry_order(venue, entry, document)
        if rests(order):
            raise VenueError.unanswered(f"{venue.name} has not cancelled the entry order yet")
        return order

    async def _look_at(self, venue: Venue, entry: JournalEntry, stop: Leg) -> LegStatus:
        """What became of a stop that rested."""
        key, symbol = entry.client_order_id, entry.intent["symbol"]
        order = await venue.lookup.fetch(stop.key(key), stop.order_id, symbol)
        if rests(order):
            return stop.status
        if as_decimal(order.get("filled") or 0) > 0:
            stop.settle(LegStatus.CLOSED)
            return stop.status
        detail = f"It is {order['status']} at {venue.name}, by somebody else."
        stop.settle(LegStatus.CANCELED, detail=detail)
        self._audit.write("protection_lost", "warning", client_order_id=key, exchange=venue.name)
        return stop.status

    async def _written(
        self, entry: JournalEntry, document: dict[str, Any], legs: list[Leg]
    ) -> JournalEntry:
        return await self._write(entry, state_of(legs), answer_with(document, legs))

    async def _write(self, entry: JournalEntry, state: IntentState, answer: Answer) -> JournalEntry:
        key = entry.client_order_id
        await self._journal.finish(key, state, answer.status, answer.body)
        return dataclasses.replace(entry, state=state, answer=answer.body, settled_at=time.time())


def may_fill(document: Mapping[str, Any], legs: Sequence[Leg]) -> bool:
    """Whether the entry order may still be filled (further), as far as is known."""
    return rests(document) or any(leg.status is LegStatus.WAITING for leg in legs)


def _sold(webhook: JournalEntry | None, leg: Leg) -> Decimal:
    """How much of the position a webhook has sold that suspended `leg`; 0 where it failed."""
    if webhook is None or webhook.state not in {IntentState.PLACED, IntentState.RESTING}:
        return Decimal(0)
    document = msgspec.json.decode(webhook.answer)
    filled, sold = Decimal(document["filled"]), Decimal(leg.sold)
    if filled >= Decimal(document["quantity"]):
        return sold
    return min(max(filled - Decimal(leg.sold_before), Decimal(0)), sold)


def _end_others(legs: list[Leg], ended: Leg) -> None:
    for leg in legs:
        if leg is not ended:
            leg.settle(LegStatus.CANCELED, detail=f"The {ended.type} ended first.")
