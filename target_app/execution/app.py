"""The ASGI application: the webhook by a direct path, everything else through FastAPI."""

import asyncio
import contextlib
import logging
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from prometheus_client import CollectorRegistry

from target_app.exchanges.breaker import BreakerState
from target_app.exchanges.injected_faults import Faults
from target_app.exchanges.manager import ExchangeManager
from target_app.execution.audit import AuditLog, AuditSink
from target_app.execution.audit_file import AuditFile
from target_app.execution.exchange_settings import exchange_settings
from target_app.execution.halt import Halt
from target_app.execution.http.client_address import Access
from target_app.execution.http.documentation import document
from target_app.execution.http.documentation_page import page
from target_app.execution.http.endpoint_access import EndpointAccess
from target_app.execution.http.error_responses import answer_errors
from target_app.execution.http.fault_endpoint import Admin
from target_app.execution.http.halt_endpoint import HaltRoutes
from target_app.execution.http.operations import Operations
from target_app.execution.http.order_status import OrderStatus
from target_app.execution.http.rate_limit import LocalLimiter, RateLimiter
from target_app.execution.http.signature import Verifier
from target_app.execution.http.webhook import PATH, Receive, Scope, Send, Webhook, send_answer
from target_app.execution.http.webhook_admission import Admission
from target_app.execution.instance_lock import InstanceLock
from target_app.execution.lifecycle import Lifecycle, Phase, drain_on_sigterm
from target_app.execution.logs import configure
from target_app.execution.memory import give_back, resident_bytes, settle_memory
from target_app.execution.metrics import VERSION, Metrics, forget_dead_workers
from target_app.execution.orders.closing import Closer
from target_app.execution.orders.journal import Journal
from target_app.execution.orders.journal_file import JournalError
from target_app.execution.orders.next_protection_step import ProtectionSteps
from target_app.execution.orders.place import OrderPlacer
from target_app.execution.orders.place_protective_orders import ProtectiveOrders
from target_app.execution.orders.process_lock import ProcessLock
from target_app.execution.orders.protection_watch import ProtectionWatch
from target_app.execution.orders.reconcile import Reconciler
from target_app.execution.orders.sizing import SizingRules
from target_app.execution.response_bodies import RefusalError
from target_app.execution.settings import Settings
from target_app.execution.worker_channel import VARIABLE, WorkerChannel
from target_app.tracing.http_spans import TracedApplication
from target_app.tracing.spans import Tracer
from target_app.tracing.start import open_tracer
from toolkit.errors import ConfigurationError, ToolkitError

_LOG = logging.getLogger(__name__)
SERVICE = "execution"
"""What its spans call the service, unless OTEL_SERVICE_NAME does."""
_SHARE_SECONDS, _TIDY_SECONDS = 0.25, 5.0
_DAY, _PRUNE_SECONDS = 86_400.0, 3600.0


class Service:
    """One process of the service, as an ASGI application.

    Nothing is opened before the ASGI lifespan starts, and the lifespan does not wait for
    the exchanges: the port answers at once, `/ready` says when orders are taken.
    """

    def __init__(
        self,
        settings: Settings,
        registry: CollectorRegistry | None = None,
        *,
        lock: InstanceLock | None = None,
        channel: WorkerChannel | None = None,
        on_ready: Callable[[], None] = lambda: None,
        on_failed: Callable[[ToolkitError], None] = lambda _error: None,
        tracer: Tracer | None = None,
    ) -> None:
        self.settings, self._on_ready, self._on_failed = settings, on_ready, on_failed
        self._lock, self._channel, self._tracer = lock, channel, tracer
        self.lifecycle = Lifecycle()
        self._usual_bytes = 0  # not known before everything is loaded
        self.metrics = Metrics(
            registry or CollectorRegistry(),
            exchanges=settings.exchanges,
            symbols=settings.symbols,
            workers=settings.workers,
            is_traced=tracer is not None,
        )
        self.audit = AuditLog(
            _audit_sink(settings, self.metrics, channel), flushed=self._lose_line_in_drill
        )
        self.journal = Journal(
            Path(settings.journal),
            written=self.metrics.journal_written,
            failed=self.metrics.journal_failed,
        )
        self.faults = Faults(self._fault_changed)
        self.manager = ExchangeManager(
            exchange_settings(settings),
            self.metrics,
            turned=self._breaker_turned,
            faults=self.faults,
            loaded=self._exchange_loaded,
        )
        self.reconciler = Reconciler(
            journal=self.journal,
            manager=self.manager,
            metrics=self.metrics,
            audit=self.audit,
            settle_seconds=settings.settle_seconds,
        )
        protective = ProtectiveOrders(self.metrics)
        self.halt = Halt(Path(settings.journal), self.faults, self.metrics.halted)
        self.lock = ProcessLock(Path(settings.journal))
        self.watch = ProtectionWatch(
            journal=self.journal,
            manager=self.manager,
            steps=ProtectionSteps(self.journal, protective, self.audit),
            metrics=self.metrics,
            faults=self.faults,
            lock=self.lock,
            seconds=settings.watch_seconds,
        )
        self.placer = OrderPlacer(
            _sizing_rules(settings),
            manager=self.manager,
            journal=self.journal,
            reconciler=self.reconciler,
            protective=protective,
            closer=Closer(self.journal, protective, self.lock),
            halt=self.halt,
            dry_run=settings.dry_run,
            metrics=self.metrics,
            repeated_within_seconds=settings.max_age_seconds + settings.max_future_seconds,
        )
        self.limiter = _limiter(settings, self.metrics)
        self.webhook = self._webhook()
        self._endpoints = EndpointAccess(
            metrics_ips=settings.metrics_ips,
            admin_ips=settings.admin_ips,
            proxies=settings.trusted_proxies,
            per_minute=settings.endpoint_rate_limit_per_minute,
        )
        self.api = self._api()

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Coroutine[Any, Any, None]:
        """One ASGI connection."""
        # Given on instead of awaited: a coroutine of its own would be one more for each order.
        if scope["type"] == "http" and scope["path"] == PATH:
            return self.webhook(scope, receive, send)
        return self._other(scope, receive, send)

    async def _other(self, scope: Scope, receive: Receive, send: Send) -> None:
        """What is not the webhook, for those who may ask."""
        if scope["type"] == "http":
            try:
                self._endpoints.check(scope.get("client"), scope["headers"], scope["path"])
            except RefusalError as refusal:
                await send_answer(send, refusal.answer(), "")
                return
            if scope["method"] == "HEAD":
                # The server leaves the body out: it looks at its own scope, not at this copy.
                scope = {**scope, "method": "GET"}
        await self.api(scope, receive, send)

    def _webhook(self) -> Webhook:
        settings = self.settings
        self.verifier = Verifier(settings.webhook_secrets, settings.webhook_passphrase)
        self.admission = Admission(
            Access(settings.allowed_ips, settings.trusted_proxies),
            self.limiter,
            self.verifier,
            metrics=self.metrics,
            audit=self.audit,
            per_minute=settings.rate_limit_per_minute,
        )
        return Webhook(
            settings,
            metrics=self.metrics,
            admission=self.admission,
            audit=self.audit,
            placer=self.placer,
            faults=self.faults,
            lifecycle=self.lifecycle,
        )

    def _api(self) -> FastAPI:
        """Everything that is not the webhook."""
        api = FastAPI(
            title="Trade execution",
            version=VERSION,
            lifespan=self._lifespan,
            redoc_url=None,
            docs_url=None,
        )
        Operations(
            lifecycle=self.lifecycle,
            channel=self._channel,
            manager=self.manager,
            placer=self.placer,
            metrics=self.metrics,
            limiter=self.limiter,
            faults=self.faults,
            halt=self.halt,
        ).mount(api)
        admin = Admin(self.settings.admin_token, self.faults, self.audit)
        admin.mount(api)
        HaltRoutes(admin, self.halt, self.audit).mount(api)
        OrderStatus(
            self.journal, self.admission, self.verifier, self.settings.max_age_seconds
        ).mount(api)
        answer_errors(api)
        api.openapi = lambda: document(api)  # type: ignore[method-assign]
        api.get("/docs", include_in_schema=False)(lambda: HTMLResponse(page(document(api))))
        return api

    @contextlib.asynccontextmanager
    async def _lifespan(self, _app: FastAPI) -> AsyncIterator[None]:
        self.audit.write("started", "info")
        forget_dead_workers()
        restore = drain_on_sigterm(
            self.begin_leaving, self.begin_draining, self.settings.drain_seconds
        )
        if self._channel is not None:
            self._channel.watch(self.metrics, self._supervisor_gone)
        loading = asyncio.create_task(self._load_or_fail())
        sharing = asyncio.create_task(self._share_metrics())
        pruning = asyncio.create_task(self._prune())
        tidying = asyncio.create_task(self._tidy())
        yield
        restore()
        self.begin_draining()
        tasks = (loading, sharing, pruning, tidying)
        for task in tasks:
            task.cancel()
        for ended in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(ended, Exception):
                _LOG.error("a task of the service had ended", exc_info=ended)
        await self.watch.close()
        await self.halt.close()
        await self.reconciler.close()
        await self.manager.close()
        await self.limiter.close()
        await self.journal.close()
        self.audit.write("stopped", "info")
        self.audit.close()
        self.metrics.flush()
        if self._tracer is not None:
            await asyncio.to_thread(self._tracer.close)

    async def _load_or_fail(self) -> None:
        """Become ready. What stops that is logged; a setting that is wrong ends the service."""
        try:
            await self._load()
        except (JournalError, ToolkitError) as error:
            _LOG.error("the service cannot become ready: %s", error)
            if isinstance(error, ConfigurationError):
                self._on_failed(error)
        except Exception:
            _LOG.exception("the service cannot become ready")
            raise

    async def _load(self) -> None:
        await self.journal.open()
        await self.manager.load()
        settled = await self.reconciler.settle_all()
        if settled:
            _LOG.warning("settled %d orders that were in flight when the service stopped", settled)
        self.watch.start()
        self.halt.start()
        self._on_ready()
        self._usual_bytes = resident_bytes()
        if self.lifecycle.phase is Phase.STARTING:
            self.lifecycle.phase = Phase.READY
            if self._channel is not None:
                self._channel.tell_ready(ready=True)

    def _supervisor_gone(self) -> None:
        """Nobody would stop this worker: it stops by itself, and takes no order meanwhile."""
        _LOG.error("the supervisor is gone: this worker stops")
        self.begin_draining()
        os.kill(os.getpid(), signal.SIGTERM)

    async def _prune(self) -> None:
        """Forget old orders, hour by hour."""
        while True:
            if self.lifecycle.phase is Phase.READY:
                with contextlib.suppress(JournalError):  # which the next order will report
                    await self.journal.prune(time.time() - self.settings.journal_days * _DAY)
            await asyncio.sleep(_PRUNE_SECONDS)

    async def _tidy(self) -> None:
        """Give the memory back that a flood of requests took."""
        while True:
            await asyncio.sleep(_TIDY_SECONDS)
            if self._usual_bytes:
                self._usual_bytes = await asyncio.to_thread(give_back, self._usual_bytes)

    async def _share_metrics(self) -> None:
        """Let other workers' scrapes see what this one records, soon enough for any of them.

        What is recorded takes memory until then.
        """
        while True:
            await asyncio.sleep(_SHARE_SECONDS)
            self.metrics.flush()

    def begin_leaving(self) -> None:
        """Say that no more orders will be taken, and take them until the drain begins."""
        self.metrics.draining(1)
        if self._lock is not None:
            self._lock.begin_draining()
        if self.lifecycle.phase is Phase.READY:
            self.lifecycle.phase = Phase.LEAVING
            if self._channel is not None:
                self._channel.tell_ready(ready=False)

    def begin_draining(self) -> None:
        """Take no more orders; those taken are finished."""
        if self.lifecycle.phase is not Phase.DRAINING:
            self.begin_leaving()
            self.lifecycle.phase = Phase.DRAINING
            _LOG.info("draining: %d orders are being placed", self.placer.open_intents)

    def _exchange_loaded(self, name: str) -> None:
        """One that came late: what was in flight there is asked for now."""
        if self.lifecycle.phase is Phase.READY:
            self.reconciler.settle_exchange(name)

    def _fault_changed(self, name: str, active: int) -> None:
        self.metrics.fault(name, active)
        self.audit.write("fault_set" if active else "fault_cleared", "warning", fault=name)
        _LOG.warning("fault %s is %s", name, "set" if active else "cleared")

    def _lose_line_in_drill(self) -> None:
        if self.faults.any and self.faults.loses_audit_line():
            self.metrics.audit_line_lost()

    def _breaker_turned(self, name: str, before: BreakerState, after: BreakerState) -> None:
        self.metrics.breaker(name, after)
        self.metrics.breaker_turned(name, before.name.lower(), after.name.lower())
        if after is BreakerState.OPEN:
            self.audit.write("breaker_opened", "critical", exchange=name)
        elif after is BreakerState.CLOSED:
            self.audit.write("breaker_closed", "info", exchange=name)


def _audit_sink(settings: Settings, metrics: Metrics, channel: WorkerChannel | None) -> AuditSink:
    if channel is not None:
        return channel
    return AuditFile(
        Path(settings.audit_log),
        limit=settings.audit_log_bytes,
        kept=settings.audit_log_files,
        counts=metrics,
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


def _limiter(settings: Settings, metrics: Metrics) -> RateLimiter:
    rate, burst = settings.rate_limit_per_minute, settings.rate_limit_burst
    if not settings.redis_url:
        return LocalLimiter(rate, burst)
    # redis takes 90 ms to import
    from target_app.execution.http.shared_rate_limit import SharedLimiter

    return SharedLimiter(settings.redis_url, rate, burst, fell_back=metrics.limits_are_local)


def traced(service: Service, tracer: Tracer | None) -> Service | TracedApplication:
    """The service as it is served: by itself where no spans are made."""
    return service if tracer is None else TracedApplication(service, tracer, paths=(PATH,))


def from_supervisor() -> Service | TracedApplication:
    """The application of a worker process, which its supervisor tells its settings."""
    channel = WorkerChannel(Path(os.environ[VARIABLE]))
    configure(channel.settings.log_level)
    tracer = open_tracer(SERVICE, os.environ)
    service = Service(channel.settings, channel=channel, on_ready=settle_memory, tracer=tracer)
    return traced(service, tracer)
