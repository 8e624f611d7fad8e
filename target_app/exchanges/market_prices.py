"""What a market's unit costs about now, as far as its exchange can be believed."""

import time
from decimal import Decimal
from typing import Any

from target_app.exchanges.circuit_breaker import Breaker, BreakerState
from target_app.exchanges.exchange_calls import ExchangeCalls
from target_app.exchanges.market_rules import as_decimal, plain
from target_app.exchanges.venue_errors import Fate, VenueError

# A ticker this old still gives a market order's value to within a fraction of a percent.
_TICKER_SECONDS = 1.0
# Prices of one moment, or of one minute: further apart than this factor they are not believed.
_APART, _JUMP_SECONDS = 2, 60.0


class MarketPrices:
    """The latest price of each market, asked for when an order needs it."""

    def __init__(self, calls: ExchangeCalls, breaker: Breaker) -> None:
        self._calls, self._breaker = calls, breaker
        self._tickers: dict[str, tuple[float, Decimal]] = {}

    def known(self, symbol: str) -> Decimal | None:
        """The latest price, while it is fresh enough or the exchange is left alone."""
        known = self._tickers.get(symbol)
        if known is None:
            return None
        if time.monotonic() - known[0] < _TICKER_SECONDS:
            return known[1]
        return known[1] if self._breaker.state is BreakerState.OPEN else None

    async def price(self, symbol: str) -> Decimal:
        """What one unit costs about now, in the market's quote. Raises VenueError."""
        known = self.known(symbol)
        if known is not None:
            return known
        calls = self._calls
        if self._breaker.state is BreakerState.OPEN:
            raise VenueError("unavailable", Fate.UNSENT, f"{calls.name} is being left alone")
        asked = time.monotonic()
        ticker = await calls.call("fetch_ticker", calls.client.fetch_ticker, symbol)
        price = quoted_price(calls.name, symbol, ticker)
        before = self._tickers.get(symbol)
        if before and asked - before[0] < _JUMP_SECONDS and _apart(before[1], price):
            message = (
                f"{calls.name} quotes {plain(price)} for {symbol}, and {plain(before[1])} just now"
            )
            raise VenueError("unknown", Fate.UNSENT, message)
        self._tickers[symbol] = (asked, price)
        return price


def quoted_price(name: str, symbol: str, ticker: dict[str, Any]) -> Decimal:
    """The price that a ticker quotes. Raises VenueError when it quotes none that can be true."""
    figures = [as_decimal(ticker.get(k) or 0) for k in ("last", "bid", "ask")]
    if not all(figure.is_finite() and figure >= 0 for figure in figures):
        figures = [Decimal(0)]
    known = [figure for figure in figures if figure]
    if not known:
        raise VenueError("unknown", Fate.UNSENT, f"{name} quotes no price of {symbol}")
    # A last price far from the book it was made in is a wrong one, and would size a wrong order.
    if _apart(max(known), min(known)):
        shown = " and ".join(plain(figure) for figure in (min(known), max(known)))
        raise VenueError(
            "unknown", Fate.UNSENT, f"{name} quotes {shown} for {symbol} at the same time"
        )
    return known[0]


def _apart(one: Decimal, other: Decimal) -> bool:
    return max(one, other) > _APART * min(one, other)
