"""What the order of a request changes in the store of exec-risk: a position opened or closed."""

from collections.abc import Callable

from target_app.services.exec_risk import positions
from target_app.services.exec_risk.execution_core import Placement
from target_app.services.exec_risk.risk_metrics import RiskMetrics
from target_app.services.exec_risk.settings import RiskSettings
from target_app.services.messages.event_envelope import Envelope, MessageError
from target_app.services.messages.events import (
    ExecutionRequested,
    ExecutionResult,
    PositionClosed,
    PositionOpened,
)
from target_app.services.state_inbox_and_outbox import Transaction

# A position that could not be closed is tried again after this.
_RETRY_SECONDS = 5.0


class OrderEffects:
    """Each method writes what became of one order. `stop` stops trading, for a reason."""

    def __init__(
        self,
        settings: RiskSettings,
        metrics: RiskMetrics,
        clock: Callable[[], float],
        stop: Callable[[Transaction, str, str], None],
    ) -> None:
        self._settings, self._metrics, self._clock, self._stop = settings, metrics, clock, stop

    def opened(
        self,
        transaction: Transaction,
        event: Envelope,
        request: ExecutionRequested,
        placement: Placement,
    ) -> None:
        """The position is held, or dropped where no order came of it."""
        self._executed(transaction, event, request, placement)
        if placement.reason:
            positions.drop(transaction, request.position_id)
            return
        positions.opened(
            transaction, request.position_id, placement.filled, placement.price, self._clock()
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

    def closed(
        self,
        transaction: Transaction,
        event: Envelope,
        request: ExecutionRequested,
        placement: Placement,
    ) -> None:
        """The position has ended, or is tried again; a day's loss at its last limit stops trading.

        Raises MessageError for a position that is not known.
        """
        self._executed(transaction, event, request, placement)
        position = positions.position(transaction, request.position_id)
        if position is None:
            raise MessageError("not_usable", f"there is no position {request.position_id[:64]!r}")
        if placement.reason:
            positions.keep_open(transaction, request.position_id, self._clock() + _RETRY_SECONDS)
            return
        pnl = (placement.price - position.price) * placement.filled
        positions.closed(transaction, request.position_id, placement.price, pnl)
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
            self._stop(transaction, "the daily loss is at its last limit", "exec-risk")

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
