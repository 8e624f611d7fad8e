"""Watches what protects positions: fills of entry orders, stops at the exchange, prices of targets.

One process of those that share a journal does it, in rounds. A round asks an exchange once for
all open orders of a market, and once for its price. What changes is journalled before and after
the exchange is asked to act, so that a restart goes on where a killed process stopped.
"""

import asyncio
import heapq
import logging
import math
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from target_app.exchanges.background_pace import in_background
from target_app.exchanges.configured_exchanges import ExchangeManager
from target_app.exchanges.injected_faults import Faults
from target_app.exchanges.market_rules import as_decimal
from target_app.exchanges.venue import Venue
from target_app.exchanges.venue_errors import VenueError
from target_app.execution.metrics import Metrics
from target_app.execution.orders.journal import Journal
from target_app.execution.orders.journal_file import IntentState, JournalEntry, JournalError
from target_app.execution.orders.locks_between_workers import ProcessLock
from target_app.execution.orders.next_protection_step import ProtectionSteps, may_fill
from target_app.execution.orders.protection_state import (
    STOP,
    TARGET,
    Leg,
    LegStatus,
    find,
    is_unprotected,
    read,
)

_LOG = logging.getLogger(__name__)
# Between two attempts at one that cannot be placed: the wait doubles up to this.
_SELDOM_SECONDS = 30.0
# A round may take this share of the time, however many positions there are; but while the next
# round waits more comes up for it, so that the wait must not grow with what came up.
_SHARE, _LONGEST_PAUSE_SECONDS = 0.1, 10.0
# After so long a round leaves what is left to the next: a webhook that closes a position waits
# for the end of the round.
_ACTING_SECONDS = 2.0
_ACTED_UPON = frozenset(
    {LegStatus.FAILED, LegStatus.CLOSING, LegStatus.REPLACING, LegStatus.SUSPENDED}
)
_OVERLAP_SECONDS, _READ_ALL_SECONDS = 5.0, 300.0


class Position(msgspec.Struct, gc=False):
    """What a round must know of one position; all else is in the journal."""

    key: str
    exchange: str
    symbol: str
    entry: str  # the entry order's id while it may be filled (further), and what it got so far
    filled: Decimal
    stop: str  # the id of the stop that must be among the open orders
    sells: bool  # whether closing it is selling
    target: Decimal | None
    due: float  # when it is tried again, on the monotonic clock
    unprotected: bool
    at: float  # when it was last written
    wait: float = 0.0


class ProtectionWatch:
    """`seconds` is the time between two rounds, while they are short."""

    def __init__(
        self,
        *,
        journal: Journal,
        manager: ExchangeManager,
        steps: ProtectionSteps,
        metrics: Metrics,
        faults: Faults,
        lock: ProcessLock,
        seconds: float,
    ) -> None:
        self._journal, self._manager, self._steps = journal, manager, steps
        self._metrics, self._faults = metrics, faults
        self._lock, self.seconds = lock, seconds
        self._task: asyncio.Task[None] | None = None
        self._positions: dict[str, Position] = {}
        # (exchange, symbol, whether it sells) → heap of (price, key): the nearest target first.
        self._targets: dict[tuple[str, str, bool], list[tuple[Decimal, str]]] = defaultdict(list)
        self._seen, self._read_all_at = 0.0, 0.0

    @property
    def watched(self) -> int:
        """Positions, and entry orders of positions to come, that are watched."""
        return len(self._positions)

    def start(self) -> None:
        """Watch in the background, until `close`."""
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Watch no more; the next start goes on from the journal."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._lock.close()

    async def _run(self) -> None:
        pause = self.seconds
        while True:
            await asyncio.sleep(pause)
            if not self._lock.leads() or (self._faults.any and self._faults.stalls_watch()):
                continue
            async with self._lock.held():
                started = time.monotonic()
                try:
                    await self.round()
                except JournalError as error:
                    _LOG.warning("positions are not watched: %s", error)
                except Exception:  # noqa: BLE001 - a bug must not end the watching
                    _LOG.exception("a round of watching positions broke off")
                pause = pause_after(time.monotonic() - started, self.seconds)

    async def round(self) -> None:
        """Look once at every position."""
        await self._learn()
        by_exchange: dict[str, list[Position]] = defaultdict(list)
        for position in self._positions.values():
            by_exchange[position.exchange].append(position)
        awake = {n: v for n, v in self._manager.venues.items() if not v.quiet_seconds}
        looked = await asyncio.gather(*(self._at(v, by_exchange[n]) for n, v in awake.items()))
        looked_at = {name for name, well in zip(awake, looked, strict=True) if well}
        for name in self._manager.venues:
            there = by_exchange[name]
            open_now = [p for p in there if p.key in self._positions and p.unprotected]
            self._metrics.protection(name, watched=len(there), unprotected=len(open_now))
            if not there or name in looked_at:
                self._metrics.looked_at_positions(name)

    async def _learn(self) -> None:
        """Hear of positions that came up, also in other processes.

        Their moments are not in the order in which they were written, so that the last seconds
        are read again; and now and then all, since clocks are set back.
        """
        now = time.monotonic()
        if now > self._read_all_at:
            self._seen, self._read_all_at = 0.0, now + _READ_ALL_SECONDS
        after = self._seen - _OVERLAP_SECONDS
        while new := await self._journal.resting(after):
            for entry in new:
                known = self._positions.get(entry.client_order_id)
                if known is None or known.at < entry.settled_at:
                    self._know(entry)
            after = max(entry.settled_at for entry in new)
        self._seen = max(self._seen, after)

    async def _at(self, venue: Venue, positions: list[Position]) -> bool:
        """One exchange's part of a round; what it cannot be asked now waits for the next.

        Whether all were looked at, and done with.
        """
        tracked: dict[str, list[Position]] = defaultdict(list)
        for position in positions:
            if position.entry or position.stop:
                tracked[position.symbol].append(position)
        now = time.monotonic()
        well = False
        try:
            for symbol, those in tracked.items():
                with in_background():
                    there = await venue.lookup.open_orders(symbol)
                for position in those:
                    if _changed(position, there):
                        position.due = min(position.due, now)
            for symbol in {p.symbol for p in positions if p.target is not None}:
                with in_background():
                    price = await venue.prices.price(symbol)
                self._mark_reached(venue.name, symbol, price)
            well = True
        except VenueError as error:
            _LOG.warning("positions at %s cannot be watched now: %s", venue.name, error)
        # Who waits longest is first: what fails is due again later, and keeps nobody waiting.
        due_now = sorted((p for p in positions if p.due <= now), key=lambda p: p.due)
        done = await self._act_on(venue, [position.key for position in due_now])
        return well and done

    async def _act_on(self, venue: Venue, keys: list[str]) -> bool:
        """Act on positions, those of each coin in turn; whether there was time for all."""
        by_coin: dict[str, list[str]] = defaultdict(list)
        for key in keys:
            by_coin[self._positions[key].symbol.partition("/")[0]].append(key)
        ends = time.monotonic() + _ACTING_SECONDS

        async def in_turn(those: list[str]) -> bool:
            for key in those:
                await self._act(venue, key)
                if time.monotonic() > ends and key != those[-1]:
                    return False
            return True

        # Of one coin two at once could each take what the other's stop has let go of.
        done = await asyncio.gather(*map(in_turn, by_coin.values()), return_exceptions=True)
        for ended in done:
            if isinstance(ended, BaseException):
                raise ended
        return all(done)

    def _mark_reached(self, exchange: str, symbol: str, price: Decimal) -> None:
        """Let the positions whose target the price is at be first."""
        for sells in (True, False):
            heap = self._targets[exchange, symbol, sells]
            while heap and (price >= heap[0][0] if sells else price <= -heap[0][0]):
                at, key = heapq.heappop(heap)
                position = self._positions.get(key)
                if position is not None and position.target == abs(at):
                    position.due = 0.0  # until it is closed: its target is off the heap

    async def _act(self, venue: Venue, key: str) -> None:
        """Bring one position a step further, and write down where it is."""
        position = self._positions[key]
        entry = await self._journal.find(key)
        if entry is None or entry.state is not IntentState.RESTING:
            del self._positions[key]
            return
        try:
            after = await self._steps.advance(venue, entry)
        except VenueError as error:
            _LOG.warning("%s: %s cannot be asked, trying again: %s", key, venue.name, error)
            self._know(entry)
            self._positions[key].wait = position.wait
            self._later(self._positions[key], error.retry_after or 0.0)
            return
        wait = position.wait
        self._know(entry if after is None else after)
        if (known := self._positions.get(key)) is not None and known.due <= time.monotonic():
            known.wait = wait
            self._later(known, 0.0)

    def _later(self, position: Position, asked: float) -> None:
        position.wait = min(max(position.wait * 2, self.seconds, asked), _SELDOM_SECONDS)
        position.due = time.monotonic() + position.wait

    def _know(self, entry: JournalEntry) -> None:
        """Remember what is to be watched of a position, or forget one that is not to be."""
        self._positions.pop(entry.client_order_id, None)
        if entry.state is not IntentState.RESTING:
            return
        document: dict[str, Any] = msgspec.json.decode(entry.answer)
        legs = read(document)
        position = Position(
            key=entry.client_order_id,
            exchange=entry.intent["exchange"],
            symbol=entry.intent["symbol"],
            entry=str(document["order_id"]) if may_fill(document, legs) else "",
            filled=Decimal(document["filled"]),
            stop=_resting_stop(legs),
            sells=entry.intent["side"] == "buy",
            target=_target(legs),
            due=time.monotonic() if _must_act(legs) else math.inf,
            unprotected=is_unprotected(legs),
            at=entry.settled_at,
        )
        self._positions[position.key] = position
        if position.target is not None:
            at = position.target if position.sells else -position.target
            heap = self._targets[position.exchange, position.symbol, position.sells]
            heapq.heappush(heap, (at, position.key))


def pause_after(took: float, seconds: float) -> float:
    """How long to wait after a round that took so long, where `seconds` are usual."""
    return max(seconds, min(took / _SHARE, _LONGEST_PAUSE_SECONDS))


def _changed(position: Position, there: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether an order of the position is not open any more, or its entry got more."""
    if position.stop and position.stop not in there:
        return True
    if not position.entry:
        return False
    entry = there.get(position.entry)
    return entry is None or as_decimal(entry.get("filled") or 0) != position.filled


def _resting_stop(legs: list[Leg]) -> str:
    stop = find(legs, STOP)
    return stop.order_id if stop is not None and stop.status is LegStatus.OPEN else ""


def _target(legs: list[Leg]) -> Decimal | None:
    leg = find(legs, TARGET)
    return Decimal(leg.trigger) if leg is not None and leg.status is LegStatus.WATCHED else None


def _must_act(legs: Iterable[Leg]) -> bool:
    return any(leg.status in _ACTED_UPON for leg in legs)
