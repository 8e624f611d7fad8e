"""The trading loop: market data → signal → intent → budget → order → position → exit.

One thread runs it, step by step. It talks to the venue with timeouts, hands its events to a
queue, and reports to the watchdog at every step.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from target_app.exchanges.market_rules import Market, down, plain
from target_app.exchanges.venue_errors import VenueError
from target_app.session.budget import Budget
from target_app.session.events import EventLevel, EventLog
from target_app.session.intents import Intent, PendingIntents
from target_app.session.known_bugs import Bugs
from target_app.session.metrics import SessionMetrics
from target_app.session.order_router import Fill, OrderRouter, WorkingOrder
from target_app.session.positions import Position, Positions
from target_app.session.settings import SessionSettings
from target_app.session.strategy import Strategy
from target_app.session.venue_client import BookTop, VenueClient
from target_app.session.watchdog import REPORT_SECONDS

_QUOTE = "USDT"
MOST_LATE_SECONDS = 5.0
"""How late the last steps may be before a session ends without them: a machine that is too slow
for its steps must not trade for ever."""


@dataclass(slots=True, kw_only=True)
class TradingLoop:
    """Everything that a session trades with. `alive` is called at every step."""

    settings: SessionSettings
    venue: VenueClient
    metrics: SessionMetrics
    events: EventLog
    bugs: Bugs
    alive: Callable[[], None]
    budget_alive: Callable[[], None] = lambda: None
    most_late_seconds: float = MOST_LATE_SECONDS
    stop: threading.Event = field(default_factory=threading.Event)
    ready: threading.Event = field(default_factory=threading.Event)
    positions: Positions = field(default_factory=Positions)
    step: int = 0
    markets: Mapping[str, Market] = field(default_factory=dict)
    strategy: Strategy = field(init=False)
    intents: PendingIntents = field(init=False)
    budget: Budget = field(init=False)
    router: OrderRouter = field(init=False)
    _is_away: bool = False
    _orders: int = 0

    def __post_init__(self) -> None:
        own = self.settings
        self.strategy = Strategy(
            seed=own.seed,
            average_steps=own.average_steps,
            hold_steps=own.hold_steps,
            cooldown_steps=own.cooldown_steps,
        )
        self.intents = PendingIntents(self.metrics, self.bugs)
        self.budget = Budget(
            lambda: self.venue.free(_QUOTE, own.budget_timeout_seconds),
            every_seconds=own.budget_refresh_seconds,
            metrics=self.metrics,
            events=self.events,
            bugs=self.bugs,
            alive=self.budget_alive,
        )
        self.router = OrderRouter(
            venue=self.venue,
            metrics=self.metrics,
            events=self.events,
            bugs=self.bugs,
            timeout_seconds=own.order_timeout_seconds,
            filled=self._filled,
            failed=self._failed,
            alive=self.alive,
        )

    def run(self, seconds: float | None) -> None:
        """Trade for so long, or until `stop`. It is always the same number of steps."""
        interval = self.settings.loop_interval_seconds
        steps = None if seconds is None else self.settings.steps(seconds)
        began = time.monotonic()
        self.budget.refresh()  # before the first order, so that the first step may spend
        self.budget.start()
        if not self.settings.global_trading:
            self.events.emit(EventLevel.WARNING, "GLOBAL_TRADING_OFF")
        while steps is None or self.step < steps:
            elapsed = time.monotonic() - began
            if self._is_stopped_within(self.step * interval - elapsed):
                break
            if seconds is not None and elapsed > seconds + self.most_late_seconds:
                self.events.emit(EventLevel.WARNING, "STEPS_LEFT_OUT", steps=steps, done=self.step)
                break
            self.one_step()
        self._end()

    def _is_stopped_within(self, seconds: float) -> bool:
        """Wait so long at most, and report meanwhile that this thread lives."""
        until = time.monotonic() + seconds
        while not self.stop.is_set():
            self.alive()
            left = until - time.monotonic()
            if left <= 0:
                return False
            self.stop.wait(min(left, REPORT_SECONDS))
        return True

    def one_step(self) -> None:
        """One round over every market."""
        self.alive()
        self.step += 1
        try:
            if not self.markets:
                self._load()
            tops = self.venue.books(self.markets)
        except VenueError as error:
            self._away(error)
            return
        self._back()
        self.router.follow()
        self._clean_up()
        for symbol, top in tops.items():
            self.alive()  # each order may wait for the venue
            self.strategy.watch(symbol, top, self.step)
            self.events.emit(
                EventLevel.TRACE, "MARKET_DATA", symbol=symbol, bid=top.bid, ask=top.ask
            )
            if self.router.works_on(symbol):
                continue
            position = self.positions.get(symbol)
            if position is not None:
                self._maybe_sell(position, top)
            elif self.settings.global_trading:
                self._maybe_buy(symbol, top)

    def _load(self) -> None:
        self.markets = self.venue.markets(self.settings.symbols)
        for symbol in self.settings.symbols:
            if symbol not in self.markets:
                self.events.emit(EventLevel.ERROR, "MARKET_MISSING", symbol=symbol)
        self.ready.set()

    def _maybe_buy(self, symbol: str, top: BookTop) -> None:
        own, market = self.settings, self.markets[symbol]
        if not self.strategy.wants_to_buy(symbol, top, self.step):
            return
        if top.spread_bps > own.max_spread_bps_entry:
            self.events.emit(
                EventLevel.INFO,
                "ENTRY_REFUSED",
                symbol=symbol,
                why="spread",
                spread_bps=plain(round(top.spread_bps, 3)),
            )
            return
        price = self.router.entry_price(market, top, own.max_slippage_bps_entry)
        amount = down(own.order_usd / price, market.amount_step)
        if amount < max(market.min_amount, market.amount_step):
            self.events.emit(EventLevel.INFO, "ENTRY_REFUSED", symbol=symbol, why="too small")
            return
        order, cost = self._next_order(), amount * price
        self.intents.add(Intent(order, symbol, cost, time.monotonic()))
        if not self.budget.reserve(order, cost):
            self.events.emit(EventLevel.INFO, "ENTRY_REFUSED", symbol=symbol, why="no budget")
            self.intents.clear(order, "no_budget")
            return
        self.router.send(order, symbol, "buy", amount, price)

    def _maybe_sell(self, position: Position, top: BookTop) -> None:
        if not self.strategy.wants_to_sell(position, self.step):
            return
        market = self.markets[position.symbol]
        price = self.router.exit_price(market, top, self.settings.max_slippage_bps_entry)
        self.router.send(self._next_order(), position.symbol, "sell", position.amount, price)

    def _filled(self, fill: Fill) -> None:
        is_buy = fill.side == "buy"
        self.budget.settle(fill.order, fill.cost if is_buy else -fill.cost)
        if is_buy:
            self.positions.open(Position(fill.symbol, fill.amount, fill.cost, self.step))
            self.events.emit(EventLevel.INFO, "POSITION_OPENED", symbol=fill.symbol)
            self.intents.clear(fill.order, "filled")
        elif self.positions.reduce(fill.symbol, fill.amount):
            self.events.emit(EventLevel.INFO, "POSITION_CLOSED", symbol=fill.symbol)
        self.metrics.record_positions(len(self.positions))

    def _failed(self, working: WorkingOrder, _code: str) -> None:
        self.budget.settle(working.order, Decimal(0))
        self.intents.clear(working.order, "failed")
        # Asked of the log, not of the router: whoever forgot the event would forget this too.
        if not self.events.has_error_of(working.order):
            self.metrics.record_silent_failure()

    def _clean_up(self) -> None:
        """End intents that are too old, and the orders that they still have."""
        most = self.settings.stale_intent_seconds
        for intent, age in self.intents.stale(time.monotonic(), most):
            self.events.emit(
                EventLevel.WARNING,
                "STALE_INTENT",
                order=intent.order,
                symbol=intent.symbol,
                age_seconds=round(age, 3),
            )
            self.intents.clear(intent.order, "stale")
            working = self.router.working.get(intent.order)
            if working is not None:
                self.router.give_up(working)

    def _away(self, error: VenueError) -> None:
        if not self._is_away:
            self._is_away = True
            self.events.emit(
                EventLevel.ERROR, "VENUE_AWAY", reason=error.reason, message=str(error)
            )

    def _back(self) -> None:
        if self._is_away:
            self._is_away = False
            self.budget.refresh_soon()
            self.events.emit(EventLevel.INFO, "VENUE_BACK")

    def _next_order(self) -> str:
        self._orders += 1
        return f"s{self.settings.seed}-{self._orders}"

    def _end(self) -> None:
        """Leave no order working: each is filled or failed, and its intent cleared."""
        self.router.abandon()
        self.budget.stop()
