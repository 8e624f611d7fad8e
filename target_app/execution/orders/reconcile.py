"""Intents whose result is not known: ask the exchange, by the id that we gave the order.

At start these are the orders that a killed process had in flight; later, those whose
exchange did not say what became of them. None is ever sent again: an order that was not
found may still be on its way, and a second one would be a second position.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from typing import Any

from target_app.exchanges.configured_exchanges import ExchangeManager
from target_app.exchanges.order_response_checks import is_whole
from target_app.exchanges.venue_errors import VenueError
from target_app.execution.audit_log import AuditLog
from target_app.execution.metrics import Metrics
from target_app.execution.orders.journal import Journal
from target_app.execution.orders.journal_file import IntentState, JournalEntry, JournalError
from target_app.execution.orders.protection_state import asked_for, shown, wanted
from target_app.execution.response_bodies import Answer, RefusalError, accepted

_LOG = logging.getLogger(__name__)
# Between two questions about an order that is not (yet) found.
_ASK_AGAIN_SECONDS = 0.5
# The same, of an exchange that cannot be asked: the wait doubles up to this.
_SELDOM_SECONDS = 30.0
# How much longer than an order may still turn up a start waits for exchanges to say.
_PATIENCE_SECONDS = 5.0


class Reconciler:
    """Settles intents; `settle_seconds` is how long an order may still turn up.

    Binance refuses a request older than its recvWindow (ccxt: 10 s), so what has not
    arrived by then never will.
    """

    def __init__(
        self,
        *,
        journal: Journal,
        manager: ExchangeManager,
        metrics: Metrics,
        audit: AuditLog,
        settle_seconds: float,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._journal, self._manager, self._metrics = journal, manager, metrics
        self._audit, self._settle_seconds, self._clock = audit, settle_seconds, clock
        self._tasks: dict[str, asyncio.Task[object]] = {}

    async def settle_all(self, exchange: str = "") -> int:
        """Settle every intent of unknown result, or those of one exchange; how many there were.

        Those whose exchange does not say within a while stay open, and are settled in the
        background: nobody else waits for them.
        """
        entries = await self._journal.unsettled()
        for entry in entries:
            if exchange in {"", entry.intent["exchange"]}:
                self.settle_later(entry.client_order_id)
        unknown = {entry.client_order_id for entry in entries}
        waiting = [task for key, task in self._tasks.items() if key in unknown]
        if waiting:
            await asyncio.wait(waiting, timeout=self._settle_seconds + _PATIENCE_SECONDS)
        return len(waiting)

    def settle_exchange(self, exchange: str) -> None:
        """The same in the background, for an exchange that was loaded late."""
        self._in_background(f"all of {exchange}", self.settle_all(exchange))

    def settle_later(self, client_order_id: str) -> None:
        """Settle one intent in the background."""
        if client_order_id not in self._tasks:
            self._in_background(client_order_id, self._found_and_settled(client_order_id))

    async def close(self) -> None:
        """Give up what is not settled; the next start finds it in the journal."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _in_background(self, name: str, work: Coroutine[Any, Any, object]) -> None:
        task = asyncio.create_task(work)
        self._tasks[name] = task
        task.add_done_callback(lambda _: self._tasks.pop(name, None))

    async def _found_and_settled(self, client_order_id: str) -> None:
        try:
            entry = await self._journal.find(client_order_id)
            if entry is not None and entry.state is IntentState.OPEN:
                await self._settle(entry)
        except JournalError:
            _LOG.exception("%s stays open until the next start", client_order_id)

    async def _settle(self, entry: JournalEntry) -> None:
        name = entry.intent["exchange"]
        venue = self._manager.venues.get(name)
        if venue is None and name in self._manager.waiting_for:
            return  # until it is loaded
        if venue is None:
            _LOG.error("%s stays open: %s is not configured", entry.client_order_id, name)
            return
        key = entry.client_order_id
        wait = shortest = min(_ASK_AGAIN_SECONDS, self._settle_seconds)
        # By the monotonic clock from here on: the other one may jump while we wait.
        age, begun = max(0.0, self._clock() - entry.received_at), time.monotonic()
        while True:
            # The age is taken before the question, or the order could arrive between them.
            late = age + time.monotonic() - begun > self._settle_seconds
            try:
                order = await venue.lookup.find(key, entry.intent["symbol"], entry.received_at)
            except VenueError as error:
                _LOG.warning("%s: %s cannot be asked, trying again: %s", key, name, error)
                wait = min(max(wait * 2, error.retry_after or 0.0), _SELDOM_SECONDS)
            else:
                wait = shortest
                if order is not None and is_whole(order):
                    state, answer = _placed(entry, order)
                    break
                if late and order is None:
                    state, answer = IntentState.NOT_PLACED, _not_placed(entry)
                    break
            await asyncio.sleep(wait)
            now = await self._journal.find(key)
            if now is None or now.state is not IntentState.OPEN:
                return  # another worker, whose order it was, has finished it
        await self._journal.finish(key, state, answer.status, answer.body)
        result = "not_placed" if state is IntentState.NOT_PLACED else "placed"
        self._metrics.reconciled(result)
        self._audit.write("order_settled", "warning", client_order_id=key, result=result)
        _LOG.warning("%s was settled: %s", key, state.value)


def _placed(entry: JournalEntry, order: dict[str, object]) -> tuple[IntentState, Answer]:
    """An order that the exchange has. What protects its position is left to whoever watches."""
    intent = entry.intent
    legs = asked_for(intent) if wanted(intent) else []
    state = IntentState.RESTING if legs else IntentState.PLACED
    return state, accepted(intent, entry.client_order_id, order, shown(legs))


def _not_placed(entry: JournalEntry) -> Answer:
    return RefusalError(
        "not_placed",
        "The service was interrupted before the exchange had the order. It was not sent again.",
        extra={"client_order_id": entry.client_order_id, "exchange": entry.intent["exchange"]},
    ).answer()
