"""The order journal: an intent is durable before the exchange is called, its result after.

One thread serves it. It puts whatever waits into one transaction (group commit), then waits
for the disk where an intent was among it. An intent is durable when it is on the disk; a
result when it is written, because a result that is lost is asked for again, by the intent
that is not.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from target_app.execution.orders.journal_file import (
    IntentState,
    JournalEntry,
    JournalError,
    JournalFile,
)
from target_app.execution.orders.journal_writer import LOST, JournalWriter, Work

_LOG = logging.getLogger(__name__)
# Between two parts of a long cleaning, so that orders do not wait for it.
_REST_SECONDS = 0.005
_ENCODE = msgspec.json.Encoder().encode


class Journal:
    """The journal at `path`; several processes may share it.

    `written(seconds, open_intents)` is called on the event loop after each group, `failed()`
    after one that could not be written. Open intents are those begun by this object.
    """

    def __init__(
        self,
        path: Path,
        *,
        written: Callable[[float, int], None] = lambda _seconds, _open: None,
        failed: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._path, self._clock = path, clock
        self._written, self._failed = written, failed
        self._writer = JournalWriter(self._tell)
        self._inbox = self._writer.inbox
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def failing(self) -> str:
        """Why the file cannot be written now; empty when it can."""
        return self._writer.failing

    async def open(self) -> None:
        """Create or open the file. Raises JournalError when that cannot be done."""
        self._loop = asyncio.get_running_loop()
        file = await asyncio.to_thread(JournalFile, self._path)
        self._thread = threading.Thread(
            target=self._writer.serve, args=(file,), name="journal", daemon=True
        )
        self._thread.start()

    async def close(self) -> None:
        """Write what waits, and let go of the file."""
        # At once: what came behind the end would never be taken.
        thread, self._thread = self._thread, None
        if thread is not None:
            self._inbox.put(None)
            await asyncio.to_thread(thread.join)

    async def begin(self, client_order_id: str, intent: dict[str, Any]) -> JournalEntry | None:
        """Make the intent durable. An entry when the journal already has this one.

        `intent` is a JSON object. Raises JournalError.
        """
        row = (client_order_id, self._clock(), _ENCODE(intent).decode())
        found: JournalEntry | None = await self._ask("begin", row)
        return found

    async def finish(
        self, client_order_id: str, state: IntentState, status: int, answer: bytes
    ) -> None:
        """Write an intent's result; `answer` is a JSON document.

        What cannot be written is kept, told to who asks, and tried again: see `failing`.
        Raises JournalError where the journal is not open.
        """
        await self._ask("finish", self._result(client_order_id, state, status, answer))

    def finish_soon(
        self, client_order_id: str, state: IntentState, status: int, answer: bytes
    ) -> None:
        """The same, without waiting. Where the journal is not open that is logged."""
        if self._thread is None:
            _LOG.error(LOST, client_order_id, "the journal is not open.")
            return
        row = self._result(client_order_id, state, status, answer)
        self._inbox.put(Work("finish", row, None))

    async def find(self, client_order_id: str) -> JournalEntry | None:
        """The entry of one intent. Raises JournalError."""
        found: JournalEntry | None = await self._ask("find", (client_order_id,))
        return found

    async def unsettled(self) -> Sequence[JournalEntry]:
        """Every intent whose result is not known. Raises JournalError."""
        found: Sequence[JournalEntry] = await self._ask("unsettled", ())
        return found

    async def resting(self, after: float) -> Sequence[JournalEntry]:
        """Some of the orders written as resting after then (epoch seconds). Raises JournalError."""
        found: Sequence[JournalEntry] = await self._ask("resting", (after,))
        return found

    async def prune(self, before: float) -> int:
        """Forget what was settled and received before then; how many. Raises JournalError.

        All of the journal is looked at: a row whose time is wrong hides none behind it.
        """
        total, place, pruned = 0, 0, 0
        while True:
            pruned, place = await self._ask("prune", (before, place, self._clock()))
            total += int(pruned)
            if not place:
                return total
            await asyncio.sleep(_REST_SECONDS)

    async def _ask(self, what: str, row: object) -> Any:
        if self._loop is None or self._thread is None:
            raise JournalError("the journal is not open.")
        future = self._loop.create_future()
        self._inbox.put(Work(what, row, future))
        return await future

    def _result(
        self, client_order_id: str, state: IntentState, status: int, answer: bytes
    ) -> tuple[Any, ...]:
        return client_order_id, state.value, self._clock(), status, answer.decode()

    def _tell(self, work: list[Work], seconds: float | None) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._settle, work, seconds)

    def _settle(self, work: list[Work], seconds: float | None) -> None:
        if seconds is None:
            self._failed()
        elif seconds:
            self._written(seconds, len(self._writer.open_intents))
        for item in work:
            future, result = item.future, item.result
            if isinstance(result, JournalError):
                if future is None:
                    _LOG.error(LOST, item.row[0], result)
                elif not future.done():
                    future.set_exception(result)
            elif future is not None and not future.done():  # else its request was given up
                future.set_result(result)
