"""The three services in this process, spoken to over HTTP, for tests and their scenarios."""

import asyncio
import http.client
import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from prometheus_client.parser import text_string_to_metric_families

from target_app.services.bus.in_memory import MemoryBus
from target_app.services.embedded import EmbeddedSystem
from tests.support.wait_until import PATIENCE_SECONDS

TOKEN = "a-token-made-for-tests"
# Quiet: no signal but those that a test asks for, and no position closed by time.
QUIET: Mapping[str, Mapping[str, Any]] = {
    "ai": {"signals_per_second": 0.0},
    "exec-risk": {"hold_seconds": 0.0},
}


class Spoken:
    """Requests to an embedded system, each in a thread so that the services can answer."""

    def __init__(self, system: EmbeddedSystem, bus: MemoryBus) -> None:
        self.system, self.bus = system, bus

    async def ask(
        self, service: str, path: str, method: str = "GET", body: object = None, token: str = TOKEN
    ) -> tuple[int, Any]:
        """Status and document."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode() if body else b""
        url = self.system.urls[service]
        return await asyncio.to_thread(_ask, url, path, method, data, token)

    async def value(self, service: str, name: str, **labels: str) -> float:
        """One sample of a service's metrics; it must exist."""
        text = await self.ask(service, "/metrics")
        for family in text_string_to_metric_families(text[1]):
            for sample in family.samples:
                if sample.name == name and sample.labels == labels:
                    return sample.value
        raise AssertionError(f"{service} has no {name} {labels}")

    async def until(self, condition: Callable[[], Awaitable[object]], what: str) -> None:
        """Wait for the condition, with patience."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not await condition():  # noqa: ASYNC110 - any condition has no event
                    await asyncio.sleep(0.01)
        except TimeoutError:
            raise AssertionError(f"not within {PATIENCE_SECONDS:.0f} s: {what}") from None

    async def outcome(self, signal_id: str) -> dict[str, Any]:
        """What became of a signal, once it is decided."""
        found: dict[str, Any] = {}

        async def decided() -> bool:
            status, document = await self.ask("exec-risk", f"/signals/{signal_id}")
            found.update(document)
            return status == 200 and document["outcome"] != "requested"

        await self.until(decided, f"signal {signal_id} is decided")
        return found

    async def signal(self, **fields: Any) -> str:
        """Have ai say a signal; its id."""
        wanted = {"symbol": "BTC/USDT", "side": "buy", "confidence": 0.9} | fields
        status, document = await self.ask("ai", "/admin/signals", "POST", wanted)
        assert status == 202, document
        return str(document["signal_id"])

    async def ready(self) -> None:
        """Wait until all are."""
        for name in self.system.urls:

            async def is_ready(name: str = name) -> bool:
                return (await self.ask(name, "/ready"))[0] == 200

            await self.until(is_ready, f"{name} is ready")


def on_embedded(
    folder: Path,
    scenario: Callable[[Spoken], Awaitable[None]],
    settings: Mapping[str, Mapping[str, Any]] | None = None,
) -> None:
    """Run a scenario against the three services in memory."""

    async def run() -> None:
        bus = MemoryBus()
        changes = {
            name: {**QUIET.get(name, {}), **(settings or {}).get(name, {})}
            for name in ("ai", "exec-risk", "analytics-os")
        }
        async with EmbeddedSystem(folder, lambda: bus, TOKEN, changes).up() as system:
            spoken = Spoken(system, bus)
            await spoken.ready()
            await scenario(spoken)

    asyncio.run(run())


def _ask(url: str, path: str, method: str, data: bytes, token: str) -> tuple[int, Any]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(
        parts.hostname or "", parts.port, timeout=PATIENCE_SECONDS
    )
    try:
        connection.request(method, path, data, {"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        text = answer.read().decode()
        is_json = "json" in (answer.headers.get("content-type") or "")
        return answer.status, json.loads(text) if is_json else text
    finally:
        connection.close()
