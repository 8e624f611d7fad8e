"""The ASGI application: the webhook by a direct path, everything else through FastAPI."""

import asyncio
import contextlib
import gc
import logging
import os
import signal
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from types import FrameType

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from prometheus_client import CollectorRegistry
from starlette.exceptions import HTTPException

from target_app.exchanges.breaker import State
from target_app.exchanges.injected_faults import Faults
from target_app.exchanges.manager import ExchangeManager
from target_app.execution.answers import Problem, RefusalError
from target_app.execution.audit import AuditLog
from target_app.execution.exchange_settings import exchange_settings
from target_app.execution.http.access import Access
from target_app.execution.http.admin import Admin
from target_app.execution.http.documentation import document
from target_app.execution.http.operations import Operations
from target_app.execution.http.rate_limit import LocalLimiter, RateLimiter
from target_app.execution.http.signature import Verifier
from target_app.execution.http.webhook import PATH, Receive, Scope, Send, Webhook
from target_app.execution.lifecycle import Lifecycle, Phase
from target_app.execution.logs import configure
from target_app.execution.metrics import VERSION, Metrics, forget_dead_workers
from target_app.execution.orders.journal import Journal
from target_app.execution.orders.journal_file import JournalError
from target_app.execution.orders.place import OrderDesk
from target_app.execution.orders.reconcile import Reconciler
from target_app.execution.orders.sizing import SizingRules
from target_app.execution.settings import Settings, read
from toolkit.errors import ToolkitError

_LOG = logging.getLogger(__name__)
_METHOD_NOT_ALLOWED = 405
_SHARE_SECONDS = 0.25
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
        on_ready: Callable[[], None] = lambda: None,
    ) -> None:
        self.settings, self._on_ready = settings, on_ready
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
        self.faults = Faults(self._fault_changed)
        self.manager = ExchangeManager(
            exchange_settings(settings),
            self.metrics,
            turned=self._breaker_turned,
            faults=self.faults,
        )
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
            faults=self.faults,
            lifecycle=self.lifecycle,
        )
        self.api = FastAPI(
            title="Trade execution", version=VERSION, lifespan=self._lifespan, redoc_url=None
        )
        Operations(
            lifecycle=self.lifecycle,
            manager=self.manager,
            desk=self.desk,
            metrics=self.metrics,
            limiter=self.limiter,
            faults=self.faults,
        ).mount(self.api)

        self.api.add_exception_handler(RefusalError, _refused)
        self.api.add_exception_handler(RequestValidationError, _invalid)
        self.api.add_exception_handler(HTTPException, _missing)
        Admin(settings.admin_token, self.faults, self.audit).mount(self.api)
        self.api.openapi = lambda: document(self.api)  # type: ignore[method-assign]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One ASGI connection."""
        if scope["type"] == "http" and scope["path"] == PATH:
            await self.webhook(scope, receive, send)
        else:
            await self.api(scope, receive, send)

    @contextlib.asynccontextmanager
    async def _lifespan(self, _app: FastAPI) -> AsyncIterator[None]:
        self.audit.write("started", "info")
        forget_dead_workers()
        restore = self._drain_on_sigterm()
        loading = asyncio.create_task(_logged(self._load))
        sharing = asyncio.create_task(self._share_metrics())
        pruning = asyncio.create_task(self._prune())
        yield
        restore()
        self.begin_draining()
        tasks = (loading, sharing, pruning)
        for task in tasks:
            task.cancel()
        for ended in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(ended, Exception):
                _LOG.error("a task of the service had ended", exc_info=ended)
        await self.reconciler.close()
        await self.manager.close()
        await self.limiter.close()
        await self.journal.close()
        self.audit.write("stopped", "info")
        self.audit.close()
        self.metrics.flush()

    async def _load(self) -> None:
        await self.journal.open()
        await self.manager.load()
        settled = await self.reconciler.settle_all()
        if settled:
            _LOG.warning("settled %d orders that were in flight when the service stopped", settled)
        self._on_ready()
        if self.lifecycle.phase is Phase.STARTING:
            self.lifecycle.phase = Phase.READY

    async def _prune(self) -> None:
        """Forget old orders, hour by hour."""
        while True:
            if self.lifecycle.phase is Phase.READY:
                with contextlib.suppress(JournalError):  # which the next order will tell of
                    await self.journal.prune(time.time() - self.settings.journal_days * _DAY)
            await asyncio.sleep(_PRUNE_SECONDS)

    async def _share_metrics(self) -> None:
        """Let other workers' scrapes see what this one records, soon enough for any of them."""
        while self.settings.workers > 1:
            await asyncio.sleep(_SHARE_SECONDS)
            self.metrics.flush()

    def begin_draining(self) -> None:
        """Take no more orders; those taken are finished."""
        if self.lifecycle.phase is not Phase.DRAINING:
            self.lifecycle.phase = Phase.DRAINING
            self.metrics.draining(1)
            _LOG.info("draining: %d orders are being placed", self.desk.open_intents)

    def _drain_on_sigterm(self) -> Callable[[], None]:
        """Have SIGTERM start the draining, then let the server's own handler close the port.

        Returns what undoes it. Does nothing where no server handles the signal.
        """
        if threading.current_thread() is not threading.main_thread():
            return lambda: None
        close = signal.getsignal(signal.SIGTERM)
        if not callable(close):
            return lambda: None
        loop = asyncio.get_running_loop()

        def drain(number: int, frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(self.begin_draining)
            loop.call_soon_threadsafe(
                loop.call_later, self.settings.drain_seconds, close, number, frame
            )

        def restore() -> None:
            signal.signal(signal.SIGTERM, close)

        signal.signal(signal.SIGTERM, drain)
        return restore

    def _fault_changed(self, name: str, active: int) -> None:
        self.metrics.fault(name, active)
        self.audit.write("fault_set" if active else "fault_cleared", "warning", fault=name)
        _LOG.warning("fault %s is %s", name, "set" if active else "cleared")

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
    from target_app.execution.http.shared_rate_limit import (
        SharedLimiter,
    )  # redis takes 90 ms to import

    return SharedLimiter(settings.redis_url, rate, burst, fell_back=metrics.limits_are_local)


def from_environment() -> Service:
    """The application of a worker process, which was given its settings in the environment."""
    settings = read([], os.environ)
    configure(settings.log_level)
    return Service(settings, on_ready=settle_memory)


# Allocations between two looks at the youngest objects. At the usual 700 the collector runs
# several times a request, and finds nothing: a request leaves no cycles behind.
_GC_THRESHOLD = 20_000


def settle_memory() -> None:
    """Take what loading left behind out of the garbage collector's sight.

    ccxt leaves some hundred thousand objects that live as long as the process; looking at
    each of them again and again would stop the loop for tens of milliseconds.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_GC_THRESHOLD)


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusalError)  # noqa: S101 - Starlette's type is wider than its use
    answer = error.answer()
    headers = {name.decode(): value.decode() for name, value in answer.headers}
    return Response(answer.body, answer.status, headers)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - the same
    problems = [
        Problem("other", "type", str(e["msg"]), ".".join(str(x) for x in e["loc"][1:]))
        for e in error.errors()
    ]
    return await _refused(
        request, RefusalError("validation", "The request has problems.", problems=problems)
    )


async def _missing(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - the same
    code = "method_not_allowed" if error.status_code == _METHOD_NOT_ALLOWED else "not_found"
    return await _refused(request, RefusalError(code, f"{request.method} {request.url.path}"))


async def _logged(work: Callable[[], Awaitable[None]]) -> None:
    """Run `work`; what stops it is logged, and the service stays unready."""
    try:
        await work()
    except (JournalError, ToolkitError) as error:
        _LOG.error("the service cannot become ready: %s", error)
    except Exception:
        _LOG.exception("the service cannot become ready")
        raise
