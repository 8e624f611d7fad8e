"""What a signal changes in the store of exec-risk: a request for an order, or a refusal."""

from collections.abc import Callable
from decimal import Decimal

from target_app.services.exec_risk import positions
from target_app.services.exec_risk.positions import Position
from target_app.services.exec_risk.risk_metrics import RiskMetrics
from target_app.services.exec_risk.risk_rules_for_signals import judge
from target_app.services.exec_risk.settings import RiskSettings
from target_app.services.messages.event_envelope import Envelope, new_id
from target_app.services.messages.events import (
    ExecutionRequested,
    ExecutionResult,
    SignalGenerated,
)
from target_app.services.state_inbox_and_outbox import Transaction


def close(
    transaction: Transaction, position: Position, event: Envelope | None, signal_id: str
) -> None:
    """Ask for the end of a position, because of a signal or by ourselves."""
    positions.begin_closing(transaction, position.position_id)
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


class SignalEffects:
    """Each method writes what becomes of one signal."""

    def __init__(
        self, settings: RiskSettings, metrics: RiskMetrics, clock: Callable[[], float]
    ) -> None:
        self._settings, self._metrics, self._clock = settings, metrics, clock

    def buy(
        self,
        transaction: Transaction,
        event: Envelope,
        signal: SignalGenerated,
        symbol: str,
        price: Decimal,
    ) -> None:
        """Ask for a position of the size that the rules allow, or refuse the signal."""
        verdict = judge(
            signal,
            positions.exposure(transaction),
            self._settings,
            price=price,
            age_seconds=self._clock() - event.time,
        )
        if verdict.refused_by:
            self.refuse(transaction, event, signal, verdict.refused_by)
            return
        if verdict.cut:
            transaction.after(lambda: self._metrics.rule(verdict.cut))
        wanted = Position(
            position_id=signal.signal_id,
            signal_id=signal.signal_id,
            symbol=symbol,
            quantity=verdict.quantity,
            price=price,
            opened_at=self._clock(),
            confidence=signal.confidence,
        )
        positions.request(transaction, wanted)
        self._note_request(transaction, wanted, f"{verdict.cut}_capped" if verdict.cut else "")
        request = ExecutionRequested(
            request_id=signal.signal_id,
            signal_id=signal.signal_id,
            position_id=wanted.position_id,
            symbol=symbol,
            side="buy",
            opens=True,
            quantity=verdict.quantity,
            confidence=signal.confidence,
            signalled_at=event.time,
        )
        transaction.emit(request, event)

    def sell(
        self, transaction: Transaction, event: Envelope, signal: SignalGenerated, symbol: str
    ) -> None:
        """Close the oldest position: that takes risk away, so only the confidence is judged."""
        if not self._settings.min_confidence <= signal.confidence <= 1:
            self.refuse(transaction, event, signal, "low_confidence")
            return
        position = positions.oldest_open(transaction, symbol)
        if position is None:
            self.refuse(transaction, event, signal, "no_open_position")
            return
        positions.note_signal(
            transaction,
            signal.signal_id,
            symbol,
            outcome="requested",
            position=position.position_id,
        )
        close(transaction, position, event, signal_id=signal.signal_id)

    def refuse(
        self, transaction: Transaction, event: Envelope, signal: SignalGenerated, rule: str
    ) -> None:
        """A rule refuses the signal."""
        self._decided(transaction, event, signal, "refused", rule)
        transaction.after(lambda: self._metrics.rule(rule))

    def no_price(
        self, transaction: Transaction, event: Envelope, signal: SignalGenerated, reason: str
    ) -> None:
        """The exchange gave no price, so that there is no size."""
        self._decided(transaction, event, signal, "failed", reason)
        transaction.after(lambda: self._metrics.ordered(reason, self._clock() - event.time))

    def _note_request(self, transaction: Transaction, wanted: Position, reason: str) -> None:
        positions.note_signal(
            transaction,
            wanted.signal_id,
            wanted.symbol,
            outcome="requested",
            reason=reason,
            position=wanted.position_id,
        )

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
