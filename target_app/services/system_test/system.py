"""The system under test, spoken to over HTTP alone: whatever bus it is on, wherever it runs."""

import asyncio
import http.client
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

from prometheus_client.parser import text_string_to_metric_families

SERVICES = ("ai", "exec-risk", "analytics-os")
_POLL_SECONDS, _OK, _ACCEPTED = 0.01, 200, 202
T = TypeVar("T")


class ExpectationError(Exception):
    """The system is not as it should be. Says what was expected, and what was seen."""


class Control(Protocol):
    """Ends and starts services."""

    async def stop(self, *names: str) -> None:
        """End the services, and wait until they have ended."""

    async def start(self, *names: str) -> None:
        """Start the services again."""


class SystemUnderTest:
    """`urls` by service, the admin `token` of all three, how services are ended and started.

    `patience_seconds` is how long anything is waited for.
    """

    def __init__(
        self,
        urls: Mapping[str, str],
        token: str,
        control: Control,
        patience_seconds: float = 30.0,
    ) -> None:
        self.urls, self.control, self._token = urls, control, token
        self.patience_seconds = patience_seconds

    async def ask(
        self,
        service: str,
        path: str,
        method: str = "GET",
        body: object = None,
        *,
        token: str | None = None,
    ) -> tuple[int, Any]:
        """Status and document of an answer. Raises ExpectationError where there is none."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode() if body else b""
        headers = {"Authorization": f"Bearer {self._token if token is None else token}"}
        try:
            return await asyncio.to_thread(
                _ask, self.urls[service] + path, method, data, headers, self.patience_seconds
            )
        except (OSError, http.client.HTTPException) as error:
            raise ExpectationError(
                f"{service} does not answer {method} {path}: {error or type(error).__name__}"
            ) from None

    async def told(self, service: str, path: str, method: str = "GET", body: object = None) -> Any:
        """The document of an answer that must be a good one."""
        status, document = await self.ask(service, path, method, body)
        if status not in {_OK, _ACCEPTED}:
            raise ExpectationError(f"{service}: {method} {path} answers {status}: {document}")
        return document

    async def value(self, service: str, name: str, **labels: str) -> float:
        """One sample of a service's metrics, which must exist."""
        text = await self.told(service, "/metrics")
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                if sample.name == name and sample.labels == labels:
                    return sample.value
        raise ExpectationError(f"{service} has no metric {name} {labels or ''}".rstrip())

    async def until(self, condition: Callable[[], Awaitable[T]], what: str) -> T:
        """Wait until the condition gives something; that."""
        deadline = time.monotonic() + self.patience_seconds
        while not (found := await condition()):
            if time.monotonic() > deadline:
                raise ExpectationError(f"not within {self.patience_seconds:g} s: {what}")
            await asyncio.sleep(_POLL_SECONDS)
        return found

    async def ready(self, *names: str) -> None:
        """Wait until the services are."""
        for name in names or SERVICES:

            async def is_ready(name: str = name) -> bool:
                try:
                    return (await self.ask(name, "/ready"))[0] == _OK
                except ExpectationError:
                    return False

            await self.until(is_ready, f"{name} is ready")

    async def signal(self, **fields: Any) -> str:
        """Have ai say a signal; its id."""
        wanted = {"symbol": "BTC/USDT", "side": "buy", "confidence": 0.9, "quantity": "0.001"}
        document = await self.told("ai", "/admin/signals", "POST", wanted | fields)
        return str(document["signal_id"])

    async def outcome(self, signal_id: str) -> dict[str, Any]:
        """What became of a signal, once it is decided."""

        async def decided() -> dict[str, Any]:
            status, document = await self.ask("exec-risk", f"/signals/{signal_id}")
            is_decided = status == _OK and document["outcome"] != "requested"
            return dict(document) if is_decided else {}

        return await self.until(decided, f"signal {signal_id} is decided")

    async def executed(self, **fields: Any) -> dict[str, Any]:
        """Say a signal, and expect that it is executed."""
        found = await self.outcome(await self.signal(**fields))
        if found["outcome"] != "executed":
            raise ExpectationError(
                f"a signal that should be executed was {found['outcome']}: {found['reason']}"
            )
        return found

    async def refused(self, rule: str, **fields: Any) -> None:
        """Say a signal, and expect that a rule refuses it."""
        found = await self.outcome(await self.signal(**fields))
        if (found["outcome"], found["reason"]) != ("refused", rule):
            raise ExpectationError(
                f"a signal with {fields} should be refused by {rule}, and was "
                f"{found['outcome']} {found['reason']}".rstrip()
            )

    async def call(
        self, service: str, method: str, params: object = None, timeout_seconds: float = 0.5
    ) -> dict[str, Any]:
        """Have a service call another; `outcome`, and `result` where there is one."""
        body = {"method": method, "params": params or {}, "timeout_seconds": timeout_seconds}
        return dict((await self.ask(service, "/admin/calls", "POST", body))[1])

    async def fault(self, service: str, name: str, **parameters: float | str) -> None:
        """Set a fault."""
        await self.told(service, "/admin/faults", "POST", {"fault": name, **parameters})

    async def clear(self, service: str, name: str) -> None:
        """Clear a fault."""
        await self.told(service, f"/admin/faults/{name}", "DELETE")


def expect(claim: object, otherwise: str) -> None:
    """Raise ExpectationError, with these words, where the claim is not true."""
    if not claim:
        raise ExpectationError(otherwise)


def _ask(
    url: str, method: str, data: bytes, headers: dict[str, str], timeout: float
) -> tuple[int, Any]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)
    try:
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        connection.request(method, path, data, headers)
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
        is_json = "json" in (answer.headers.get("content-type") or "")
        return answer.status, json.loads(text) if is_json else text
    finally:
        connection.close()
