"""Kraken, Coinbase and Binance as their documents describe them, small, for ccxt's own classes.

Each keeps orders of one account and answers in the documented form. `override` makes the next
answers of a path something else, after the order was made or instead of it.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from target_app.exchanges.venue_sim_filters import ApiError
from target_app.exchanges.venue_sim_orders import SimulatedExchange
from tests.support.http_server import serving

Reply = tuple[int, dict[str, str], object]
PRICE = "65000.0"


@dataclass(slots=True)
class Override:
    """What a path answers in place of its own answer, so many times."""

    reply: Reply
    times: int
    executes: bool


@dataclass(slots=True)
class DocumentedVenue:
    """One account. `orders` are in the venue's own form, by the venue's id."""

    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    overrides: dict[str, Override] = field(default_factory=dict)
    url: str = ""

    def override(
        self,
        ending: str,
        body: object,
        *,
        status: int = 200,
        headers: dict[str, str] | None = None,
        times: int = 10**6,
        executes: bool = False,
    ) -> None:
        """Answer `body` at paths that end so; with `executes` after doing what was asked."""
        self.overrides[ending] = Override((status, headers or {}, body), times, executes)

    def reply(self, method: str, path: str, given: dict[str, Any]) -> Reply:
        """The answer to one request."""
        self.asked.append((method, path, given))
        for ending, override in self.overrides.items():
            if path.endswith(ending) and override.times > 0:
                override.times -= 1
                if override.executes:
                    self.answer(method, path, given)
                return override.reply
        return self.answer(method, path, given)

    def answer(self, method: str, path: str, given: dict[str, Any]) -> Reply:
        """What the venue itself says."""
        raise NotImplementedError

    def sent(self, ending: str) -> list[dict[str, Any]]:
        """What was given at each request of a path that ends so."""
        return [given for _, path, given in self.asked if path.endswith(ending)]

    @contextmanager
    def serve(self) -> Iterator["DocumentedVenue"]:
        """Serve it on a port of its own; `url` is where."""
        venue = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _any(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                raw = self.rfile.read(length).decode()
                parts = urlsplit(self.path)
                given: dict[str, Any] = dict(parse_qsl(parts.query))
                given |= json.loads(raw) if raw.startswith("{") else dict(parse_qsl(raw))
                status, headers, body = venue.reply(self.command, parts.path, given)
                data = (body if isinstance(body, str) else json.dumps(body)).encode()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_DELETE = _any  # noqa: N815 - the base class's names

            def log_message(self, *_: object) -> None:
                """Write nothing."""

        with serving(Handler) as address:
            self.url = address
            yield self


class Kraken(DocumentedVenue):
    """https://docs.kraken.com/api/docs/rest-api/add-order and its neighbours."""

    def answer(self, method: str, path: str, given: dict[str, Any]) -> Reply:
        del method
        name = path.rpartition("/")[2]
        return 200, {}, {"error": [], "result": getattr(self, f"_{name}")(given)}

    def _AssetPairs(self, _: dict[str, Any]) -> object:  # noqa: N802 - the path's name
        return {
            "XXBTZUSD": {
                "altname": "XBTUSD", "wsname": "XBT/USD", "aclass_base": "currency",
                "base": "XXBT", "aclass_quote": "currency", "quote": "ZUSD", "lot": "unit",
                "cost_decimals": 5, "pair_decimals": 1, "lot_decimals": 8, "lot_multiplier": 1,
                "leverage_buy": [], "leverage_sell": [], "fees": [[0, 0.4]],
                "fees_maker": [[0, 0.25]], "fee_volume_currency": "ZUSD", "margin_call": 80,
                "margin_stop": 40, "ordermin": "0.00005", "costmin": "0.5", "tick_size": "0.1",
                "status": "online",
            }
        }  # fmt: skip

    def _Assets(self, _: dict[str, Any]) -> object:  # noqa: N802
        return {
            "XXBT": {"aclass": "currency", "altname": "XBT", "decimals": 10, "status": "enabled"},
            "ZUSD": {"aclass": "currency", "altname": "USD", "decimals": 4, "status": "enabled"},
        }

    def _Ticker(self, _: dict[str, Any]) -> object:  # noqa: N802
        return {"XXBTZUSD": {"a": ["65000.1", "1", "1.0"], "b": ["64999.9", "1", "1.0"],
                             "c": [PRICE, "0.1"], "v": ["1", "2"], "p": [PRICE, PRICE],
                             "t": [1, 2], "l": [PRICE, PRICE], "h": [PRICE, PRICE],
                             "o": PRICE}}  # fmt: skip

    def _BalanceEx(self, _: dict[str, Any]) -> object:  # noqa: N802
        return {
            "ZUSD": {"balance": "25435.21", "hold_trade": "0"},
            "XXBT": {"balance": "1.2435", "hold_trade": "0"},
        }

    def _AddOrder(self, given: dict[str, Any]) -> object:  # noqa: N802
        txid = f"OUF4EM-FRGI2-{len(self.orders):06d}"
        at_once = given["ordertype"] == "market"
        kind = f"{given['ordertype'].replace('-', ' ')} {given.get('price', '')}".strip()
        shown = f"{given['type']} {given['volume']} XBTUSD @ {kind}"
        self.orders[txid] = {
            "refid": None, "userref": None, "cl_ord_id": given.get("cl_ord_id"),
            "status": "closed" if at_once else "open", "opentm": time.time(),
            "starttm": 0, "expiretm": 0,
            "descr": {"pair": "XBTUSD", "type": given["type"], "ordertype": given["ordertype"],
                      "price": given.get("price", "0"), "price2": "0", "leverage": "none",
                      "order": shown, "close": ""},
            "vol": given["volume"], "vol_exec": given["volume"] if at_once else "0.00000000",
            "cost": "650.0" if at_once else "0", "fee": "2.6" if at_once else "0",
            "price": PRICE if at_once else "0", "stopprice": "0", "limitprice": "0", "misc": "",
            "oflags": "fciq", "trades": [],
        }  # fmt: skip
        return {"descr": {"order": shown}, "txid": [txid]}

    def _QueryOrders(self, given: dict[str, Any]) -> object:  # noqa: N802
        return {txid: self.orders[txid] for txid in given["txid"].split(",")}

    def _OpenOrders(self, given: dict[str, Any]) -> object:  # noqa: N802
        return {"open": self._listed(given, ended=False)}

    def _ClosedOrders(self, given: dict[str, Any]) -> object:  # noqa: N802
        found = self._listed(given, ended=True)
        return {"closed": found, "count": len(found)}

    def _CancelOrder(self, given: dict[str, Any]) -> object:  # noqa: N802
        self.orders[given["txid"]]["status"] = "canceled"
        return {"count": 1}

    def _listed(self, given: dict[str, Any], *, ended: bool) -> dict[str, Any]:
        return {
            txid: order
            for txid, order in self.orders.items()
            if (order["status"] in {"closed", "canceled", "expired"}) is ended
            and given.get("cl_ord_id") in {None, order["cl_ord_id"]}
        }


class Coinbase(DocumentedVenue):
    """https://docs.cdp.coinbase.com/api-reference/advanced-trade-api, what ccxt calls of it."""

    def answer(self, method: str, path: str, given: dict[str, Any]) -> Reply:
        if path == "/api/v3/brokerage/orders" and method == "POST":
            return 200, {}, self._create(given)
        if path.endswith("/historical/batch"):
            return 200, {}, {"orders": self._listed(given), "has_next": False, "cursor": ""}
        if "/orders/historical/" in path:
            found = self.orders.get(path.rpartition("/")[2])
            missing = {"error": "unknown", "message": "order with this orderID was not found"}
            return (200, {}, {"order": found}) if found else (404, {}, missing)
        if path.endswith("/batch_cancel"):
            for key in given["order_ids"]:
                self.orders[key]["status"] = "CANCELLED"
            return 200, {}, {"results": [
                {"success": True, "failure_reason": "UNKNOWN_CANCEL_FAILURE_REASON",
                 "order_id": key} for key in given["order_ids"]]}  # fmt: skip
        return 200, {}, self._public(path)

    def _create(self, given: dict[str, Any]) -> object:
        key = f"11111-{len(self.orders):05d}"
        kind = next(iter(given["order_configuration"]))
        sizes = given["order_configuration"][kind]
        at_once = kind == "market_market_ioc"
        base = sizes.get("base_size") or str(float(sizes["quote_size"]) / float(PRICE))
        self.orders[key] = {
            "order_id": key,
            "product_id": given["product_id"],
            "user_id": "2222",
            "order_configuration": given["order_configuration"],
            "side": given["side"],
            "client_order_id": given["client_order_id"],
            "status": "FILLED" if at_once else "OPEN",
            "time_in_force": "GOOD_UNTIL_CANCELLED",
            "created_time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "filled_size": base if at_once else "0",
            "average_filled_price": PRICE if at_once else "0",
            "total_fees": "3.9" if at_once else "0",
            "order_type": "MARKET" if at_once else "LIMIT",
        }
        return {
            "success": True,
            "failure_reason": "UNKNOWN_FAILURE_REASON",
            "order_id": key,
            "success_response": {
                "order_id": key,
                "product_id": given["product_id"],
                "side": given["side"],
                "client_order_id": given["client_order_id"],
            },
            "order_configuration": given["order_configuration"],
        }

    def _listed(self, given: dict[str, Any]) -> list[dict[str, Any]]:
        """Of "OPEN", or of all; the document says that open ones may be left out of the latter."""
        wanted = given.get("order_status")
        return [dict(o) for o in self.orders.values() if (o["status"] == "OPEN") is bool(wanted)]

    def _public(self, path: str) -> object:
        if path.endswith("/ticker"):
            trade = {
                "trade_id": "1",
                "product_id": "BTC-USD",
                "price": PRICE,
                "size": "0.1",
                "time": "2026-01-01T00:00:00Z",
                "side": "BUY",
            }
            return {"trades": [trade], "best_bid": "64999.99", "best_ask": "65000.01"}
        if path.endswith("/products"):
            return {"products": [{
                "product_id": "BTC-USD", "price": PRICE, "base_increment": "0.00000001",
                "quote_increment": "0.01", "quote_min_size": "1", "quote_max_size": "150000000",
                "base_min_size": "0.00000001", "base_max_size": "3400", "status": "online",
                "price_increment": "0.01", "base_currency_id": "BTC", "quote_currency_id": "USD",
                "product_type": "SPOT", "trading_disabled": False, "alias_to": [],
            }]}  # fmt: skip
        if path.endswith("/accounts"):
            return {"accounts": [{
                "uuid": "8bfc20d7", "name": "BTC Wallet", "currency": "BTC",
                "available_balance": {"value": "1.23", "currency": "BTC"}, "active": True,
                "type": "ACCOUNT_TYPE_CRYPTO", "hold": {"value": "0", "currency": "BTC"},
            }], "has_next": False, "cursor": "", "size": 1}  # fmt: skip
        if path.endswith("/transaction_summary"):
            return {"fee_tier": {"taker_fee_rate": "0.006", "maker_fee_rate": "0.004"}}
        return {"data": {"currency": "USD", "rates": {}}} if "rates" in path else {"data": []}


class Binance(DocumentedVenue):
    """https://developers.binance.com/docs/binance-spot-api-docs/rest-api, as `venue_sim` has it."""

    def __init__(self) -> None:
        super().__init__()
        self.exchange = SimulatedExchange()

    def answer(self, method: str, path: str, given: dict[str, Any]) -> Reply:
        exchange = self.exchange
        try:
            if path.endswith("/order"):
                made = {"GET": exchange.find, "POST": exchange.place, "DELETE": exchange.cancel}
                return 200, {}, made[method](given).document()
            if path.endswith("/openOrders"):
                return 200, {}, exchange.open_orders(given)
            if path.endswith("/account"):
                return 200, {}, exchange.account()
            if path.endswith("/ticker/24hr"):
                return 200, {}, exchange.ticker(given["symbol"])
            return 200, {}, exchange.exchange_info()
        except ApiError as error:
            return error.status, {}, {"code": error.code, "msg": error.message}
