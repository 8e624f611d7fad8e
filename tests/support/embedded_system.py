"""The three services in this process, as tests and their scenarios use them."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from target_app.services.all_in_one_process import EmbeddedSystem
from target_app.services.bus.contract import Bus
from target_app.services.bus.in_memory import MemoryBus
from target_app.services.system_test.system import SystemUnderTest
from target_app.tracing.spans import Tracer
from tests.support.wait_until import PATIENCE_SECONDS

TOKEN = "a-token-made-for-tests"
# Quiet: no signal but those that a test asks for, and no position closed by time.
QUIET: Mapping[str, Mapping[str, Any]] = {
    "ai": {"signals_per_second": 0.0},
    "exec-risk": {"hold_seconds": 0.0},
    "analytics-os": {"watch_seconds": 0.05},
}
Scenario = Callable[[SystemUnderTest, EmbeddedSystem], Awaitable[None]]


def on_embedded(
    folder: Path,
    scenario: Scenario,
    settings: Mapping[str, Mapping[str, Any]] | None = None,
    bus_of: Callable[[], Bus] | None = None,
    tracer_of: Callable[[str], Tracer | None] = lambda _name: None,
) -> None:
    """Run a scenario against the three services, in memory where no other bus is given."""

    async def run() -> None:
        bus = MemoryBus()
        changes = {
            name: {**quiet, **(settings or {}).get(name, {})} for name, quiet in QUIET.items()
        }
        embedded = EmbeddedSystem(folder, bus_of or (lambda: bus), TOKEN, changes, tracer_of)
        async with embedded.up():
            system = SystemUnderTest(embedded.urls, TOKEN, embedded, PATIENCE_SECONDS)
            await system.ready()
            await scenario(system, embedded)

    asyncio.run(run())
