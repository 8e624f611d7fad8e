"""A checked signal → the order that an exchange would take: priced, sized and rounded."""

import time
from decimal import Decimal

from target_app.exchanges.market_rules import Market, down, up
from target_app.exchanges.venue import Order, Venue
from target_app.exchanges.venue_errors import VenueError
from target_app.execution.metrics import Metrics
from target_app.execution.orders.refusals import invalid, left_alone, no_price
from target_app.execution.orders.sizing import Sizing, SizingRules, size
from target_app.execution.signals.payload import Signal


class OrderPreparation:
    """Prices and sizes orders. One instance serves every request of the process."""

    def __init__(self, rules: SizingRules, metrics: Metrics) -> None:
        self._rules, self._metrics = rules, metrics

    async def prepared(self, signal: Signal, venue: Venue, key: str) -> tuple[Sizing, Order]:
        """The order under the id `key`, and how its size came about. Raises RefusalError."""
        market = venue.markets[signal.symbol]
        limit: Decimal | None = None
        if signal.order_type == "limit" and signal.price is not None:
            price = limit = self._limit(signal, signal.price, market)
        else:
            price = venue.known_price(signal.symbol) or await self._market_price(signal, venue)
        if price <= 0:
            raise invalid("price", "range", "is less than the market's price step")
        sizing = size(signal, self._rules, market, price)
        if signal.quantity is not None and sizing.quantity != signal.quantity:
            self._metrics.normalised([("precision", "quantity")], ())
        order = Order(
            client_order_id=key,
            symbol=signal.symbol,
            kind=signal.order_type,
            side=signal.side,
            quantity=sizing.quantity,
            price=limit,
            worth=price,
        )
        return sizing, order

    def _limit(self, signal: Signal, wanted: Decimal, market: Market) -> Decimal:
        """The limit rounded, so that the order is never worse than the client's."""
        rounded = down if signal.side == "buy" else up
        limit = rounded(wanted, market.price_step)
        if limit != wanted:
            self._metrics.normalised([("precision", "price")], ())
        return limit

    async def _market_price(self, signal: Signal, venue: Venue) -> Decimal:
        """About what a market order will cost. Without it the order fails here, and counts."""
        started = time.perf_counter()
        try:
            return await venue.price(signal.symbol)
        except VenueError as error:
            seconds = time.perf_counter() - started
            self._metrics.ordered(venue.name, signal.order_type, seconds, error.reason)
            if error.is_trouble:
                venue.breaker.failed()
            if wait := venue.breaker.remaining:
                self._metrics.breaker_refused(venue.name)
                raise left_alone(venue, wait) from None
            raise no_price(venue, error) from None
