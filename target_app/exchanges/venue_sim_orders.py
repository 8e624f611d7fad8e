"""The exchange behind `venue_sim`: markets, balances and orders as Binance's spot API has them.

State and rules only; HTTP, signatures and faults are `venue_sim`'s.
Source: https://developers.binance.com/docs/binance-spot-api-docs/rest-api
"""

import itertools
import random
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from target_app.exchanges.simulated_order_book import FEE, PLENTY, PRICES, OrderBook, first_price

_MIN_NOTIONAL = Decimal(5)
_ORDER_TYPES = ("LIMIT", "MARKET", "STOP_LOSS", "TAKE_PROFIT", "STOP_LOSS_LIMIT")
_CLIENT_ID = re.compile(r"[.A-Z:/a-z0-9_-]{1,36}", re.ASCII)


class ApiError(Exception):
    """Answer with Binance's error document.

    Source of codes: https://developers.binance.com/docs/binance-spot-api-docs/errors
    """

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


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
    filled: Decimal
    cost: Decimal
    status: str
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
                    "commission": f"{self.cost * FEE:.8f}",
                    "commissionAsset": "USDT",
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

    def __init__(self, coins: Iterable[str] = tuple(PRICES), *, seed: int = 1) -> None:
        rng = random.Random(seed)  # noqa: S311 - prices, not secrets
        self.books = {f"{c}USDT": OrderBook(first_price(c), rng) for c in coins}
        self.balances = dict.fromkeys((*coins, "USDT"), PLENTY)
        self.orders: dict[int, PlacedOrder] = {}
        self._open: dict[str, int] = {}  # client id → number: unique among open orders only
        self._latest: dict[str, int] = {}  # client id → number of the latest such order
        self._numbers = itertools.count(1)

    def exchange_info(self) -> dict[str, object]:
        """Every symbol with its filters."""
        return {
            "timezone": "UTC",
            "serverTime": int(time.time() * 1000),
            "rateLimits": [],
            "symbols": [self._symbol(name, book) for name, book in self.books.items()],
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
        return {
            "accountType": "SPOT",
            "canTrade": True,
            "balances": [
                {"asset": coin, "free": f"{amount:f}", "locked": "0"}
                for coin, amount in self.balances.items()
            ],
        }

    def place(self, given: Mapping[str, str]) -> PlacedOrder:
        """Check an order as Binance does, and match it. Raises ApiError."""
        book = self._book(given.get("symbol", ""))
        kind, side = given.get("type", ""), given.get("side", "")
        client_id = given.get("newClientOrderId", "")
        if kind not in _ORDER_TYPES:
            raise ApiError(400, -1116, "Invalid orderType.")
        if side not in {"BUY", "SELL"}:
            raise ApiError(400, -1117, "Invalid side.")
        if not _CLIENT_ID.fullmatch(client_id):
            raise ApiError(400, -1100, "Illegal characters found in parameter 'newClientOrderId'.")
        if client_id in self._open:
            raise ApiError(400, -2010, "Duplicate order sent.")
        quantity = _figure(given, "quantity")
        limit = _figure(given, "price") if "LIMIT" in kind else None
        stop = _figure(given, "stopPrice") if kind not in {"LIMIT", "MARKET"} else None
        _check(book, quantity, limit, stop)
        filled = cost = Decimal(0)
        if stop is None:
            filled, cost = self._settled(given["symbol"], book, side, quantity, limit)
        order = PlacedOrder(
            number=next(self._numbers),
            client_id=client_id,
            symbol=given["symbol"],
            side=side,
            kind=kind,
            quantity=quantity,
            price=limit or Decimal(0),
            stop_price=stop,
            filled=filled,
            cost=cost,
            status=_status(kind, quantity, filled),
        )
        self.orders[order.number] = order
        self._latest[client_id] = order.number
        if order.status in {"NEW", "PARTIALLY_FILLED"}:
            self._open[client_id] = order.number
        return order

    def find(self, given: Mapping[str, str]) -> PlacedOrder:
        """The order by `orderId` or `origClientOrderId`. Raises ApiError."""
        number = given.get("orderId", "")
        if number:
            found = self.orders.get(int(number)) if number.isdigit() else None
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
        if self._open.pop(order.client_id, None) is None:
            raise ApiError(400, -2011, "Unknown order sent.")
        order.status = "CANCELED"
        return order

    def _book(self, symbol: str) -> OrderBook:
        book = self.books.get(symbol)
        if book is None:
            raise ApiError(400, -1121, "Invalid symbol.")
        return book

    def _settled(
        self, symbol: str, book: OrderBook, side: str, quantity: Decimal, limit: Decimal | None
    ) -> tuple[Decimal, Decimal]:
        """Match and move balances. Raises ApiError when the account is too poor."""
        base = symbol.removesuffix("USDT")
        # What it may cost at most is asked for first, as exchanges lock before they match.
        ask = limit or book.levels("buy")[-1][0]
        coin, needed = ("USDT", quantity * ask) if side == "BUY" else (base, quantity)
        if self.balances[coin] < needed:
            raise ApiError(400, -2010, "Account has insufficient balance for requested action.")
        filled, cost = book.match(side.lower(), quantity, limit)
        sign = 1 if side == "BUY" else -1
        self.balances[base] += sign * filled
        self.balances["USDT"] -= sign * cost
        return filled, cost

    def _symbol(self, name: str, book: OrderBook) -> dict[str, object]:
        return {
            "symbol": name,
            "status": "TRADING",
            "baseAsset": name.removesuffix("USDT"),
            "quoteAsset": "USDT",
            "baseAssetPrecision": 8,
            "quotePrecision": 8,
            "orderTypes": list(_ORDER_TYPES),
            "isSpotTradingAllowed": True,
            "isMarginTradingAllowed": False,
            "permissions": ["SPOT"],
            "permissionSets": [["SPOT"]],
            "filters": [
                {"filterType": "PRICE_FILTER", "minPrice": f"{book.tick:f}",
                 "maxPrice": "10000000", "tickSize": f"{book.tick:f}"},
                {"filterType": "LOT_SIZE", "minQty": f"{book.lot:f}",
                 "maxQty": "1000000000", "stepSize": f"{book.lot:f}"},
                {"filterType": "NOTIONAL", "minNotional": f"{_MIN_NOTIONAL:f}"},
            ],
        }  # fmt: skip


def _figure(given: Mapping[str, str], name: str) -> Decimal:
    if name not in given:
        message = f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed."
        raise ApiError(400, -1102, message)
    try:
        figure = Decimal(given[name])
    except InvalidOperation:
        raise ApiError(400, -1100, f"Illegal characters found in parameter '{name}'.") from None
    if not figure.is_finite() or figure <= 0:
        raise ApiError(400, -1013, f"Invalid {name}.")
    return figure


def _check(book: OrderBook, quantity: Decimal, limit: Decimal | None, stop: Decimal | None) -> None:
    # The real one has two codes here: too many digits for the asset, or off the step.
    if -_exponent(quantity) > 8:  # noqa: PLR2004 - baseAssetPrecision
        raise ApiError(400, -1111, "Precision is over the maximum defined for this asset.")
    if quantity % book.lot:
        raise ApiError(400, -1013, "Filter failure: LOT_SIZE")
    for price in (limit, stop):
        if price is not None and price % book.tick:
            raise ApiError(400, -1013, "Filter failure: PRICE_FILTER")
    if quantity * (limit or book.price) < _MIN_NOTIONAL:
        raise ApiError(400, -1013, "Filter failure: NOTIONAL")


def _exponent(figure: Decimal) -> int:
    exponent = figure.normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _status(kind: str, quantity: Decimal, filled: Decimal) -> str:
    if filled == quantity:
        return "FILLED"
    if kind == "MARKET":
        return "EXPIRED"  # what the book cannot fill of a market order is given up
    return "PARTIALLY_FILLED" if filled else "NEW"
