"""The journal's file: SQLite in WAL mode, groups of rows, and when they are on the disk.

Synchronous, for the journal's threads. A commit here outlives the process at once, and the
power only after `sync`: the file's own commits do not wait for the disk.
"""

import contextlib
import itertools
import os
import secrets
import sqlite3
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec

from target_app.execution.orders import journal_sql

_ENCODE = msgspec.json.Encoder().encode
_BUSY_SECONDS, _LOOK_SECONDS = 10.0, 0.01
_FAR_SECONDS = 86_400.0  # no clock is set ahead by so much on purpose
# Rows in one statement: few sizes, so that each is compiled once. Rows of NULL fill the last.
_CHUNKS = (4, 8, 16, 32, 64)
# Pages in the log before they are moved to the database: 32 MB, some ten seconds of full load.
_CHECKPOINT_PAGES = 8000


class IntentState(StrEnum):
    """What is known of an intent."""

    OPEN = "open"  # the exchange may or may not have been called
    RESTING = "resting"  # the exchange has the order; what protects its position is watched
    PLACED = "placed"  # the exchange has the order
    REFUSED = "refused"  # the exchange has said no
    NOT_PLACED = "not_placed"  # the exchange never had it, and never will
    RELEASED = "released"  # the exchange was not called: forgotten, and may come again


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A row of the journal; `answer` is the body that the client got."""

    client_order_id: str
    state: IntentState
    received_at: float
    answer_status: int | None
    answer: bytes
    intent: dict[str, Any]
    settled_at: float = 0.0  # when the answer was last written


class JournalError(Exception):
    """Answer 503: the journal cannot be written, so no order may be sent."""


class JournalFile:
    """An open journal file, for one thread at a time."""

    def __init__(self, path: Path) -> None:
        """Create or open it. Raises JournalError when that cannot be done."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # The owner's alone, as its log will be: SQLite gives it the same mode.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            with contextlib.suppress(PermissionError):  # another user's, who lets us write
                path.chmod(0o600)
            self._connection = sqlite3.connect(
                path, isolation_level=None, timeout=_BUSY_SECONDS, check_same_thread=False
            )
            _log_ahead(self._connection)
            # NORMAL: checkpoints wait for the disk, commits do not; see `sync`.
            self._connection.execute("PRAGMA synchronous = NORMAL")
            # Else each large statement makes a file for its undoing, and removes it.
            self._connection.execute("PRAGMA temp_store = MEMORY")
            self._connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
            _know(self._connection)
            self._connection.executescript(journal_sql.SCHEMA)
            # A write, so that the log exists: it stays the same file while anyone is connected.
            self._connection.execute(f"PRAGMA user_version = {journal_sql.FORM}")
            self._log = os.open(path.with_name(f"{path.name}-wal"), os.O_RDONLY)
        except OSError as error:
            raise JournalError(f"{path}: {error.strerror}") from error
        except sqlite3.Error as error:
            raise JournalError(f"{path}: {error}") from error

    def commit(
        self, begins: Sequence[tuple[str, float, str]], finishes: Sequence[tuple[Any, ...]]
    ) -> list[JournalEntry | None]:
        """Write a group in one transaction; for each of `begins` the entry that was there.

        `begins` are (client order id, time, intent as JSON); `finishes` are (client order
        id, state, time, HTTP status, answer as JSON). Raises JournalError.
        """
        if not begins and not finishes:
            return []
        with self._transaction():
            # Results first: the same webhook may already have come again.
            if finishes:
                self._finish(finishes)
            return self._begin(begins) if begins else []

    def sync(self) -> None:
        """Wait until everything committed so far is on the disk. Raises JournalError."""
        try:
            # Commits only append to the log, so that one wait serves every group that is in it.
            os.fdatasync(self._log)
        except OSError as error:
            raise JournalError(str(error)) from error

    def find(self, client_order_id: str) -> JournalEntry | None:
        """The entry of one intent. Raises JournalError."""
        found = self._entries(journal_sql.FOUND, (_ENCODE([client_order_id]).decode(),))
        return found[0] if found else None

    def unsettled(self) -> list[JournalEntry]:
        """Every intent whose result is not known, oldest first. Raises JournalError."""
        with self._transaction() as connection:
            connection.execute(journal_sql.ADVANCE)
        return self._entries(journal_sql.OPEN, ())

    def resting(self, after: float) -> list[JournalEntry]:
        """Some of the orders that were written as resting after then, by that time."""
        return self._entries(journal_sql.RESTING, (after,))

    def prune(self, before: float, after: int, now: float) -> tuple[int, int]:
        """Forget those settled intents received before then that stand behind row `after`.

        How many were forgotten, and the last row that was looked at; 0 when there is none more.
        A time far in the future, from when a clock was wrong, becomes `now`.
        """
        rows = self._connection.execute(journal_sql.NEXT, (after,)).fetchall()
        settled = [row for row in rows if row[2] not in (IntentState.OPEN, IntentState.RESTING)]
        old = [row[:1] for row in settled if row[1] < before]
        ahead = [(now, row[0]) for row in rows if row[1] > now + _FAR_SECONDS]
        if old or ahead:
            with self._transaction() as connection:
                connection.execute(journal_sql.ADVANCE)
                for statement in journal_sql.PRUNE:
                    connection.executemany(statement, old)
                connection.executemany(journal_sql.REDATE, ahead)
        return len(old), rows[-1][0] if rows else 0

    def probe(self) -> None:
        """Write something that changes nothing. Raises JournalError where that cannot be done."""
        with self._transaction() as connection:
            connection.execute(journal_sql.PROBE)
        self.sync()

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._log)
        self._connection.close()

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """All of it, or nothing. Raises JournalError."""
        connection = self._connection
        try:
            # It waits here for the lock to write. A transaction that began by reading would be
            # refused at once where another process has written meanwhile.
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
        except BaseException as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            if isinstance(error, sqlite3.Error):
                raise JournalError(str(error)) from error
            raise

    def _begin(self, begins: Sequence[tuple[str, float, str]]) -> list[JournalEntry | None]:
        # One number for the group: a row that has it afterwards was written by this group, and any
        # other one was there before, of this process or another.
        claim = secrets.randbits(62)
        rows = [(key, claim, at, intent) for key, at, intent in begins]
        # As good as always: every row was new, and nothing need be read back.
        if self._execute(journal_sql.BEGIN, rows) == len(begins):
            return [None] * len(begins)
        keys = _ENCODE([key for key, _, _ in begins]).decode()
        there = {row[0]: row for row in self._connection.execute(journal_sql.FOUND, (keys,))}
        first = {key for key, row in there.items() if row[1] == claim}
        found: list[JournalEntry | None] = []
        for key, _, _ in begins:
            # The same webhook may be in one group twice: the first is new, the second is not.
            found.append(None if key in first else _entry(there[key]))
            first.discard(key)
        return found

    def _finish(self, finishes: Sequence[tuple[Any, ...]]) -> None:
        # Nothing was sent: forgotten, so that the same webhook may try again.
        released = [row for row in finishes if row[1] == IntentState.RELEASED]
        if released:
            self._connection.executemany(journal_sql.RELEASE, [row[:1] for row in released])
            finishes = [row for row in finishes if row[1] != IntentState.RELEASED]
        self._execute(journal_sql.FINISH, finishes)

    def _execute(self, parts: tuple[str, str, str], rows: Sequence[tuple[Any, ...]]) -> int:
        """One statement for many rows, a few times over; how many rows changed."""
        head, row, tail = parts
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

    def _entries(self, query: str, values: tuple[str | float, ...]) -> list[JournalEntry]:
        try:
            return [_entry(row) for row in self._connection.execute(query, values)]
        except sqlite3.Error as error:
            raise JournalError(str(error)) from error


def _know(connection: sqlite3.Connection) -> None:
    """Refuse a journal of another form: what it says of orders would be overlooked."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version not in {0, *journal_sql.READ, journal_sql.FORM}:
        raise sqlite3.DatabaseError(
            f"this is a journal of form {version}, and the service reads form "
            f"{journal_sql.FORM}: let the version that wrote it finish its orders, then move the "
            "file away."
        )


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


def _entry(row: tuple[Any, ...]) -> JournalEntry:
    key, _claim, state, received_at, status, answer, intent, settled_at = row[:8]
    return JournalEntry(
        key,
        IntentState(state),
        received_at,
        status,
        (answer or "").encode(),
        msgspec.json.decode(intent),
        settled_at or 0.0,
    )
