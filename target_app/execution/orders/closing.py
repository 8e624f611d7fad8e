"""What a webhook that closes or reduces a position may sell, and what must end before it can."""

from decimal import Decimal

import msgspec

from target_app.exchanges.market_rules import down, plain
from target_app.exchanges.venue import Order, Venue
from target_app.exchanges.venue_errors import VenueError
from target_app.execution.orders.journal import Journal
from target_app.execution.orders.journal_file import IntentState, JournalEntry
from target_app.execution.orders.process_lock import ProcessLock
from target_app.execution.orders.protection import STOP, LegStatus, find, read, shown
from target_app.execution.orders.protective_orders import ProtectiveOrders, is_too_small
from target_app.execution.orders.refusals import no_balance
from target_app.execution.response_bodies import Answer, RefusalError
from target_app.execution.signals.fields import CLOSE
from target_app.execution.signals.payload import Signal

_ENCODE = msgspec.json.Encoder().encode
_OK = 200


def reduces(signal: Signal) -> bool:
    """Whether it may only make a position smaller."""
    return signal.side == CLOSE or signal.reduce_only


class Closer:
    """Knows what is held, and ends what is watched in a market whose position is closed."""

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

    async def free_what_is_locked(self, order: Order, venue: Venue) -> Order:
        """Cancel the stops of the market, watch its positions no more; the order for what is free.

        Raises VenueError, and JournalError: then nothing was sold.
        """
        async with self._lock.held():
            after = 0.0
            while page := await self._journal.resting(after):
                for entry in page:
                    if (entry.intent["exchange"], entry.intent["symbol"]) == (
                        venue.name, order.symbol,
                    ):  # fmt: skip
                        await self._end(entry, venue, order.client_order_id)
                after = max(entry.settled_at for entry in page)
        free, _ = await venue.held(order.symbol.partition("/")[0])
        left = down(min(free, order.quantity), venue.markets[order.symbol].amount_step)
        return msgspec.structs.replace(order, quantity=left) if left else order

    async def _end(self, entry: JournalEntry, venue: Venue, by: str) -> None:
        document = msgspec.json.decode(entry.answer)
        legs = read(document)
        if any(leg.status is LegStatus.WAITING for leg in legs):
            return  # an entry order that rests: it is no position yet
        stop = find(legs, STOP)
        if stop is not None and stop.order_id:
            await self._orders.cancel_stop(venue, entry.intent, entry.client_order_id, stop)
        for leg in legs:
            if leg.status is not LegStatus.CLOSED:
                leg.settle(LegStatus.CANCELED, detail=f"The position was closed by {by}.")
                leg.by = by
        kept = {k: v for k, v in document.items() if k not in {"protected", "unprotected_because"}}
        answer = Answer(_OK, _ENCODE(kept | shown(legs)), status_label="success")
        await self._journal.finish(
            entry.client_order_id, IntentState.PLACED, answer.status, answer.body
        )
