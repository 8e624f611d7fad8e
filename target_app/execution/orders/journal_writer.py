"""The thread that writes the journal: what waits together is one transaction.

It ends for nothing but a None in its inbox. While the file cannot be written it keeps results,
refuses intents, and answers questions from both.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from dataclasses import replace
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
LOST = "%s: its result was not journalled: %s"
# While the file cannot be written, how often that is tried again.
_RETRY_SECONDS = 1.0
# Where a group was this large more is under way: a moment's wait makes the next group larger,
# and the disk less busy. Source of the idea, there called commit_delay:
# https://www.postgresql.org/docs/current/runtime-config-wal.html
_BUSY, _DELAY_SECONDS = 8, 0.003


class Work(msgspec.Struct):
    """One thing asked of the journal, and the request that waits for it, if one does."""

    what: str
    row: Any
    future: "asyncio.Future[Any] | None"
    result: Any = None


class JournalWriter:
    """`tell(work, seconds)` is called on the thread after each group.

    The seconds are 0 where nothing was to be written, and None where it was not.
    `failing` says why the file cannot be written now; `open_intents` are those begun here.
    Both are changed by the thread alone.
    """

    def __init__(self, tell: Callable[[list[Work], float | None], None]) -> None:
        self._tell = tell
        self.inbox: SimpleQueue[Work | None] = SimpleQueue()
        self.failing = ""
        self.open_intents: set[str] = set()
        # Results that could not be written yet, by order.
        self._kept: dict[str, tuple[Any, ...]] = {}

    def serve(self, file: JournalFile) -> None:
        """Write groups until a None comes, then close the file."""
        taken: list[Work | None] = []
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
                self._tell(work, None)
            except Exception as error:  # noqa: BLE001 - a bug must not end what all orders wait for
                _LOG.exception("a group was not journalled")
                for item in work:
                    item.result = JournalError(str(error))
                self._tell(work, None)
            else:
                if self.failing and not self._kept:
                    _LOG.warning("the journal is written again")
                    self.failing = ""
                wrote = any(item.what in {"begin", "finish"} for item in work)
                self._tell(work, time.perf_counter() - started if wrote else 0.0)
        for key in self._kept:
            _LOG.error(LOST, key, self.failing)
        file.close()

    def _take(self) -> list[Work | None]:
        """Wait for one, then take whatever else came meanwhile: that is the group."""
        try:
            first = self.inbox.get(timeout=_RETRY_SECONDS if self.failing else None)
        except Empty:
            return []
        return [first, *(self.inbox.get() for _ in range(self.inbox.qsize()))]

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
            self.open_intents.difference_update(self._kept)
            self._kept.clear()

    def _keep(self, file: JournalFile, work: list[Work], error: JournalError) -> None:
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

    def _write(self, file: JournalFile, work: list[Work]) -> bool:
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
                self.open_intents.add(item.row[0])
        self.open_intents.difference_update(row[0] for row in finishes)
        return bool(begins)

    def _asked(self, file: JournalFile, item: Work) -> Any:
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
