"""Dead letters: events that are given up, kept on the bus with the reason and all their bytes."""

import base64
import logging
from collections.abc import Callable

import msgspec

from target_app.services.bus.contract import Bus, Delivery
from target_app.services.bus_metrics import BusMetrics

_LOG = logging.getLogger(__name__)
_ENCODE = msgspec.json.Encoder().encode
_LONGEST_DETAIL = 500


class DeadLetters:
    """Those of one group that reads one stream."""

    def __init__(
        self,
        bus: Bus,
        stream: str,
        group: str,
        metrics: BusMetrics,
        clock: Callable[[], float],
    ) -> None:
        self._bus, self._stream, self._group = bus, stream, group
        self._metrics, self._clock = metrics, clock

    async def bury(self, delivery: Delivery, reason: str, detail: str) -> None:
        """Keep a delivery that is given up; the group has it no more. Raises BusError."""
        _LOG.error("%s %d is a dead letter: %s: %s", self._stream, delivery.number, reason, detail)
        letter = _ENCODE(
            {
                "stream": self._stream,
                "number": delivery.number,
                "group": self._group,
                "reason": reason,
                "detail": detail[:_LONGEST_DETAIL],
                "deliveries": delivery.deliveries,
                "time": self._clock(),
                # What is no event need not be text either.
                "data": base64.b64encode(delivery.data).decode(),
            }
        )
        await self._bus.bury(delivery, self._group, letter)
        self._metrics.buried(self._stream, reason)
