"""The ASGI application: the webhook by a direct path, everything else through FastAPI."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from target_app.exchanges.manager import ExchangeManager
from target_app.execution.access import Access
from target_app.execution.audit import AuditLog
from target_app.execution.breaker import State
from target_app.execution.journal import Journal
from target_app.execution.lifecycle import Lifecycle, Phase
from target_app.execution.metrics import VERSION, Metrics
from target_app.execution.operations import Operations
from target_app.execution.orders import OrderDesk
from target_app.execution.ratelimit import LocalLimiter, RateLimiter
from target_app.execution.reconcile import Reconciler
from target_app.execution.settings import Settings
from target_app.execution.signature import Verifier
from target_app.execution.sizing import SizingRules
from target_app.execution.webhook import PATH, Receive, Scope, Send, Webhook

_LOG = logging.getLogger(__name__)


class Service:
    """One process of the service, as an ASGI application.

    Nothing is opened before the ASGI lifespan starts, and the lifespan does not wait for
    the exchanges: the port answers at once, `/ready` says when orders are taken.
    """

    def __init__(self, settings: Settings, registry: CollectorRegistry | None = None) -> None:
        self.settings = settings
        self.lifecycle = Lifecycle()
        self.metrics = Metrics(
            registry or CollectorRegistry(),
            exchanges=settings.exchanges,
            symbols=settings.symbols,
            workers=settings.workers,
        )
        self.audit = AuditLog(
            Path(settings.audit_log),
            limit=settings.audit_log_bytes,
            kept=settings.audit_log_files,
            metrics=self.metrics,
        )
        self.journal = Journal(
            Path(settings.journal),
            written=self.metrics.journal_written,
            failed=self.metrics.journal_failed,
        )
        self.manager = ExchangeManager(settings, self.metrics, self._breaker_turned)
        rules = SizingRules(
            capital=settings.capital_usd,
            method=settings.sizing_method,
            position_pct=settings.position_pct,
            risk_pct=settings.risk_pct,
            atr_multiple=settings.atr_multiple,
            max_position_pct=settings.max_position_pct,
        )
        self.reconciler = Reconciler(
            journal=self.journal,
            manager=self.manager,
            metrics=self.metrics,
            audit=self.audit,
            settle_seconds=settings.settle_seconds,
        )
        self.desk = OrderDesk(
            rules,
            manager=self.manager,
            journal=self.journal,
            reconciler=self.reconciler,
            metrics=self.metrics,
        )
        self.limiter = _limiter(settings, self.metrics)
        self.webhook = Webhook(
            settings,
            metrics=self.metrics,
            access=Access(settings.allowed_ips, settings.trusted_proxies),
            limiter=self.limiter,
            verifier=Verifier(settings.webhook_secrets, settings.webhook_passphrase),
            audit=self.audit,
            desk=self.desk,
            lifecycle=self.lifecycle,
        )
        self.api = FastAPI(
            title="Trade execution", version=VERSION, lifespan=self._lifespan, redoc_url=None
        )
        Operations(self.lifecycle, self.manager, self.desk, self.metrics, self.limiter).mount(
            self.api
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One ASGI connection."""
        if scope["type"] == "http" and scope["path"] == PATH:
            await self.webhook(scope, receive, send)
        else:
            await self.api(scope, receive, send)

    @contextlib.asynccontextmanager
    async def _lifespan(self, _app: FastAPI) -> AsyncIterator[None]:
        self.audit.write("started", "info")
        loading = asyncio.create_task(_logged(self._load))
        yield
        self.lifecycle.phase = Phase.DRAINING
        loading.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await loading
        await self.reconciler.close()
        await self.manager.close()
        await self.limiter.close()
        await self.journal.close()
        self.audit.write("stopped", "info")
        self.audit.close()

    async def _load(self) -> None:
        await self.journal.open()
        await self.manager.load()
        settled = await self.reconciler.settle_all()
        if settled:
            _LOG.warning("settled %d orders that were in flight when the service stopped", settled)
        if self.lifecycle.phase is Phase.STARTING:
            self.lifecycle.phase = Phase.READY

    def _breaker_turned(self, name: str, before: State, after: State) -> None:
        self.metrics.breaker(name, after)
        self.metrics.breaker_turned(name, before.name.lower(), after.name.lower())
        if after is State.OPEN:
            self.audit.write("breaker_opened", "critical", exchange=name)
        elif after is State.CLOSED:
            self.audit.write("breaker_closed", "info", exchange=name)


def _limiter(settings: Settings, metrics: Metrics) -> RateLimiter:
    rate, burst = settings.rate_limit_per_minute, settings.rate_limit_burst
    if not settings.redis_url:
        return LocalLimiter(rate, burst)
    from target_app.execution.shared_limit import SharedLimiter  # redis takes 90 ms to import

    return SharedLimiter(settings.redis_url, rate, burst, fell_back=metrics.limits_are_local)


async def _logged(work: Callable[[], Awaitable[None]]) -> None:
    """Run `work`; what stops it is logged, and the service stays unready."""
    try:
        await work()
    except Exception:
        _LOG.exception("the service cannot become ready")
        raise
