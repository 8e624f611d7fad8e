"""exec-risk: a signal → the rules → an order → a position, each step once."""

import contextlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from target_app.exchanges.injected_faults import FaultName, FaultRequest
from target_app.services.bus.contract import Bus
from target_app.services.exec_risk import catalogue as m
from target_app.services.exec_risk import positions
from target_app.services.exec_risk.event_handlers import Trading
from target_app.services.exec_risk.execution_core import ExecutionCore
from target_app.services.exec_risk.positions import Figures
from target_app.services.exec_risk.risk_metrics import RiskMetrics
from target_app.services.exec_risk.settings import RiskSettings
from target_app.services.faults import LONGEST_DURATION_SECONDS, ServiceFaults, Switch
from target_app.services.http_server import Endpoint, RefusedError, body, json
from target_app.services.messages import calls
from target_app.services.messages.events import CONTROL, REQUESTS, SIGNALS, EmergencyStopChanged
from target_app.services.service_lifecycle import Runtime
from target_app.services.state_inbox_and_outbox import Transaction
from target_app.tracing.spans import Tracer
from toolkit.errors import ConfigurationError

_LOOK_SECONDS = 0.5


class StopRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Stop trading, or lift the stop: who says so, and why."""

    by: str
    reason: str = ""


class RiskService:
    """Implements `Service`."""

    def __init__(
        self,
        settings: RiskSettings,
        bus: Bus,
        on_failed: Callable[[ConfigurationError], None] = lambda _error: None,
        tracer: Tracer | None = None,
    ) -> None:
        self._settings = settings
        self.runtime = Runtime(
            "exec-risk",
            bus,
            store=Path(settings.store),
            schema=positions.SCHEMA,
            catalogue=m.CATALOGUE,
            known={"exchange": settings.exchanges},
            on_failed=on_failed,
            tracer=tracer,
        )
        self.metrics = RiskMetrics(self.runtime.instruments, self.runtime.lifecycle)
        self.metrics.loss_limit(float(settings.daily_loss_limit_usd))
        self.core = ExecutionCore(settings, self.metrics.connected)
        self.trading = Trading(settings, self.core, self.runtime.store, self.metrics)
        self._figures = Figures()
        self.faults = ServiceFaults(self._switches())
        self.runtime.prepare(self._open)
        self.runtime.consume(SIGNALS, self.trading.signal)
        self.runtime.consume(REQUESTS, self.trading.request)
        self.runtime.consume(CONTROL, self.trading.control)
        self.runtime.answer({calls.PORTFOLIO: self._portfolio})
        self.runtime.every(_LOOK_SECONDS, self._look)

    async def start(self) -> None:
        """See `Service`."""
        await self.runtime.start()

    async def stop(self) -> None:
        """See `Service`."""
        await self.runtime.stop()
        await self.core.close()

    def health(self) -> dict[str, Any]:
        """See `Service`."""
        venues = self.core.venues
        figures = self._figures
        return {
            "well": all(v.connected for v in venues.values()) and len(venues) > 0,
            "exchanges": {name: {"connected": v.connected} for name, v in venues.items()},
            "open_positions": figures.open_positions,
            "daily_pnl_usd": str(figures.daily_pnl_usd),
            "daily_trades": figures.daily_trades,
            "emergency_stop": msgspec.to_builtins(figures.stop),
        }

    def routes(self) -> Mapping[tuple[str, str], Endpoint]:
        """See `Service`."""
        return {
            ("GET", "/signals/{signal_id}"): self._show_signal,
            ("GET", "/positions"): self._show_positions,
            ("GET", "/admin/outcomes"): self._count_outcomes,
            ("POST", "/admin/emergency-stop"): self._stop_trading,
            ("DELETE", "/admin/emergency-stop"): self._lift_stop,
        }

    async def _open(self) -> None:
        await self.core.open()
        await self._look()

    async def _look(self) -> None:
        await self.trading.close_old()
        self._figures = await positions.figures(self.runtime.store)
        self.metrics.show(self._figures)
        for venue in self.core.venues.values():
            if not venue.connected:  # it may be back, and without signals nobody would know
                with contextlib.suppress(Exception):
                    await venue.prices.price(self._settings.symbols[0])

    async def _portfolio(self, _params: calls.Nothing) -> calls.PortfolioState:
        figures = await positions.figures(self.runtime.store)
        return calls.PortfolioState(
            open_positions=figures.open_positions,
            value_usd=figures.value_usd,
            daily_pnl_usd=figures.daily_pnl_usd,
            daily_trades=figures.daily_trades,
            emergency_stop=figures.stop is not None,
        )

    async def _show_signal(self, request: Request) -> Response:
        signal_id = request.path_params["signal_id"]
        rows = await self.runtime.store.read(
            "SELECT s.symbol, s.outcome, s.reason, s.position_id, p.state, p.quantity, "
            "p.opened_price, p.pnl_usd FROM signals s LEFT JOIN positions p USING (position_id) "
            "WHERE s.signal_id = ?",
            signal_id,
        )
        if not rows:
            raise RefusedError(404, f"No signal {signal_id[:64]!r} was judged here yet.")
        names = (
            "symbol",
            "outcome",
            "reason",
            "position_id",
            "position",
            "quantity",
            "price",
            "pnl_usd",
        )
        return json(dict(zip(names, rows[0], strict=True)))

    async def _show_positions(self, _request: Request) -> Response:
        rows = await self.runtime.store.read(
            "SELECT position_id, symbol, state, quantity, opened_price FROM held ORDER BY opened_at"
        )
        names = ("position_id", "symbol", "state", "quantity", "price")
        return json({"positions": [dict(zip(names, row, strict=True)) for row in rows]})

    async def _count_outcomes(self, _request: Request) -> Response:
        sql = "SELECT outcome, count(*) FROM signals GROUP BY outcome"
        return json({"outcomes": {str(x): n for x, n in await self.runtime.store.read(sql)}})

    async def _stop_trading(self, request: Request) -> Response:
        wanted: StopRequest = await body(request, StopRequest)
        await self.runtime.store.write(
            lambda transaction: self.trading.stop(transaction, wanted.reason, wanted.by)
        )
        await self._look()
        return json({"emergency_stop": msgspec.to_builtins(self._figures.stop)})

    async def _lift_stop(self, request: Request) -> Response:
        wanted: StopRequest = await body(request, StopRequest)
        if not wanted.by.strip():
            raise RefusedError(422, "by: say who lifts the stop; it is kept in the audit log.")
        await self.runtime.store.write(lambda transaction: self._lift(transaction, wanted))
        self.core.audited("fault_cleared", "warning", fault="emergency_stop", by=wanted.by)
        await self._look()
        return json({"emergency_stop": None})

    def _lift(self, transaction: Transaction, wanted: StopRequest) -> None:
        if positions.stop_of(transaction) is not None:
            positions.set_stop(transaction, None)
            transaction.emit(EmergencyStopChanged(active=False, reason=wanted.reason, by=wanted.by))

    def _switches(self) -> dict[str, Switch]:
        core = self.core.faults

        def of_exchange(name: FaultName) -> Switch:
            def switch(*, on: bool, **parameters: Any) -> None:
                if on:  # the service's own faults clear it, and sooner
                    longest = LONGEST_DURATION_SECONDS
                    core.set(FaultRequest(fault=name, duration_seconds=longest, **parameters))
                else:
                    core.clear(name)

            return switch

        return {
            "pause_consumers": self.runtime.pause,
            "mute_calls": self.runtime.mute,
            "exchange_disconnect": of_exchange(FaultName.EXCHANGE_DISCONNECT),
            "exchange_latency": of_exchange(FaultName.EXCHANGE_LATENCY),
            "exchange_errors": of_exchange(FaultName.EXCHANGE_ERRORS),
            "emergency_stop": self._drill_stop,
            "daily_loss": self._drill_loss,
        }

    def _drill_stop(self, *, on: bool, **_parameters: object) -> None:
        def change(transaction: Transaction) -> None:
            if on:
                self.trading.stop(transaction, "a drill", "drill")
            else:
                self._lift(transaction, StopRequest(by="drill", reason="the drill is over"))

        self._later(change)

    def _drill_loss(self, *, on: bool, **_parameters: object) -> None:
        loss = self._settings.daily_loss_limit_usd
        self._later(lambda transaction: positions.add_pnl(transaction, -loss if on else loss))

    def _later(self, change: Callable[[Transaction], None]) -> None:
        self.runtime.soon(self.runtime.store.write(change))
