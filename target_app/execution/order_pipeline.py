"""What makes an order of a checked webhook and watches it, put together from the settings."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from target_app.exchanges.circuit_breaker import BreakerState
from target_app.exchanges.configured_exchanges import ExchangeManager
from target_app.exchanges.injected_faults import Faults
from target_app.execution.audit_log import AuditLog
from target_app.execution.exchange_settings import exchange_settings
from target_app.execution.halt import Halt
from target_app.execution.metrics import Metrics
from target_app.execution.orders.closing import Closer
from target_app.execution.orders.journal import Journal
from target_app.execution.orders.locks_between_workers import ProcessLock
from target_app.execution.orders.next_protection_step import ProtectionSteps
from target_app.execution.orders.place import OrderPlacer
from target_app.execution.orders.place_protective_orders import ProtectiveOrders
from target_app.execution.orders.position_sizing import SizingRules
from target_app.execution.orders.protection_watch import ProtectionWatch
from target_app.execution.orders.reconcile import Reconciler
from target_app.execution.orders.signal_to_order import OrderPreparation
from target_app.execution.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPipeline:
    """One of each serves every request of a process. Nothing of it is opened yet."""

    journal: Journal
    manager: ExchangeManager
    reconciler: Reconciler
    halt: Halt
    lock: ProcessLock
    watch: ProtectionWatch
    placer: OrderPlacer

    async def close(self) -> None:
        """Finish what is under way, and let go of exchanges and journal."""
        await self.watch.close()
        await self.halt.close()
        await self.reconciler.close()
        await self.manager.close()


def make_pipeline(
    settings: Settings,
    *,
    metrics: Metrics,
    audit: AuditLog,
    faults: Faults,
    turned: Callable[[str, BreakerState, BreakerState], None],
    loaded: Callable[[str], None],
) -> OrderPipeline:
    """The pipeline; `turned` hears of circuit breakers, `loaded` of exchanges that are there."""
    path = Path(settings.journal)
    journal = Journal(path, written=metrics.journal_written, failed=metrics.journal_failed)
    manager = ExchangeManager(
        exchange_settings(settings), metrics, turned=turned, faults=faults, loaded=loaded
    )
    seconds = settings.settle_seconds
    reconciler = Reconciler(
        journal=journal, manager=manager, metrics=metrics, audit=audit, settle_seconds=seconds
    )
    protective, lock = ProtectiveOrders(metrics), ProcessLock(path)
    halt = Halt(path, faults, metrics.halted)
    closer = Closer(journal, protective, lock)
    return OrderPipeline(
        journal=journal,
        manager=manager,
        reconciler=reconciler,
        halt=halt,
        lock=lock,
        watch=ProtectionWatch(
            journal=journal,
            manager=manager,
            steps=ProtectionSteps(journal, protective, audit),
            metrics=metrics,
            faults=faults,
            lock=lock,
            seconds=settings.watch_seconds,
        ),
        placer=OrderPlacer(
            OrderPreparation(_sizing_rules(settings), metrics, closer),
            manager=manager,
            journal=journal,
            reconciler=reconciler,
            protective=protective,
            halt=halt,
            dry_run=settings.dry_run,
            metrics=metrics,
            repeated_within_seconds=settings.max_age_seconds + settings.max_future_seconds,
        ),
    )


def _sizing_rules(settings: Settings) -> SizingRules:
    return SizingRules(
        capital=settings.capital_usd,
        method=settings.sizing_method,
        position_pct=settings.position_pct,
        risk_pct=settings.risk_pct,
        atr_multiple=settings.atr_multiple,
        max_position_pct=settings.max_position_pct,
        price_band_pct=settings.price_band_pct,
        max_exposure_pct=settings.max_exposure_pct,
    )
