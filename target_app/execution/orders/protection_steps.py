"""One step of one position: what is to be done about its legs now, and what came of it."""

import dataclasses
import time
from collections.abc import Mapping
from typing import Any

import msgspec

from target_app.exchanges.market_rules import as_decimal
from target_app.exchanges.order_response_checks import rests
from target_app.exchanges.venue import Venue
from target_app.execution.audit import AuditLog
from target_app.execution.orders.journal import Journal
from target_app.execution.orders.journal_file import IntentState, JournalEntry
from target_app.execution.orders.protection import (
    STOP,
    Leg,
    LegStatus,
    find,
    read,
    shown,
)
from target_app.execution.orders.protective_orders import ProtectiveOrders, due
from target_app.execution.response_bodies import Answer, accepted

_ENCODE = msgspec.json.Encoder().encode
_OK = 200
_GOING_ON = frozenset({LegStatus.WAITING, LegStatus.WATCHED, LegStatus.FAILED, LegStatus.CLOSING})


def state_of(legs: list[Leg]) -> IntentState:
    """The state of an order with these legs: RESTING while anything of it is watched."""
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
        if any(leg.status is LegStatus.WAITING for leg in legs):
            return await self._after_entry(venue, entry, document)
        key, intent = entry.client_order_id, entry.intent
        stop = find(legs, STOP)
        closing_now = any(leg.status is LegStatus.CLOSING for leg in legs)
        # A stop that is gone while the position is being closed was cancelled by us.
        if stop is not None and stop.status is LegStatus.OPEN and not closing_now:
            await self._look_at(venue, entry, stop)
            if stop.status is not LegStatus.OPEN:
                _end_others(legs, stop)
                return await self._written(entry, document, legs)
        if not closing_now:
            price = await venue.price(intent["symbol"])
            closing = due(legs, price, sells=intent["side"] == "buy")
            if closing is not None:
                closing.settle(LegStatus.CLOSING)
                # Before it is done, or a restart would not go on with it.
                entry = await self._written(entry, document, legs)
            elif stop is not None and stop.status is LegStatus.FAILED:
                since = entry.received_at
                await self._orders.place_stop(venue, intent, key, stop, since=since)
                return await self._written(entry, document, legs)
            else:
                return None
        await self._orders.close(venue, intent, key, legs, entry.received_at)
        return await self._written(entry, document, legs)

    async def _after_entry(
        self, venue: Venue, entry: JournalEntry, document: Mapping[str, Any]
    ) -> JournalEntry | None:
        """Protect what the entry order got, once it may get no more."""
        key, symbol = entry.client_order_id, entry.intent["symbol"]
        order: dict[str, Any] | None = await venue.find(key, symbol, entry.received_at)
        if order is None:  # exchanges forget old orders: then there is nothing to protect
            order = {"id": document["order_id"], "status": "expired"}
        if rests(order):
            return None
        since = entry.received_at
        legs = await self._orders.first(venue, entry.intent, key, order, since=since)
        answer = accepted(entry.intent, key, order, shown(legs))
        return await self._write(entry, state_of(legs), answer)

    async def _look_at(self, venue: Venue, entry: JournalEntry, stop: Leg) -> None:
        """What became of a stop that rested."""
        key, symbol = entry.client_order_id, entry.intent["symbol"]
        order = await venue.fetch(stop.key(key), stop.order_id, symbol)
        if rests(order):
            return
        if as_decimal(order.get("filled") or 0) > 0:
            stop.settle(LegStatus.CLOSED)
            return
        detail = f"It is {order['status']} at {venue.name}, by somebody else."
        stop.settle(LegStatus.CANCELED, detail=detail)
        self._audit.write("protection_lost", "warning", client_order_id=key, exchange=venue.name)

    async def _written(
        self, entry: JournalEntry, document: dict[str, Any], legs: list[Leg]
    ) -> JournalEntry:
        kept = {k: v for k, v in document.items() if k not in {"protected", "unprotected_because"}}
        answer = Answer(_OK, _ENCODE(kept | shown(legs)), status_label="success")
        return await self._write(entry, state_of(legs), answer)

    async def _write(self, entry: JournalEntry, state: IntentState, answer: Answer) -> JournalEntry:
        key = entry.client_order_id
        await self._journal.finish(key, state, answer.status, answer.body)
        return dataclasses.replace(entry, state=state, answer=answer.body, settled_at=time.time())


def _end_others(legs: list[Leg], ended: Leg) -> None:
    for leg in legs:
        if leg is not ended:
            leg.settle(LegStatus.CANCELED, detail=f"The {ended.type} ended first.")
