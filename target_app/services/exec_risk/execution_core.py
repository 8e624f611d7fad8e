"""The execution service's own core, in this process: journal, limits, idempotency, venues.

Its metrics stay private: the execution service exports series of the same names, and two
services must not add up in them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
from prometheus_client import CollectorRegistry

from target_app.exchanges.circuit_breaker import BreakerState
from target_app.exchanges.configured_exchanges import ExchangeManager
from target_app.exchanges.injected_faults import Faults
from target_app.exchanges.venue import Venue
from target_app.execution.audit_log import AuditLog
from target_app.execution.audit_log_rotation import AuditFile
from target_app.execution.exchange_settings import exchange_settings
from target_app.execution.halt import Halt
from target_app.execution.metrics import Metrics
from target_app.execution.orders.closing import Closer
from target_app.execution.orders.journal import Journal
from target_app.execution.orders.locks_between_workers import ProcessLock
from target_app.execution.orders.place import OrderPlacer
from target_app.execution.orders.place_protective_orders import ProtectiveOrders
from target_app.execution.orders.position_sizing import SizingRules
from target_app.execution.orders.reconcile import Reconciler
from target_app.execution.orders.signal_to_order import OrderPreparation
from target_app.execution.response_bodies import RefusalError
from target_app.execution.settings import Settings
from target_app.execution.signals.normalise import Symbols
from target_app.execution.signals.payload import Signal
from target_app.services.exec_risk.settings import RiskSettings
from target_app.services.group_commit import NotNowError
from target_app.services.messages.events import ExecutionRequested

# The order may have reached the exchange, or will be possible soon: ask again.
_NOT_YET = frozenset(
    {"in_progress", "not_ready", "draining", "unavailable", "outcome_unknown", "exchange_busy"}
)
# A request has no time of its own, so its repetitions never differ in it.
_REPEATED_SECONDS = 1.0
_OK = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """What became of an order; `reason` is empty when it was filled."""

    reason: str = ""
    order_id: str = ""
    filled: Decimal = Decimal(0)
    price: Decimal = Decimal(0)


class ExecutionCore:
    """Places orders, each at most once: the request's id is the order's."""

    def __init__(self, settings: RiskSettings, connected: Callable[[str, int], None]) -> None:
        core = _core_settings(settings)
        self.symbols = Symbols(settings.symbols)
        metrics = Metrics(CollectorRegistry(), exchanges=core.exchanges, symbols=core.symbols)
        self._metrics = _Heard(metrics, connected)
        self._audit = AuditLog(
            AuditFile(
                Path(core.audit_log),
                limit=core.audit_log_bytes,
                kept=core.audit_log_files,
                counts=metrics,
            )
        )
        self._journal = Journal(Path(core.journal))
        self.faults = Faults()
        self._manager = ExchangeManager(
            exchange_settings(core), self._metrics, turned=self._turned, faults=self.faults
        )
        self._reconciler = Reconciler(
            journal=self._journal,
            manager=self._manager,
            metrics=metrics,
            audit=self._audit,
            settle_seconds=core.settle_seconds,
        )
        protective = ProtectiveOrders(metrics)
        closer = Closer(self._journal, protective, ProcessLock(Path(core.journal)))
        self._placer = OrderPlacer(
            OrderPreparation(_sizing(core), metrics, closer),
            manager=self._manager,
            journal=self._journal,
            reconciler=self._reconciler,
            protective=protective,
            halt=Halt(Path(core.journal), self.faults, metrics.halted),
            metrics=metrics,
            repeated_within_seconds=_REPEATED_SECONDS,
        )

    async def open(self) -> None:
        """Load the exchanges, and settle what was in flight. Raises ConfigurationError."""
        await self._journal.open()
        await self._manager.load()
        await self._reconciler.settle_all()

    async def close(self) -> None:
        """End it."""
        await self._reconciler.close()
        await self._manager.close()
        await self._journal.close()
        self._audit.close()

    @property
    def venues(self) -> dict[str, Venue]:
        """The exchanges that are loaded."""
        return self._manager.venues

    async def price(self, symbol: str) -> Decimal:
        """What one unit costs about now. Raises VenueError."""
        venue = self._manager.venue("", symbol)
        if venue is None:
            raise NotNowError("no exchange is loaded that trades it")
        return await venue.prices.price(symbol)

    def audited(self, event: str, severity: str, **details: str | float) -> None:
        """Write a line of the audit log."""
        self._audit.write(event, severity, **details)

    async def place(self, request: ExecutionRequested) -> Placement:
        """Place the order of a request, or learn what became of it. Raises NotNowError."""
        signal = Signal(
            symbol=request.symbol,
            side=request.side,
            timestamp=0.0,
            quantity=request.quantity,
            id=request.request_id,
            source="ml_model",
        )
        try:
            answer = await self._placer.execute(signal, b"")
        except RefusalError as refusal:
            if refusal.code in _NOT_YET:
                raise NotNowError(f"{refusal.code}: {refusal}") from None
            return Placement(reason=str(refusal.extra.get("reason") or refusal.code))
        document = msgspec.json.decode(answer.body)
        if answer.status != _OK:
            return Placement(reason=str(document.get("reason") or document.get("code")))
        return _placement(document)

    def _turned(self, name: str, _before: BreakerState, after: BreakerState) -> None:
        self._metrics.breaker(name, after)


def _placement(document: dict[str, Any]) -> Placement:
    filled = Decimal(document["filled"])
    if not filled or document["average"] is None:
        return Placement(reason="not_filled", order_id=document["order_id"])
    return Placement(
        order_id=document["order_id"], filled=filled, price=Decimal(document["average"])
    )


class _Heard:
    """The core's exchange metrics, of which the service hears whether exchanges are reached."""

    def __init__(self, metrics: Metrics, connected: Callable[[str, int], None]) -> None:
        self.called, self.breaker = metrics.called, metrics.breaker
        self.connected = connected


def _core_settings(settings: RiskSettings) -> Settings:
    return Settings(
        exchanges=settings.exchanges,
        exchange_keys=settings.exchange_keys,
        venue_sim_url=settings.venue_sim_url,
        symbols=settings.symbols,
        capital_usd=settings.capital_usd,
        position_pct=settings.position_pct,
        # The rules refuse what is too large; a close is never cut down.
        max_position_pct=Decimal(100),
        journal=settings.journal,
        settle_seconds=settings.settle_seconds,
        breaker_cooldown_seconds=settings.breaker_cooldown_seconds,
        audit_log=settings.audit_log,
    )


def _sizing(core: Settings) -> SizingRules:
    return SizingRules(
        capital=core.capital_usd,
        method=core.sizing_method,
        position_pct=core.position_pct,
        risk_pct=core.risk_pct,
        atr_multiple=core.atr_multiple,
        max_position_pct=core.max_position_pct,
    )
