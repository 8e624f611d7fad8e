"""ai: makes signals at a steady pace, learns from closed positions, answers calls."""

import contextlib
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from target_app.services.ai import catalogue as m
from target_app.services.ai import held_positions
from target_app.services.ai.held_positions import HeldPositions
from target_app.services.ai.learning import Learning
from target_app.services.ai.model import Model
from target_app.services.ai.settings import AiSettings
from target_app.services.bus.contract import Bus
from target_app.services.faults import ServiceFaults
from target_app.services.group_commit import Effect
from target_app.services.http_server import Endpoint, body, json
from target_app.services.messages import calls
from target_app.services.messages.event_envelope import Envelope, new_id
from target_app.services.messages.events import (
    POSITIONS,
    SIGNALS,
    PositionClosed,
    PositionOpened,
    SignalGenerated,
)
from target_app.services.rpc import CallError
from target_app.services.service_lifecycle import Runtime
from target_app.services.state_inbox_and_outbox import Transaction
from target_app.tracing.spans import Tracer
from toolkit.errors import ConfigurationError

_SCHEMA = f"""
{held_positions.SCHEMA}
CREATE TABLE IF NOT EXISTS generated (signal_id TEXT PRIMARY KEY);
"""
# How often ai asks whether trading is stopped, and how soon it tries again at all.
_ASK_SECONDS, _IDLE_SECONDS = 5.0, 0.5
_UNREADABLE_EVERY_SECONDS = 0.5


class SignalRequest(msgspec.Struct, forbid_unknown_fields=True):
    """A signal that a person asks for."""

    symbol: str
    side: str = "buy"
    confidence: float | None = None  # left out, the model's
    quantity: Decimal | None = None
    leverage: Decimal = Decimal(1)


class AiService:
    """Implements `Service`."""

    def __init__(
        self,
        settings: AiSettings,
        bus: Bus,
        on_failed: Callable[[ConfigurationError], None] = lambda _error: None,
        tracer: Tracer | None = None,
    ) -> None:
        self._settings = settings
        self.model = Model(settings.seed)
        self.runtime = Runtime(
            "ai",
            bus,
            store=Path(settings.store),
            schema=_SCHEMA,
            catalogue=m.CATALOGUE,
            on_failed=on_failed,
            tracer=tracer,
        )
        made = self.runtime.instruments
        made.gauge(m.UPTIME).set_function(lambda: self.runtime.lifecycle.uptime_seconds)
        self._signals, self._predictions = made.counter(m.SIGNALS), made.counter(m.PREDICTIONS)
        self._published, self._errors = made.counter(m.PUBLISHED), made.counter(m.ERRORS)
        self._learning, self._held = Learning(self.model, made), HeldPositions()
        self._is_stopped = False
        self._turn = 0
        self._is_unreadable = False
        self.faults = ServiceFaults(
            {
                "pause_consumers": self.runtime.pause,
                "mute_calls": self.runtime.mute,
                "confidence_shift": self._shift,
                "unreadable_events": self._say_nonsense,
            }
        )
        self.runtime.prepare(self._remember)
        self.runtime.consume(POSITIONS, self._heard_of_position)
        self.runtime.answer(
            {calls.PREDICT: self._predict, calls.MODEL: self._state, calls.RETRAIN: self._retrain}
        )
        rate = settings.signals_per_second
        self.runtime.every(1 / rate if rate else _IDLE_SECONDS, self._generate)
        self.runtime.every(_ASK_SECONDS, self._ask_whether_stopped)
        self.runtime.every(_UNREADABLE_EVERY_SECONDS, self._nonsense)

    async def start(self) -> None:
        """See `Service`."""
        await self.runtime.start()

    async def stop(self) -> None:
        """See `Service`."""
        await self.runtime.stop()

    def health(self) -> dict[str, Any]:
        """See `Service`."""
        return {
            "well": True,
            "model": {
                "version": self.model.version,
                "samples": self.model.samples,
                "accuracy": round(self.model.accuracy, 4),
            },
            "trading_stopped": self._is_stopped,
        }

    def routes(self) -> Mapping[tuple[str, str], Endpoint]:
        """See `Service`."""
        return {
            ("POST", "/admin/signals"): self._asked_for_signal,
            ("GET", "/admin/generated"): self._count_generated,
        }

    async def _asked_for_signal(self, request: Request) -> Response:
        wanted: SignalRequest = await body(request, SignalRequest)
        confidence = wanted.confidence
        if confidence is None:
            confidence = self._predicted(wanted.symbol)[1]
        event = SignalGenerated(
            signal_id=new_id(),
            symbol=wanted.symbol,
            side=wanted.side,
            confidence=confidence,
            model=self.model.version,
            quantity=wanted.quantity,
            leverage=wanted.leverage,
        )
        await self._say(event)
        return json({"signal_id": event.signal_id}, 202)

    async def _count_generated(self, _request: Request) -> Response:
        rows = await self.runtime.store.read("SELECT count(*) FROM generated")
        return json({"generated": rows[0][0]})

    async def _generate(self) -> None:
        """One signal for the next market: a sell where a position is held, at times."""
        if not self._settings.signals_per_second or self._is_stopped:
            return
        try:
            symbol = self._settings.symbols[self._turn % len(self._settings.symbols)]
            self._turn += 1
            side, confidence = self._predicted(symbol)
            if side == "sell" and not self._held.has(symbol):
                side = "buy"
            await self._say(
                SignalGenerated(
                    signal_id=new_id(),
                    symbol=symbol,
                    side=side,
                    confidence=confidence,
                    model=self.model.version,
                )
            )
        except Exception:
            self._errors.inc()
            raise

    async def _say(self, event: SignalGenerated) -> None:
        def write(transaction: Transaction) -> None:
            transaction.execute("INSERT INTO generated VALUES (?)", event.signal_id)
            transaction.emit(event, own_id=event.signal_id)

        await self.runtime.store.write(write)
        self._signals.inc()
        self._published.inc()

    async def _heard_of_position(self, event: Envelope) -> Effect:
        said = event.event
        match said:
            case PositionOpened():
                return lambda transaction: self._held.opened(transaction, said)
            case PositionClosed():
                return lambda transaction: self._closed(transaction, said, event)
        return lambda _transaction: None

    def _closed(self, transaction: Transaction, said: PositionClosed, because: Envelope) -> None:
        self._held.closed(transaction, said)
        if said.signal_id:
            self._learning.from_position(transaction, said.pnl_usd, because)

    async def _remember(self) -> None:
        await self._held.remember(self.runtime.store)
        await self._learning.remember(self.runtime.store)

    async def _ask_whether_stopped(self) -> None:
        with contextlib.suppress(CallError):  # it is counted; we go on as before
            state = await self.runtime.caller.call(calls.PORTFOLIO, calls.Nothing())
            self._is_stopped = state.emergency_stop

    async def _predict(self, params: calls.PredictParams) -> calls.Prediction:
        if params.symbol not in self._settings.symbols:
            raise ValueError(f"there are no predictions for {params.symbol[:32]!r}")
        side, confidence = self._predicted(params.symbol)
        return calls.Prediction(
            symbol=params.symbol, side=side, confidence=confidence, model=self.model.version
        )

    async def _state(self, _params: calls.Nothing) -> calls.ModelState:
        return self._learning.state()

    async def _retrain(self, params: calls.RetrainParams) -> calls.ModelState:
        del params
        await self._learning.retrain(self.runtime.store)
        return self._learning.state()

    def _predicted(self, symbol: str) -> tuple[str, float]:
        self._predictions.inc()
        return self.model.predict(symbol)

    def _shift(self, *, on: bool, **_parameters: object) -> None:
        self.model.is_shifted = on

    def _say_nonsense(self, *, on: bool, **_parameters: object) -> None:
        self._is_unreadable = on

    async def _nonsense(self) -> None:
        if self._is_unreadable:
            await self.runtime.bus.publish([(SIGNALS, b'{"version": 99, "type": "nonsense"')])
