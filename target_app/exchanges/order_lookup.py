"""Finds orders at an exchange: by its id, by ours, or in its lists."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from target_app.exchanges.exchange_calls import ExchangeCalls
from target_app.exchanges.order_ids_and_error_codes_by_exchange import Lookup
from target_app.exchanges.order_response_checks import check_ours
from target_app.exchanges.venue_errors import Fate, VenueError, is_missing

_MOST_PAGES = 20
# Clocks differ: an order may be dated before we sent it.
_CLOCKS_DIFFER_SECONDS = 60.0


class OrderLookup:
    """Asks for orders that exist, in ccxt's structure."""

    def __init__(self, calls: ExchangeCalls) -> None:
        self._calls = calls

    async def find(self, key: str, symbol: str, since: float) -> dict[str, Any] | None:
        """The order that the journal calls `key`, sent after `since` (epoch seconds).

        None when the exchange says that it has none. Raises VenueError.
        """
        calls = self._calls
        own_id = calls.profile.order_id(key)
        if calls.profile.lookup is Lookup.IN_LISTS:
            return await self._find_in_lists(own_id, symbol, since)
        try:
            found: dict[str, Any] = await calls.call(
                "fetch_order",
                calls.client.fetch_order,
                "",
                symbol,
                {"clientOrderId": own_id, "origClientOrderId": own_id},
            )
        except VenueError as error:
            if error.__cause__ is not None and is_missing(error.__cause__):
                return None
            raise
        check_ours(calls.name, found, own_id=own_id, symbol=symbol)
        return found

    async def fetch(self, key: str, order_id: str, symbol: str) -> dict[str, Any]:
        """The order that the exchange calls `order_id` and the journal `key`. Raises VenueError."""
        calls = self._calls
        found: dict[str, Any] = await calls.call(
            "fetch_order", calls.client.fetch_order, order_id, symbol
        )
        check_ours(calls.name, found, own_id=calls.profile.order_id(key), symbol=symbol)
        return found

    async def open_orders(self, symbol: str) -> dict[str, dict[str, Any]]:
        """Every order of that market which rests, by the exchange's id. Raises VenueError."""
        calls = self._calls
        found = await calls.call(
            "fetch_open_orders", calls.client.fetch_open_orders, symbol, None, None, {}
        )
        return {str(order["id"]): order for order in found}

    async def _find_in_lists(self, own_id: str, symbol: str, since: float) -> dict[str, Any] | None:
        """Open orders first: what is in neither list was in none when it was asked."""
        client, profile = self._calls.client, self._calls.profile
        params = {profile.list_filter: own_id} if profile.list_filter else {}
        after = int((since - _CLOCKS_DIFFER_SECONDS) * 1000)
        ended = getattr(client, profile.ended_orders)
        for endpoint, method, start in (
            ("fetch_open_orders", client.fetch_open_orders, None),
            ("fetch_orders", ended, after),
        ):
            async for order in self._pages(endpoint, method, symbol, start, params):
                if order.get("clientOrderId") == own_id:
                    check_ours(self._calls.name, order, own_id=own_id, symbol=symbol)
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
            found = await self._calls.call(endpoint, method, symbol, since, None, dict(params))
            for order in found:
                yield order
            # ccxt leaves the name of the next page with one of the orders.
            cursors = [order["info"]["cursor"] for order in found if order["info"].get("cursor")]
            if not cursors:
                return
            params = {**params, "cursor": cursors[0]}
        raise VenueError(
            "unknown", Fate.UNKNOWN, f"{self._calls.name} has too many orders to look through"
        )
