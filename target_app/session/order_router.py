"""Sends orders and follows each to its end: filled, or failed with an ERROR event.

An order whose fate is not known is looked for before it counts as failed: a lost answer is not
a lost order.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from target_app.exchanges.market_rules import Market, as_decimal, down, plain, up
from target_app.exchanges.venue_errors import Fate, VenueError
from target_app.session.events import EventLevel, EventLog
from target_app.session.known_bugs import Bug, Bugs
from target_app.session.metrics import SessionMetrics
from target_app.session.venue_client import BookTop, VenueClient

_BASIS_POINTS = 10_000
# Of the price, under the bid: nobody sells there.
_UNFILLED_BUG = Decimal("0.98")


@dataclass(slots=True, kw_only=True)
class WorkingOrder:
    """An order that has not ended. `is_known` is False while the venue may not have it."""

    order: str
    symbol: str
    side: str
    amount: Decimal
    price: Decimal
    sent: float
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class Fill:
    """What an order got: so much, for so much in the market's quote."""

    order: str
    symbol: str
    side: str
    amount: Decimal
    cost: Decimal


@dataclass(slots=True, kw_only=True)
class OrderRouter:
    """Only the trading loop uses it. `filled` and `failed` hear of every end, once."""

    venue: VenueClient
    metrics: SessionMetrics
    events: EventLog
    bugs: Bugs
    timeout_seconds: float
    filled: Callable[[Fill], None]
    failed: Callable[[WorkingOrder, str], None]
    alive: Callable[[], None]
    working: dict[str, WorkingOrder] = field(default_factory=dict)

    def works_on(self, symbol: str) -> bool:
        """Whether an order of that market has not ended."""
        return any(order.symbol == symbol for order in self.working.values())

    def entry_price(self, market: Market, top: BookTop, slippage_bps: Decimal) -> Decimal:
        """The limit of a buy: over the ask by the slippage at most, on the market's step."""
        if Bug.UNFILLED_ORDERS in self.bugs:
            return down(top.bid * _UNFILLED_BUG, market.price_step)
        return down(top.ask * (1 + slippage_bps / _BASIS_POINTS), market.price_step)

    def exit_price(self, market: Market, top: BookTop, slippage_bps: Decimal) -> Decimal:
        """The limit of a sale: under the bid by the slippage at most, on the market's step."""
        return up(top.bid * (1 - slippage_bps / _BASIS_POINTS), market.price_step)

    def send(self, order: str, symbol: str, side: str, amount: Decimal, price: Decimal) -> None:
        """Send an order, and take note of how it ended, if it did."""
        working = WorkingOrder(
            order=order,
            symbol=symbol,
            side=side,
            amount=amount,
            price=price,
            sent=time.monotonic(),
        )
        self.working[order] = working
        self.metrics.record_order_sent(symbol, side)
        self.events.emit(
            EventLevel.INFO,
            "ORDER_SENT",
            order=order,
            symbol=symbol,
            side=side,
            amount=plain(amount),
            price=plain(price),
        )
        try:
            placed = self.venue.place(order, symbol, side, amount, price)
        except VenueError as error:
            if error.fate is Fate.UNKNOWN:
                working.is_known = False
            else:
                self._fail(working, error.reason, str(error))
            return
        self._look_at(working, placed)

    def follow(self) -> None:
        """Ask for every order that has not ended; cancel what has worked for too long."""
        now = time.monotonic()
        for working in list(self.working.values()):
            self.alive()
            is_late = now - working.sent >= self.timeout_seconds
            if not working.is_known:
                self._look_for(working, is_late=is_late)
            elif is_late:
                self.give_up(working)

    def give_up(self, working: WorkingOrder, reason: str = "unfilled") -> None:
        """Cancel an order; what it got before counts."""
        try:
            ended = self.venue.cancel(working.order, working.symbol)
        except VenueError as error:
            if error.fate is not Fate.UNSENT:  # else the venue is away: it is asked again
                self._look_for(working, is_late=True)
            return
        filled = as_decimal(ended.get("filled") or 0)
        if filled:
            self._fill(working, filled, as_decimal(ended.get("cost") or 0))
        else:
            self._fail(working, reason, f"nothing was filled in {self.timeout_seconds:g} s")

    def abandon(self) -> None:
        """End every order at the session's end; what the venue does not tell has failed."""
        for working in list(self.working.values()):
            self.alive()
            self.give_up(working)
        for working in list(self.working.values()):
            self._fail(working, "network", "the session ended while the venue was away")

    def _look_for(self, working: WorkingOrder, *, is_late: bool) -> None:
        """Ask what became of an order, which may or may not have arrived."""
        try:
            found = self.venue.find(working.order, working.symbol)
        except VenueError as error:
            if is_late and error.fate is not Fate.UNSENT:
                self._fail(working, error.reason, "the venue does not say what became of it")
            return
        if found is not None:
            working.is_known = True
            self._look_at(working, found)
        elif is_late:
            self._fail(working, "timeout", "the venue never had it")

    def _look_at(self, working: WorkingOrder, placed: Mapping[str, Any]) -> None:
        """End an order that is complete or cancelled; one that rests goes on."""
        filled = as_decimal(placed.get("filled") or 0)
        if placed["status"] == "open":
            return
        if filled:
            self._fill(working, filled, as_decimal(placed.get("cost") or 0))
        else:
            self._fail(working, "unfilled", f"the venue ended it: {placed['status']}")

    def _fill(self, working: WorkingOrder, amount: Decimal, cost: Decimal) -> None:
        del self.working[working.order]
        latency_ms = (time.monotonic() - working.sent) * 1000
        self.metrics.record_order_filled(working.symbol, working.side, latency_ms)
        self.events.emit(
            EventLevel.INFO,
            "ORDER_FILLED",
            order=working.order,
            symbol=working.symbol,
            side=working.side,
            amount=plain(amount),
            cost=plain(cost),
            is_partial=amount < working.amount,
            latency_ms=round(latency_ms, 3),
        )
        self.filled(Fill(working.order, working.symbol, working.side, amount, cost))

    def _fail(self, working: WorkingOrder, code: str, message: str) -> None:
        del self.working[working.order]
        self.metrics.record_order_failed(working.symbol, working.side, code)
        is_silent = Bug.SILENT_FAILURES in self.bugs
        self.events.emit(
            EventLevel.INFO if is_silent else EventLevel.ERROR,
            "ORDER_FAILED",
            order=working.order,
            symbol=working.symbol,
            side=working.side,
            error_code=code,
            message=message,
        )
        self.failed(working, code)
