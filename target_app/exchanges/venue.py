"""One exchange: its ccxt client, its markets, its circuit breaker, and what it is asked."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from decimal import Decimal
from typing import Any, Protocol

import msgspec

from target_app.exchanges.background_pace import BackgroundPace, in_background
from target_app.exchanges.breaker import Breaker, BreakerState
from target_app.exchanges.injected_faults import Faults
from target_app.exchanges.market_rules import Market, as_decimal, market_of, nearest, plain
from target_app.exchanges.order_response_checks import check_ours, is_whole, rests
from target_app.exchanges.profiles import Lookup, VenueProfile
from target_app.exchanges.raw_http_responses import ExchangeResponses
from target_app.exchanges.venue_errors import Fate, VenueError, is_missing, translated
from target_app.tracing.spans import Span, SpanKind, child

# ccxt's number for "precision is a step", as against a count of decimal places.
_TICK_SIZE = 4
# Attempts at an order that certainly did not reach the exchange; the wait before each
# doubles from the first, with full jitter, so that many clients do not return together.
# Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
_ATTEMPTS = 3
_FIRST_WAIT_SECONDS = 0.05
# A webhook does not wait longer than this for an exchange that asks for quiet.
_PATIENCE_SECONDS = 0.5
# A ticker this old still gives a market order's value to within a fraction of a percent.
_TICKER_SECONDS = 1.0
# Prices of one moment, or of one minute: further apart than this factor they are not believed.
_APART, _JUMP_SECONDS = 2, 60.0
_MOST_PAGES = 20
# Clocks differ: an order may be dated before we sent it.
_CLOCKS_DIFFER_SECONDS = 60.0


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """An order as an exchange takes it: rounded. `client_order_id` is the journal's name for it."""

    client_order_id: str
    symbol: str
    kind: str  # market or limit
    side: str
    quantity: Decimal
    price: Decimal | None = None
    trigger: tuple[str, Decimal] | None = None  # ("stopLossPrice", at)
    worth: Decimal | None = None  # about what a unit costs now, where a buy is given its cost


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
        self,
        name: str,
        client: Any,
        *,
        profile: VenueProfile,
        breaker: Breaker,
        metrics: ExchangeMetrics,
        faults: Faults,
    ) -> None:
        self.name, self.client, self.breaker, self.profile = name, client, breaker, profile
        self.markets: dict[str, Market] = {}
        self.connected = False
        self._metrics, self._faults = metrics, faults
        self._tickers: dict[str, tuple[float, Decimal]] = {}
        self._quiet_until = 0.0
        ExchangeResponses(client, profile, self._be_quiet)
        BackgroundPace(client)

    async def load(self, symbols: tuple[str, ...]) -> None:
        """Fetch the markets among `symbols`, and see that our keys are taken. Raises VenueError."""
        found = await self._call("load_markets", self.client.load_markets)
        tick_size = self.client.precisionMode == _TICK_SIZE
        if self.profile.checks_keys:
            try:
                await self._call("fetch_balance", self.client.fetch_balance)
            except VenueError as error:
                message = f"a signed question, which our keys should allow, failed: {error}"
                retry_after = error.retry_after
                raise VenueError(
                    error.reason, error.fate, message, retry_after=retry_after
                ) from None
        try:
            markets = {s: market_of(self.name, found[s], tick_size) for s in symbols if s in found}
        except Exception as error:
            raise translated(error) from error
        self.markets = markets

    @property
    def quiet_seconds(self) -> float:
        """How long the exchange has still asked to be left alone; 0 when it has not."""
        return max(0.0, self._quiet_until - time.monotonic()) if self._quiet_until else 0.0

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
        price = quoted_price(self.name, symbol, ticker)
        before = self._tickers.get(symbol)
        if before and asked - before[0] < _JUMP_SECONDS and _apart(before[1], price):
            message = (
                f"{self.name} quotes {plain(price)} for {symbol}, and {plain(before[1])} just now"
            )
            raise VenueError("unknown", Fate.UNSENT, message)
        self._tickers[symbol] = (asked, price)
        return price

    async def place(self, order: Order) -> dict[str, Any]:
        """The order in ccxt's structure. Raises VenueError; its fate says what is known.

        Sent again only when the exchange certainly did not take it. When that is not
        certain, the exchange is asked for the order by the id that we gave it.
        """
        began = time.time()
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return await self._whole(order, await self._create(order))
            except VenueError as error:
                if error.fate is Fate.UNKNOWN:
                    found = await self._look_for(order, began)
                    if found is not None:
                        return found
                    raise
                asked = error.retry_after or 0.0
                if error.fate is Fate.REFUSED or attempt == _ATTEMPTS or asked > _PATIENCE_SECONDS:
                    raise
            await asyncio.sleep(max(asked, _wait(attempt)))
        raise AssertionError  # pragma: no cover - the last attempt returns or raises

    async def find(self, key: str, symbol: str, since: float) -> dict[str, Any] | None:
        """The order that the journal calls `key`, sent after `since` (epoch seconds).

        None when the exchange says that it has none. Raises VenueError.
        """
        own_id = self.profile.order_id(key)
        if self.profile.lookup is Lookup.IN_LISTS:
            return await self._find_in_lists(own_id, symbol, since)
        try:
            found: dict[str, Any] = await self._call(
                "fetch_order",
                self.client.fetch_order,
                "",
                symbol,
                {"clientOrderId": own_id, "origClientOrderId": own_id},
            )
        except VenueError as error:
            if error.__cause__ is not None and is_missing(error.__cause__):
                return None
            raise
        check_ours(self.name, found, own_id=own_id, symbol=symbol)
        return found

    async def fetch(self, key: str, order_id: str, symbol: str) -> dict[str, Any]:
        """The order that the exchange calls `order_id` and the journal `key`. Raises VenueError."""
        found: dict[str, Any] = await self._call(
            "fetch_order", self.client.fetch_order, order_id, symbol
        )
        check_ours(self.name, found, own_id=self.profile.order_id(key), symbol=symbol)
        return found

    async def open_orders(self, symbol: str) -> dict[str, dict[str, Any]]:
        """Every order of that market which rests, by the exchange's id. Raises VenueError."""
        found = await self._call(
            "fetch_open_orders", self.client.fetch_open_orders, symbol, None, None, {}
        )
        return {str(order["id"]): order for order in found}

    async def cancel(self, order_id: str, symbol: str) -> None:
        """Cancel an order; one that has ended already is left so. Raises VenueError."""
        try:
            await self._call("cancel_order", self.client.cancel_order, order_id, symbol)
        except VenueError as error:
            if error.__cause__ is None or not is_missing(error.__cause__):
                raise

    async def held(self, coin: str) -> tuple[Decimal, Decimal]:
        """What the account has of a coin: free, and free with what orders lock. VenueError."""
        balance = await self._call("fetch_balance", self.client.fetch_balance)
        free, total = (as_decimal((balance.get(k) or {}).get(coin) or 0) for k in ("free", "total"))
        return free, total

    async def balances(self) -> dict[str, Decimal]:
        """What the account has of each coin, with what orders lock. Raises VenueError."""
        balance = await self._call("fetch_balance", self.client.fetch_balance)
        return {coin: as_decimal(n or 0) for coin, n in (balance.get("total") or {}).items()}

    def refuse_in_drill(self) -> None:
        """Raises VenueError while a drill lets no protective order be placed."""
        if self._faults.any:
            self._faults.before_protection(self.name)

    async def close(self) -> None:
        """Close the client's connections."""
        await self.client.close()

    async def _find_in_lists(self, own_id: str, symbol: str, since: float) -> dict[str, Any] | None:
        """Open orders first: what is in neither list was in none when it was asked."""
        profile = self.profile
        params = {profile.list_filter: own_id} if profile.list_filter else {}
        after = int((since - _CLOCKS_DIFFER_SECONDS) * 1000)
        ended = getattr(self.client, profile.ended_orders)
        for endpoint, method, start in (
            ("fetch_open_orders", self.client.fetch_open_orders, None),
            ("fetch_orders", ended, after),
        ):
            async for order in self._pages(endpoint, method, symbol, start, params):
                if order.get("clientOrderId") == own_id:
                    check_ours(self.name, order, own_id=own_id, symbol=symbol)
                    return order
        return None

    async def _pages(
        self,
        endpoint: str,
        method: Callable[..., Awaitable[Any]],
        symbol: str,
        since: int | None,
        params: dict[str, str],
    ) -> AsyncIterator[dict[str, Any]]:
        """Every order of a list, page after page. Raises VenueError, also where it has no end."""
        for _ in range(_MOST_PAGES):
            found = await self._call(endpoint, method, symbol, since, None, dict(params))
            for order in found:
                yield order
            # ccxt leaves the name of the next page with one of the orders.
            cursors = [order["info"]["cursor"] for order in found if order["info"].get("cursor")]
            if not cursors:
                return
            params = {**params, "cursor": cursors[0]}
        raise VenueError(
            "unknown", Fate.UNKNOWN, f"{self.name} has too many orders to look through"
        )

    async def _whole(self, order: Order, placed: dict[str, Any]) -> dict[str, Any]:
        """`placed`, asked for again where it tells only its id. Raises VenueError."""
        own_id = self.profile.order_id(order.client_order_id)
        check_ours(self.name, placed, own_id=own_id, symbol=order.symbol)
        at_once = order.kind == "market" and order.trigger is None
        told = placed
        for attempt in range(1, _ATTEMPTS + 1):
            if is_whole(told) and not (at_once and rests(told)):
                return told
            if attempt > 1:
                await asyncio.sleep(_wait(attempt))
            try:
                # It may use up ccxt's queue of calls for seconds, which the next order needs.
                with in_background():
                    told = await self.fetch(order.client_order_id, str(placed["id"]), order.symbol)
            except VenueError:
                continue
        if is_whole(told):
            return told
        raise VenueError(
            "unknown",
            Fate.UNKNOWN,
            f"{self.name} has the order as {placed['id']}, and does not say what became of it",
        )

    async def _look_for(self, order: Order, since: float) -> dict[str, Any] | None:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                found = await self.find(order.client_order_id, order.symbol, since)
            except VenueError:
                found = None
            if found is not None and is_whole(found):
                return found
            await asyncio.sleep(_wait(attempt))
        return None

    async def _create(self, order: Order) -> dict[str, Any]:
        profile = self.profile
        params: dict[str, Any] = {profile.id_parameter: profile.order_id(order.client_order_id)}
        kind, price = order.kind, order.price
        if order.trigger is not None:
            # As text: ccxt overlooks a Decimal here, and would place a plain market order.
            params[order.trigger[0]] = plain(order.trigger[1])
            if profile.stop_limit_gap is not None:
                away = -profile.stop_limit_gap if order.side == "sell" else profile.stop_limit_gap
                step = self.markets[order.symbol].price_step
                kind, price = "limit", nearest(order.trigger[1] * (1 + away), step)
        elif profile.buys_by_cost and kind == "market" and order.side == "buy":
            price = order.worth
        placed: dict[str, Any] = await self._call(
            "create_order",
            self.client.create_order,
            order.symbol,
            kind,
            order.side,
            order.quantity,
            price,
            params,
        )
        return placed

    def _be_quiet(self, seconds: float) -> None:
        self._quiet_until = max(self._quiet_until, time.monotonic() + seconds)

    async def _call(
        self, endpoint: str, method: Callable[..., Awaitable[Any]], *values: object
    ) -> Any:
        quiet = self.quiet_seconds
        if quiet:
            message = f"{self.name} asked to be left alone for {quiet:.1f} s more"
            raise VenueError("rate_limited", Fate.UNSENT, message, retry_after=quiet)
        with child(endpoint, SpanKind.CLIENT) as span:
            return await self._measured(span, endpoint, method, *values)

    async def _measured(
        self,
        span: Span | None,
        endpoint: str,
        method: Callable[..., Awaitable[Any]],
        *values: object,
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
            translation = translated(error, self.profile.codes)
            translation.retry_after = self.quiet_seconds or None
            # "There is no such order" is an answer, and what a reconciliation hopes to hear.
            failure = "" if is_missing(error) else translation.reason
            raise translation from error
        finally:
            if span is not None:
                span.add({"exchange": self.name})
                span.judge(failure)
            self._metrics.called(self.name, endpoint, time.perf_counter() - started, failure)
            self._reached(not failure or failure not in {"network", "timeout", "unavailable"})
        return answer

    def _reached(self, yes: bool) -> None:  # noqa: FBT001 - the one thing it says
        if yes is not self.connected:
            self.connected = yes
            self._metrics.connected(self.name, int(yes))


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


def _wait(attempt: int) -> float:
    return random.uniform(0, _FIRST_WAIT_SECONDS * 2**attempt)  # noqa: S311 - jitter
