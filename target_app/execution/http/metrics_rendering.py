"""`/metrics` as text: made off the event loop, one at a time, and shared by all who wait.

A text of 130 kB takes ten milliseconds of Python. Made for each who asks, a few scrapers
would stop the service.
"""

import asyncio
import time
from collections.abc import Callable

from prometheus_client import CollectorRegistry, exposition

from target_app.execution.metrics import Metrics

Encoder = Callable[[CollectorRegistry], bytes]
# After a rendering the next one waits this many times as long as it took: at most a fifth of
# the process is spent on metrics, however many ask. A scraper every second never waits.
_REST = 4.0


class MetricsRendering:
    """Renders `metrics` for any number of scrapers at once."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._one = asyncio.Lock()
        self._coming: dict[str, asyncio.Task[bytes]] = {}
        self._rested_at = 0.0

    async def text(self, accept: str) -> tuple[bytes, str]:
        """The metrics as they are now or later, and their content type, for an `Accept` header."""
        encode, content_type = exposition.choose_encoder(accept)
        coming = self._coming.get(content_type)
        if coming is None:
            coming = asyncio.create_task(self._render(encode, content_type))
            self._coming[content_type] = coming
        # One scraper that leaves must not take the text from the others.
        return await asyncio.shield(coming), content_type

    async def _render(self, encode: Encoder, content_type: str) -> bytes:
        async with self._one:
            await asyncio.sleep(max(0.0, self._rested_at - time.monotonic()))
            # Who asks from here on waits for the next text: this one may lack what he did.
            del self._coming[content_type]
            started = time.monotonic()
            registry = self._metrics.exposed()
            try:
                return await asyncio.to_thread(encode, registry)
            finally:
                ended = time.monotonic()
                self._rested_at = ended + _REST * (ended - started)
