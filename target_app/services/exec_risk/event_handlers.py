"""What exec-risk does with each event: judge a signal, place an order, keep the positions.

A handler asks what is slow, such as an exchange, and gives the effect that is then written with the
event's id in one transaction.
"""

import time
from collections.abc import Callable
from typing import TypeVar

from target_app.exchanges.venue_errors import VenueError
from target_app.services.exec_risk import positions
from target_app.services.exec_risk.execution_core import ExecutionCore
from target_app.services.exec_risk.order_effects import OrderEffects
from target_app.services.exec_risk.positions import Stop
from target_app.services.exec_risk.risk_metrics import RiskMetrics
from target_app.services.exec_risk.settings import RiskSettings
from target_app.services.exec_risk.signal_effects import SignalEffects, close
from target_app.services.group_commit import Effect
from target_app.services.messages.event_envelope import Envelope, MessageError
from target_app.services.messages.events import (
    EmergencyStopChanged,
    ExecutionRequested,
    RebalanceRequested,
    SignalGenerated,
    SizingChanged,
)
from target_app.services.state_inbox_and_outbox import Store, Transaction

T = TypeVar("T")


class Trading:
    """The handlers of exec-risk's events."""

    def __init__(
        self,
        settings: RiskSettings,
        core: ExecutionCore,
        store: Store,
        metrics: RiskMetrics,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._settings, self._core, self._store = settings, core, store
        self._metrics, self._clock = metrics, clock
        self._signals = SignalEffects(settings, metrics, clock)
        self._orders = OrderEffects(settings, metrics, clock, self.stop)

    async def signal(self, event: Envelope) -> Effect:
        """Judge a signal: refuse it, or ask for its execution."""
        signal = _of(event, SignalGenerated)
        symbol = self._core.symbols.find(signal.symbol)
        if symbol is None:
            return lambda transaction: self._signals.refuse(
                transaction, event, signal, "unknown_symbol"
            )
        if signal.side == "sell":
            return lambda transaction: self._signals.sell(transaction, event, signal, symbol)
        if signal.side != "buy":
            return lambda transaction: self._signals.refuse(
                transaction, event, signal, "unknown_side"
            )
        try:
            price = await self._core.price(symbol)
        except VenueError as error:
            reason = error.reason
            return lambda transaction: self._signals.no_price(transaction, event, signal, reason)
        return lambda transaction: self._signals.buy(transaction, event, signal, symbol, price)

    async def request(self, event: Envelope) -> Effect:
        """Place the order of a request. What it became is journalled before it is known here."""
        request = _of(event, ExecutionRequested)
        placement = await self._core.place(request)
        if request.opens:
            return lambda transaction: self._orders.opened(transaction, event, request, placement)
        return lambda transaction: self._orders.closed(transaction, event, request, placement)

    async def control(self, event: Envelope) -> Effect:
        """Do what analytics-os asks for."""
        said = event.event
        match said:
            case RebalanceRequested():
                return lambda transaction: self._rebalance(transaction, event, said)
            case SizingChanged():
                return lambda transaction: positions.set_factor(transaction, said.factor)
        return lambda _transaction: None

    async def close_old(self) -> None:
        """Ask for the end of positions that were held for long enough."""
        if not self._settings.hold_seconds:
            return
        now = self._clock()

        def close_all(transaction: Transaction) -> None:
            before = now - self._settings.hold_seconds
            for position in positions.held_too_long(transaction, before, now):
                close(transaction, position, None, signal_id="")

        await self._store.write(close_all)

    def stop(self, transaction: Transaction, reason: str, by: str) -> None:
        """Stop trading, unless it is stopped."""
        if positions.stop_of(transaction) is None:
            positions.set_stop(transaction, Stop(reason=reason, by=by))
            transaction.emit(EmergencyStopChanged(active=True, reason=reason, by=by))
            transaction.after(self._metrics.stopped)
            transaction.after(
                lambda: self._core.audited(
                    "fault_set", "critical", fault="emergency_stop", reason=reason, by=by
                )
            )

    def _rebalance(
        self, transaction: Transaction, event: Envelope, said: RebalanceRequested
    ) -> None:
        position = positions.oldest_open(transaction, said.symbol)
        if position is not None:
            close(transaction, position, event, signal_id="")


def _of(event: Envelope, kind: type[T]) -> T:
    if not isinstance(event.event, kind):
        raise MessageError("not_usable", f"{event.kind.name} is not for us")
    return event.event
