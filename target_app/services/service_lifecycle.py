"""What runs a service: bus, store, publisher, consumers, calls, its own loops; from start to end.

The service says what it consumes, answers and does now and then; nothing here knows which
service it is.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry

from target_app.execution.startup_and_drain import Lifecycle, Phase
from target_app.services.bus.contract import Bus, BusError
from target_app.services.bus_catalogue import BUS_METRICS
from target_app.services.bus_metrics import BusMetrics
from target_app.services.consumer import Consumer, Handler
from target_app.services.messages.calls import Method
from target_app.services.publisher import Publisher
from target_app.services.rpc import Caller, CallServer, Serve
from target_app.services.state_inbox_and_outbox import Store, StoreError
from target_app.tracing.spans import Tracer
from toolkit.catalogue import Catalogue
from toolkit.errors import ConfigurationError
from toolkit.instruments import Instruments

_LOG = logging.getLogger(__name__)
_AGAIN_SECONDS = 0.5
# What is decided is published before the end; longer than a publication takes.
_DRAIN_SECONDS = 5.0


class Runtime:
    """One service on the bus. `catalogue` is the service's own; the bus's metrics are added."""

    def __init__(
        self,
        name: str,
        bus: Bus,
        *,
        store: Path,
        schema: str,
        catalogue: Catalogue,
        known: Mapping[str, tuple[str, ...]] | None = None,
        on_failed: Callable[[ConfigurationError], None] = lambda _error: None,
        tracer: Tracer | None = None,
    ) -> None:
        self.name, self.bus, self._on_failed, self.tracer = name, bus, on_failed, tracer
        self.lifecycle = Lifecycle()
        self.registry = CollectorRegistry()
        own = tuple(x for x in catalogue.metrics if x not in BUS_METRICS)
        self.instruments = Instruments(
            Catalogue((*own, *BUS_METRICS)),
            self.registry,
            known={"group": (name,), **(known or {})},
        )
        self.metrics = BusMetrics(self.instruments, name)
        self.store = Store(store, schema, name, tracer)
        self.publisher = Publisher(bus, self.store, self.metrics)
        self.caller = Caller(bus, name, self.metrics, tracer)
        self.call_server: CallServer | None = None
        self.consumers: list[Consumer] = []
        self._loops: list[Coroutine[Any, Any, None]] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._background: set[asyncio.Task[None]] = set()
        self._prepare: Callable[[], Awaitable[None]] | None = None

    def consume(self, stream: str, handler: Handler) -> None:
        """Read a stream with `handler`."""
        self.consumers.append(
            Consumer(
                stream,
                handler,
                bus=self.bus,
                store=self.store,
                metrics=self.metrics,
                group=self.name,
                tracer=self.tracer,
            )
        )

    def answer(self, methods: Mapping[Method, Serve]) -> None:
        """Answer these calls."""
        self.call_server = CallServer(
            self.bus, self.name, methods, metrics=self.metrics, tracer=self.tracer
        )

    def every(self, seconds: float, turn: Callable[[], Awaitable[None]]) -> None:
        """Do `turn` now and then, once the service is ready; its errors are logged."""
        self._loops.append(self._repeat(seconds, turn))

    def prepare(self, step: Callable[[], Awaitable[None]]) -> None:
        """What is awaited before anything is consumed: the exchange, for one."""
        self._prepare = step

    async def start(self) -> None:
        """Start. The port answers at once; `/ready` says when the service works."""
        self._tasks = [asyncio.create_task(self._run())]

    async def stop(self) -> None:
        """End: take nothing more, publish what is decided, close the store."""
        self.lifecycle.phase = Phase.DRAINING
        for task in self._tasks:
            task.cancel()
        for ended in await asyncio.gather(*self._tasks, return_exceptions=True):
            if isinstance(ended, Exception):
                _LOG.error("a task of %s had ended", self.name, exc_info=ended)
        for loop in self._loops:
            loop.close()
        with contextlib.suppress(AssertionError):  # a store that was never opened
            await self.publisher.drain(_DRAIN_SECONDS)
        await self.store.close()
        await self.bus.close()
        if self.tracer is not None:
            await asyncio.to_thread(self.tracer.close)

    def pause(self, *, on: bool, **_parameters: object) -> None:
        """A drill's: read nothing."""
        for consumer in self.consumers:
            consumer.is_paused = on

    def mute(self, *, on: bool, **_parameters: object) -> None:
        """A drill's: answer no call."""
        if self.call_server is not None:
            self.call_server.is_mute = on

    def soon(self, work: Coroutine[Any, Any, object]) -> None:
        """Run `work` in the background; its error is logged."""
        task = asyncio.create_task(self._logged(work))
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def _logged(self, work: Coroutine[Any, Any, object]) -> None:
        try:
            await work
        except Exception:  # noqa: BLE001 - nobody awaits it
            _LOG.exception("%s: work in the background failed", self.name)

    async def _run(self) -> None:
        try:
            await self.store.open()
            await self._connect()
            if self._prepare is not None:
                await self._prepare()
        except ConfigurationError as error:
            _LOG.error("%s cannot start: %s", self.name, error)
            self._on_failed(error)
            return
        loops, self._loops = self._loops, []
        runs = [self.publisher.run, self.caller.run, *(x.run for x in self.consumers)]
        if self.call_server is not None:
            runs.append(self.call_server.run)
        async with asyncio.TaskGroup() as group:
            for loop in (*loops, *map(self._kept_up, runs)):
                group.create_task(loop)
            self.lifecycle.phase = Phase.READY
            _LOG.info("%s is ready", self.name)

    async def _kept_up(self, run: Callable[[], Awaitable[None]]) -> None:
        """Run what ends by no error of its own; where a bug ends it, run it again."""
        while True:
            try:
                await run()
            except Exception:  # noqa: BLE001 - a service without it would be up, and do nothing
                _LOG.exception("%s: a task ended, and is started again", self.name)
            await asyncio.sleep(_AGAIN_SECONDS)

    async def _connect(self) -> None:
        """Wait for the bus. Raises ConfigurationError where it can never be had."""
        told = False
        while True:
            try:
                await self.bus.connect()
            except BusError as error:
                if not told:
                    _LOG.warning("waiting for the bus: %s", error)
                told = True
                await asyncio.sleep(_AGAIN_SECONDS)
            else:
                return

    async def _repeat(self, seconds: float, turn: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await turn()
            except StoreError:  # the store says it once
                pass
            except Exception:  # noqa: BLE001 - one turn's trouble must not end the loop
                _LOG.exception("%s: a turn failed", self.name)
            await asyncio.sleep(seconds)
