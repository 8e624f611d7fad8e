"""The ASGI application: the webhook by a direct path, everything else through FastAPI."""

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from target_app.exchanges.circuit_breaker import BreakerState
from target_app.exchanges.injected_faults import Faults
from target_app.execution.audit_log import AuditLog, AuditSink
from target_app.execution.audit_log_rotation import AuditFile
from target_app.execution.http.client_address import Access
from target_app.execution.http.fastapi_endpoints import OtherEndpoints
from target_app.execution.http.fault_endpoint import Admin
from target_app.execution.http.halt_endpoint import HaltRoutes
from target_app.execution.http.health_and_metrics_endpoints import Operations
from target_app.execution.http.order_status import OrderStatus
from target_app.execution.http.rate_limit_per_process import LocalLimiter, RateLimiter
from target_app.execution.http.signature import Verifier
from target_app.execution.http.webhook import PATH, Receive, Scope, Send, Webhook
from target_app.execution.http.webhook_admission import Admission
from target_app.execution.instance_lock import InstanceLock
from target_app.execution.logs import configure
from target_app.execution.memory import resident_bytes, settle_memory
from target_app.execution.metrics import Metrics, forget_dead_workers
from target_app.execution.order_pipeline import make_pipeline
from target_app.execution.orders.journal_file import JournalError
from target_app.execution.periodic_work import PeriodicWork
from target_app.execution.settings import Settings
from target_app.execution.startup_and_drain import Lifecycle, Phase, drain_on_sigterm
from target_app.execution.worker_to_supervisor_channel import VARIABLE, WorkerChannel
from target_app.tracing.http_spans import TracedApplication
from target_app.tracing.spans import Tracer
from target_app.tracing.start import open_tracer
from toolkit.errors import ConfigurationError, ToolkitError

_LOG = logging.getLogger(__name__)
SERVICE = "execution"
"""What its spans call the service, unless OTEL_SERVICE_NAME does."""


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
        self.faults = Faults(self._fault_changed)
        self.pipeline = make_pipeline(
            settings,
            metrics=self.metrics,
            audit=self.audit,
            faults=self.faults,
            turned=self._breaker_turned,
            loaded=self._exchange_loaded,
        )
        self.limiter = _limiter(settings, self.metrics)
        self.webhook = self._webhook()
        self.other = self._other_endpoints()
        self._periodic = PeriodicWork(
            self.metrics,
            self.pipeline.journal,
            self.lifecycle,
            journal_days=settings.journal_days,
        )

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Coroutine[Any, Any, None]:
        """One ASGI connection."""
        # Given on instead of awaited: a coroutine of its own would be one more for each order.
        if scope["type"] == "http" and scope["path"] == PATH:
            return self.webhook(scope, receive, send)
        return self.other(scope, receive, send)

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
            placer=self.pipeline.placer,
            faults=self.faults,
            lifecycle=self.lifecycle,
        )

    def _other_endpoints(self) -> OtherEndpoints:
        other, pipeline = OtherEndpoints(self.settings, self._lifespan), self.pipeline
        Operations(
            lifecycle=self.lifecycle,
            channel=self._channel,
            manager=pipeline.manager,
            placer=pipeline.placer,
            metrics=self.metrics,
            limiter=self.limiter,
            faults=self.faults,
            halt=pipeline.halt,
        ).mount(other.api)
        admin = Admin(self.settings.admin_token, self.faults, self.audit)
        admin.mount(other.api)
        HaltRoutes(admin, pipeline.halt, self.audit).mount(other.api)
        OrderStatus(
            pipeline.journal, self.admission, self.verifier, self.settings.max_age_seconds
        ).mount(other.api)
        other.complete()
        return other

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
        self._periodic.start()
        yield
        restore()
        self.begin_draining()
        loading.cancel()
        for ended in await asyncio.gather(loading, return_exceptions=True):
            if isinstance(ended, Exception):
                _LOG.error("loading had ended", exc_info=ended)
        await self._periodic.close()
        await self.pipeline.close()
        await self.limiter.close()
        await self.pipeline.journal.close()
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
        await self.pipeline.journal.open()
        await self.pipeline.manager.load()
        settled = await self.pipeline.reconciler.settle_all()
        if settled:
            _LOG.warning("settled %d orders that were in flight when the service stopped", settled)
        self.pipeline.watch.start()
        self.pipeline.halt.start()
        self._on_ready()
        self._periodic.usual_bytes = resident_bytes()
        if self.lifecycle.phase is Phase.STARTING:
            self.lifecycle.phase = Phase.READY
            if self._channel is not None:
                self._channel.tell_ready(ready=True)

    def _supervisor_gone(self) -> None:
        """Nobody would stop this worker: it stops by itself, and takes no order meanwhile."""
        _LOG.error("the supervisor is gone: this worker stops")
        self.begin_draining()
        os.kill(os.getpid(), signal.SIGTERM)

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
            _LOG.info("draining: %d orders are being placed", self.pipeline.placer.open_intents)

    def _exchange_loaded(self, name: str) -> None:
        """One that came late: what was in flight there is asked for now."""
        if self.lifecycle.phase is Phase.READY:
            self.pipeline.reconciler.settle_exchange(name)

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


def _limiter(settings: Settings, metrics: Metrics) -> RateLimiter:
    rate, burst = settings.rate_limit_per_minute, settings.rate_limit_burst
    if not settings.redis_url:
        return LocalLimiter(rate, burst)
    # redis takes 90 ms to import
    from target_app.execution.http.rate_limit_in_redis import SharedLimiter

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
