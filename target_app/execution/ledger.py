"""The journal's file: SQLite in WAL mode, groups of rows, and when they are on the disk.

Synchronous, for the journal's threads. A commit here outlives the process at once, and the
power only after `sync`: the file's own commits do not wait for the disk.
"""

import itertools
import os
import secrets
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec

_ENCODE = msgspec.json.Encoder().encode
_BUSY_SECONDS, _LOOK_SECONDS = 10.0, 0.01
_VERSION = 1
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
CREATE INDEX IF NOT EXISTS unsettled ON intents (seq) WHERE state IN ('open', 'resting');
"""
_BEGIN_HEAD = """
INSERT INTO intents (client_order_id, state, claim, received_at, intent)
SELECT * FROM (VALUES """
_BEGIN_ROW = "(?, 'open', ?, ?, ?)"
_BEGIN_TAIL = """) WHERE column1 IS NOT NULL
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
  AND (intents.state IN ('open', 'resting')
       OR intents.state = 'not_placed' AND r.column2 = 'placed')
"""
# Rows in one statement: few sizes, so that each is compiled once. Rows of NULL fill the last.
_CHUNKS = (4, 8, 16, 32, 64)
# Pages in the log before they are moved to the database: 32 MB, some ten seconds of full load.
_CHECKPOINT_PAGES = 8000
_FOUND = """
SELECT client_order_id, claim, state, received_at, answer_status, answer, intent
FROM intents WHERE client_order_id IN (SELECT value FROM json_each(?1))
"""
_OPEN = """
SELECT client_order_id, claim, state, received_at, answer_status, answer, intent
FROM intents WHERE state IN ('open', 'resting') ORDER BY seq
"""
# A few at a time, so that orders do not wait for the cleaning.
_PRUNE = """
DELETE FROM intents WHERE seq IN (
    SELECT seq FROM intents
    WHERE seq <= (SELECT min(seq) + 500 FROM intents WHERE state NOT IN ('open', 'resting'))
      AND received_at < ? AND state NOT IN ('open', 'resting'))
"""


class State(StrEnum):
    """What is known of an intent."""

    OPEN = "open"  # the exchange may or may not have been called
    RESTING = "resting"  # the exchange has the order; its legs wait for it to be filled
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


class Ledger:
    """An open journal file. `commit` and `sync` may be called from two threads."""

    def __init__(self, path: Path) -> None:
        """Create or open it. Raises JournalError when that cannot be done."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(
                path, isolation_level=None, timeout=_BUSY_SECONDS, check_same_thread=False
            )
            _log_ahead(self._connection)
            # NORMAL: checkpoints wait for the disk, commits do not; see `sync`.
            self._connection.execute("PRAGMA synchronous = NORMAL")
            # Else each large statement makes a file for its undoing, and removes it.
            self._connection.execute("PRAGMA temp_store = MEMORY")
            self._connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
            self._connection.executescript(_SCHEMA)
            # A write, so that the log exists: it stays the same file while anyone is connected.
            self._connection.execute(f"PRAGMA user_version = {_VERSION}")
            self._log = os.open(path.with_name(f"{path.name}-wal"), os.O_RDONLY)
        except (sqlite3.Error, OSError) as error:
            raise JournalError(f"{path}: {error}") from error

    def commit(
        self, begins: Sequence[tuple[str, float, str]], finishes: Sequence[tuple[Any, ...]]
    ) -> list[Entry | None]:
        """Write a group in one transaction; for each of `begins` the entry that was there.

        `begins` are (client order id, time, intent as JSON); `finishes` are (client order
        id, state, time, HTTP status, answer as JSON). Raises JournalError.
        """
        connection = self._connection
        if not begins and not finishes:
            return []
        try:
            connection.execute("BEGIN IMMEDIATE")
            # Results first: the same webhook may already have come again.
            if finishes:
                self._execute(finishes, _FINISH_HEAD, _FINISH_ROW, _FINISH_TAIL)
            there = self._begin(begins) if begins else []
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise JournalError(str(error)) from error
        return there

    def sync(self) -> None:
        """Wait until everything committed so far is on the disk. Raises JournalError."""
        try:
            os.fdatasync(self._log)
        except OSError as error:
            raise JournalError(str(error)) from error

    def find(self, client_order_id: str) -> Entry | None:
        """The entry of one intent. Raises JournalError."""
        found = self._entries(_FOUND, (_ENCODE([client_order_id]).decode(),))
        return found[0] if found else None

    def unsettled(self) -> list[Entry]:
        """Every intent whose result is not known. Raises JournalError."""
        return self._entries(_OPEN, ())

    def prune(self, before: float) -> int:
        """Forget some of the settled intents received before then; how many."""
        try:
            return self._connection.execute(_PRUNE, (before,)).rowcount
        except sqlite3.Error as error:
            raise JournalError(str(error)) from error

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._log)
        self._connection.close()

    def _begin(self, begins: Sequence[tuple[str, float, str]]) -> list[Entry | None]:
        claim = secrets.randbits(62)
        rows = [(key, claim, at, intent) for key, at, intent in begins]
        if self._execute(rows, _BEGIN_HEAD, _BEGIN_ROW, _BEGIN_TAIL) == len(begins):
            return [None] * len(begins)
        keys = _ENCODE([key for key, _, _ in begins]).decode()
        there = {row[0]: row for row in self._connection.execute(_FOUND, (keys,))}
        return [None if there[k][1] == claim else _entry(there[k]) for k, _, _ in begins]

    def _execute(self, rows: Sequence[tuple[Any, ...]], head: str, row: str, tail: str) -> int:
        """One statement for many rows, a few times over; how many rows changed."""
        changed = start = 0
        while start < len(rows):
            left = len(rows) - start
            size = next((size for size in _CHUNKS if size >= left), _CHUNKS[-1])
            statement = head + ",".join([row] * size) + tail
            values = list(itertools.chain.from_iterable(rows[start : start + size]))
            values += [None] * (size * len(rows[0]) - len(values))
            changed += self._connection.execute(statement, values).rowcount
            start += size
        return changed

    def _entries(self, query: str, values: tuple[str, ...]) -> list[Entry]:
        try:
            return [_entry(row) for row in self._connection.execute(query, values)]
        except sqlite3.Error as error:
            raise JournalError(str(error)) from error


def _log_ahead(connection: sqlite3.Connection) -> None:
    """Switch to WAL. Of several workers that start at once, all but one find the file locked,
    and SQLite's own timeout does not hold for this statement.
    """  # noqa: D205 - one thought
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > deadline:
                raise
            time.sleep(_LOOK_SECONDS)
        else:
            return


def _entry(row: tuple[Any, ...]) -> Entry:
    key, _claim, state, received_at, status, answer, intent = row
    return Entry(
        key, State(state), received_at, status, (answer or "").encode(), msgspec.json.decode(intent)
    )
