"""`paper`: an exchange in this process, behind ccxt's own interface.

It keeps an order book of fixed depth round a slowly wandering price, balances, and the
orders of the recent past. Latency, failures and balances can be set. Everything is lost
with the process: that is what makes it paper.
"""

import asyncio
import itertools
import random
import time
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ccxt.async_support.base.exchange import Exchange
from ccxt.base.errors import BadSymbol, InvalidOrder, OrderNotFound

from target_app.exchanges.market_rules import as_decimal
from target_app.exchanges.paper_balances import PaperBalances
from target_app.exchanges.paper_order_history import OrderHistory, OrderStructure
from target_app.exchanges.simulated_order_book import FEE, PRICES, OrderBook, first_price

# Orders remembered after their end, and limit orders that rest at once; the oldest give way.
_REMEMBERED, _LIMITS = 5000, 1000
# Stops that rest at once; a further one is refused, as Binance does with MAX_NUM_ALGO_ORDERS. Its
# five for each market would be less than a load test opens, which closes nothing.
# https://developers.binance.com/docs/binance-spot-api-docs/filters#max_num_algo_orders
_STOPS = 10_000


class paper(Exchange):  # type: ignore[misc]  # noqa: N801 - ccxt names classes by exchange id
    """The paper exchange. Options: `symbols`, `balances`, `latency` (seconds), `seed`."""

    def describe(self) -> dict[str, Any]:
        """What ccxt wants to know of an exchange."""
        return self.deep_extend(  # type: ignore[no-any-return]
            super().describe(),
            {
                "id": "paper",
                "name": "Paper",
                "rateLimit": 1,
                "has": {
                    "spot": True,
                    "createOrder": True,
                    "cancelOrder": True,
                    "fetchOrder": True,
                    "fetchBalance": True,
                    "fetchMarkets": True,
                    "fetchTicker": True,
                    "fetchOrderBook": True,
                    "fetchOpenOrders": True,
                },
                "options": {"symbols": (), "balances": {}, "latency": 0.0, "seed": 1},
                "precisionMode": 4,
            },
        )

    def __init__(self, config: Mapping[str, Any] | None = None) -> None:
        super().__init__(dict(config or {}))
        self.timeout_on_exit = 0  # there is no connection whose end must be awaited
        symbols = self.options["symbols"] or [f"{coin}/USDT" for coin in PRICES]
        rng = random.Random(self.options["seed"])  # noqa: S311 - prices, not secrets
        self.latency: float = self.options["latency"]
        self.books: dict[str, OrderBook] = {
            symbol: OrderBook(first_price(symbol.partition("/")[0]), rng) for symbol in symbols
        }
        self.balances = PaperBalances(symbols, self.options["balances"])
        self.history = OrderHistory(ended=_REMEMBERED, limits=_LIMITS, stops=_STOPS)
        self._numbers = itertools.count(1)

    async def fetch_markets(self, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """Every market, with steps a hundred-thousandth of the price and of a dollar."""
        del params
        return [
            self.safe_market_structure(
                {
                    "id": symbol.replace("/", ""),
                    "symbol": symbol,
                    "base": symbol.partition("/")[0],
                    "quote": symbol.partition("/")[2],
                    "active": True,
                    "type": "spot",
                    "spot": True,
                    "taker": float(FEE),
                    "maker": float(FEE),
                    "precision": {"amount": float(book.lot), "price": float(book.tick)},
                    "limits": {"amount": {"min": float(book.lot)}, "cost": {"min": 1.0}},
                }
            )
            for symbol, book in self.books.items()
        ]

    async def create_order(  # noqa: PLR0917 - ccxt's signature
        self,
        symbol: str,
        type: str,  # noqa: A002 - ccxt's parameter
        side: str,
        amount: Any,
        price: Any = None,
        params: Mapping[str, Any] | None = None,
    ) -> OrderStructure:
        """Match against the book: ccxt's order structure, its figures as Decimal."""
        if self.latency:
            await asyncio.sleep(self.latency)
        params = params or {}
        book = self.books.get(symbol) or self._book(symbol)
        amount = as_decimal(amount)
        limit = None if price is None else as_decimal(price)
        client_id = params.get("clientOrderId")
        self._check(book, amount, limit, client_id)
        # A triggered order rests whatever the price is: `paper` never sets one off.
        trigger = params.get("stopLossPrice") or params.get("takeProfitPrice")
        if trigger is not None:
            if not self.history.takes_stop:
                raise InvalidOrder(f"paper: {_STOPS} stops rest, and it takes no more")
            trigger = as_decimal(trigger)
            filled, cost = Decimal(0), Decimal(0)
        else:
            filled, cost = book.match(side, amount, limit)
        self.balances.pay(symbol, side, filled, cost)
        status = "closed" if filled == amount else "open" if limit or trigger else "canceled"
        order: OrderStructure = {
            "id": str(next(self._numbers)),
            "clientOrderId": client_id,
            "timestamp": int(time.time() * 1000),
            "symbol": symbol,
            "type": type,
            "side": side,
            "amount": amount,
            "price": limit,
            "triggerPrice": trigger,
            "filled": filled,
            "remaining": amount - filled,
            "cost": cost,
            "average": cost / filled if filled else None,
            "fee": {"cost": cost * FEE, "currency": symbol.partition("/")[2]},
            "status": status,
            "trades": [],
            "info": {},
        }
        self.history.add(order)
        return order

    async def cancel_order(
        self,
        id: str,  # noqa: A002 - ccxt's parameter
        symbol: str | None = None,
        params: Mapping[str, Any] | None = None,
    ) -> OrderStructure:
        """Take a resting order off the book."""
        order = await self.fetch_order(id, symbol, params)
        ended = self.history.end(order["id"], "canceled")
        if ended is None:
            raise OrderNotFound(f"paper: order {id} is not open")
        return ended

    async def fetch_order(
        self,
        id: str,  # noqa: A002 - ccxt's parameter
        symbol: str | None = None,
        params: Mapping[str, Any] | None = None,
    ) -> OrderStructure:
        """An order by its id, or by `params["clientOrderId"]`."""
        del symbol
        if self.latency:
            await asyncio.sleep(self.latency)
        client_id = (params or {}).get("clientOrderId")
        order = self.history.find(id, client_id)
        if order is None:
            raise OrderNotFound(f"paper: there is no order {client_id or id}")
        return order

    async def fetch_open_orders(
        self,
        symbol: str | None = None,
        since: int | None = None,
        limit: int | None = None,
        params: Mapping[str, Any] | None = None,
    ) -> list[OrderStructure]:
        """Every resting order, oldest first."""
        del since, params
        found = self.history.resting.values()
        return [o for o in found if symbol in {None, o["symbol"]}][:limit]

    async def fetch_balance(self, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """What is held of each coin; nothing is reserved for resting orders."""
        del params
        held = self.balances.free()
        return {"info": {}, "free": held, "total": dict(held)}

    async def fetch_ticker(
        self, symbol: str, params: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Best bid, best ask and the price between them."""
        del params
        book = self._book(symbol)
        bid, ask = book.touch()
        return {"symbol": symbol, "bid": bid, "ask": ask, "last": book.price, "info": {}}

    async def fetch_order_book(
        self, symbol: str, limit: int | None = None, params: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """The levels of the book, nearest first."""
        del params
        book = self._book(symbol)
        levels = {side: book.levels(side)[:limit] for side in ("buy", "sell")}
        return {"symbol": symbol, "asks": levels["buy"], "bids": levels["sell"], "nonce": None}

    def _book(self, symbol: str) -> OrderBook:
        book = self.books.get(symbol)
        if book is None:
            raise BadSymbol(f"paper: there is no market {symbol}")
        return book

    def _check(
        self, book: OrderBook, amount: Decimal, limit: Decimal | None, client_id: str | None
    ) -> None:
        """Raises InvalidOrder for an id that came before, and for figures off the steps."""
        if client_id and self.history.has(client_id):
            raise InvalidOrder(f"paper: clientOrderId {client_id} was used before")
        if amount <= 0 or amount % book.lot:
            raise InvalidOrder(f"paper: amount {amount} is not a multiple of {book.lot}")
        if limit is not None and (limit <= 0 or limit % book.tick):
            raise InvalidOrder(f"paper: price {limit} is not a multiple of {book.tick}")
