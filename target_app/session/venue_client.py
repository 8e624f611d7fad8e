"""The venue as the bot sees it: ccxt's client in an event loop of its own thread.

Every call has a timeout, so that no thread of the bot can wait for the venue for ever.
"""

import asyncio
import concurrent.futures
import threading
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from target_app.exchanges.injected_faults import Faults, evenly
from target_app.exchanges.market_rules import Market, as_decimal, market_of
from target_app.exchanges.venue_errors import Fate, VenueError, is_missing, translated

NAME = "paper"
_TICK_SIZE = 4  # ccxt's number for "precision is a step"


@dataclass(frozen=True, slots=True)
class BookTop:
    """The best prices of one market."""

    bid: Decimal
    ask: Decimal

    @property
    def middle(self) -> Decimal:
        """The price between them."""
        return (self.bid + self.ask) / 2

    @property
    def spread_bps(self) -> Decimal:
        """How far they are apart, in basis points of the middle."""
        return (self.ask - self.bid) / self.middle * 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueConditions:
    """What goes wrong at the venue by itself, without a drill.

    `refusal_share` of the orders is refused, evenly. It is `away` from and to these seconds
    after the session began.
    """

    refusal_share: float = 0.0
    away: tuple[tuple[float, float], ...] = ()


class VenueClient:
    """Asks the venue from any thread. Every call raises VenueError, its fate as it is known."""

    def __init__(
        self,
        make: Callable[[], Any],
        *,
        timeout_seconds: float,
        conditions: VenueConditions,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.faults = Faults()
        self.balance_delay_seconds: Callable[[], float] = lambda: 0.0
        self._timeout, self._conditions, self._clock = timeout_seconds, conditions, clock
        self._refused: Iterator[float] = evenly()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="venue", daemon=True)
        self._thread.start()
        self._client = self.call_soon(make)
        self._began = clock()

    def call_soon(self, function: Callable[[], Any]) -> Any:
        """Run `function` in the venue's thread, where its faults and its client live."""

        async def run() -> Any:
            return function()

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(60)

    def markets(self, symbols: Iterable[str]) -> dict[str, Market]:
        """The markets among `symbols` that the venue has."""
        found = self._ask(self._client.load_markets)
        tick_size = self._client.precisionMode == _TICK_SIZE
        return {s: market_of(NAME, found[s], tick_size) for s in symbols if s in found}

    def books(self, symbols: Iterable[str]) -> dict[str, BookTop]:
        """The best prices of each market whose book has both sides."""

        async def all_of_them() -> dict[str, BookTop]:
            found = {}
            for symbol in symbols:
                book = await self._client.fetch_order_book(symbol, 5)
                if book["bids"] and book["asks"]:
                    found[symbol] = BookTop(
                        as_decimal(book["bids"][0][0]), as_decimal(book["asks"][0][0])
                    )
            return found

        found: dict[str, BookTop] = self._ask(all_of_them)
        return found

    def free(self, coin: str, timeout_seconds: float) -> Decimal:
        """How much of a coin is free."""

        async def balance() -> Any:
            delay = self.balance_delay_seconds()
            if delay:
                await asyncio.sleep(delay)
            return await self._client.fetch_balance()

        answer = self._ask(balance, timeout_seconds=timeout_seconds)
        return as_decimal(answer["free"].get(coin, 0))

    def place(
        self, order: str, symbol: str, side: str, amount: Decimal, price: Decimal
    ) -> Mapping[str, Any]:
        """A limit order with our id; the venue's order structure, in ccxt's form."""

        async def create() -> Any:
            if next(self._refused) < self._conditions.refusal_share:
                raise VenueError("rejected", Fate.REFUSED, "the venue refuses this order")
            return await self._client.create_order(
                symbol, "limit", side, amount, price, {"clientOrderId": order}
            )

        placed: Mapping[str, Any] = self._ask(create)
        return placed

    def find(self, order: str, symbol: str) -> Mapping[str, Any] | None:
        """The order with our id; None where the venue has none."""
        try:
            found: Mapping[str, Any] = self._ask(
                lambda: self._client.fetch_order("", symbol, {"clientOrderId": order})
            )
        except VenueError as error:
            if error.__cause__ is not None and is_missing(error.__cause__):
                return None
            raise
        return found

    def cancel(self, order: str, symbol: str) -> Mapping[str, Any]:
        """Take a resting order off the book; what it is now."""
        ended: Mapping[str, Any] = self._ask(
            lambda: self._client.cancel_order("", symbol, {"clientOrderId": order})
        )
        return ended

    def close(self) -> None:
        """Close the client and end the thread."""
        future = asyncio.run_coroutine_threadsafe(self._client.close(), self._loop)
        concurrent.futures.wait([future], timeout=self._timeout)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(self._timeout)

    def _ask(
        self, method: Callable[[], Awaitable[Any]], *, timeout_seconds: float | None = None
    ) -> Any:
        seconds = self._timeout if timeout_seconds is None else timeout_seconds
        future = asyncio.run_coroutine_threadsafe(self._call(method), self._loop)
        try:
            return future.result(seconds)
        except concurrent.futures.TimeoutError as error:
            future.cancel()
            raise VenueError("timeout", Fate.UNKNOWN, f"no answer in {seconds:g} s") from error
        except VenueError:
            raise
        except Exception as error:
            raise translated(error) from error

    async def _call(self, method: Callable[[], Awaitable[Any]]) -> Any:
        elapsed = self._clock() - self._began
        if any(begin <= elapsed < end for begin, end in self._conditions.away):
            raise VenueError("network", Fate.UNSENT, "the venue cannot be reached")
        if self.faults.any:
            await self.faults.before_call(NAME)
        return await method()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()
        pending = asyncio.all_tasks(self._loop)
        for task in pending:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
        self._loop.close()


def paper_client(
    *, symbols: Iterable[str], capital: Decimal, latency_seconds: float, seed: int
) -> Any:
    """The client of the paper exchange, which is ccxt's; the import takes long."""
    from target_app.exchanges import ccxt_packages

    ccxt_packages.leave_exchanges_out()
    from target_app.exchanges.paper import paper

    symbols = tuple(symbols)
    quotes = {symbol.partition("/")[2] for symbol in symbols}
    return paper(
        {
            "options": {
                "symbols": symbols,
                "balances": dict.fromkeys(quotes, capital),
                "latency": latency_seconds,
                "seed": seed,
            }
        }
    )
