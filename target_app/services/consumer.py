"""Reads one stream for a service: each event has its effect once, or is kept with a reason.

Events are handled side by side, so that a slow one holds up no other, and what is done meanwhile
is committed together. What a handler cannot do now is delivered again; what never succeeds
becomes a dead letter, so that nothing waits for ever.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from target_app.services.bus.contract import Batch, Bus, Delivery
from target_app.services.bus_metrics import BusMetrics
from target_app.services.dead_letters import DeadLetters
from target_app.services.group_commit import AWAY, Effect, GroupCommit, HandledEvent
from target_app.services.messages.event_envelope import Envelope, MessageError, decode
from target_app.services.state_inbox_and_outbox import (
    Store,
    message_attributes,
)
from target_app.tracing.spans import Span, SpanKind, Tracer, current

_LOG = logging.getLogger(__name__)
Handler = Callable[[Envelope], Awaitable[Effect]]

_BATCH, _WAIT_SECONDS, _AGAIN_SECONDS = 64, 1.0, 0.2
RETRY_SECONDS = 1.0
"""After which a failed event is tried again."""
# An end waits so long for what is under way; what is not done is delivered again.
_END_SECONDS = 5.0
_STATE_SECONDS = 0.5


class Consumer:
    """One task of a service: `handler` does what is outside, and gives what is to be written.

    The handler may run twice for one event, so what it does outside is safe to repeat; the
    effect that it returns is written once.
    """

    def __init__(
        self,
        stream: str,
        handler: Handler,
        *,
        bus: Bus,
        store: Store,
        metrics: BusMetrics,
        group: str,
        retry_seconds: float = RETRY_SECONDS,
        clock: Callable[[], float] = time.time,
        tracer: Tracer | None = None,
    ) -> None:
        self.stream, self._handler, self._group, self._tracer = stream, handler, group, tracer
        self._bus, self._store, self._metrics = bus, store, metrics
        self._retry_seconds, self._clock = retry_seconds, clock
        self._dead_letters = DeadLetters(bus, stream, group, metrics, clock)
        self._commits = GroupCommit(
            stream,
            group,
            bus=bus,
            store=store,
            metrics=metrics,
            dead_letters=self._dead_letters,
            clock=clock,
        )
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._done: list[HandledEvent] = []
        self._is_done = asyncio.Event()
        self._claimed = self._seen = 0.0
        self.is_paused = False  # a drill's

    async def run(self) -> None:
        """Consume until cancelled; then finish what is under way, as far as that is soon done."""
        committing = asyncio.create_task(self._commit_what_is_done())
        try:
            while True:
                try:
                    await self._bus.subscribe(self.stream, self._group)
                    await self._claim(idle_seconds=0)  # what we had when we were killed
                    while True:
                        await self.turn()
                except AWAY as error:
                    _LOG.debug("%s: %s", self.stream, error)  # publisher and store say it once
                    await asyncio.sleep(_AGAIN_SECONDS)
        finally:
            committing.cancel()
            if self._under_way:
                await asyncio.wait(self._under_way.values(), timeout=_END_SECONDS)
                for task in self._under_way.values():
                    task.cancel()
            await asyncio.gather(committing, return_exceptions=True)
            await self._commit()

    async def turn(self) -> None:
        """Read and handle what is there, and what failed before. Raises BusError."""
        now = time.monotonic()
        if now - self._seen >= _STATE_SECONDS:
            self._seen = now
            self._metrics.state(self.stream, await self._bus.state(self.stream, self._group))
        if self.is_paused:
            await asyncio.sleep(_AGAIN_SECONDS)
            return
        if len(self._under_way) >= _BATCH:
            await asyncio.wait(self._under_way.values(), return_when=asyncio.FIRST_COMPLETED)
        wait = min(_WAIT_SECONDS, self._retry_seconds)
        batch = await self._bus.read(
            self.stream, self._group, self._group, count=_BATCH, wait_seconds=wait
        )
        await self._take(batch)
        if now - self._claimed >= self._retry_seconds:
            await self._claim(idle_seconds=self._retry_seconds)

    async def _claim(self, *, idle_seconds: float) -> None:
        self._claimed = time.monotonic()
        busy = frozenset(self._under_way)
        batch = await self._bus.claim(
            self.stream, self._group, self._group, idle_seconds=idle_seconds, count=_BATCH
        )
        await self._take(batch, busy)

    async def _take(self, batch: Batch, busy: frozenset[str] = frozenset()) -> None:
        """Begin with each event that is new; one that is `busy` may just have ended."""
        if batch.lost:
            _LOG.error("%s: %d events were trimmed before they were read", self.stream, batch.lost)
            self._metrics.lost(self.stream, batch.lost)
        events: dict[int, Envelope] = {}
        for delivery in batch.deliveries:
            try:
                events[delivery.number] = decode(delivery.data, self.stream, now=self._clock())
            except MessageError as error:
                await self._dead_letters.bury(delivery, error.reason, error.detail)
        known = await self._store.handled([x.id for x in events.values()]) if events else ()
        fresh: list[tuple[Delivery, Envelope]] = []
        old: list[tuple[Delivery, Envelope]] = []
        for delivery in batch.deliveries:
            if delivery.number in events:
                is_known = events[delivery.number].id in known
                (old if is_known else fresh).append((delivery, events[delivery.number]))
        for _ in old:
            self._metrics.delivered(self.stream, "duplicate")
        await self._commits.acknowledge([delivery for delivery, _ in old])
        for delivery, event in fresh:
            if event.id not in self._under_way and event.id not in busy:
                task = asyncio.create_task(self._attempt(delivery, event))
                self._under_way[event.id] = task

    async def _attempt(self, delivery: Delivery, event: Envelope) -> None:
        span = self._span(event)
        try:
            with current(span):
                outcome: Effect | Exception = await self._handler(event)
        except Exception as error:  # noqa: BLE001 - it is told, and counted, where it is committed
            outcome = error
        self._done.append(HandledEvent(delivery, event, outcome, span))
        self._is_done.set()

    def _span(self, event: Envelope) -> Span | None:
        """The span of an event that is handled; it ends when what it changes is on the disk."""
        if self._tracer is None:
            return None
        return self._tracer.span(
            f"process {self.stream}",
            SpanKind.CONSUMER,
            parent=event.trace,
            attributes=message_attributes("process", self.stream, event.kind.name, event.id),
        )

    async def _commit_what_is_done(self) -> None:
        while True:
            await self._is_done.wait()
            self._is_done.clear()
            try:
                await self._commit()
            except Exception:  # noqa: BLE001 - without this loop nothing would ever be committed
                _LOG.exception("%s: a commit failed; its events are delivered again", self.stream)

    async def _commit(self) -> None:
        """Write the effects of what is done; where bus or store fail, it is delivered again."""
        done, self._done = self._done, []
        try:
            await self._commits.write(done)
        except AWAY as error:
            _LOG.debug("%s: %s", self.stream, error)
        finally:
            for one in done:
                self._under_way.pop(one.event.id, None)
                if one.span is not None:
                    one.span.end()
