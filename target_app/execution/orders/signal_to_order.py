"""A checked signal → the order that an exchange would take: priced, sized and rounded."""

import time
from decimal import Decimal

from target_app.exchanges.market_rules import Market, down, plain, up
from target_app.exchanges.order_placement import Order
from target_app.exchanges.venue import Venue
from target_app.exchanges.venue_errors import VenueError
from target_app.execution.metrics import Metrics
from target_app.execution.orders.closing import Closer, reduces
from target_app.execution.orders.exposure_limit_per_exchange import ExposureLimit
from target_app.execution.orders.position_sizing import Sizing, SizingRules, size
from target_app.execution.orders.refusals import asked_for_quiet, invalid, left_alone, no_price
from target_app.execution.signals.payload import Signal

_TENTH = Decimal("0.1")


class OrderPreparation:
    """Prices and sizes orders. One instance serves every request of the process."""

    def __init__(self, rules: SizingRules, metrics: Metrics, closer: Closer) -> None:
        self._rules, self._metrics, self.closer = rules, metrics, closer
        self._exposure = ExposureLimit(rules.capital * rules.max_exposure_pct / 100)

    async def prepared(self, signal: Signal, venue: Venue, key: str) -> tuple[Sizing, Order]:
        """The order under the id `key`, and how its size came about. Raises RefusalError."""
        market = venue.markets[signal.symbol]
        # The market's own price, for every order: a client's limit does not say what it is worth.
        quoted = venue.prices.known(signal.symbol) or await self._market_price(signal, venue)
        closes = reduces(signal)
        if closes:
            signal = await self.closer.as_sale(signal, venue, quoted)
        limit: Decimal | None = None
        if signal.order_type == "limit" and signal.price is not None:
            limit = self._limit(signal, signal.price, market)
            self._check_band(limit, quoted)
        price = quoted if limit is None else limit
        worth = max(price, quoted)
        sizing = size(signal, self._rules, market, price, worth, closes=closes)
        if self._exposure.is_limited:
            await self._exposure.check(venue, signal.side, sizing.value)
        if signal.quantity is not None and sizing.quantity != signal.quantity:
            self._metrics.normalised([("precision", "quantity")], ())
        order = Order(
            client_order_id=key,
            symbol=signal.symbol,
            kind=signal.order_type,
            side=signal.side,
            quantity=sizing.quantity,
            price=limit,
            worth=quoted,
        )
        return sizing, order

    def _check_band(self, limit: Decimal, quoted: Decimal) -> None:
        """Raises RefusalError for a limit that is so far away that a digit was lost or added."""
        if limit <= 0:
            raise invalid("price", "range", "is less than the market's price step")
        away, most = abs(limit - quoted) * 100 / quoted, self._rules.price_band_pct
        if most and away > most:
            raise invalid(
                "price",
                "range",
                f"is {plain(up(away, _TENTH))}% away from the market's {plain(quoted)}, "
                f"and may be {plain(most)}% (EXECUTION_PRICE_BAND_PCT)",
            )

    def _limit(self, signal: Signal, wanted: Decimal, market: Market) -> Decimal:
        """The limit rounded, so that the order is never worse than the client's."""
        rounded = down if signal.side == "buy" else up
        limit = rounded(wanted, market.price_step)
        if limit != wanted:
            self._metrics.normalised([("precision", "price")], ())
        return limit

    async def _market_price(self, signal: Signal, venue: Venue) -> Decimal:
        """About what a market order will cost. Without it the order fails here, and counts."""
        if quiet := venue.quiet_seconds:
            # It is not asked then, which says nothing about its health.
            raise asked_for_quiet(venue, quiet)
        started = time.perf_counter()
        try:
            return await venue.prices.price(signal.symbol)
        except VenueError as error:
            seconds = time.perf_counter() - started
            self._metrics.ordered(venue.name, signal.order_type, seconds, error.reason)
            if error.is_trouble:
                venue.breaker.failed()
            if wait := venue.breaker.remaining:
                self._metrics.breaker_refused(venue.name)
                raise left_alone(venue, wait) from None
            raise no_price(venue, error) from None
