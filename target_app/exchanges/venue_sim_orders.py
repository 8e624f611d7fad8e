"""The exchange behind `venue_sim`: markets, balances and orders as Binance's spot API has them.

State and rules only; HTTP, signatures and faults are `venue_sim`'s.
Source: https://developers.binance.com/docs/binance-spot-api-docs/rest-api
"""

import itertools
import random
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from target_app.exchanges.simulated_order_book import PRICES, OrderBook, first_price
from target_app.exchanges.venue_sim_account import SimulatedAccount
from target_app.exchanges.venue_sim_filters import (
    ApiError,
    check_filters,
    check_parameters,
    figure,
    symbol_document,
)

_QUOTE = "USDT"
# Stops that may rest in one market. Binance allows 5, which a load test would soon have used up.
_STOPS = 100_000
_POOR = "Account has insufficient balance for requested action."


@dataclass(slots=True, kw_only=True)
class PlacedOrder:
    """An order that was accepted."""

    number: int
    client_id: str
    symbol: str
    side: str
    kind: str
    quantity: Decimal
    price: Decimal
    stop_price: Decimal | None
    filled: Decimal = Decimal(0)
    cost: Decimal = Decimal(0)
    fee: Decimal = Decimal(0)
    fee_coin: str = _QUOTE
    status: str = "NEW"
    locks: tuple[str, Decimal] = (_QUOTE, Decimal(0))  # the coin and all that it may spend
    kept: Decimal = Decimal(0)  # of that, what is locked while it rests
    at: int = field(default_factory=lambda: int(time.time() * 1000))

    def document(self) -> dict[str, object]:
        """The order as the API shows it."""
        average = self.cost / self.filled if self.filled else Decimal(0)
        shown: dict[str, object] = {
            "symbol": self.symbol,
            "orderId": self.number,
            "orderListId": -1,
            "clientOrderId": self.client_id,
            "transactTime": self.at,
            "time": self.at,
            "updateTime": self.at,
            "price": f"{self.price:f}",
            "origQty": f"{self.quantity:f}",
            "executedQty": f"{self.filled:f}",
            "cummulativeQuoteQty": f"{self.cost:f}",
            "status": self.status,
            "timeInForce": "GTC",
            "type": self.kind,
            "side": self.side,
            "isWorking": True,
            "fills": [
                {
                    "price": f"{average:.8f}",
                    "qty": f"{self.filled:f}",
                    "commission": f"{self.fee:.8f}",
                    "commissionAsset": self.fee_coin,
                    "tradeId": self.number,
                }
            ]
            if self.filled
            else [],
        }
        if self.stop_price is not None:
            shown["stopPrice"] = f"{self.stop_price:f}"
        return shown


class SimulatedExchange:
    """One account at one exchange. Symbols are written Binance's way, `BTCUSDT`."""

    def __init__(
        self, coins: Iterable[str] = tuple(PRICES), *, seed: int = 1, stops: int = _STOPS
    ) -> None:
        rng = random.Random(seed)  # noqa: S311 - prices, not secrets
        self.books = {f"{c}{_QUOTE}": OrderBook(first_price(c), rng) for c in coins}
        self.balances = SimulatedAccount(coins)
        self.orders: dict[int, PlacedOrder] = {}
        self._stops = stops
        self._open: dict[str, int] = {}  # client id → number: unique among open orders only
        self._latest: dict[str, int] = {}  # client id → number of the latest such order
        self._numbers = itertools.count(1)

    def exchange_info(self) -> dict[str, object]:
        """Every symbol with its filters."""
        return {
            "timezone": "UTC",
            "serverTime": int(time.time() * 1000),
            "rateLimits": [],
            "symbols": [
                symbol_document(name, name.removesuffix(_QUOTE), _QUOTE, book, self._stops)
                for name, book in self.books.items()
            ],
        }

    def ticker(self, symbol: str) -> dict[str, object]:
        """The day's ticker, of which only the prices mean anything."""
        book = self._book(symbol)
        bid, ask = book.touch()
        return {
            "symbol": symbol,
            "lastPrice": f"{book.price:f}",
            "bidPrice": f"{bid:f}",
            "askPrice": f"{ask:f}",
            "closeTime": int(time.time() * 1000),
        }

    def account(self) -> dict[str, object]:
        """Every balance."""
        return self.balances.document()

    def move(self, symbol: str, price: Decimal) -> None:
        """Let the market move there, and execute what waited for it. Raises ApiError."""
        book = self._book(symbol)
        book.price = price
        for order in [self.orders[number] for number in self._open.values()]:
            if order.symbol == symbol and _reached(order, book.price):
                self._let_go(order)
                left, limit = order.quantity - order.filled, order.price or None
                self._execute(order, *book.match(order.side.lower(), left, limit))
                self._rest(order)

    def place(self, given: Mapping[str, str]) -> PlacedOrder:
        """Check an order as Binance does, and match it. Raises ApiError."""
        book = self._book(given.get("symbol", ""))
        check_parameters(given)
        kind, side, client_id = given["type"], given["side"], given["newClientOrderId"]
        if client_id in self._open:
            raise ApiError(400, -2010, "Duplicate order sent.")
        quantity = figure(given, "quantity")
        limit = figure(given, "price") if "LIMIT" in kind else None
        stop = figure(given, "stopPrice") if kind not in {"LIMIT", "MARKET"} else None
        check_filters(book, side, quantity, limit, stop)
        order = PlacedOrder(
            number=next(self._numbers),
            client_id=client_id,
            symbol=given["symbol"],
            side=side,
            kind=kind,
            quantity=quantity,
            price=limit or Decimal(0),
            stop_price=stop,
        )
        self._check_stop(order, book)
        # What it may cost at most is asked for first, as exchanges lock before they match.
        order.locks = _locks(order, book)
        if not self.balances.can_spend(*order.locks):
            raise ApiError(400, -2010, _POOR)
        self.orders[order.number] = order
        self._latest[client_id] = order.number
        if stop is None:
            self._execute(order, *book.match(side.lower(), quantity, limit))
        self._rest(order)
        return order

    def find(self, given: Mapping[str, str]) -> PlacedOrder:
        """The order by `orderId` or `origClientOrderId`. Raises ApiError."""
        number = given.get("orderId", "")
        if number:
            found = self.orders.get(int(number)) if number.isdecimal() else None
        else:
            found = self.orders.get(self._latest.get(given.get("origClientOrderId", ""), 0))
        if found is None or found.symbol != given.get("symbol"):
            raise ApiError(400, -2013, "Order does not exist.")
        return found

    def open_orders(self, given: Mapping[str, str]) -> list[dict[str, object]]:
        """The orders that rest, of one symbol or of all."""
        wanted = given.get("symbol")
        resting = (self.orders[number] for number in self._open.values())
        return [order.document() for order in resting if wanted in {None, order.symbol}]

    def cancel(self, given: Mapping[str, str]) -> PlacedOrder:
        """Cancel an open order. Raises ApiError."""
        try:
            order = self.find(given)
        except ApiError:
            raise ApiError(400, -2011, "Unknown order sent.") from None
        if order.client_id not in self._open:
            raise ApiError(400, -2011, "Unknown order sent.")
        self._let_go(order)
        order.status = "CANCELED"
        return order

    def _book(self, symbol: str) -> OrderBook:
        book = self.books.get(symbol)
        if book is None:
            raise ApiError(400, -1121, "Invalid symbol.")
        return book

    def _check_stop(self, order: PlacedOrder, book: OrderBook) -> None:
        if order.stop_price is None:
            return
        if _reached(order, book.price):
            raise ApiError(400, -2010, "Stop price would trigger immediately.")
        resting = (self.orders[number] for number in self._open.values())
        stops = sum(o.symbol == order.symbol and o.stop_price is not None for o in resting)
        if stops >= self._stops:
            raise ApiError(400, -1013, "Filter failure: MAX_NUM_ALGO_ORDERS")

    def _rest(self, order: PlacedOrder) -> None:
        """Put an order that is not done on the book, and lock what it may still spend."""
        if order.status not in {"NEW", "PARTIALLY_FILLED"}:
            return
        self._open[order.client_id] = order.number
        coin, amount = order.locks
        order.kept = amount * (1 - order.filled / order.quantity)
        self.balances.lock(coin, order.kept)

    def _let_go(self, order: PlacedOrder) -> None:
        """Take a resting order off the book, with what it locked."""
        del self._open[order.client_id]
        self.balances.lock(order.locks[0], -order.kept)

    def _execute(self, order: PlacedOrder, filled: Decimal, cost: Decimal) -> None:
        base = order.symbol.removesuffix(_QUOTE)
        fee, order.fee_coin = self.balances.trade(order.side, base, _QUOTE, filled, cost)
        order.filled, order.cost, order.fee = (
            order.filled + filled,
            order.cost + cost,
            order.fee + fee,
        )
        order.status = _status(order)


def _locks(order: PlacedOrder, book: OrderBook) -> tuple[str, Decimal]:
    """The coin and the amount that an order may spend."""
    if order.side == "SELL":
        return order.symbol.removesuffix(_QUOTE), order.quantity
    ask = order.price or order.stop_price or book.levels("buy")[-1][0]
    return _QUOTE, order.quantity * ask


def _reached(order: PlacedOrder, price: Decimal) -> bool:
    """Whether the market is where a resting order waits for it."""
    at = order.stop_price or order.price
    below = order.side == "SELL" if "STOP" in order.kind else order.side == "BUY"
    return price <= at if below else price >= at


def _status(order: PlacedOrder) -> str:
    if order.filled == order.quantity:
        return "FILLED"
    if order.kind != "LIMIT":
        return "EXPIRED"  # what the book cannot fill of a market order is given up
    return "PARTIALLY_FILLED" if order.filled else "NEW"
