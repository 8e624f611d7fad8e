"""What a process does by the clock: share its metrics, give memory back, forget old orders."""

import asyncio
import contextlib
import logging
import time

from target_app.execution.memory import give_back
from target_app.execution.metrics import Metrics
from target_app.execution.orders.journal import Journal
from target_app.execution.orders.journal_file import JournalError
from target_app.execution.startup_and_drain import Lifecycle, Phase

_LOG = logging.getLogger(__name__)
_SHARE_SECONDS, _TIDY_SECONDS = 0.25, 5.0
_DAY, _PRUNE_SECONDS = 86_400.0, 3600.0


class PeriodicWork:
    """Three loops, which end with `close`. `usual_bytes` is the memory that is not given back."""

    def __init__(
        self, metrics: Metrics, journal: Journal, lifecycle: Lifecycle, *, journal_days: float
    ) -> None:
        self._metrics, self._journal, self._lifecycle = metrics, journal, lifecycle
        self._journal_days = journal_days
        self.usual_bytes = 0  # not known before everything is loaded
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin. On the loop."""
        work = (self._share_metrics(), self._prune(), self._tidy())
        self._tasks = [asyncio.create_task(each) for each in work]

    async def close(self) -> None:
        """End; what had ended by itself is logged."""
        for task in self._tasks:
            task.cancel()
        for ended in await asyncio.gather(*self._tasks, return_exceptions=True):
            if isinstance(ended, Exception):
                _LOG.error("a task of the service had ended", exc_info=ended)

    async def _share_metrics(self) -> None:
        """Let other workers' scrapes see what this one records, soon enough for any of them.

        What is recorded takes memory until then.
        """
        while True:
            await asyncio.sleep(_SHARE_SECONDS)
            self._metrics.flush()

    async def _prune(self) -> None:
        """Forget old orders, hour by hour."""
        while True:
            if self._lifecycle.phase is Phase.READY:
                with contextlib.suppress(JournalError):  # which the next order will report
                    await self._journal.prune(time.time() - self._journal_days * _DAY)
            await asyncio.sleep(_PRUNE_SECONDS)

    async def _tidy(self) -> None:
        """Give the memory back that a flood of requests took."""
        while True:
            await asyncio.sleep(_TIDY_SECONDS)
            if self.usual_bytes:
                self.usual_bytes = await asyncio.to_thread(give_back, self.usual_bytes)
