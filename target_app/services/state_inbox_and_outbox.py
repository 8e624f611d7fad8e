"""A service's own store (SQLite): what it knows, its inbox of handled events, its outbox.

What an event changes, the note that it was handled, and the events that follow from it are
one transaction. So an event that is delivered twice has its effect once, and an event that
follows is neither lost nor said without its cause.
"""

import asyncio
import fcntl
import logging
import os
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from target_app.services.messages.event_envelope import Envelope, encode, new_id, wrap
from target_app.services.messages.events import BY_TYPE, Event
from target_app.tracing.spans import CURRENT, Span, SpanKind, Tracer, current
from toolkit.errors import ConfigurationError

_LOG = logging.getLogger(__name__)
T = TypeVar("T")
# What is called after a commit, and the span that it belongs to.
Hook = tuple[Span | None, Callable[[], object]]
# Errors of the disk or of its rights, which may pass; every other one is a bug of a statement.
# Source: https://www.sqlite.org/rescode.html (the lower eight bits)
_MAY_PASS = frozenset({
    sqlite3.SQLITE_PERM, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOTADB,
})  # fmt: skip
# Events remembered as handled: ten times what a stream keeps, so that whatever is still
# delivered is remembered. As many are kept to be published again as a stream keeps.
_INBOX_ROWS, OUTBOX_ROWS = 100_000, 10_000
_SCHEMA = """
CREATE TABLE IF NOT EXISTS inbox (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    stream TEXT NOT NULL,
    data BLOB NOT NULL,
    published INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS waiting ON outbox (seq) WHERE published = 0;
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


class StoreError(Exception):
    """The store cannot be read or written now: a full disk, for one. Says which file, and why."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row of the outbox."""

    seq: int
    stream: str
    data: bytes


class Transaction:
    """What may be done within one transaction of a service's store.

    `span` is what the next steps belong to, where traces are on.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        source: str,
        tracer: Tracer | None = None,
        span: Span | None = None,
    ) -> None:
        self._connection, self._source, self._tracer = connection, source, tracer
        self.span = span
        self.hooks: list[Hook] = []

    def execute(self, sql: str, *values: object) -> sqlite3.Cursor:
        """One statement."""
        return self._connection.execute(sql, values)

    def emit(self, event: Event, because: Envelope | None = None, *, own_id: str = "") -> Envelope:
        """Say an event: it is published once the transaction is on the disk."""
        own_id, trace = own_id or new_id(), ""
        if self._tracer is not None:
            trace = self._created(self._tracer, event, because, own_id)
        envelope = wrap(event, self._source, because=because, own_id=own_id, trace=trace)
        row = (envelope.kind.stream, encode(envelope))
        self._connection.execute("INSERT INTO outbox (stream, data) VALUES (?, ?)", row)
        return envelope

    def after(self, hook: Callable[[], object]) -> None:
        """Call `hook` on the event loop once the transaction is on the disk."""
        self.hooks.append((self.span, hook))

    def _created(self, tracer: Tracer, event: Event, because: Envelope | None, own_id: str) -> str:
        """The traceparent of an event, whose span ends when the transaction is on the disk."""
        kind = BY_TYPE[type(event)]
        parent = because.trace if because else ""
        span = tracer.span(
            f"create {kind.stream}",
            SpanKind.PRODUCER,
            parent=self.span.traceparent if self.span else parent,
            attributes=message_attributes("create", kind.stream, kind.name, own_id),
        )
        self.after(span.end)
        return span.traceparent

    def note(self, event_id: str) -> bool:
        """Note that an event is handled; False where it was before."""
        row = (event_id,)
        done = self._connection.execute("INSERT OR IGNORE INTO inbox (id) VALUES (?)", row)
        return done.rowcount == 1

    def fact(self, name: str) -> str:
        """A single value that is kept by name; empty where there is none."""
        found = self.execute("SELECT value FROM facts WHERE name = ?", name).fetchone()
        return str(found[0]) if found else ""

    def set_fact(self, name: str, value: str) -> None:
        """Keep a single value."""
        self.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", name, value)


def message_attributes(operation: str, stream: str, event: str, event_id: str) -> dict[str, str]:
    """What a span says of an event.

    Source: https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/
    """
    return {
        "messaging.operation.type": operation,
        "messaging.destination.name": stream,
        "messaging.message.id": event_id,
        "event.type": event,
    }


class Store:
    """The store at `path`, of one process at a time. `schema` makes the service's own tables.

    Every method but `open` and `close` raises StoreError.
    """

    def __init__(self, path: Path, schema: str, source: str, tracer: Tracer | None = None) -> None:
        self._path, self._schema, self._source, self._tracer = path, schema, source, tracer
        # SQLite waits for the disk, and the event loop must not.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._connection: sqlite3.Connection | None = None
        self._lock = -1
        self.added = asyncio.Event()  # set when there is something to publish
        self.failing = ""  # why nothing can be written; empty where it can

    async def open(self) -> None:
        """Open or make the file. Raises ConfigurationError where another process holds it."""
        await self._in_thread(self._open)

    async def close(self) -> None:
        """Let go of the file."""
        await self._in_thread(self._close)
        self._thread.shutdown()

    async def write(self, change: Callable[[Transaction], T]) -> T:
        """Run `change` in one transaction, on the disk when this returns; all of it or nothing."""
        done: tuple[T, list[Hook]] = await self._in_thread(self._write, change, CURRENT.get())
        result, hooks = done
        self.added.set()
        for span, hook in hooks:
            with current(span):
                hook()
        return result

    async def read(self, sql: str, *values: object) -> Sequence[tuple[object, ...]]:
        """The rows of a query."""
        return await self._in_thread(lambda: self._there().execute(sql, values).fetchall())

    async def handled(self, ids: Sequence[str]) -> frozenset[str]:
        """Those of the events that were handled before."""
        marks = ", ".join("?" * len(ids))
        sql = f"SELECT id FROM inbox WHERE id IN ({marks})"  # noqa: S608 - question marks only
        return frozenset(str(row[0]) for row in await self.read(sql, *ids))

    async def waiting(self, most: int) -> Sequence[Waiting]:
        """The oldest events that are not published."""
        sql = "SELECT seq, stream, data FROM outbox WHERE published = 0 ORDER BY seq LIMIT ?"
        rows = await self._in_thread(lambda: self._there().execute(sql, (most,)).fetchall())
        return [Waiting(*row) for row in rows]

    async def published(self, last: int) -> int:
        """Everything up to row `last` is on the bus; how many events still wait."""

        def mark(transaction: Transaction) -> int:
            run = transaction.execute
            run("UPDATE outbox SET published = 1 WHERE published = 0 AND seq <= ?", last)
            run("DELETE FROM outbox WHERE published = 1 AND seq <= ?", last - OUTBOX_ROWS)
            newest = run("SELECT coalesce(max(seq), 0) FROM inbox").fetchone()[0]
            run("DELETE FROM inbox WHERE seq <= ?", newest - _INBOX_ROWS)
            return int(run("SELECT count(*) FROM outbox WHERE published = 0").fetchone()[0])

        done: tuple[int, object] = await self._in_thread(self._write, mark, None)
        return done[0]

    async def try_again(self) -> None:
        """Write, so that a store that can be written again is known to be. Raises StoreError."""
        await self.write(lambda transaction: transaction.set_fact("written again", "yes"))

    async def publish_again(self) -> int:
        """Have everything that is kept published once more; how many events."""
        sql = "UPDATE outbox SET published = 0 WHERE published = 1"
        return await self.write(lambda transaction: transaction.execute(sql).rowcount)

    async def _in_thread(self, call: Callable[..., T], *values: object) -> T:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._thread, call, *values)
        except sqlite3.Error as error:
            # Errors that Python's own module raises have no code of SQLite's.
            if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _MAY_PASS:
                raise
            why = f"{self._path}: {error}"
            if not self.failing:
                _LOG.error("the store fails, what it should keep waits: %s", why)
            self.failing = why
            raise StoreError(why) from None

    def _there(self) -> sqlite3.Connection:
        assert self._connection is not None, "the store is not open"  # noqa: S101 - a bug of ours
        return self._connection

    def _open(self) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(f"{self._path}.lock", os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            raise ConfigurationError(
                f"STORE: {self._path}: another process holds it.",
                fix="one process serves each store: end the other, or choose another path.",
            ) from None
        except OSError as error:
            raise ConfigurationError(f"STORE: {self._path}: {error.strerror}.") from None
        try:
            self._connection = sqlite3.connect(
                self._path, isolation_level=None, check_same_thread=False
            )
            for pragma in ("journal_mode = WAL", "synchronous = FULL"):
                self._connection.execute(f"PRAGMA {pragma}")
            self._connection.executescript(_SCHEMA + self._schema)
        except sqlite3.Error as error:
            os.close(self._lock)
            raise ConfigurationError(
                f"STORE: {self._path}: {error}.", fix="name another path, or move the file away."
            ) from None

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
            os.close(self._lock)

    def _write(self, change: Callable[[Transaction], T], span: Span | None) -> tuple[T, list[Hook]]:
        connection = self._there()
        transaction = Transaction(connection, self._source, self._tracer, span)
        connection.execute("BEGIN IMMEDIATE")
        try:
            result = change(transaction)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:  # SQLite may have rolled back what found no room
                connection.execute("ROLLBACK")
            raise
        if self.failing:
            _LOG.warning("the store works again: %s", self._path)
            self.failing = ""
        return result, transaction.hooks
