"""A load generator for one loopback port: raw HTTP/1.1 over kept-alive connections.

Two loops. Closed: so many connections, each sending as soon as it has its answer, to find
the most that a server can do. Open: requests leave at a constant rate whether or not
answers come, and latency counts from the intended time, so that a stalled server shows.
"""

import asyncio
import itertools
import json
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import cast

from target_app.execution.http.signature import sign

SYMBOLS = ("BTCUSDT", "ETHUSDT", "SOLUSDT", "XRPUSDT", "ADAUSDT", "DOGEUSDT", "LINKUSDT")
SOURCES = ("tradingview", "custom_bot", "ml_model", "backtester")
# Addresses that requests claim to come from; the server under test trusts loopback.
CLIENTS = 200


@dataclass(slots=True)
class LoadMeasurement:
    """What the generator saw: seconds for each answer, and how many of each status."""

    latencies: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Answers with status 200, a second."""
        return self.statuses.get(200, 0) / self.seconds if self.seconds else 0.0

    def quantile_ms(self, q: float) -> float:
        """A quantile of latency in milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(q * len(ordered)))] * 1000 if ordered else 0.0


def bodies(*, start: int = 0) -> Iterator[bytes]:
    """Valid webhooks, each one different."""
    for n in itertools.count():
        yield json.dumps(
            {
                "symbol": SYMBOLS[n % len(SYMBOLS)],
                "side": "buy" if n % 2 else "sell",
                "order_type": "market",
                "quantity": "100"
                if n % len(SYMBOLS) > 2
                else "0.1",  # the expensive coins come first
                "confidence": 0.9,
                "timestamp": time.time(),
                "source": SOURCES[n % len(SOURCES)],
                "id": f"{start}-{n}",
            },
            separators=(",", ":"),
        ).encode()


def orders(path: str, secret: str, *, start: int = 0) -> Iterator[bytes]:
    """Signed webhooks as whole HTTP requests."""
    for n, body in enumerate(bodies(start=start)):
        yield request(path, body, sign(secret, body), n % CLIENTS)


def request(path: str, body: bytes, signature: str, client: int) -> bytes:
    """One HTTP request."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
        f"X-Signature: {signature}\r\nX-Forwarded-For: 203.0.113.{client % 250 + 1}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class _Connection(asyncio.Protocol):
    """One connection; answers are taken to come whole or in pieces, never pipelined."""

    def __init__(self, answered: Callable[["_Connection", int], None]) -> None:
        self._answered = answered
        self._buffer = b""
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's is not a subclass of it

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        head = self._buffer.find(b"\r\n\r\n")
        if head < 0:
            return
        at = self._buffer.lower().find(b"content-length:", 0, head)
        length = int(self._buffer[at + 15 : self._buffer.find(b"\r", at)])
        if len(self._buffer) >= head + 4 + length:
            status = int(self._buffer[9:12])
            self._buffer = b""
            self._answered(self, status)

    def send(self, data: bytes) -> None:
        assert self.transport is not None
        self.transport.write(data)


async def closed(
    port: int, requests: Iterator[bytes], *, connections: int, seconds: float
) -> LoadMeasurement:
    """As fast as the server answers, over so many connections."""
    loop = asyncio.get_running_loop()
    seen = LoadMeasurement()
    sent_at: dict[_Connection, float] = {}
    finished = loop.create_future()
    begun = time.perf_counter()
    open_count = connections

    def send(connection: _Connection) -> None:
        sent_at[connection] = time.perf_counter()
        connection.send(next(requests))

    def answered(connection: _Connection, status: int) -> None:
        nonlocal open_count
        now = time.perf_counter()
        seen.latencies.append(now - sent_at[connection])
        seen.statuses[status] = seen.statuses.get(status, 0) + 1
        if now - begun < seconds:
            send(connection)
            return
        open_count -= 1
        if not open_count:
            finished.set_result(None)

    made = [
        (await loop.create_connection(lambda: _Connection(answered), "127.0.0.1", port))[1]
        for _ in range(connections)
    ]
    begun = time.perf_counter()
    for connection in made:
        send(connection)
    await asyncio.wait_for(finished, seconds + 30)
    seen.seconds = time.perf_counter() - begun
    for connection in made:
        assert connection.transport is not None
        connection.transport.close()
    return seen


def nothing() -> None:
    """Do nothing once all connections are made."""


async def opened(
    port: int,
    requests: Iterator[bytes],
    *,
    rate: float,
    seconds: float,
    connections: int = 64,
    on_connected: Callable[[], None] = nothing,
) -> LoadMeasurement:
    """At a constant arrival rate; what finds no free connection waits, and its wait counts.

    `on_connected` is called once all connections are made, before the first request.
    """
    loop = asyncio.get_running_loop()
    seen = LoadMeasurement()
    waiting: deque[float] = deque()
    meant: dict[_Connection, float] = {}
    idle: deque[_Connection] = deque()  # in turn, or the server closes those left over
    total = int(rate * seconds)
    finished = loop.create_future()

    def send(connection: _Connection, intended: float) -> None:
        meant[connection] = intended
        connection.send(next(requests))

    def answered(connection: _Connection, status: int) -> None:
        seen.latencies.append(time.perf_counter() - meant[connection])
        seen.statuses[status] = seen.statuses.get(status, 0) + 1
        if waiting:
            send(connection, waiting.popleft())
        else:
            idle.append(connection)
        if len(seen.latencies) == total:
            finished.set_result(None)

    for _ in range(connections):
        made = await loop.create_connection(lambda: _Connection(answered), "127.0.0.1", port)
        idle.append(made[1])
    on_connected()
    begun = time.perf_counter()
    for n in range(total):
        intended = begun + n / rate
        while (ahead := intended - time.perf_counter()) > 0:  # noqa: ASYNC110 - a clock, no event
            await asyncio.sleep(ahead if ahead > 0.002 else 0)
        if idle:
            send(idle.popleft(), intended)
        else:
            waiting.append(intended)
    await asyncio.wait_for(finished, 60)
    seen.seconds = time.perf_counter() - begun
    for connection in idle:
        assert connection.transport is not None
        connection.transport.close()
    return seen
