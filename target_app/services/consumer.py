"""Reads one stream for a service: each event has its effect once, or is kept with a reason.

A batch is handled at once and committed together. What a handler cannot do now is delivered
again; what never succeeds becomes a dead letter, so that nothing behind it waits for ever.
"""

import asyncio
import base64
import logging
import time
from collections.abc import Awaitable, Callable, Sequence

import msgspec

from target_app.services.bus.contract import Batch, Bus, BusError, Delivery
from target_app.services.bus_metrics import BusMetrics
from target_app.services.messages.envelope import Envelope, MessageError, decode
from target_app.services.store import Store, Transaction

_LOG = logging.getLogger(__name__)
Effect = Callable[[Transaction], None]
Handler = Callable[[Envelope], Awaitable[Effect]]

_BATCH, _WAIT_SECONDS, _AGAIN_SECONDS = 64, 1.0, 0.2
# A failed event is tried again after a second, and given up after five tries.
RETRY_SECONDS, MOST_DELIVERIES = 1.0, 5
_STATE_SECONDS = 0.5
_ENCODE = msgspec.json.Encoder().encode


class NotNowError(Exception):
    """The handler cannot do it now; deliver the event again. Says why."""


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
    ) -> None:
        self.stream, self._handler, self._group = stream, handler, group
        self._bus, self._store, self._metrics = bus, store, metrics
        self._retry_seconds, self._clock = retry_seconds, clock
        self._failures: dict[int, str] = {}  # by number, why an entry was not handled
        self._claimed = self._seen = 0.0
        self.is_paused = False  # a drill's

    async def run(self) -> None:
        """Consume until cancelled."""
        while True:
            try:
                await self._bus.subscribe(self.stream, self._group)
                await self._claim(idle_seconds=0)  # what we had when we were killed
                while True:
                    await self.turn()
            except BusError as error:
                _LOG.debug("%s: %s", self.stream, error)  # the publisher says it once
                await asyncio.sleep(_AGAIN_SECONDS)

    async def turn(self) -> None:
        """Read and handle what is there, and what failed before. Raises BusError."""
        now = time.monotonic()
        if now - self._seen >= _STATE_SECONDS:
            self._seen = now
            self._metrics.state(self.stream, await self._bus.state(self.stream, self._group))
        if self.is_paused:
            await asyncio.sleep(_AGAIN_SECONDS)
            return
        wait = min(_WAIT_SECONDS, self._retry_seconds)
        batch = await self._bus.read(
            self.stream, self._group, self._group, count=_BATCH, wait_seconds=wait
        )
        await self._take(batch)
        if now - self._claimed >= self._retry_seconds:
            await self._claim(idle_seconds=self._retry_seconds)

    async def _claim(self, *, idle_seconds: float) -> None:
        self._claimed = time.monotonic()
        await self._take(
            await self._bus.claim(
                self.stream, self._group, self._group, idle_seconds=idle_seconds, count=_BATCH
            )
        )

    async def _take(self, batch: Batch) -> None:
        if batch.lost:
            _LOG.error("%s: %d events were trimmed before they were read", self.stream, batch.lost)
            self._metrics.lost(self.stream, batch.lost)
        events: dict[int, Envelope] = {}
        for delivery in batch.deliveries:
            try:
                events[delivery.number] = decode(delivery.data, self.stream, now=self._clock())
            except MessageError as error:
                await self._bury(delivery, error.reason, error.detail)
        known = await self._store.handled([x.id for x in events.values()]) if events else ()
        fresh: list[tuple[Delivery, Envelope]] = []
        old: list[tuple[Delivery, Envelope]] = []
        for delivery in batch.deliveries:
            if delivery.number in events:
                is_known = events[delivery.number].id in known
                (old if is_known else fresh).append((delivery, events[delivery.number]))
        for _ in old:
            self._metrics.delivered(self.stream, "duplicate")
        await self._acknowledge([delivery for delivery, _ in old])
        if fresh:
            await self._handle(fresh)

    async def _handle(self, fresh: Sequence[tuple[Delivery, Envelope]]) -> None:
        calls = (self._handler(event) for _, event in fresh)
        effects = await asyncio.gather(*calls, return_exceptions=True)
        done: list[tuple[Delivery, Envelope, Effect]] = []
        for (delivery, event), effect in zip(fresh, effects, strict=True):
            if isinstance(effect, BaseException):
                await self._failed(delivery, event, effect)
            else:
                done.append((delivery, event, effect))
        try:
            await self._write(done)
        except Exception:  # noqa: BLE001 - one effect's bug; each is tried alone, and it is told then
            for one in done:
                try:
                    await self._write([one])
                except Exception as error:  # noqa: BLE001 - as above
                    await self._failed(one[0], one[1], error)

    async def _write(self, done: Sequence[tuple[Delivery, Envelope, Effect]]) -> None:
        if not done:
            return

        def write(transaction: Transaction) -> list[bool]:
            first = []
            for _, event, effect in done:
                first.append(transaction.note(event.id))
                if first[-1]:
                    effect(transaction)
            return first

        for first, (delivery, event, _) in zip(await self._store.write(write), done, strict=True):
            self._failures.pop(delivery.number, None)
            if first:
                self._metrics.handled(self.stream, self._clock() - event.time)
            else:
                self._metrics.delivered(self.stream, "duplicate")
        await self._acknowledge([delivery for delivery, _, _ in done])

    async def _failed(self, delivery: Delivery, event: Envelope, error: BaseException) -> None:
        if isinstance(error, MessageError):
            await self._bury(delivery, error.reason, error.detail)
            return
        if not isinstance(error, NotNowError):
            if not isinstance(error, Exception):
                raise error
            _LOG.error("%s %s failed", event.kind.name, event.id, exc_info=error)
        if delivery.deliveries >= MOST_DELIVERIES:
            why = f"{type(error).__name__}: {error}"
            await self._bury(delivery, "too_many_deliveries", why)
        else:
            self._metrics.delivered(self.stream, "retried")

    async def _bury(self, delivery: Delivery, reason: str, detail: str) -> None:
        _LOG.error("%s %d is a dead letter: %s: %s", self.stream, delivery.number, reason, detail)
        letter = _ENCODE(
            {
                "stream": self.stream,
                "number": delivery.number,
                "group": self._group,
                "reason": reason,
                "detail": detail[:500],
                "deliveries": delivery.deliveries,
                "time": self._clock(),
                "data": base64.b64encode(delivery.data).decode(),
            }
        )
        await self._bus.bury(delivery, self._group, letter)
        self._metrics.buried(self.stream, reason)

    async def _acknowledge(self, deliveries: Sequence[Delivery]) -> None:
        numbers = [delivery.number for delivery in deliveries]
        await self._bus.acknowledge(self.stream, self._group, numbers)
