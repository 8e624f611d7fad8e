"""Places an order at an exchange, and finds out what became of it."""

import asyncio
import random
import time
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from target_app.exchanges.background_pace import in_background
from target_app.exchanges.exchange_calls import ExchangeCalls
from target_app.exchanges.market_rules import Market, nearest, plain
from target_app.exchanges.order_lookup import OrderLookup
from target_app.exchanges.order_response_checks import (
    check_ours,
    check_quantity,
    is_settled,
    is_whole,
)
from target_app.exchanges.venue_errors import Fate, VenueError

# Attempts at an order that certainly did not reach the exchange; the wait before each
# doubles from the first, with full jitter, so that many clients do not return together.
# Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
_ATTEMPTS = 3
_FIRST_WAIT_SECONDS = 0.05
# A webhook does not wait longer than this for an exchange that asks for quiet.
_PATIENCE_SECONDS = 0.5


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


class OrderPlacement:
    """Places orders in `markets`, which may be empty until the exchange is loaded."""

    def __init__(
        self, calls: ExchangeCalls, lookup: OrderLookup, markets: Mapping[str, Market]
    ) -> None:
        self._calls, self._lookup, self._markets = calls, lookup, markets

    async def place(self, order: Order) -> dict[str, Any]:
        """The order in ccxt's structure. Raises VenueError; its fate says what is known.

        Sent again only when the exchange certainly did not take it. When that is not
        certain, the exchange is asked for the order by the id that we gave it.
        """
        own_id = self._calls.profile.order_id(order.client_order_id)
        at_once = order.kind == "market" and order.trigger is None
        began = time.time()
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                placed = await self._create(order, own_id)
                check_ours(self._calls.name, placed, own_id=own_id, symbol=order.symbol)
                check_quantity(self._calls.name, placed, order.quantity)
                if is_settled(placed, at_once=at_once):
                    return placed
                return await self._whole(order, placed, at_once=at_once)
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

    async def _create(self, order: Order, own_id: str) -> dict[str, Any]:
        calls, profile = self._calls, self._calls.profile
        params: dict[str, Any] = {profile.id_parameter: own_id}
        kind, price = order.kind, order.price
        if order.trigger is not None:
            # As text: ccxt overlooks a Decimal here, and would place a plain market order.
            params[order.trigger[0]] = plain(order.trigger[1])
            if profile.stop_limit_gap is not None:
                away = -profile.stop_limit_gap if order.side == "sell" else profile.stop_limit_gap
                step = self._markets[order.symbol].price_step
                kind, price = "limit", nearest(order.trigger[1] * (1 + away), step)
        elif profile.buys_by_cost and kind == "market" and order.side == "buy":
            price = order.worth
        placed: dict[str, Any] = await calls.call(
            "create_order",
            calls.client.create_order,
            order.symbol,
            kind,
            order.side,
            order.quantity,
            price,
            params,
        )
        return placed

    async def _whole(
        self, order: Order, placed: dict[str, Any], *, at_once: bool
    ) -> dict[str, Any]:
        """`placed`, asked for again: it tells only its id, or less. Raises VenueError."""
        told = placed
        for attempt in range(1, _ATTEMPTS + 1):
            if attempt > 1:
                await asyncio.sleep(_wait(attempt))
            try:
                # It may use up ccxt's queue of calls for seconds, which the next order needs.
                with in_background():
                    told = await self._lookup.fetch(
                        order.client_order_id, str(placed["id"]), order.symbol
                    )
                check_quantity(self._calls.name, told, order.quantity)
            except VenueError:
                continue
            if is_settled(told, at_once=at_once):
                return told
        if is_settled(told, at_once=False):
            return told
        raise VenueError(
            "unknown",
            Fate.UNKNOWN,
            f"{self._calls.name} has the order as {placed['id']}, and does not say what became "
            "of it",
        )

    async def _look_for(self, order: Order, since: float) -> dict[str, Any] | None:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                found = await self._lookup.find(order.client_order_id, order.symbol, since)
                if found is not None:
                    check_quantity(self._calls.name, found, order.quantity)
            except VenueError:
                found = None
            if found is not None and is_whole(found):
                return found
            await asyncio.sleep(_wait(attempt))
        return None


def _wait(attempt: int) -> float:
    return random.uniform(0, _FIRST_WAIT_SECONDS * 2**attempt)  # noqa: S311 - jitter
