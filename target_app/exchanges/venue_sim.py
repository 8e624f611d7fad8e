"""`venue_sim`: a small HTTP server that ccxt's own Binance client can trade at.

It speaks the part of Binance's spot REST API that the client calls, checks signatures,
and answers errors with the real codes. Run it by `python -m target_app.exchanges.venue_sim`.
`/sim/faults` makes it misbehave, `/sim/price` and `/sim/balances` set the scene, `/sim/orders`
shows what it has, for drills and tests.
"""

import argparse
import asyncio
import hashlib
import hmac
import math
import random
import time
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from decimal import Decimal
from typing import Any, Literal
from urllib.parse import parse_qsl

import msgspec

from target_app.exchanges.venue_sim_filters import ApiError
from target_app.exchanges.venue_sim_malformed_answers import GARBAGE, garbage
from target_app.exchanges.venue_sim_orders import SimulatedExchange

# Both the key and the secret of the one account, unless others are given.
CREDENTIAL = "venue-sim"
_ENCODE = msgspec.json.Encoder().encode
_RECV_WINDOW_MS, _AHEAD_MS = 5000, 1000
# Requests that an address may make in a minute before it is asked to slow down, and how
# many more before it is banned: Binance's 6,000 weight, scaled to a load test.
_PER_MINUTE, _BAN_AFTER = 600_000, 60_000
_BAN_SECONDS = 120  # Binance's shortest
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class SimulatorFaults(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """How the server misbehaves. Shares are of requests to `/api/v3/order`, 0 to 1.

    `status` and `code` are answered before the order is read, with `retry_after` where it is
    given; with `lost` the order is executed and its answer never sent. `garbage` is what is
    answered, with 200, in place of an order's result; the order is executed if `executes`.
    """

    latency_seconds: float = 0.0
    status: int = 0
    code: int = -1000
    message: str = "An unknown error occurred while processing the request."
    share: float = 1.0
    lost: float = 0.0
    retry_after: float = 1.0
    garbage: Literal[GARBAGE] | None = None  # type: ignore[valid-type]
    executes: bool = True


class Move(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Let the market of `symbol` (`BTCUSDT`) move to `price`."""

    symbol: str
    price: Decimal


class VenueSim:
    """The ASGI application."""

    def __init__(
        self,
        exchange: SimulatedExchange | None = None,
        *,
        key: str = CREDENTIAL,
        secret: str = CREDENTIAL,
        per_minute: int = _PER_MINUTE,
        seed: int = 1,
    ) -> None:
        self.exchange = exchange or SimulatedExchange()
        self.faults = SimulatorFaults()
        self._key, self._secret = key.encode(), secret.encode()
        self._per_minute, self._minute, self._used = per_minute, 0, 0
        self._rng = random.Random(seed)  # noqa: S311 - which requests fail, not a secret

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        body = await _body(receive)
        retry_after: tuple[tuple[bytes, bytes], ...] = ()
        try:
            status, document = 200, await self._answer(scope, body)
        except ApiError as error:
            status, document = error.status, {"code": error.code, "msg": error.message}
            if status in {418, 429}:
                seconds = str(math.ceil(self.faults.retry_after)).encode()
                retry_after = ((b"retry-after", seconds),)
        except asyncio.CancelledError:
            return  # the client left
        data = document if isinstance(document, bytes) else _ENCODE(document)
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(data)).encode()),
            *retry_after,
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": data})

    async def _answer(self, scope: Any, body: bytes) -> Any:
        method, path = scope["method"], scope["path"]
        if path.startswith("/sim/"):
            return self._control(method, path, body)
        self._limit()
        query = scope["query_string"].decode("latin-1")
        given = dict(parse_qsl(query) + parse_qsl(body.decode("latin-1")))
        public: dict[str, Callable[[], dict[str, object]]] = {
            "/api/v3/ping": dict,
            "/api/v3/time": lambda: {"serverTime": int(time.time() * 1000)},
            "/api/v3/exchangeInfo": self.exchange.exchange_info,
            "/api/v3/ticker/24hr": lambda: self.exchange.ticker(given.get("symbol", "")),
        }
        if method == "GET" and path in public:
            return public[path]()
        if path not in {"/api/v3/account", "/api/v3/order", "/api/v3/openOrders"}:
            raise ApiError(404, -1000, f"There is no {method} {path} here.")
        self._authenticate(scope["headers"], query, body, given)
        if path == "/api/v3/account":
            return self.exchange.account()
        if path == "/api/v3/openOrders":
            return self.exchange.open_orders(given)
        return await self._order(method, given)

    async def _order(self, method: str, given: dict[str, str]) -> Any:
        # Those of now: a client that gave up leaves its request to wait here, and a test may
        # have begun with another exchange before it is done.
        faults, exchange = self.faults, self.exchange
        if faults.latency_seconds:
            await asyncio.sleep(faults.latency_seconds)
        if faults.status and self._rng.random() < faults.share:
            raise ApiError(faults.status, faults.code, faults.message)
        if method == "GET":
            return exchange.find(given).document()
        if method == "DELETE":
            return exchange.cancel(given).document()
        if method != "POST":
            raise ApiError(404, -1000, f"There is no {method} of an order.")
        if faults.garbage is not None and self._rng.random() < faults.share:
            made = exchange.place(given).document() if faults.executes else None
            return garbage(faults.garbage, made)
        placed = exchange.place(given).document()
        if faults.lost and self._rng.random() < faults.lost:
            await asyncio.Event().wait()  # until the client gives up
        return placed

    def _authenticate(
        self, headers: Sequence[tuple[bytes, bytes]], query: str, body: bytes, given: dict[str, str]
    ) -> None:
        """Key, signature, then the request's age, in the order that Binance checks."""
        key = dict(headers).get(b"x-mbx-apikey", b"")
        if not key:
            raise ApiError(401, -2014, "API-key format invalid.")
        if not hmac.compare_digest(key, self._key):
            raise ApiError(401, -2015, "Invalid API-key, IP, or permissions for action.")
        total = query.encode() + body
        signed, _, signature = total.rpartition(b"&signature=")
        right = hmac.new(self._secret, signed, hashlib.sha256).hexdigest().encode()
        if not hmac.compare_digest(signature, right):
            raise ApiError(400, -1022, "Signature for this request is not valid.")
        sent, window = given.get("timestamp", ""), given.get("recvWindow", str(_RECV_WINDOW_MS))
        age = time.time() * 1000 - (int(sent) if sent.isdecimal() else 0)
        if age > (int(window) if window.isdecimal() else _RECV_WINDOW_MS) or age < -_AHEAD_MS:
            message = "Timestamp for this request is outside of the recvWindow."
            raise ApiError(400, -1021, message)

    def _limit(self) -> None:
        minute = int(time.time() // 60)
        if minute != self._minute:
            self._minute, self._used = minute, 0
        self._used += 1
        if self._used > self._per_minute + _BAN_AFTER:
            until = int((time.time() + _BAN_SECONDS) * 1000)
            raise ApiError(418, -1003, f"Way too many requests; IP banned until {until}.")
        if self._used > self._per_minute:
            raise ApiError(429, -1003, "Too much request weight used.")

    def _control(self, method: str, path: str, body: bytes) -> object:
        if method == "POST" and path in {"/sim/faults", "/sim/price", "/sim/balances"}:
            try:
                return self._set(path, body or b"{}")
            except msgspec.DecodeError as error:
                raise ApiError(400, -1100, str(error)) from None
        if (method, path) == ("GET", "/sim/orders"):
            return [order.document() for order in self.exchange.orders.values()]
        raise ApiError(404, -1000, f"There is no {method} {path} here.")

    def _set(self, path: str, body: bytes) -> object:
        """A test's or a drill's wish. Raises msgspec.DecodeError, or ApiError."""
        if path == "/sim/faults":
            self.faults = msgspec.json.decode(body, type=SimulatorFaults)
            return self.faults
        if path == "/sim/price":
            move = msgspec.json.decode(body, type=Move)
            self.exchange.move(move.symbol, move.price)
            return self.exchange.ticker(move.symbol)
        for coin, amount in msgspec.json.decode(body, type=dict[str, Decimal]).items():
            self.exchange.balances.set(coin, amount)
        return self.exchange.account()


async def _body(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


async def _live(receive: Receive, send: Send) -> None:
    for _ in range(2):
        phase = (await receive())["type"]
        await send({"type": f"{phase}.complete"})


def main(argv: Sequence[str] | None = None) -> None:
    """Serve until the process is asked to stop."""
    import uvicorn

    parser = argparse.ArgumentParser(prog="venue_sim", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--key", default=CREDENTIAL)
    parser.add_argument("--secret", default=CREDENTIAL)
    parser.add_argument("--log-level", default="warning")
    options = parser.parse_args(argv)
    uvicorn.run(
        VenueSim(key=options.key, secret=options.secret),
        host=options.host,
        port=options.port,
        loop="uvloop",
        http="httptools",
        ws="none",
        access_log=False,
        log_level=options.log_level,
    )


if __name__ == "__main__":
    main()
