"""One exchange: its ccxt client, its markets, its circuit breaker, and what it is asked."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any, Protocol

import msgspec

from target_app.exchanges.breaker import Breaker, BreakerState
from target_app.exchanges.injected_faults import Faults
from target_app.exchanges.market_rules import Market, market_of, plain
from target_app.exchanges.venue_errors import Fate, VenueError, is_missing, translated

# ccxt's number for "precision is a step", as against a count of decimal places.
_TICK_SIZE = 4
# Attempts at an order that certainly did not reach the exchange; the wait before each
# doubles from the first, with full jitter, so that many clients do not return together.
# Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
_ATTEMPTS = 3
_FIRST_WAIT_SECONDS = 0.05
# A ticker this old still gives a market order's value to within a fraction of a percent.
_TICKER_SECONDS = 1.0


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """An order as an exchange takes it: rounded, with an id that we chose."""

    client_order_id: str
    symbol: str
    kind: str  # market or limit
    side: str
    quantity: Decimal
    price: Decimal | None = None
    trigger: tuple[str, Decimal] | None = None  # ("stopLossPrice" or "takeProfitPrice", at)


class ExchangeMetrics(Protocol):
    """What is recorded of exchanges; the service gives it, and is not imported for it."""

    def called(self, exchange: str, endpoint: str, seconds: float, failure: str = "") -> None:
        """One call of an exchange's API ended, retries counted singly."""

    def connected(self, exchange: str, yes: int) -> None:
        """Whether the last call reached the exchange, as 1 or 0."""

    def breaker(self, name: str, state: int) -> None:
        """The state that a breaker is in."""


class Venue:
    """An exchange that is loaded. Every call is measured, and its errors translated."""

    def __init__(
        self, name: str, client: Any, *, breaker: Breaker, metrics: ExchangeMetrics, faults: Faults
    ) -> None:
        self.name, self.client, self.breaker = name, client, breaker
        self.markets: dict[str, Market] = {}
        self.connected = False
        self._metrics, self._faults = metrics, faults
        self._tickers: dict[str, tuple[float, Decimal]] = {}

    async def load(self, symbols: tuple[str, ...]) -> None:
        """Fetch the markets, and keep those among `symbols`. Raises VenueError."""
        found = await self._call("load_markets", self.client.load_markets)
        tick_size = self.client.precisionMode == _TICK_SIZE
        self.markets = {s: market_of(self.name, found[s], tick_size) for s in symbols if s in found}

    def known_price(self, symbol: str) -> Decimal | None:
        """The latest price, while it is fresh enough or the exchange is left alone."""
        known = self._tickers.get(symbol)
        if known is None:
            return None
        fresh = time.monotonic() - known[0] < _TICKER_SECONDS
        return known[1] if fresh or self.breaker.state is BreakerState.OPEN else None

    async def price(self, symbol: str) -> Decimal:
        """What one unit costs about now, in the market's quote. Raises VenueError."""
        known = self.known_price(symbol)
        if known is not None:
            return known
        if self.breaker.state is BreakerState.OPEN:
            raise VenueError("unavailable", Fate.UNSENT, f"{self.name} is being left alone")
        asked = time.monotonic()
        ticker = await self._call("fetch_ticker", self.client.fetch_ticker, symbol)
        value = ticker.get("last") or ticker.get("ask") or ticker.get("bid")
        if value is None:
            raise VenueError("unknown", Fate.UNSENT, f"{self.name} quotes no price of {symbol}")
        price = Decimal(str(value))
        self._tickers[symbol] = (asked, price)
        return price

    async def place(self, order: Order) -> dict[str, Any]:
        """The order in ccxt's structure. Raises VenueError; its fate says what is known.

        Sent again only when the exchange certainly did not take it. When that is not
        certain, the exchange is asked for the order by the id that we gave it.
        """
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return await self._create(order)
            except VenueError as error:
                if error.fate is Fate.UNKNOWN:
                    found = await self._look_for(order)
                    if found is not None:
                        return found
                    raise
                if error.fate is Fate.REFUSED or attempt == _ATTEMPTS:
                    raise
            await asyncio.sleep(_wait(attempt))
        raise AssertionError  # pragma: no cover - the last attempt returns or raises

    async def find(self, client_order_id: str, symbol: str) -> dict[str, Any] | None:
        """The order with our id, or None when the exchange has none. Raises VenueError."""
        try:
            found: dict[str, Any] = await self._call(
                "fetch_order",
                self.client.fetch_order,
                "",
                symbol,
                {"clientOrderId": client_order_id, "origClientOrderId": client_order_id},
            )
        except VenueError as error:
            if error.__cause__ is not None and is_missing(error.__cause__):
                return None
            raise
        return found

    async def close(self) -> None:
        """Close the client's connections."""
        await self.client.close()

    async def _look_for(self, order: Order) -> dict[str, Any] | None:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                found = await self.find(order.client_order_id, order.symbol)
            except VenueError:
                found = None
            if found is not None:
                return found
            await asyncio.sleep(_wait(attempt))
        return None

    async def _create(self, order: Order) -> dict[str, Any]:
        params: dict[str, Any] = {"clientOrderId": order.client_order_id}
        if order.trigger is not None:
            # As text: ccxt overlooks a Decimal here, and would place a plain market order.
            params[order.trigger[0]] = plain(order.trigger[1])
        placed: dict[str, Any] = await self._call(
            "create_order",
            self.client.create_order,
            order.symbol,
            order.kind,
            order.side,
            order.quantity,
            order.price,
            params,
        )
        return placed

    async def _call(
        self, endpoint: str, method: Callable[..., Awaitable[Any]], *values: object
    ) -> Any:
        started = time.perf_counter()
        failure = "unknown"  # what a cancelled call counts as
        try:
            if self._faults.any:
                await self._faults.before_call(self.name)
            answer = await method(*values)
            failure = ""
        except VenueError as drill:
            failure = drill.reason
            raise
        except Exception as error:
            translation = translated(error)
            # "There is no such order" is an answer, and what a reconciliation hopes to hear.
            failure = "" if is_missing(error) else translation.reason
            raise translation from error
        finally:
            self._metrics.called(self.name, endpoint, time.perf_counter() - started, failure)
            self._reached(not failure or failure not in {"network", "timeout", "unavailable"})
        return answer

    def _reached(self, yes: bool) -> None:  # noqa: FBT001 - the one thing it says
        if yes is not self.connected:
            self.connected = yes
            self._metrics.connected(self.name, int(yes))


def _wait(attempt: int) -> float:
    return random.uniform(0, _FIRST_WAIT_SECONDS * 2**attempt)  # noqa: S311 - jitter
