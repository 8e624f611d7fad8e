"""The order journal: an intent is durable before the exchange is called, its result after.

SQLite in WAL mode, written by one thread. Whatever waits when the thread is free goes into
one transaction (group commit), so that a thousand orders a second share a few hundred
fsyncs. A group takes a few statements of many rows, not one a row: the connection gives
up the interpreter's lock at every step, and getting it back from a busy event loop is dear.
"""

import asyncio
import itertools
import secrets
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec

_ENCODE = msgspec.json.Encoder().encode
_BUSY_SECONDS = 10.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS intents (
    seq INTEGER PRIMARY KEY,
    client_order_id TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    claim INTEGER NOT NULL,
    received_at REAL NOT NULL,
    intent TEXT NOT NULL,
    settled_at REAL,
    answer_status INTEGER,
    answer TEXT
);
CREATE INDEX IF NOT EXISTS open_intents ON intents (client_order_id) WHERE state = 'open';
"""
_BEGIN_HEAD = "INSERT INTO intents (client_order_id, state, claim, received_at, intent) VALUES "
_BEGIN_ROW = "(?, 'open', ?, ?, ?)"
_BEGIN_TAIL = """
ON CONFLICT (client_order_id) DO UPDATE
SET state = 'open', claim = excluded.claim, received_at = excluded.received_at,
    intent = excluded.intent, settled_at = NULL, answer_status = NULL, answer = NULL
WHERE state = 'released'
"""
_FINISH_HEAD = """
UPDATE intents
SET state = r.column2, settled_at = r.column3, answer_status = r.column4, answer = r.column5
FROM (VALUES """
_FINISH_ROW = "(?, ?, ?, ?, ?)"
_FINISH_TAIL = """) AS r
WHERE client_order_id = r.column1
  AND (intents.state = 'open' OR intents.state = 'not_placed' AND r.column2 = 'placed')
"""
# Rows in one statement: few sizes, so that each is compiled once.
_CHUNKS = (64, 16, 4, 1)
# Pages in the log before they are moved to the database: 32 MB, some ten seconds of full load.
_CHECKPOINT_PAGES = 8000
_FOUND = """
SELECT client_order_id, claim, state, received_at, answer_status, answer, intent
FROM intents WHERE client_order_id IN (SELECT value FROM json_each(?1))
"""
_OPEN = """
SELECT client_order_id, claim, state, received_at, answer_status, answer, intent
FROM intents WHERE state = 'open' ORDER BY client_order_id
"""


class State(StrEnum):
    """What is known of an intent."""

    OPEN = "open"  # the exchange may or may not have been called
    PLACED = "placed"  # the exchange has the order
    REFUSED = "refused"  # the exchange has said no
    NOT_PLACED = "not_placed"  # the exchange never had it, and never will
    RELEASED = "released"  # the exchange was not called: the webhook may come again


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the journal; `answer` is the body that the client got."""

    client_order_id: str
    state: State
    received_at: float
    answer_status: int | None
    answer: bytes
    intent: dict[str, Any]


class JournalError(Exception):
    """Answer 503: the journal cannot be written, so no order may be sent."""


_Work = tuple[str, Any, "asyncio.Future[Any]"]


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
        self._queue: deque[_Work | None] = deque()
        self._wake, self._sleeping = threading.Event(), False
        self._open: set[str] = set()  # touched by the thread only, counted by the loop
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def open(self) -> None:
        """Create or open the file. Raises JournalError when that cannot be done."""
        self._loop = asyncio.get_running_loop()
        opened = self._loop.create_future()
        self._thread = threading.Thread(
            target=self._run, args=(opened,), name="journal", daemon=True
        )
        self._thread.start()
        await opened

    async def close(self) -> None:
        """Write what waits, and let go of the file."""
        if self._thread is not None:
            self._put(None)
            await asyncio.to_thread(self._thread.join)
            self._thread = None

    async def begin(self, client_order_id: str, intent: dict[str, Any]) -> Entry | None:
        """Make the intent durable. An entry when the journal already has this one.

        `intent` is a JSON object.
        """
        row = (client_order_id, self._clock(), _ENCODE(intent).decode())
        found: Entry | None = await self._ask("begin", row)
        return found

    async def finish(self, client_order_id: str, state: State, status: int, answer: bytes) -> None:
        """Make an intent's result durable; `answer` is a JSON document."""
        row = (client_order_id, state.value, self._clock(), status, answer.decode())
        await self._ask("finish", row)

    async def find(self, client_order_id: str) -> Entry | None:
        """The entry of one intent."""
        found: Sequence[Entry] = await self._ask("find", client_order_id)
        return found[0] if found else None

    async def unsettled(self) -> Sequence[Entry]:
        """Every intent whose result is not known."""
        found: Sequence[Entry] = await self._ask("open", None)
        return found

    async def _ask(self, what: str, row: object) -> Any:
        if self._loop is None or self._thread is None:
            raise JournalError("the journal is not open.")
        future = self._loop.create_future()
        self._put((what, row, future))
        return await future

    def _put(self, item: _Work | None) -> None:
        """Hand over to the thread; it is woken only when it sleeps, since waking is dear."""
        self._queue.append(item)
        if self._sleeping:
            self._sleeping = False
            self._wake.set()

    def _run(self, opened: "asyncio.Future[None]") -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(
                self._path, isolation_level=None, timeout=_BUSY_SECONDS, check_same_thread=False
            )
            connection.execute("PRAGMA journal_mode = WAL")
            # FULL: a commit is on the disk, not only out of this process.
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
            connection.executescript(_SCHEMA)
        except (sqlite3.Error, OSError) as error:
            self._resolve([(opened, JournalError(f"{self._path}: {error}"))], 0.0)
            return
        self._resolve([(opened, None)], 0.0)
        stopping = False
        while not stopping:
            work, stopping = self._waiting()
            started = time.perf_counter()
            results = _perform(connection, work, self._open)
            wrote = any(what in {"begin", "finish"} for what, _, _ in work)
            self._resolve(results, time.perf_counter() - started if wrote else 0.0)
        connection.close()

    def _waiting(self) -> tuple[list[_Work], bool]:
        """Everything in the queue, waiting for the first; and whether the end was among it."""
        while not self._queue:
            self._wake.clear()
            self._sleeping = True
            # Looked at again: what came between the two lines above did not wake anybody.
            if not self._queue:
                self._wake.wait()
            self._sleeping = False
        taken = [self._queue.popleft() for _ in range(len(self._queue))]
        return [item for item in taken if item is not None], None in taken

    def _resolve(self, results: list[tuple["asyncio.Future[Any]", Any]], seconds: float) -> None:
        if self._loop is not None and results and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._settle, results, seconds)

    def _settle(self, results: list[tuple["asyncio.Future[Any]", Any]], seconds: float) -> None:
        if any(isinstance(result, JournalError) for _, result in results):
            self._failed()
        elif seconds:
            self._written(seconds, len(self._open))
        for future, result in results:
            if future.done():
                continue  # its request was given up
            if isinstance(result, JournalError):
                future.set_exception(result)
            else:
                future.set_result(result)


def _perform(
    connection: sqlite3.Connection, work: list[_Work], open_intents: set[str]
) -> list[tuple["asyncio.Future[Any]", Any]]:
    """One transaction for all of `work`: each future with its result."""
    begins = [(row, future) for what, row, future in work if what == "begin"]
    finishes = [(row, future) for what, row, future in work if what == "finish"]
    results: list[tuple[asyncio.Future[Any], Any]] = []
    try:
        if begins or finishes:
            connection.execute("BEGIN IMMEDIATE")
            if begins:
                results += _begin(connection, begins)
            if finishes:
                rows = [row for row, _ in finishes]
                _execute(connection, rows, _FINISH_HEAD, _FINISH_ROW, _FINISH_TAIL)
                results += [(future, None) for _, future in finishes]
            connection.execute("COMMIT")
            open_intents.update(row[0] for row, _ in begins)
            open_intents.difference_update(row[0] for row, _ in finishes)
        for what, row, future in work:
            if what == "find":
                results.append((future, _entries(connection, _FOUND, (_ENCODE([row]).decode(),))))
            elif what == "open":
                results.append((future, _entries(connection, _OPEN, ())))
    except sqlite3.Error as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        return [(future, JournalError(str(error))) for _, _, future in work]
    return results


def _begin(
    connection: sqlite3.Connection, begins: list[tuple[Any, "asyncio.Future[Any]"]]
) -> list[tuple["asyncio.Future[Any]", Entry | None]]:
    claim = secrets.randbits(62)
    rows = [(key, claim, at, intent) for (key, at, intent), _ in begins]
    if _execute(connection, rows, _BEGIN_HEAD, _BEGIN_ROW, _BEGIN_TAIL) == len(begins):
        return [(future, None) for _, future in begins]
    keys = _ENCODE([row[0] for row in rows]).decode()
    there = {row[0]: row for row in connection.execute(_FOUND, (keys,))}
    return [
        (future, None if there[key][1] == claim else _entry(there[key]))
        for (key, _, _), future in begins
    ]


def _execute(
    connection: sqlite3.Connection, rows: list[tuple[Any, ...]], head: str, row: str, tail: str
) -> int:
    """One statement for many rows, a few times over; how many rows changed."""
    changed = start = 0
    for size in _CHUNKS:
        statement = head + ",".join([row] * size) + tail
        while len(rows) - start >= size:
            values = list(itertools.chain.from_iterable(rows[start : start + size]))
            changed += connection.execute(statement, values).rowcount
            start += size
    return changed


def _entries(connection: sqlite3.Connection, query: str, values: tuple[str, ...]) -> list[Entry]:
    return [_entry(row) for row in connection.execute(query, values)]


def _entry(row: tuple[Any, ...]) -> Entry:
    key, _claim, state, received_at, status, answer, intent = row
    return Entry(
        key, State(state), received_at, status, (answer or "").encode(), msgspec.json.decode(intent)
    )
