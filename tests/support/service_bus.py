"""A bus, a store and their metrics for tests of one service's parts, without HTTP."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry

from target_app.services.bus.contract import Bus
from target_app.services.bus_catalogue import BUS_METRICS
from target_app.services.bus_metrics import BusMetrics
from target_app.services.state_inbox_and_outbox import Store
from tests.support.wait_until import PATIENCE_SECONDS
from toolkit.catalogue import Catalogue
from toolkit.instruments import Instruments


class Measured:
    """Bus metrics of the group `test`, and what they hold."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        made = Instruments(Catalogue(BUS_METRICS), self.registry, known={"group": ("test",)})
        self.metrics = BusMetrics(made, "test")

    def value(self, name: str, **labels: str) -> float:
        """One sample; it must exist, since every series starts at 0."""
        found = self.registry.get_sample_value(name, labels)
        assert found is not None, f"there is no {name} {labels}"
        return found

    def outcome(self, stream: str, outcome: str) -> float:
        """Deliveries with this outcome."""
        return self.value(
            "trading_bus_deliveries_total", stream=stream, group="test", outcome=outcome
        )


@contextlib.asynccontextmanager
async def opened(path: Path, schema: str = "", source: str = "test") -> AsyncIterator[Store]:
    """A store that is closed in the end."""
    store = Store(path, schema, source)
    await store.open()
    try:
        yield store
    finally:
        await store.close()


@contextlib.asynccontextmanager
async def running(*tasks: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Tasks that run within, and are cancelled in the end; an error of one is raised."""
    started = [asyncio.create_task(task) for task in tasks]
    try:
        yield
    finally:
        for task in started:
            task.cancel()
        for ended in await asyncio.gather(*started, return_exceptions=True):
            if isinstance(ended, Exception):
                raise ended


async def until(condition: Callable[[], object], what: str) -> None:
    """Wait for the condition, with patience."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not condition():  # noqa: ASYNC110 - any condition has no event
                await asyncio.sleep(0.005)
            return
    raise AssertionError(f"not within {PATIENCE_SECONDS:.0f} s: {what}")


async def letters(bus: Bus) -> list[bytes]:
    """The dead letters so far."""
    return [x.data for x in await bus.history("dead-letters", after=0, count=1000)]
