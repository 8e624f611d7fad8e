"""analytics-os: sees every event, watches the others, and acts on what it sees."""

import time
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from target_app.services.analytics_os import catalogue as m
from target_app.services.analytics_os import portfolio
from target_app.services.analytics_os.drift import Drift
from target_app.services.analytics_os.portfolio import RUN, Portfolio
from target_app.services.analytics_os.restarts import Restarts
from target_app.services.analytics_os.settings import AnalyticsSettings
from target_app.services.analytics_os.watched_service import WatchedService
from target_app.services.bus.contract import Bus
from target_app.services.faults import ServiceFaults
from target_app.services.group_commit import Effect
from target_app.services.http_server import Endpoint, json
from target_app.services.messages import calls
from target_app.services.messages.event_envelope import Envelope
from target_app.services.messages.events import (
    STREAMS,
    ModelLearned,
    PositionClosed,
    PositionOpened,
    RebalanceRequested,
    SignalGenerated,
    SizingChanged,
)
from target_app.services.rpc import CallError
from target_app.services.service_lifecycle import Runtime
from target_app.services.state_inbox_and_outbox import Transaction
from target_app.tracing.spans import Tracer
from toolkit.errors import ConfigurationError

_LOOK_SECONDS = 0.5
# One symbol alone is always everything, and two positions are hardly a portfolio.
_REBALANCED_FROM = 3
_AMPLIFIED, _MOST_FACTOR, _WON_SHARE = Decimal("1.25"), Decimal(2), 0.6
_SCHEMA = portfolio.SCHEMA + (
    "CREATE TABLE IF NOT EXISTS seen (stream TEXT PRIMARY KEY, events INTEGER NOT NULL);"
)


class AnalyticsService:
    """Implements `Service`."""

    def __init__(
        self,
        settings: AnalyticsSettings,
        bus: Bus,
        on_failed: Callable[[ConfigurationError], None] = lambda _error: None,
        tracer: Tracer | None = None,
    ) -> None:
        self._settings = settings
        self.runtime = Runtime(
            "analytics-os",
            bus,
            store=Path(settings.store),
            schema=_SCHEMA,
            catalogue=m.CATALOGUE,
            on_failed=on_failed,
            tracer=tracer,
        )
        self._instrument()
        self.watched = {
            "ai": WatchedService("ai", settings.ai_url),
            "exec-risk": WatchedService("exec-risk", settings.exec_risk_url),
        }
        self._restarter = (
            Restarts(Path(settings.stack), settings.restarts_per_hour, self._restarts.inc)
            if settings.stack and settings.auto_restart == "on"
            else None
        )
        self.drift = Drift(settings.drift_samples)
        self._portfolio = Portfolio()
        self._learning: dict[str, object] = {}
        self._factor = Decimal(1)
        self._acted: dict[str, float] = {}
        self.faults = ServiceFaults(
            {"pause_consumers": self.runtime.pause, "mute_calls": self.runtime.mute}
        )
        for stream in STREAMS:
            self.runtime.consume(stream, self._heard)
        self.runtime.answer({calls.SERVICES: self._services})
        self.runtime.every(settings.watch_seconds, self._watch)
        self.runtime.every(_LOOK_SECONDS, self._look)

    async def start(self) -> None:
        """See `Service`."""
        await self.runtime.start()

    async def stop(self) -> None:
        """See `Service`."""
        await self.runtime.stop()

    def health(self) -> dict[str, Any]:
        """See `Service`. What ails another service is told, and is not our own state."""
        return {
            "well": True,
            "services": {
                name: {"status": x.word, "detail": x.detail, "restarts": len(x.restarts)}
                for name, x in self.watched.items()
            },
            "portfolio": {
                "value_usd": str(self._value),
                "positions": self._portfolio.positions,
                "realised_usd": str(self._portfolio.realised_usd),
            },
            "learning": {
                **self._learning,
                "drift": round(self.drift.index, 4),
                "drift_detected": self.drift.detected,
                "sizing_factor": str(self._factor),
            },
        }

    def routes(self) -> Mapping[tuple[str, str], Endpoint]:
        """See `Service`."""
        return {("GET", "/admin/seen"): self._show_seen}

    @property
    def _value(self) -> Decimal:
        return self._settings.capital_usd + self._portfolio.realised_usd

    def _instrument(self) -> None:
        made, lifecycle = self.runtime.instruments, self.runtime.lifecycle
        made.gauge(m.UPTIME).set_function(lambda: lifecycle.uptime_seconds)
        self._events, self._checks = made.counter(m.EVENTS), made.counter(m.HEALTH_CHECKS)
        self._restarts, self._rebalances = made.counter(m.RESTARTS), made.counter(m.REBALANCES)
        self._amplifications = made.counter(m.AMPLIFICATIONS)
        self._retrainings = made.counter(m.RETRAININGS)
        self._value_gauge = made.gauge(m.PORTFOLIO_VALUE)
        self._drift_gauge, self._index_gauge = made.gauge(m.DRIFT), made.gauge(m.STABILITY)
        self._state_gauge = made.gauge(m.SERVICE_STATE)
        self.runtime.registry.register(_Positions(lambda: self._portfolio.positions))

    async def _heard(self, event: Envelope) -> Effect:
        said, stream = event.event, event.kind.stream

        def effect(transaction: Transaction) -> None:
            transaction.execute(
                "INSERT INTO seen VALUES (?, 1) "
                "ON CONFLICT (stream) DO UPDATE SET events = events + 1",
                stream,
            )
            match said:
                case PositionOpened():
                    portfolio.opened(transaction, said)
                case PositionClosed():
                    portfolio.closed(transaction, said)
            transaction.after(lambda: self._took_in(event))

        return effect

    def _took_in(self, event: Envelope) -> None:
        self._events.inc()
        match event.event:
            case SignalGenerated(confidence=confidence):
                self.drift.saw(confidence)
            case ModelLearned() as learned:
                if learned.retrained:
                    self.drift.forget()
                self._learning = {
                    "model": learned.model,
                    "samples": learned.samples,
                    "accuracy": round(learned.accuracy, 4),
                }

    async def _watch(self) -> None:
        for service in self.watched.values():
            self._checks.inc()
            await service.look()
            self._state_gauge.labels(service.name).set(service.state)
            if self._restarter is not None:
                await self._restarter.consider(service)

    async def _look(self) -> None:
        """Take the portfolio's figures, and act on them."""
        self._portfolio = await portfolio.read(self.runtime.store)
        self._value_gauge.set(float(self._value))
        self._index_gauge.set(self.drift.index)
        self._drift_gauge.set(int(self.drift.detected))
        await self._rebalance()
        await self._amplify()
        await self._retrain()

    async def _rebalance(self) -> None:
        symbol, share = self._portfolio.largest
        held = self._portfolio
        enough = held.positions >= _REBALANCED_FROM and len(held.open_values) > 1
        if enough and share > self._settings.rebalance_share and self._may("rebalance"):
            event = RebalanceRequested(symbol=symbol, share=round(share, 4))
            await self.runtime.store.write(lambda transaction: transaction.emit(event))
            self._rebalances.inc()

    async def _amplify(self) -> None:
        """Larger positions after a run of profits, the usual ones after a loss."""
        recent = self._portfolio.recent
        if len(recent) < RUN:
            return
        won = sum(pnl > 0 for pnl in recent) / len(recent)
        gains = sum(recent) > 0 and won >= _WON_SHARE
        factor = min(_MOST_FACTOR, self._factor * _AMPLIFIED) if gains else Decimal(1)
        if factor == self._factor or (gains and not self._may("amplify")):
            return
        reason = f"{won:.0%} of the last {RUN} positions made a profit"
        await self.runtime.store.write(
            lambda transaction: transaction.emit(SizingChanged(factor=factor, reason=reason))
        )
        self._factor = factor
        if gains:
            self._amplifications.inc()

    async def _retrain(self) -> None:
        wanted = self._settings.retraining == "on" and self.drift.detected
        if not wanted or not self._may("retrain"):
            return
        self._retrainings.inc()
        try:
            await self.runtime.caller.call(calls.RETRAIN, calls.RetrainParams(reason="drift"))
        except CallError:
            return  # it is counted, and the drift is still there next time

    async def _services(self, _params: calls.Nothing) -> calls.ServicesState:
        return calls.ServicesState(services={name: x.word for name, x in self.watched.items()})

    async def _show_seen(self, _request: Request) -> Response:
        rows = await self.runtime.store.read("SELECT stream, events FROM seen")
        return json({"seen": {str(stream): events for stream, events in rows}})

    def _may(self, what: str) -> bool:
        """Whether it is time to do it again; if so, it is noted as done."""
        now = time.monotonic()
        last = self._acted.get(what)
        if last is not None and now - last < self._settings.pause_seconds:
            return False
        self._acted[what] = now
        return True


class _Positions(Collector):
    """The gauge whose name is not ours to choose."""

    def __init__(self, count: Callable[[], int]) -> None:
        self._count = count

    def collect(self) -> Iterator[Metric]:
        """The gauge, as prometheus-client wants it."""
        yield GaugeMetricFamily(m.POSITIONS.name, m.POSITIONS.help, self._count())
