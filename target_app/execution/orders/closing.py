"""What a webhook that closes or reduces a position may sell, and what must end before it can."""

from decimal import Decimal
from typing import Any

import msgspec

from target_app.exchanges.market_rules import down, plain
from target_app.exchanges.order_placement import Order
from target_app.exchanges.venue import Venue
from target_app.exchanges.venue_errors import VenueError
from target_app.execution.orders.journal import Journal
from target_app.execution.orders.journal_file import IntentState, JournalEntry
from target_app.execution.orders.leg_orders import is_too_small
from target_app.execution.orders.locks_between_workers import ProcessLock
from target_app.execution.orders.place_protective_orders import ProtectiveOrders
from target_app.execution.orders.protection_state import (
    STOP,
    Leg,
    LegStatus,
    answer_with,
    closing_webhook,
    find,
    has_position,
    read,
)
from target_app.execution.orders.refusals import no_balance
from target_app.execution.response_bodies import RefusalError
from target_app.execution.signals.fields import CLOSE
from target_app.execution.signals.payload import Signal


def reduces(signal: Signal) -> bool:
    """Whether it may only make a position smaller."""
    return signal.side == CLOSE or signal.reduce_only


class Closer:
    """Knows what is held, and suspends what is watched in a market whose position is closed."""

    def __init__(self, journal: Journal, orders: ProtectiveOrders, lock: ProcessLock) -> None:
        self._journal, self._orders, self._lock = journal, orders, lock

    async def as_sale(self, signal: Signal, venue: Venue, price: Decimal) -> Signal:
        """The sale that `signal` comes to, of what is held at most. Raises RefusalError.

        To close is to sell all that is held, or the quantity that is given if that is less; what
        stops lock is counted, since they are cancelled first. To reduce, only what is free is sold.
        """
        coin = signal.symbol.partition("/")[0]
        try:
            free, total = await venue.held(coin)
        except VenueError as error:
            raise no_balance(venue, error) from None
        held = total if signal.side == CLOSE else free
        market = venue.markets[signal.symbol]
        wanted = held if signal.quantity is None else min(held, signal.quantity)
        quantity = down(wanted, market.amount_step)
        if is_too_small(market, quantity, price):
            locked = f", {plain(total - free)} more are locked by orders" if total > free else ""
            raise RefusalError(
                "nothing_held",
                f"{plain(held)} {coin} can be sold at {venue.name}{locked}; {market.symbol} takes "
                f"at least {plain(market.min_amount)} and {plain(market.min_cost)} USD.",
            )
        return msgspec.structs.replace(signal, side="sell", quantity=quantity)

    async def free_what_is_locked(self, order: Order, venue: Venue, *, whole: bool) -> Order:
        """Suspend the positions that `order` is to close, the oldest first; it for what is free.

        A `whole` close is of all of them. `next_protection_step` ends them when the order's fate is
        known, or protects again what is left. Raises VenueError, and JournalError: then nothing
        was sold.
        """
        async with self._lock.held():
            before = Decimal(0)
            for entry in await self._there(venue.name, order.symbol):
                left = None if whole else order.quantity - before
                if left is not None and left <= 0:
                    break
                before += await self._suspend(entry, venue, order.client_order_id, before, left)
        free, _ = await venue.held(order.symbol.partition("/")[0])
        left = down(min(free, order.quantity), venue.markets[order.symbol].amount_step)
        return msgspec.structs.replace(order, quantity=left) if left else order

    async def _there(self, exchange: str, symbol: str) -> list[JournalEntry]:
        """The positions of a market that are watched."""
        found: dict[str, JournalEntry] = {}
        after = 0.0
        while page := await self._journal.resting(after):
            for entry in page:
                if (entry.intent["exchange"], entry.intent["symbol"]) == (exchange, symbol):
                    found[entry.client_order_id] = entry
            after = max(entry.settled_at for entry in page)
        return sorted(found.values(), key=lambda entry: entry.received_at)

    async def _suspend(
        self, entry: JournalEntry, venue: Venue, by: str, before: Decimal, most: Decimal | None
    ) -> Decimal:
        """Cancel the stop of a position, of which at most so much is to be sold; how much is.

        What is decided is written first, so that a restart knows why the stop is gone.
        """
        document = msgspec.json.decode(entry.answer)
        legs = read(document)
        if not has_position(legs) or any(leg.status is LegStatus.CLOSING for leg in legs):
            return Decimal(0)  # there is none yet, or its target is being sold now
        if (other := closing_webhook(legs)) and other != by:
            webhook = await self._journal.find(other)
            if webhook is not None and webhook.state in {IntentState.OPEN, IntentState.PLACED}:
                return Decimal(0)
        stop = find(legs, STOP)
        quantity = Decimal((stop or legs[0]).quantity)
        sold = quantity if most is None else min(quantity, most)
        for leg in legs:
            if leg.status is not LegStatus.CLOSED:
                leg.suspend(by, sold, before)
        await self._write(entry, document, legs, IntentState.RESTING)
        if stop is not None:
            key, since = entry.client_order_id, entry.received_at
            await self._orders.cancel_stop(venue, entry.intent, key, stop, since=since)
        return sold

    async def _write(
        self, entry: JournalEntry, document: dict[str, Any], legs: list[Leg], state: IntentState
    ) -> None:
        answer = answer_with(document, legs)
        await self._journal.finish(entry.client_order_id, state, answer.status, answer.body)
