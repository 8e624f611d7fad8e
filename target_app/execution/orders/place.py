"""A checked signal → one order at one exchange, at most once, whatever happens between.

The intent is durable before the exchange is called. Its client order id follows from the
webhook, so that the same webhook always means the same order: here, in another worker, or
after a restart.
"""

import asyncio
import hashlib
import re
import time
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from target_app.exchanges.manager import ExchangeManager
from target_app.exchanges.market_rules import down, plain, up
from target_app.exchanges.venue import Order, Venue
from target_app.exchanges.venue_errors import TROUBLE, Fate, VenueError
from target_app.execution.answers import (
    JSON,
    PROBLEM_JSON,
    Answer,
    Problem,
    RefusalError,
    accepted,
    as_duplicate,
)
from target_app.execution.metrics import Metrics
from target_app.execution.orders import protective_orders
from target_app.execution.orders.journal import Journal
from target_app.execution.orders.journal_file import Entry, JournalError, State
from target_app.execution.orders.reconcile import Reconciler
from target_app.execution.orders.sizing import Sizing, SizingRules, size
from target_app.execution.signals.payload import Signal

# Binance, the strictest, takes 36 characters of [.A-Z:/a-z0-9_-]; we add two, and a leg three.
_OWN_ID = re.compile(r"[.A-Z:/a-z0-9_-]{1,31}")
_ID_DIGITS, _SHORT_DIGITS = 31, 22
# How long a repeated webhook waits for the first answer, and how often it looks when
# another process is working on it.
_PATIENCE_SECONDS, _LOOK_SECONDS = 10.0, 0.05
_OK = 200
_CUT_SHORT = RefusalError(
    "in_progress", "The first request for this webhook was cut short.", retry_after=1.0
).answer()


def client_order_id(signal: Signal, body: bytes) -> str:
    """The order's id at the exchange: the client's own id, else the webhook's time and a hash.

    Equal bodies have equal signatures, so the body stands for the signature too. Ids of both
    kinds mostly come in order, which spares the journal a page of its index for each order.
    """
    if signal.id is None:
        seconds = int(signal.timestamp) & 0xFFFFFFFF
        return f"x-{seconds:08x}-{hashlib.sha256(body).hexdigest()[:_SHORT_DIGITS]}"
    if _OWN_ID.fullmatch(signal.id):
        return f"i-{signal.id}"
    # No exchange would take it as it is.
    return "x-" + hashlib.sha256(signal.id.encode(errors="surrogatepass")).hexdigest()[:_ID_DIGITS]


@dataclass(slots=True)
class Outcome:
    """An answer, and whether it was given before."""

    answer: Answer
    duplicate: bool


class OrderDesk:
    """Sizes, journals, places. One instance serves every request of the process."""

    def __init__(
        self,
        rules: SizingRules,
        *,
        manager: ExchangeManager,
        journal: Journal,
        reconciler: Reconciler,
        metrics: Metrics,
    ) -> None:
        self._rules, self._manager, self._reconciler = rules, manager, reconciler
        self._journal, self._metrics = journal, metrics
        # Of each webhook being worked on: who else waits for its answer.
        self._working: dict[str, list[asyncio.Future[Answer]]] = {}

    @property
    def open_intents(self) -> int:
        """Orders between intent and result in this process."""
        return len(self._working)

    async def execute(self, signal: Signal, body: bytes) -> Outcome:
        """The answer to a webhook. Raises RefusalError when no order came of it."""
        key = client_order_id(signal, body)
        waiting = self._working.get(key)
        if waiting is not None:
            first = asyncio.get_running_loop().create_future()
            waiting.append(first)
            return Outcome(_marked(await first), duplicate=True)
        self._working[key] = waiting = []
        answer = _CUT_SHORT  # by an accident, or cancelled: whoever waits must not for ever
        try:
            outcome = await self._first(signal, key)
            answer = outcome.answer
        except RefusalError as refusal:
            answer = refusal.answer()
            raise
        finally:
            del self._working[key]
            for first in waiting:
                if not first.done():
                    first.set_result(answer)
        return outcome

    async def _first(self, signal: Signal, key: str) -> Outcome:
        venue = self._manager.venue(signal.exchange, signal.symbol)
        if venue is None:
            raise self._no_venue(signal)
        try:
            sizing, order = await self._prepared(signal, venue, key)
        except RefusalError:
            # Prices move: what could not be ordered now may have been ordered before.
            first = await self._known(key)
            if first is None:
                raise
            return Outcome(first, duplicate=True)
        intent = _intent(signal, sizing, order, venue)
        try:
            there = await self._journal.begin(key, intent)
            if there is not None:
                return Outcome(await self._first_answer(there), duplicate=True)
            wait = venue.breaker.wait()
            if wait:
                refusal = self._left_alone(venue, wait)
                self._finish(key, State.RELEASED, refusal.answer())
                raise refusal
        except JournalError as error:
            raise RefusalError("unavailable", f"The journal: {error}", retry_after=1.0) from None
        answer = await self._placed(intent, venue, order, sizing)
        return Outcome(answer, duplicate=False)

    async def _known(self, key: str) -> Answer | None:
        """The first answer to this webhook, if it came before."""
        try:
            there = await self._journal.find(key)
            if there is None:
                return None
            return await self._first_answer(there)
        except JournalError as error:
            raise RefusalError("unavailable", f"The journal: {error}", retry_after=1.0) from None

    def _no_venue(self, signal: Signal) -> RefusalError:
        if not self._manager.ready:
            return RefusalError("not_ready", "Exchanges are still being loaded.", retry_after=1.0)
        where = signal.exchange or "any configured exchange"
        problem = Problem("symbol", "unknown", f"is not traded at {where}", "symbol")
        return RefusalError("validation", "Problems with: symbol.", problems=(problem,))

    async def _prepared(
        self, signal: Signal, venue: Venue, key: str
    ) -> tuple[Sizing, Order]:  # fmt: skip
        market = venue.markets[signal.symbol]
        limit: Decimal | None = None
        if signal.order_type == "limit" and signal.price is not None:
            # Rounded so that the order is never worse than the client's limit.
            rounded = down if signal.side == "buy" else up
            limit = rounded(signal.price, market.price_step)
            if limit != signal.price:
                self._metrics.normalised([("precision", "price")], ())
            price = limit
        else:
            price = venue.known_price(signal.symbol) or await self._market_price(signal, venue)
        if price <= 0:
            problem = Problem("price", "range", "is less than the market's price step", "price")
            raise RefusalError("validation", "Problems with: price.", problems=(problem,))
        sizing = size(signal, self._rules, market, price)
        if signal.quantity is not None and sizing.quantity != signal.quantity:
            self._metrics.normalised([("precision", "quantity")], ())
        order = Order(
            client_order_id=key,
            symbol=signal.symbol,
            kind=signal.order_type,
            side=signal.side,
            quantity=sizing.quantity,
            price=limit,
        )
        return sizing, order

    async def _market_price(self, signal: Signal, venue: Venue) -> Decimal:
        """About what a market order will cost. Without it the order fails here, and counts."""
        started = time.perf_counter()
        try:
            return await venue.price(signal.symbol)
        except VenueError as error:
            seconds = time.perf_counter() - started
            self._metrics.ordered(venue.name, signal.order_type, seconds, error.reason)
            if error.is_trouble:
                venue.breaker.failed()
            if wait := venue.breaker.remaining:
                raise self._left_alone(venue, wait) from None
            raise RefusalError(
                "exchange_failed",
                f"{venue.name} quotes no price: {error}",
                extra={"exchange": venue.name, "reason": error.reason},
            ) from None

    def _left_alone(self, venue: Venue, wait: float) -> RefusalError:
        self._metrics.breaker_refused(venue.name)
        return RefusalError(
            "circuit_open",
            f"{venue.name} is left alone for {wait:.1f} s more.",
            retry_after=wait,
            extra={"exchange": venue.name},
        )

    async def _placed(
        self, intent: dict[str, Any], venue: Venue, order: Order, sizing: Sizing
    ) -> Answer:  # fmt: skip
        started = time.perf_counter()
        failure = "unknown"
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
        done: list[dict[str, object]] = []
        state = State.PLACED
        if protective_orders.must_wait(intent, placed):
            done, state = protective_orders.waiting(intent), State.RESTING
        elif protective_orders.wanted(intent):
            done = await protective_orders.place(venue, intent, key, placed, self._metrics)
        answer = accepted(intent, key, placed, done)
        self._finish(key, state, answer)
        if state is State.RESTING:
            self._reconciler.settle_later(key)
        return answer

    def _failed(self, venue: Venue, order: Order, error: VenueError) -> RefusalError:
        """Journal a failure; what is not known stays open, to be settled later."""
        extra: dict[str, object] = {
            "client_order_id": order.client_order_id,
            "exchange": venue.name,
            "reason": error.reason,
        }
        if error.fate is Fate.UNKNOWN:
            self._reconciler.settle_later(order.client_order_id)
            return RefusalError("outcome_unknown", f"{venue.name}: {error}", extra=extra)
        refused = error.fate is Fate.REFUSED
        code = "exchange_refused" if refused else "exchange_failed"
        refusal = RefusalError(code, f"{venue.name}: {error}", extra=extra)
        state = State.REFUSED if refused else State.NOT_PLACED
        self._finish(order.client_order_id, state, refusal.answer())
        return refusal

    def _finish(self, key: str, state: State, answer: Answer) -> None:
        """Journal a result, before its answer leaves, but not before it is written.

        A process that ends in between leaves the intent open, and its start asks the exchange.
        """
        self._journal.finish_soon(key, state, answer.status, answer.body)

    async def _first_answer(self, entry: Entry) -> Answer:
        """What the client was told the first time, waiting for it where need be."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        found: Entry | None = entry
        while found is not None and found.state is State.OPEN:
            if time.monotonic() > deadline:
                break
            await asyncio.sleep(_LOOK_SECONDS)
            found = await self._journal.find(entry.client_order_id)
        if found is None or found.answer_status is None:
            detail = "The first request for this webhook has no answer yet."
            raise RefusalError("in_progress", detail, retry_after=1.0)
        return _stored(found)


def _stored(entry: Entry) -> Answer:
    status = entry.answer_status or 0
    headers = (JSON if status == _OK else PROBLEM_JSON,)
    return Answer(status, as_duplicate(entry.answer), outcome="duplicate", headers=headers)


def _marked(first: Answer) -> Answer:
    return Answer(
        first.status, as_duplicate(first.body), outcome="duplicate", headers=first.headers
    )


def _intent(signal: Signal, sizing: Sizing, order: Order, venue: Venue) -> dict[str, Any]:
    return {
        "exchange": venue.name,
        "symbol": order.symbol,
        "side": order.side,
        "order_type": order.kind,
        "quantity": plain(order.quantity),
        "price": None if order.price is None else plain(order.price),
        "stop_loss": None if signal.stop_loss is None else plain(signal.stop_loss),
        "take_profit": None if signal.take_profit is None else plain(signal.take_profit),
        "source": signal.source,
        "id": signal.id,
        "sizing": sizing.explanation(),
    }
