"""The health of another service, as its own `/health` says it, over plain HTTP."""

import asyncio
import http.client
import json
import time
from dataclasses import dataclass, field
from enum import IntEnum
from urllib.parse import urlsplit

_TIMEOUT_SECONDS = 2.0
_OK = 200
# One lost answer is no outage.
_FAILURES = 2


class State(IntEnum):
    """How a service is."""

    DOWN = 0
    DEGRADED = 1
    WELL = 2


_WORDS = {State.DOWN: "down", State.DEGRADED: "degraded", State.WELL: "ok"}


@dataclass(slots=True)
class WatchedService:
    """One service; `detail` says what is wrong with it."""

    name: str
    url: str
    state: State = State.DEGRADED  # until it was asked
    detail: str = "not asked yet"
    down_since: float = 0.0
    restarts: list[float] = field(default_factory=list)
    _failures: int = 0

    @property
    def word(self) -> str:
        """Its state in a word."""
        return _WORDS[self.state]

    async def look(self) -> None:
        """Ask for its health."""
        try:
            status, document = await asyncio.to_thread(_health, self.url)
        except (OSError, http.client.HTTPException, ValueError) as error:
            self._failed(f"{self.url}/health: {error or type(error).__name__}")
            return
        if status != _OK:
            self._failed(f"{self.url}/health answers {status}")
            return
        self._failures, self.down_since = 0, 0.0
        is_well = document.get("status") == "ok"
        self.state = State.WELL if is_well else State.DEGRADED
        self.detail = "" if is_well else _what(document)

    def _failed(self, detail: str) -> None:
        self._failures += 1
        if self._failures >= _FAILURES and self.state is not State.DOWN:
            self.state, self.down_since = State.DOWN, time.monotonic()
        self.detail = detail


def _health(url: str) -> tuple[int, dict[str, object]]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(
        parts.hostname or "", parts.port, timeout=_TIMEOUT_SECONDS
    )
    try:
        connection.request("GET", parts.path.rstrip("/") + "/health")
        answer = connection.getresponse()
        document = json.loads(answer.read())
        return answer.status, document if isinstance(document, dict) else {}
    finally:
        connection.close()


def _what(document: dict[str, object]) -> str:
    """What of a health document is not as it should be."""
    if document.get("phase") != "ready":
        return f"is {document.get('phase')}"
    bus = document.get("bus")
    if isinstance(bus, dict) and not bus.get("connected"):
        return "the bus is away"
    exchanges = document.get("exchanges")
    if isinstance(exchanges, dict):
        away = [
            name
            for name, x in exchanges.items()
            if not (isinstance(x, dict) and x.get("connected"))
        ]
        if away:
            return f"not connected: {', '.join(away)}"
    return "says that it is degraded"
