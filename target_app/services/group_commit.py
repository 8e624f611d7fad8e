"""Writes what handled events change, all of them together, and counts the tries of those that fail.

One write to the disk for many events is what makes a service quick; where one effect fails, each
is written alone, so that it takes no other with it.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from target_app.services.bus.contract import Bus, BusError, Delivery
from target_app.services.bus_metrics import BusMetrics
from target_app.services.dead_letters import DeadLetters
from target_app.services.messages.event_envelope import Envelope, MessageError
from target_app.services.state_inbox_and_outbox import Store, StoreError, Transaction
from target_app.tracing.spans import Span, current

_LOG = logging.getLogger(__name__)
Effect = Callable[[Transaction], None]

# A failed event is given up after five tries. One that ends the process each time counts its
# deliveries, of which those of a slow event are many as well.
MOST_TRIES, MOST_DELIVERIES = 5, 50
AWAY = (BusError, StoreError)
"""What the event can do nothing for, and waits for."""


@dataclass(frozen=True, slots=True)
class HandledEvent:
    """A delivery that was handled: its effect, or what went wrong; its span where there is one."""

    delivery: Delivery
    event: Envelope
    outcome: Effect | Exception
    span: Span | None


class NotNowError(Exception):
    """The handler cannot do it now; deliver the event again. Says why."""


class GroupCommit:
    """Of one stream and group; `write` is called by one task at a time."""

    def __init__(
        self,
        stream: str,
        group: str,
        *,
        bus: Bus,
        store: Store,
        metrics: BusMetrics,
        dead_letters: DeadLetters,
        clock: Callable[[], float],
    ) -> None:
        self._stream, self._group, self._bus, self._store = stream, group, bus, store
        self._metrics, self._dead_letters, self._clock = metrics, dead_letters, clock
        self._tries: dict[str, int] = {}  # by event, how often it has failed in this process

    async def write(self, done: Sequence[HandledEvent]) -> None:
        """Write the effects of all that succeeded, and see to what failed. Raises one of `AWAY`."""
        good = [(x, x.outcome) for x in done if callable(x.outcome)]
        try:
            await self._write_together(good)
        except AWAY:
            raise
        except Exception:  # noqa: BLE001 - one effect's bug; each is tried alone, and it is told then
            for one in good:
                try:
                    await self._write_together([one])
                except AWAY:
                    raise
                except Exception as error:  # noqa: BLE001 - as above
                    await self._failed(one[0], error)
        for x in done:
            if isinstance(x.outcome, AWAY):
                self._metrics.delivered(self._stream, "retried")
            elif isinstance(x.outcome, Exception):
                await self._failed(x, x.outcome)

    async def _write_together(self, done: Sequence[tuple[HandledEvent, Effect]]) -> None:
        if not done:
            return

        def write(transaction: Transaction) -> list[bool]:
            first = []
            for one, effect in done:
                transaction.span = one.span
                first.append(transaction.note(one.event.id))
                if first[-1]:
                    effect(transaction)
            return first

        for first, (one, _) in zip(await self._store.write(write), done, strict=True):
            self._tries.pop(one.event.id, None)
            if first:
                with current(one.span):
                    self._metrics.handled(self._stream, self._clock() - one.event.time)
            else:
                self._metrics.delivered(self._stream, "duplicate")
        await self.acknowledge([one.delivery for one, _ in done])

    async def _failed(self, one: HandledEvent, error: Exception) -> None:
        delivery, event = one.delivery, one.event
        if one.span is not None:
            one.span.judge(getattr(error, "reason", type(error).__name__))
        if isinstance(error, MessageError):
            await self._dead_letters.bury(delivery, error.reason, error.detail)
            return
        if not isinstance(error, NotNowError):
            _LOG.error("%s %s failed", event.kind.name, event.id, exc_info=error)
        tries = self._tries[event.id] = self._tries.get(event.id, 0) + 1
        if tries >= MOST_TRIES or delivery.deliveries >= MOST_DELIVERIES:
            del self._tries[event.id]
            why = f"{type(error).__name__}: {error}"
            await self._dead_letters.bury(delivery, "too_many_deliveries", why)
        else:
            self._metrics.delivered(self._stream, "retried")

    async def acknowledge(self, deliveries: Sequence[Delivery]) -> None:
        """Say to the bus that nothing more is to be done about them."""
        numbers = [delivery.number for delivery in deliveries]
        await self._bus.acknowledge(self._stream, self._group, numbers)
