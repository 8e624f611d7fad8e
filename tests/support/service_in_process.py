"""The whole service in this process, spoken to as an ASGI server would, without a socket."""

import asyncio
import contextlib
import json
import time
from collections.abc import Awaitable, Callable, Iterator, MutableMapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote

from prometheus_client import CollectorRegistry

from target_app.execution.app import Service, traced
from target_app.execution.http.signature import sign
from target_app.execution.http.webhook import PATH
from target_app.execution.orders.client_order_ids import client_order_id
from target_app.execution.settings import Settings
from target_app.execution.signals.fields import Notes
from target_app.execution.signals.normalise import Symbols
from target_app.execution.signals.payload import read
from target_app.execution.startup_and_drain import Phase
from target_app.tracing.spans import Tracer
from tests.support.wait_until import PATIENCE_SECONDS

SECRET = "a-secret-made-for-tests"
T = TypeVar("T")
Message = MutableMapping[str, Any]


def order(**fields: Any) -> dict[str, Any]:
    """The smallest valid webhook, with `fields` added; None takes a field away."""
    payload = {"symbol": "BTC/USDT", "side": "buy", "timestamp": time.time()} | fields
    return {key: value for key, value in payload.items() if value is not None}


def order_id(own: str | None, body: bytes = b"", at: float = 1.0) -> str:
    """The id at the exchange of a webhook with that `id`, that body and that time."""
    raw = order(id=own, timestamp=Decimal(str(at)))
    return client_order_id(read(raw, Symbols(("BTC/USDT",)), (), Notes()), body)


@dataclass(frozen=True, slots=True)
class Answered:
    """An HTTP answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        """The body, which must be a JSON object."""
        document = json.loads(self.body)
        assert isinstance(document, dict)
        return document

    @property
    def code(self) -> str:
        """The machine-readable code of a problem document."""
        assert self.headers["content-type"] == "application/problem+json", self.body
        return str(self.json["code"])


class Served:
    """A running service and a client of it."""

    def __init__(self, settings: Settings, tracer: Tracer | None = None) -> None:
        self.registry = CollectorRegistry()
        self.service = Service(settings, self.registry, tracer=tracer)
        self.app = traced(self.service, tracer)
        self._runner = asyncio.Runner()
        self._sent: asyncio.Queue[Message] = asyncio.Queue()
        self._heard: asyncio.Queue[Message] = asyncio.Queue()
        self._life: asyncio.Task[None] | None = None

    def run(self, work: Awaitable[T]) -> T:
        """Run `work` on the service's event loop."""

        async def whole() -> T:
            return await work

        return self._runner.run(whole())

    def start(self, *, ready: bool = True) -> None:
        """Start up; wait until orders are taken."""
        self.run(self._start())
        if ready:
            self.wait_for(lambda: self.service.lifecycle.phase is Phase.READY)

    def stop(self) -> None:
        """Shut down as a server does."""
        self.run(self._stop())
        self._runner.close()

    def wait_for(self, condition: Callable[[], bool]) -> None:
        """Let the service run until `condition` holds."""
        self.run(self.until(condition))

    async def until(self, condition: Callable[[], bool]) -> None:
        """The same, from within the loop."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            assert time.monotonic() < deadline, "the condition did not come true in time"
            await asyncio.sleep(0.002)

    def send(self, payload: Any = None, **options: Any) -> Answered:
        """Send one webhook; see `asend`."""
        return self.run(self.asend(payload, **options))

    async def asend(
        self,
        payload: Any = None,
        *,
        body: bytes | None = None,
        secret: str | None = SECRET,
        headers: Sequence[tuple[str, str]] = (),
        **options: Any,
    ) -> Answered:
        """Send `payload` as JSON, or `body` as it is, signed with `secret` unless None."""
        if body is None:
            body = json.dumps(order() if payload is None else payload).encode()
        sent = list(headers)
        if secret is not None:
            sent.append(("X-Signature", sign(secret, body)))
        return await self.arequest("POST", PATH, body=body, headers=sent, **options)

    def request(self, method: str, path: str, **options: Any) -> Answered:
        """Make any request; see `arequest`."""
        return self.run(self.arequest(method, path, **options))

    def get(self, path: str, **options: Any) -> Answered:
        """GET `path`."""
        return self.request("GET", path, **options)

    async def arequest(
        self,
        method: str,
        path: str,
        *,
        body: bytes = b"",
        headers: Sequence[tuple[str, str]] = (),
        peer: str = "192.0.2.1",
        messages: Sequence[Message] | None = None,
    ) -> Answered:
        """Make any request; `messages` replace what the server would say of the body."""
        pairs = [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in headers]
        if not any(name == b"content-length" for name, _ in pairs):
            pairs.append((b"content-length", str(len(body)).encode()))
        path, _, query = path.partition("?")
        scope: Message = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1",
            "method": method, "scheme": "http", "path": unquote(path), "raw_path": path.encode(),
            "query_string": query.encode(), "root_path": "", "headers": pairs,
            "client": (peer, 40000), "server": ("127.0.0.1", 8000), "state": {},
        }  # fmt: skip
        waiting = list(messages or [{"type": "http.request", "body": body, "more_body": False}])
        heard: list[Message] = []

        async def receive() -> Message:
            return waiting.pop(0) if waiting else {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            heard.append(message)

        await self.app(scope, receive, send)
        if not heard:
            return Answered(0, {}, b"")
        fields = {k.decode(): v.decode() for k, v in heard[0]["headers"]}
        return Answered(heard[0]["status"], fields, b"".join(m["body"] for m in heard[1:]))

    def value(self, series: str, **labels: str) -> float:
        """The value of one series now; it must exist."""
        self.service.metrics.flush()
        found = self.registry.get_sample_value(series, labels)
        assert found is not None, f"there is no {series}{labels}"
        return found

    def samples(self, name: str) -> list[Any]:
        """Every sample of a series, as a scrape would show them."""
        families = self.service.metrics.exposed().collect()
        return [s for family in families for s in family.samples if s.name == name]

    async def _start(self) -> None:
        self._life = asyncio.create_task(
            self.service({"type": "lifespan", "state": {}}, self._sent.get, self._heard.put)
        )
        await self._sent.put({"type": "lifespan.startup"})
        assert (await self._heard.get())["type"] == "lifespan.startup.complete"

    async def _stop(self) -> None:
        await self._sent.put({"type": "lifespan.shutdown"})
        assert (await self._heard.get())["type"] == "lifespan.shutdown.complete"
        assert self._life is not None
        await self._life


def settings(folder: Path, **values: Any) -> Settings:
    """Settings for a service whose files lie in `folder`."""
    given: dict[str, Any] = {
        "webhook_secrets": (SECRET,),
        "journal": str(folder / "journal.db"),
        "audit_log": str(folder / "audit.jsonl"),
        "rate_limit_per_minute": 1_000_000,
        "exchange_timeout_seconds": PATIENCE_SECONDS,
        "settle_seconds": 0.05,
        "metrics_ips": (),
        "admin_ips": (),
        "watch_seconds": 0.05,
        # Tables of webhooks are made when tests are collected, long before the last is sent.
        "max_age_seconds": 43_200.0,
    }
    return Settings(**(given | values))


@contextlib.contextmanager
def served(folder: Path, *, tracer: Tracer | None = None, **values: Any) -> Iterator[Served]:
    """A service that takes orders, stopped at the end."""
    running = Served(settings(folder, **values), tracer)
    running.start()
    try:
        yield running
    finally:
        running.stop()
