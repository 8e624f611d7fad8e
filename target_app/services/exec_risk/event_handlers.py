"""What exec-risk does with each event: judge a signal, place an order, keep the positions."""

import time
from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

from target_app.exchanges.venue_errors import VenueError
from target_app.services.consumer import Effect
from target_app.services.exec_risk import positions
from target_app.services.exec_risk.execution_core import ExecutionCore, Placement
from target_app.services.exec_risk.positions import Position, Stop
from target_app.services.exec_risk.risk_metrics import RiskMetrics
from target_app.services.exec_risk.risk_rules import judge
from target_app.services.exec_risk.settings import RiskSettings
from target_app.services.messages.envelope import Envelope, MessageError, new_id
from target_app.services.messages.events import (
    EmergencyStopChanged,
    ExecutionRequested,
    ExecutionResult,
    PositionClosed,
    PositionOpened,
    RebalanceRequested,
    SignalGenerated,
    SizingChanged,
)
from target_app.services.store import Store, Transaction

T = TypeVar("T")
# A position that could not be closed is tried again after this.
_RETRY_SECONDS = 5.0


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

    async def signal(self, event: Envelope) -> Effect:
        """Judge a signal: refuse it, or ask for its execution."""
        signal = _of(event, SignalGenerated)
        symbol = self._core.symbols.find(signal.symbol)
        if symbol is None:
            return lambda transaction: self._refuse(transaction, event, signal, "unknown_symbol")
        if signal.side == "sell":
            return lambda transaction: self._sell(transaction, event, signal, symbol)
        if signal.side != "buy":
            return lambda transaction: self._refuse(transaction, event, signal, "unknown_side")
        try:
            price = await self._core.price(symbol)
        except VenueError as error:
            reason = error.reason
            return lambda transaction: self._no_price(transaction, event, signal, reason)
        return lambda transaction: self._buy(transaction, event, signal, symbol, price)

    async def request(self, event: Envelope) -> Effect:
        """Place the order of a request. What it became is journalled before it is known here."""
        request = _of(event, ExecutionRequested)
        placement = await self._core.place(request)
        if request.opens:
            return lambda transaction: self._opened(transaction, event, request, placement)
        return lambda transaction: self._closed(transaction, event, request, placement)

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

        def close(transaction: Transaction) -> None:
            before = now - self._settings.hold_seconds
            for position in positions.held_too_long(transaction, before, now):
                self._close(transaction, position, None, signal_id="")

        await self._store.write(close)

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

    def _buy(
        self,
        transaction: Transaction,
        event: Envelope,
        signal: SignalGenerated,
        symbol: str,
        price: Decimal,
    ) -> None:
        verdict = judge(
            signal,
            positions.exposure(transaction),
            self._settings,
            price=price,
            age_seconds=self._clock() - event.time,
        )
        if verdict.refused_by:
            self._refuse(transaction, event, signal, verdict.refused_by)
            return
        if verdict.cut:
            transaction.after(lambda: self._metrics.rule(verdict.cut))
        position_id = signal.signal_id
        transaction.execute(
            "INSERT OR IGNORE INTO positions (position_id, signal_id, symbol, state, quantity, "
            "opened_price, opened_at, confidence) VALUES (?, ?, ?, 'requested', ?, ?, ?, ?)",
            position_id,
            signal.signal_id,
            symbol,
            str(verdict.quantity),
            str(price),
            self._clock(),
            signal.confidence,
        )
        cut = f"{verdict.cut}_capped" if verdict.cut else ""
        positions.note_signal(
            transaction,
            signal.signal_id,
            symbol,
            outcome="requested",
            reason=cut,
            position=position_id,
        )
        request = ExecutionRequested(
            request_id=signal.signal_id,
            signal_id=signal.signal_id,
            position_id=position_id,
            symbol=symbol,
            side="buy",
            opens=True,
            quantity=verdict.quantity,
            confidence=signal.confidence,
            signalled_at=event.time,
        )
        transaction.emit(request, event)

    def _sell(
        self, transaction: Transaction, event: Envelope, signal: SignalGenerated, symbol: str
    ) -> None:
        """Close the oldest position: that takes risk away, so only the confidence is judged."""
        if not self._settings.min_confidence <= signal.confidence <= 1:
            self._refuse(transaction, event, signal, "low_confidence")
            return
        position = positions.oldest_open(transaction, symbol)
        if position is None:
            self._refuse(transaction, event, signal, "no_open_position")
            return
        positions.note_signal(
            transaction,
            signal.signal_id,
            symbol,
            outcome="requested",
            position=position.position_id,
        )
        self._close(transaction, position, event, signal_id=signal.signal_id)

    def _close(
        self, transaction: Transaction, position: Position, event: Envelope | None, signal_id: str
    ) -> None:
        transaction.execute(
            "UPDATE positions SET state = 'closing' WHERE position_id = ?", position.position_id
        )
        request = ExecutionRequested(
            request_id=signal_id or new_id(),
            signal_id=signal_id,
            position_id=position.position_id,
            symbol=position.symbol,
            side="sell",
            opens=False,
            quantity=position.quantity,
            signalled_at=event.time if event else 0.0,
        )
        transaction.emit(request, event)

    def _refuse(
        self, transaction: Transaction, event: Envelope, signal: SignalGenerated, rule: str
    ) -> None:
        self._decided(transaction, event, signal, "refused", rule)
        transaction.after(lambda: self._metrics.rule(rule))

    def _no_price(
        self, transaction: Transaction, event: Envelope, signal: SignalGenerated, reason: str
    ) -> None:
        self._decided(transaction, event, signal, "failed", reason)
        transaction.after(lambda: self._metrics.ordered(reason, self._clock() - event.time))

    def _decided(
        self,
        transaction: Transaction,
        event: Envelope,
        signal: SignalGenerated,
        outcome: str,
        reason: str,
    ) -> None:
        """A signal that leads to no order."""
        symbol = signal.symbol[:32]
        positions.note_signal(transaction, signal.signal_id, symbol, outcome=outcome, reason=reason)
        transaction.emit(
            ExecutionResult(
                signal_id=signal.signal_id,
                request_id="",
                symbol=symbol,
                outcome=outcome,
                reason=reason,
            ),
            event,
        )
        transaction.after(lambda: self._metrics.signal(outcome))

    def _opened(
        self,
        transaction: Transaction,
        event: Envelope,
        request: ExecutionRequested,
        placement: Placement,
    ) -> None:
        self._executed(transaction, event, request, placement)
        if placement.reason:
            transaction.execute(
                "UPDATE positions SET state = 'dropped' WHERE position_id = ?", request.position_id
            )
            return
        transaction.execute(
            "UPDATE positions SET state = 'open', quantity = ?, opened_price = ?, opened_at = ? "
            "WHERE position_id = ?",
            str(placement.filled),
            str(placement.price),
            self._clock(),
            request.position_id,
        )
        positions.traded(transaction)
        transaction.emit(
            PositionOpened(
                position_id=request.position_id,
                signal_id=request.signal_id,
                symbol=request.symbol,
                quantity=placement.filled,
                price=placement.price,
                confidence=request.confidence,
            ),
            event,
        )
        transaction.after(self._metrics.opened)

    def _closed(
        self,
        transaction: Transaction,
        event: Envelope,
        request: ExecutionRequested,
        placement: Placement,
    ) -> None:
        self._executed(transaction, event, request, placement)
        position = positions.position(transaction, request.position_id)
        if position is None:
            raise MessageError("not_usable", f"there is no position {request.position_id[:64]!r}")
        if placement.reason:
            transaction.execute(
                "UPDATE positions SET state = 'open', retry_at = ? WHERE position_id = ?",
                self._clock() + _RETRY_SECONDS,
                request.position_id,
            )
            return
        pnl = (placement.price - position.price) * placement.filled
        transaction.execute(
            "UPDATE positions SET state = 'closed', closed_price = ?, pnl_usd = ? "
            "WHERE position_id = ?",
            str(placement.price),
            str(pnl),
            request.position_id,
        )
        transaction.emit(
            PositionClosed(
                position_id=position.position_id,
                signal_id=position.signal_id,
                symbol=position.symbol,
                quantity=placement.filled,
                opened_price=position.price,
                price=placement.price,
                pnl_usd=pnl,
                confidence=position.confidence,
                opened_at=position.opened_at,
            ),
            event,
        )
        transaction.after(self._metrics.closed)
        if positions.traded(transaction, pnl) <= -self._settings.emergency_loss_usd:
            self.stop(transaction, "the daily loss is at its last limit", "exec-risk")

    def _executed(
        self,
        transaction: Transaction,
        event: Envelope,
        request: ExecutionRequested,
        placement: Placement,
    ) -> None:
        """Say what became of an order, and of the signal that asked for it."""
        outcome = "failed" if placement.reason else "filled"
        transaction.emit(
            ExecutionResult(
                signal_id=request.signal_id,
                request_id=request.request_id,
                symbol=request.symbol,
                outcome=outcome,
                reason=placement.reason,
                order_id=placement.order_id,
                filled=placement.filled,
                price=placement.price,
            ),
            event,
        )
        late = self._clock() - request.signalled_at if request.signal_id else None
        transaction.after(lambda: self._metrics.ordered(placement.reason, late))
        if request.signal_id:
            became = "failed" if placement.reason else "executed"
            positions.settle(transaction, request.signal_id, became, placement.reason)
            transaction.after(lambda: self._metrics.signal(became))

    def _rebalance(
        self, transaction: Transaction, event: Envelope, said: RebalanceRequested
    ) -> None:
        position = positions.oldest_open(transaction, said.symbol)
        if position is not None:
            self._close(transaction, position, event, signal_id="")


def _of(event: Envelope, kind: type[T]) -> T:
    if not isinstance(event.event, kind):
        raise MessageError("not_usable", f"{event.kind.name} is not for us")
    return event.event
