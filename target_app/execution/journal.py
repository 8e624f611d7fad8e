"""The order journal: an intent is durable before the exchange is called, its result after.

Two threads serve it. The writer puts whatever waits into one transaction (group commit);
the syncer then waits for the disk, once for all that was written meanwhile. An intent is
durable when it is on the disk; a result when it is written, because a result that the
power takes is asked for again, by the intent that it does not take.
"""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from target_app.execution.ledger import Entry, JournalError, Ledger, State

_ENCODE = msgspec.json.Encoder().encode


@dataclass(slots=True)
class _Work:
    """One thing asked of the journal, and who waits for it."""

    what: str
    row: Any
    future: "asyncio.Future[Any]"
    result: Any = None


class _Inbox:
    """A queue whose reader is woken only when it sleeps, since waking a thread is dear."""

    def __init__(self) -> None:
        self._items: deque[Any] = deque()
        self._wake, self._sleeping = threading.Event(), False

    def put(self, item: Any) -> None:
        """Hand something over; None is the end."""
        self._items.append(item)
        if self._sleeping:
            self._sleeping = False
            self._wake.set()

    def take(self) -> tuple[list[Any], bool]:
        """Everything there is, waiting for the first; and whether the end was among it."""
        while not self._items:
            self._wake.clear()
            self._sleeping = True
            # Looked at again: what came between the two lines above did not wake anybody.
            if not self._items:
                self._wake.wait()
            self._sleeping = False
        taken = [self._items.popleft() for _ in range(len(self._items))]
        return [item for item in taken if item is not None], None in taken


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
        self._to_write, self._to_sync = _Inbox(), _Inbox()
        self._open: set[str] = set()  # changed by the writer only, counted by the loop
        self._threads: tuple[threading.Thread, ...] = ()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def open(self) -> None:
        """Create or open the file. Raises JournalError when that cannot be done."""
        self._loop = asyncio.get_running_loop()
        ledger = await asyncio.to_thread(Ledger, self._path)
        self._threads = tuple(
            threading.Thread(target=run, args=(ledger,), name=name, daemon=True)
            for name, run in (("journal-writer", self._write), ("journal-syncer", self._sync))
        )
        for thread in self._threads:
            thread.start()

    async def close(self) -> None:
        """Write what waits, and let go of the file."""
        if self._threads:
            self._to_write.put(None)
            for thread in self._threads:
                await asyncio.to_thread(thread.join)
            self._threads = ()

    async def begin(self, client_order_id: str, intent: dict[str, Any]) -> Entry | None:
        """Make the intent durable. An entry when the journal already has this one.

        `intent` is a JSON object. Raises JournalError.
        """
        row = (client_order_id, self._clock(), _ENCODE(intent).decode())
        found: Entry | None = await self._ask("begin", row)
        return found

    async def finish(self, client_order_id: str, state: State, status: int, answer: bytes) -> None:
        """Write an intent's result; `answer` is a JSON document. Raises JournalError."""
        await self._ask(
            "finish", (client_order_id, state.value, self._clock(), status, answer.decode())
        )

    async def find(self, client_order_id: str) -> Entry | None:
        """The entry of one intent. Raises JournalError."""
        found: Entry | None = await self._ask("find", (client_order_id,))
        return found

    async def unsettled(self) -> Sequence[Entry]:
        """Every intent whose result is not known. Raises JournalError."""
        found: Sequence[Entry] = await self._ask("unsettled", ())
        return found

    async def prune(self, before: float) -> int:
        """Forget what was settled and received before then; how many. Raises JournalError."""
        total = 0
        while pruned := int(await self._ask("prune", (before,))):
            total += pruned
        return total

    async def _ask(self, what: str, row: object) -> Any:
        if self._loop is None or not self._threads:
            raise JournalError("the journal is not open.")
        future = self._loop.create_future()
        self._to_write.put(_Work(what, row, future))
        return await future

    def _write(self, ledger: Ledger) -> None:
        stopping = False
        while not stopping:
            work, stopping = self._to_write.take()
            started = time.perf_counter()
            begins = [item for item in work if item.what == "begin"]
            finishes = [item for item in work if item.what == "finish"]
            try:
                there = ledger.commit([x.row for x in begins], [x.row for x in finishes])
                for item in work:
                    if item.what not in {"begin", "finish"}:
                        item.result = getattr(ledger, item.what)(*item.row)
            except JournalError as error:
                self._fail(work, error)
                continue
            for item, entry in zip(begins, there, strict=True):
                item.result = entry
                if entry is None:
                    self._open.add(item.row[0])
            self._open.difference_update(item.row[0] for item in finishes)
            if begins:
                self._to_sync.put((started, begins))
            if len(begins) < len(work):
                seconds = time.perf_counter() - started if finishes else 0.0
                self._tell([item for item in work if item.what != "begin"], seconds)
        self._to_sync.put(None)

    def _sync(self, ledger: Ledger) -> None:
        stopping = False
        while not stopping:
            groups, stopping = self._to_sync.take()
            if not groups:
                continue
            work = [item for _, group in groups for item in group]
            try:
                ledger.sync()
            except JournalError as error:
                self._fail(work, error)
            else:
                self._tell(work, time.perf_counter() - groups[0][0])
        ledger.close()

    def _fail(self, work: list[_Work], error: JournalError) -> None:
        for item in work:
            item.result = error
        self._tell(work, 0.0, failed=True)

    def _tell(self, work: list[_Work], seconds: float, *, failed: bool = False) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._settle, work, seconds, failed)

    def _settle(self, work: list[_Work], seconds: float, failed: bool) -> None:  # noqa: FBT001 - called by the loop
        if failed:
            self._failed()
        elif seconds:
            self._written(seconds, len(self._open))
        for item in work:
            if item.future.done():
                continue  # its request was given up
            if isinstance(item.result, JournalError):
                item.future.set_exception(item.result)
            else:
                item.future.set_result(item.result)
