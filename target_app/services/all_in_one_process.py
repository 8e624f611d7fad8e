"""All three services in this process, on a bus in memory or any other: for trials and tests.

Each listens on a free port of its own; everything is kept in one folder.
"""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import uvicorn

from target_app.services.ai.service import AiService
from target_app.services.ai.settings import AiSettings
from target_app.services.analytics_os.service import AnalyticsService
from target_app.services.analytics_os.settings import AnalyticsSettings
from target_app.services.bus.contract import Bus
from target_app.services.exec_risk.service import RiskService
from target_app.services.exec_risk.settings import RiskSettings
from target_app.services.http_server import Service, application
from target_app.tracing.spans import Tracer

NAMES = ("ai", "exec-risk", "analytics-os")
_POLL_SECONDS = 0.01


class EmbeddedSystem:
    """The three services; `settings` changes those of each, `tracer_of` makes spans, by name."""

    def __init__(
        self,
        folder: Path,
        bus_of: Callable[[], Bus],
        token: str,
        settings: Mapping[str, Mapping[str, Any]] | None = None,
        tracer_of: Callable[[str], Tracer | None] = lambda _name: None,
    ) -> None:
        self._folder, self._bus_of, self._token = folder, bus_of, token
        self._tracer_of = tracer_of
        self._changes = settings or {}
        # Bound and never listening: they keep the ports while a service is down.
        self._held = {name: _bound() for name in NAMES}
        self.urls = {
            name: f"http://127.0.0.1:{x.getsockname()[1]}" for name, x in self._held.items()
        }
        self.services: dict[str, Service] = {}
        self._servers: dict[str, uvicorn.Server] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def start(self, *names: str) -> None:
        """Start the services named, or all, each on its own port."""
        for name in names or NAMES:
            self.services[name] = service = self._made(name, self._bus_of())
            app = application(service, self._token)
            server = _Server(
                uvicorn.Config(app, lifespan="on", log_config=None, access_log=False, ws="none")
            )
            port = self._held[name].getsockname()[1]
            self._servers[name] = server
            self._tasks[name] = asyncio.create_task(server.serve([_bound(port)]))
            while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
                await asyncio.sleep(_POLL_SECONDS)

    async def stop(self, *names: str) -> None:
        """End the services named, or all."""
        for name in names or tuple(self._servers):
            self._servers.pop(name).should_exit = True
            await self._tasks.pop(name)

    @contextlib.asynccontextmanager
    async def up(self) -> AsyncIterator["EmbeddedSystem"]:
        """Started within, and ended in the end."""
        await self.start()
        try:
            yield self
        finally:
            await self.stop()
            for held in self._held.values():
                held.close()

    def _made(self, name: str, bus: Bus) -> Service:
        files: dict[str, Any] = {
            "store": str(self._folder / f"{name}.db"),
            "admin_token": self._token,
        }
        changes = self._changes.get(name, {})
        tracing: Any = {"tracer": self._tracer_of(name)}
        if name == "ai":
            return AiService(replace(AiSettings(**files), **changes), bus, **tracing)
        if name == "exec-risk":
            files |= {
                "journal": str(self._folder / "journal.db"),
                "audit_log": str(self._folder / "audit.jsonl"),
            }
            return RiskService(replace(RiskSettings(**files), **changes), bus, **tracing)
        files |= {"ai_url": self.urls["ai"], "exec_risk_url": self.urls["exec-risk"]}
        return AnalyticsService(replace(AnalyticsSettings(**files), **changes), bus, **tracing)


class _Server(uvicorn.Server):
    """One of several in a process, which leaves the process's signals alone."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


def _bound(port: int = 0) -> socket.socket:
    """A socket on the port, or a free one, which a second may share while one holds it."""
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    made.bind(("127.0.0.1", port))
    return made
