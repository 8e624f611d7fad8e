"""The order journal: an intent is durable before the exchange is called, its result after.

One thread serves it. It puts whatever waits into one transaction (group commit), then waits
for the disk where an intent was among it. An intent is durable when it is on the disk; a
result when it is written, because a result that is lost is asked for again, by the intent
that is not.
"""

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import msgspec

from target_app.execution.orders.journal_file import (
    IntentState,
    JournalEntry,
    JournalError,
    JournalFile,
)

_LOG = logging.getLogger(__name__)
_LOST = "%s: its result was not journalled: %s"
# While the file cannot be written, how often that is tried again.
_RETRY_SECONDS = 1.0
# Between two parts of a long cleaning, so that orders do not wait for it.
_REST_SECONDS = 0.005
# Where a group was this large more is under way: a moment's wait makes the next group larger,
# and the disk less busy. Source of the idea, there called commit_delay:
# https://www.postgresql.org/docs/current/runtime-config-wal.html
_BUSY, _DELAY_SECONDS = 8, 0.003
_ENCODE = msgspec.json.Encoder().encode


class _Work(msgspec.Struct):
    """One thing asked of the journal, and the request that waits for it, if one does."""

    what: str
    row: Any
    future: "asyncio.Future[Any] | None"
    result: Any = None


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
        self._inbox: SimpleQueue[_Work | None] = SimpleQueue()
        # Results that could not be written yet, by order; the writer's alone.
        self._kept: dict[str, tuple[Any, ...]] = {}
        self.failing = ""  # why the file cannot be written now; empty when it can
        self._open: set[str] = set()  # changed by the writer only, counted by the loop
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def open(self) -> None:
        """Create or open the file. Raises JournalError when that cannot be done."""
        self._loop = asyncio.get_running_loop()
        file = await asyncio.to_thread(JournalFile, self._path)
        self._thread = threading.Thread(
            target=self._serve, args=(file,), name="journal", daemon=True
        )
        self._thread.start()

    async def close(self) -> None:
        """Write what waits, and let go of the file."""
        if self._thread is not None:
            self._inbox.put(None)
            await asyncio.to_thread(self._thread.join)
            self._thread = None

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
            _LOG.error(_LOST, client_order_id, "the journal is not open.")
            return
        row = self._result(client_order_id, state, status, answer)
        self._inbox.put(_Work("finish", row, None))

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
        self._inbox.put(_Work(what, row, future))
        return await future

    def _result(
        self, client_order_id: str, state: IntentState, status: int, answer: bytes
    ) -> tuple[Any, ...]:
        return client_order_id, state.value, self._clock(), status, answer.decode()

    def _serve(self, file: JournalFile) -> None:
        taken: list[_Work | None] = []
        while None not in taken:
            if len(taken) > _BUSY:
                time.sleep(_DELAY_SECONDS)
            taken = self._take()
            work = [item for item in taken if item is not None]
            started = time.perf_counter()
            try:
                self._write_kept(file)
                # A group of results alone does not wait for the disk: see the module's docstring.
                if self._write(file, work):
                    file.sync()
            except JournalError as error:
                self._keep(file, work, error)
                self._tell(work, 0.0, failed=True)
            except Exception as error:  # noqa: BLE001 - a bug must not end what all orders wait for
                _LOG.exception("a group was not journalled")
                for item in work:
                    item.result = JournalError(str(error))
                self._tell(work, 0.0, failed=True)
            else:
                if self.failing and not self._kept:
                    _LOG.warning("the journal is written again")
                    self.failing = ""
                wrote = any(item.what in {"begin", "finish"} for item in work)
                self._tell(work, time.perf_counter() - started if wrote else 0.0)
        for key in self._kept:
            _LOG.error(_LOST, key, self.failing)
        file.close()

    def _take(self) -> list[_Work | None]:
        """Wait for one, then take whatever else came meanwhile: that is the group."""
        try:
            first = self._inbox.get(timeout=_RETRY_SECONDS if self.failing else None)
        except Empty:
            return []
        return [first, *(self._inbox.get() for _ in range(self._inbox.qsize()))]

    def _write_kept(self, file: JournalFile) -> None:
        """Write what could not be written before; by itself, so that it stops no other group."""
        if not self.failing:
            return
        try:
            file.commit([], list(self._kept.values()))
            file.probe()
        except JournalError as error:
            self.failing = str(error)
        else:
            self._open.difference_update(self._kept)
            self._kept.clear()

    def _keep(self, file: JournalFile, work: list[_Work], error: JournalError) -> None:
        """A group was not written: refuse its intents, keep its results, ask its questions."""
        if not self.failing:
            _LOG.error("the journal cannot be written, results are kept: %s", error)
        self.failing = str(error)
        for item in work:
            item.result = error
            if item.what == "finish":
                self._kept[item.row[0]], item.result = item.row, None
        for item in work:
            if item.what in {"find", "resting"}:
                with contextlib.suppress(JournalError):
                    item.result = self._asked(file, item)

    def _write(self, file: JournalFile, work: list[_Work]) -> bool:
        """Commit a group; whether an intent was in it."""
        begins, finishes = [], []
        for item in work:
            if item.what == "begin":
                begins.append(item)
            elif item.what == "finish":
                finishes.append(item.row)
        # One commit for the group, before its questions: those see what came with them.
        there = file.commit([item.row for item in begins], finishes)
        if len(begins) + len(finishes) < len(work):
            for item in work:
                if item.what not in {"begin", "finish"}:
                    item.result = self._asked(file, item)
        for item, entry in zip(begins, there, strict=True):
            item.result = self._as_known(entry)
            if entry is None:  # it was not there before, so it is this process that executes it
                self._open.add(item.row[0])
        self._open.difference_update(row[0] for row in finishes)
        return bool(begins)

    def _asked(self, file: JournalFile, item: _Work) -> Any:
        found = getattr(file, item.what)(*item.row)
        return self._as_known(found) if item.what == "find" else found

    def _as_known(self, entry: JournalEntry | None) -> JournalEntry | None:
        """The entry with its result, which may wait to be written."""
        kept = self._kept.get(entry.client_order_id) if entry is not None and self._kept else None
        if entry is None or kept is None:
            return entry
        _, state, _, status, answer = kept
        return replace(
            entry, state=IntentState(state), answer_status=status, answer=answer.encode()
        )

    def _tell(self, work: list[_Work], seconds: float, *, failed: bool = False) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._settle, work, seconds, failed)

    def _settle(self, work: list[_Work], seconds: float, failed: bool) -> None:  # noqa: FBT001 - called by the loop
        if failed:
            self._failed()
        elif seconds:
            self._written(seconds, len(self._open))
        for item in work:
            future, result = item.future, item.result
            if isinstance(result, JournalError):
                if future is None:
                    _LOG.error(_LOST, item.row[0], result)
                elif not future.done():
                    future.set_exception(result)
            elif future is not None and not future.done():  # else its request was given up
                future.set_result(result)
