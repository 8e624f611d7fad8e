"""A checked signal → one order at one exchange, at most once, whatever happens between.

The intent is durable before the exchange is called. Its client order id follows from the
webhook, so that the same webhook always means the same order: here, in another worker, or
after a restart.
"""

import asyncio
import time
from typing import Any

from target_app.exchanges.configured_exchanges import ExchangeManager
from target_app.exchanges.market_rules import plain
from target_app.exchanges.order_placement import Order
from target_app.exchanges.venue import Venue
from target_app.exchanges.venue_errors import TROUBLE, Fate, VenueError
from target_app.execution.halt import Halt
from target_app.execution.metrics import Metrics
from target_app.execution.orders.answer_repeated_webhooks import (
    RepeatedWebhooks,
    marked_as_duplicate,
)
from target_app.execution.orders.client_order_ids import client_order_id
from target_app.execution.orders.id_reused import asked
from target_app.execution.orders.journal import Journal
from target_app.execution.orders.journal_file import IntentState, JournalError
from target_app.execution.orders.next_protection_step import state_of
from target_app.execution.orders.place_protective_orders import ProtectiveOrders
from target_app.execution.orders.position_sizing import Sizing
from target_app.execution.orders.protection_state import shown, wanted
from target_app.execution.orders.reconcile import Reconciler
from target_app.execution.orders.refusals import (
    asked_for_quiet,
    left_alone,
    no_balance,
    not_traded,
    order_failed,
)
from target_app.execution.orders.signal_to_order import OrderPreparation
from target_app.execution.response_bodies import (
    Answer,
    RefusalError,
    accepted,
    dry,
)
from target_app.execution.signals.fields import CLOSE
from target_app.execution.signals.payload import Signal
from target_app.tracing.spans import CURRENT, child

_CUT_SHORT = RefusalError(
    "in_progress", "The first request for this webhook was cut short.", retry_after=1.0
).answer()


class OrderPlacer:
    """Sizes, journals, places. One instance serves every request of the process."""

    def __init__(
        self,
        preparation: OrderPreparation,
        *,
        manager: ExchangeManager,
        journal: Journal,
        reconciler: Reconciler,
        protective: ProtectiveOrders,
        metrics: Metrics,
        halt: Halt,
        repeated_within_seconds: float,
        dry_run: bool = False,
    ) -> None:
        self._repeated = RepeatedWebhooks(journal, within_seconds=repeated_within_seconds)
        self._preparation, self._closer = preparation, preparation.closer
        self._halt, self._dry_run = halt, dry_run
        self._manager, self._reconciler = manager, reconciler
        self._journal, self._metrics = journal, metrics
        self._protective = protective
        # Of each webhook being worked on: what it asks for, and who else waits for its answer.
        self._working: dict[str, tuple[Signal, list[asyncio.Future[Answer]]]] = {}

    @property
    def open_intents(self) -> int:
        """Orders between intent and result in this process."""
        return len(self._working)

    @property
    def journal_failing(self) -> str:
        """Why no order can be journalled now, and so none is taken; empty when all is well."""
        return self._journal.failing

    async def execute(self, signal: Signal, body: bytes) -> Answer:
        """The answer to a webhook: its own, or the first one to the same webhook, marked.

        Raises RefusalError when no order came of it.
        """
        key = client_order_id(signal, body)
        working = self._working.get(key)
        if working is not None:
            self._repeated.refuse_other_contents(signal, asked(working[0]))
            first = asyncio.get_running_loop().create_future()
            working[1].append(first)
            return marked_as_duplicate(await first)
        waiting: list[asyncio.Future[Answer]] = []
        self._working[key] = (signal, waiting)
        if (span := CURRENT.get()) is not None:
            span.add({"order.client_id": key})
        answer = _CUT_SHORT  # by a bug or a cancellation: those who wait get an answer all the same
        try:
            answer = await self._first(signal, key)
        except RefusalError as refusal:
            answer = refusal.answer()
            raise
        finally:
            del self._working[key]
            for first in waiting:
                if not first.done():  # its request was not given up
                    first.set_result(answer)
        return answer

    async def _first(self, signal: Signal, key: str) -> Answer:
        venue = self._manager.venue(signal.exchange, signal.symbol)
        if venue is None:
            raise not_traded(signal, missing=self._manager.missing(signal.exchange))
        try:
            if not self.is_dry(signal):
                self._halt.refuse()
            sizing, order = await self._preparation.prepared(signal, venue, key)
        except RefusalError:
            # Prices move: what could not be ordered now may have been ordered before.
            first = await self._repeated.known(signal, key)
            if first is None:
                raise
            return first
        intent = _intent(signal, sizing, order, venue)
        if self.is_dry(signal):
            return dry(intent, key)
        try:
            with child("journal_intent"):
                there = await self._journal.begin(key, intent)
            if there is not None:
                return await self._repeated.first_answer(signal, there)
            order = await self._ready(signal, order, venue)
        except JournalError as error:
            raise RefusalError("unavailable", f"The journal: {error}", retry_after=1.0) from None
        except RefusalError as refusal:
            if refusal.code != "id_reused":
                self._finish(key, IntentState.RELEASED, refusal.answer())
            raise
        return await self._placed(intent, venue, order, sizing)

    async def _ready(self, signal: Signal, order: Order, venue: Venue) -> Order:
        """The order as it may be sent now. Raises RefusalError, where nothing was sent."""
        refusal = self._not_now(venue)
        if refusal is not None:
            raise refusal
        if signal.side != CLOSE:
            return order
        try:
            whole = signal.quantity is None
            return await self._closer.free_what_is_locked(order, venue, whole=whole)
        except VenueError as error:
            if error.is_trouble:
                venue.breaker.failed()
            else:
                venue.breaker.succeeded()
            raise no_balance(venue, error) from None

    def is_dry(self, signal: Signal) -> bool:
        """Whether the webhook is answered and nothing ordered."""
        return signal.dry_run or self._dry_run

    def _not_now(self, venue: Venue) -> RefusalError | None:
        """Why the exchange is not asked, if it is not: by its wish, or by its circuit breaker's."""
        quiet = venue.quiet_seconds
        if quiet:
            return asked_for_quiet(venue, quiet)
        # Asked last: a call that the breaker lets through must be reported to it.
        wait = venue.breaker.wait()
        if wait:
            self._metrics.breaker_refused(venue.name)
            return left_alone(venue, wait)
        return None

    async def _placed(
        self, intent: dict[str, Any], venue: Venue, order: Order, sizing: Sizing
    ) -> Answer:
        started = time.perf_counter()
        failure = "unknown"  # what a bug or a cancellation counts as
        try:
            placed = await venue.place(order)
            failure = ""
        except VenueError as error:
            failure = error.reason
            raise self._failed(venue, order, error) from None
        finally:
            seconds = time.perf_counter() - started
            self._metrics.ordered(venue.name, order.kind, seconds, failure)
            if failure in TROUBLE:
                venue.breaker.failed()
            else:
                venue.breaker.succeeded()
        self._metrics.sized(venue.name, sizing.method, float(sizing.value), float(sizing.pct))
        key = order.client_order_id
        legs = []
        if wanted(intent):
            legs = await self._protective.first(venue, intent, key, placed)
        answer = accepted(intent, key, placed, shown(legs))
        self._finish(key, state_of(legs), answer)
        return answer

    def _failed(self, venue: Venue, order: Order, error: VenueError) -> RefusalError:
        """Journal a failure; what is not known stays open, to be settled later.

        What certainly was not sent is forgotten: the same webhook may come again.
        """
        refusal = order_failed(venue, order, error)
        if error.fate is Fate.UNKNOWN:
            self._reconciler.settle_later(order.client_order_id)
            return refusal
        refused = error.fate is Fate.REFUSED
        state = IntentState.REFUSED if refused else IntentState.RELEASED
        self._finish(order.client_order_id, state, refusal.answer())
        return refusal

    def _finish(self, key: str, state: IntentState, answer: Answer) -> None:
        """Journal a result, before its answer leaves, but not before it is written.

        A process that ends in between leaves the intent open, and its start asks the exchange.
        """
        self._journal.finish_soon(key, state, answer.status, answer.body)


def _intent(signal: Signal, sizing: Sizing, order: Order, venue: Venue) -> dict[str, Any]:
    explanation = sizing.explanation()
    return {
        "exchange": venue.name,
        "symbol": order.symbol,
        "side": order.side,
        "order_type": order.kind,
        "quantity": explanation["quantity"],  # the order's is its sizing's
        "price": None if order.price is None else plain(order.price),
        "stop_loss": None if signal.stop_loss is None else plain(signal.stop_loss),
        "take_profit": None if signal.take_profit is None else plain(signal.take_profit),
        "source": signal.source,
        "id": signal.id,
        "sizing": explanation,
        "asked": asked(signal),
    }
