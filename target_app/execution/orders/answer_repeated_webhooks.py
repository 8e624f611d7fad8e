"""A webhook that came before gets the first answer, marked as a duplicate, and orders nothing."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any

from target_app.execution.orders.id_reused import contents, refuse_other_contents
from target_app.execution.orders.journal import Journal
from target_app.execution.orders.journal_file import IntentState, JournalEntry, JournalError
from target_app.execution.response_bodies import (
    JSON,
    PROBLEM_JSON,
    Answer,
    RefusalError,
    as_duplicate,
)
from target_app.execution.signals.payload import Signal

# How long a repeated webhook waits for the first answer, and how often it looks when
# another process is working on it.
_PATIENCE_SECONDS, _LOOK_SECONDS = 10.0, 0.05
_OK = 200


class RepeatedWebhooks:
    """Answers from the journal. The same id may be used anew after `within_seconds`."""

    def __init__(self, journal: Journal, *, within_seconds: float) -> None:
        self._journal, self._within = journal, within_seconds

    def refuse_other_contents(self, signal: Signal, first: Mapping[str, Any]) -> None:
        """Raise RefusalError where the first webhook of that id asked for something else."""
        refuse_other_contents(signal, first, within_seconds=self._within)

    async def known(self, signal: Signal, key: str) -> Answer | None:
        """The first answer to this webhook, if it came before. Raises RefusalError."""
        try:
            there = await self._journal.find(key)
            return None if there is None else await self.first_answer(signal, there)
        except JournalError as error:
            raise RefusalError("unavailable", f"The journal: {error}", retry_after=1.0) from None

    async def first_answer(self, signal: Signal, entry: JournalEntry) -> Answer:
        """The answer that the client got the first time; waits where it is not there yet.

        Raises RefusalError where it had asked for something else.
        """
        self.refuse_other_contents(signal, contents(entry))
        deadline = time.monotonic() + _PATIENCE_SECONDS
        found: JournalEntry | None = entry
        while found is not None and found.state is IntentState.OPEN:
            if time.monotonic() > deadline:
                break
            await asyncio.sleep(_LOOK_SECONDS)
            found = await self._journal.find(entry.client_order_id)
        if found is None or found.answer_status is None:
            detail = "The first request for this webhook has no answer yet."
            raise RefusalError("in_progress", detail, retry_after=1.0)
        return _stored(found)


def _stored(entry: JournalEntry) -> Answer:
    status = entry.answer_status or 0
    headers = (JSON if status == _OK else PROBLEM_JSON,)
    return Answer(status, as_duplicate(entry.answer), status_label="duplicate", headers=headers)


def marked_as_duplicate(first: Answer) -> Answer:
    """The same answer for a webhook that came while the first was worked on."""
    return Answer(
        first.status, as_duplicate(first.body), status_label="duplicate", headers=first.headers
    )
