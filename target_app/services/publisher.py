"""Puts the outbox on the bus, again and again until the bus has taken it.

A bus that was restarted or emptied may have lost what it had taken. Then all that the outbox
still keeps is published once more; consumers know what they have handled.
"""

import asyncio
import contextlib
import logging
import time

from target_app.services.bus.contract import Bus, BusError
from target_app.services.bus_metrics import BusMetrics
from target_app.services.state_inbox_and_outbox import Store, StoreError, Transaction

_LOG = logging.getLogger(__name__)
_AT_ONCE = 500
# How soon a bus that came back empty is noticed, and how often one that is away is tried.
_LOOK_SECONDS, _AGAIN_SECONDS = 1.0, 0.2
_IDENTITY = "bus identity"


class Publisher:
    """One task of a service. `down_since` says since when the bus has been away."""

    def __init__(self, bus: Bus, store: Store, metrics: BusMetrics) -> None:
        self._bus, self._store, self._metrics = bus, store, metrics
        self._looked = 0.0
        self.connected = False

    async def run(self) -> None:
        """Publish until cancelled."""
        while True:
            try:
                if self._store.failing:
                    await self._store.try_again()
                await self._publish()
                self._is_connected(yes=True)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_LOOK_SECONDS):
                        await self._store.added.wait()
            except BusError as error:
                if self.connected or not self._looked:
                    _LOG.warning("the bus is away, what we say waits: %s", error)
                self._is_connected(yes=False)
                self._looked = 0.0  # it may have lost what it had
                await asyncio.sleep(_AGAIN_SECONDS)
            except StoreError:  # the store says it once
                await asyncio.sleep(_AGAIN_SECONDS)

    async def drain(self, seconds: float) -> None:
        """Publish what is left before the service ends, as far as that can be done in time."""
        try:
            async with asyncio.timeout(seconds):
                await self._publish()
        except (BusError, StoreError, TimeoutError) as error:
            _LOG.warning("the rest is published at the next start: %s", error)

    async def _publish(self) -> None:
        if time.monotonic() - self._looked >= _LOOK_SECONDS or not self._looked:
            await self._look()
        self._store.added.clear()
        while waiting := await self._store.waiting(_AT_ONCE):
            await self._bus.publish([(row.stream, row.data) for row in waiting])
            for row in waiting:
                self._metrics.published(row.stream)
            self._metrics.outbox(await self._store.published(waiting[-1].seq))

    async def _look(self) -> None:
        """Notice a bus that may have lost entries."""
        identity = await self._bus.identity()
        known = (await self._store.read("SELECT value FROM facts WHERE name = ?", _IDENTITY)) or [
            ("",)
        ]
        if known[0][0] != identity:
            again = await self._store.publish_again()
            if again:
                _LOG.warning("the bus is another than before: %d events are said again", again)

            def remember(transaction: Transaction) -> None:
                transaction.set_fact(_IDENTITY, identity)

            await self._store.write(remember)
        self._looked = time.monotonic()

    def _is_connected(self, *, yes: bool) -> None:
        if yes and not self.connected:
            _LOG.info("the bus answers")
        self.connected = yes
        self._metrics.connected(int(yes))
