"""One exchange: its ccxt client, its markets, its circuit breaker, and what it is asked."""

from collections.abc import Awaitable, Mapping
from decimal import Decimal
from typing import Any

from target_app.exchanges.check_api_keys import check_api_keys
from target_app.exchanges.circuit_breaker import Breaker
from target_app.exchanges.exchange_calls import ExchangeCalls, ExchangeMetrics
from target_app.exchanges.injected_faults import Faults
from target_app.exchanges.market_prices import MarketPrices
from target_app.exchanges.market_rules import Market, as_decimal, market_of
from target_app.exchanges.order_ids_and_error_codes_by_exchange import VenueProfile
from target_app.exchanges.order_lookup import OrderLookup
from target_app.exchanges.order_placement import Order, OrderPlacement
from target_app.exchanges.venue_errors import VenueError, is_missing, translated

# ccxt's number for "precision is a step", as against a count of decimal places.
_TICK_SIZE = 4


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
        self.calls = ExchangeCalls(name, client, profile=profile, metrics=metrics, faults=faults)
        self.prices = MarketPrices(self.calls, breaker)
        self.lookup = OrderLookup(self.calls)
        self._placement = OrderPlacement(self.calls, self.lookup, self.markets)

    async def load(self, symbols: tuple[str, ...]) -> None:
        """Fetch the markets among `symbols`, and see that our keys are taken. Raises VenueError."""
        found = await self.calls.call("load_markets", self.client.load_markets)
        tick_size = self.client.precisionMode == _TICK_SIZE
        if self.profile.checks_keys:
            await check_api_keys(self._balance)
        try:
            markets = {s: market_of(self.name, found[s], tick_size) for s in symbols if s in found}
        except Exception as error:
            raise translated(error) from error
        self.markets.clear()
        self.markets.update(markets)

    @property
    def connected(self) -> bool:
        """Whether the last call reached the exchange."""
        return self.calls.connected

    @property
    def quiet_seconds(self) -> float:
        """How long the exchange has still asked to be left alone; 0 when it has not."""
        return self.calls.quiet_seconds

    def place(self, order: Order) -> Awaitable[dict[str, Any]]:
        """See OrderPlacement."""
        return self._placement.place(order)

    async def cancel(self, order_id: str, symbol: str) -> None:
        """Cancel an order; one that has ended already is left so. Raises VenueError."""
        try:
            await self.calls.call("cancel_order", self.client.cancel_order, order_id, symbol)
        except VenueError as error:
            if error.__cause__ is None or not is_missing(error.__cause__):
                raise

    async def held(self, coin: str) -> tuple[Decimal, Decimal]:
        """What the account has of a coin: free, and free with what orders lock. VenueError."""
        balance = await self._balance()
        free, total = (_amount(balance.get(k) or {}, coin) for k in ("free", "total"))
        if min(free, total) < 0:
            raise VenueError.unanswered(f"{self.name} names {coin}, and not how much is held")
        return free, total

    async def balances(self) -> dict[str, Decimal]:
        """What the account has of each coin, with what orders lock. Raises VenueError."""
        balance = await self._balance()
        return {coin: as_decimal(n or 0) for coin, n in (balance.get("total") or {}).items()}

    async def close(self) -> None:
        """Close the client's connections."""
        await self.client.close()

    async def _balance(self) -> Any:
        return await self.calls.call("fetch_balance", self.client.fetch_balance)


def _amount(table: Mapping[str, Any], coin: str) -> Decimal:
    """What a table of ccxt's says of a coin: 0 where it is left out, -1 where it is no figure."""
    found = table.get(coin, 0)
    return Decimal(-1) if found is None else as_decimal(found)
