"""A call is answered in time, or is an error in time."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

import msgspec
import pytest

from target_app.services.bus.in_memory import MemoryBus
from target_app.services.messages.calls import (
    MODEL,
    PREDICT,
    RETRAIN,
    Call,
    ModelState,
    Nothing,
    Prediction,
    PredictParams,
    RetrainParams,
)
from target_app.services.rpc import ATTEMPTS, Caller, CallError, CallServer
from tests.support.service_bus import Measured, running, until

STATE = ModelState(model=1, samples=2, accuracy=0.5)


class System:
    """A caller, and a service `ai` that answers as a test wants."""

    def __init__(self, now: float = 0.0) -> None:
        # The server's clock stands still, so that a slow machine lets no call expire.
        self.bus, self.measured = MemoryBus(), Measured()
        self.caller = Caller(self.bus, "test", self.measured.metrics)
        self.predicted: list[str] = []
        self.trained = 0
        self.hold = asyncio.Event()
        self.hold.set()
        self.server = CallServer(
            self.bus,
            "ai",
            {PREDICT: self._predict, RETRAIN: self._retrain, MODEL: self._model},
            metrics=self.measured.metrics,
            clock=lambda: now,
        )

    @contextlib.asynccontextmanager
    async def up(self, *, server: bool = True) -> AsyncIterator["System"]:
        tasks = [self.caller.run(), *([self.server.run()] if server else [])]
        async with running(*tasks):
            yield self

    def calls(self, method: str, outcome: str) -> float:
        return self.measured.value("trading_rpc_calls_total", method=method, outcome=outcome)

    def served(self, method: str, outcome: str) -> float:
        return self.measured.value("trading_rpc_served_total", method=method, outcome=outcome)

    async def _predict(self, params: PredictParams) -> Prediction:
        self.predicted.append(params.symbol)
        await self.hold.wait()
        if params.symbol == "bad":
            raise ValueError("there is no market 'bad'")
        if params.symbol == "bug":
            raise KeyError(params.symbol)
        return Prediction(symbol=params.symbol, side="buy", confidence=0.5, model=1)

    async def _retrain(self, _params: RetrainParams) -> ModelState:
        self.trained += 1
        await self.hold.wait()
        return STATE

    async def _model(self, _params: Nothing) -> ModelState:
        return STATE


def test_many_calls_at_once_get_each_its_own_answer() -> None:
    async def scenario() -> None:
        async with System().up() as system:
            names = [f"S{n}" for n in range(100)]
            calls = (
                system.caller.call(PREDICT, PredictParams(symbol=name), timeout_seconds=30)
                for name in names
            )
            assert [answer.symbol for answer in await asyncio.gather(*calls)] == names
            assert system.calls("ai.predict", "answered") == 100
            assert system.served("ai.predict", "answered") == 100

    asyncio.run(scenario())


def test_a_service_that_is_away_is_an_error_in_time_after_repeats() -> None:
    async def scenario() -> None:
        async with System().up(server=False) as system:
            with pytest.raises(
                CallError, match=r"ai\.model: ai did not answer in 0\.02 s"
            ) as caught:
                await system.caller.call(MODEL, Nothing(), timeout_seconds=0.02)
            assert caught.value.outcome == "timeout"
            assert system.calls("ai.model", "timeout") == 1
            assert system.measured.value("trading_rpc_repeats_total", method="ai.model") == 2

    asyncio.run(scenario())


def test_a_slow_service_gets_no_more_than_three_requests_for_each_call_and_works_on_none() -> None:
    """Retries do not pile up: what a caller has given up is not worked on when its turn comes."""

    async def scenario() -> None:
        system = System(now=time.time() + 3600)  # when the service comes to it, all are too old
        async with system.up(server=False):
            calls = (
                system.caller.call(PREDICT, PredictParams(symbol="A"), timeout_seconds=0.02)
                for _ in range(20)
            )
            outcomes = await asyncio.gather(*calls, return_exceptions=True)
            assert all(isinstance(x, CallError) and x.outcome == "timeout" for x in outcomes)
            assert len(await system.bus.history("calls-ai", after=0, count=1000)) == 20 * ATTEMPTS
            repeats = system.measured.value("trading_rpc_repeats_total", method="ai.predict")
            assert repeats == 20 * (ATTEMPTS - 1)
        async with system.up():
            expired = 20 * ATTEMPTS
            await until(lambda: system.served("ai.predict", "expired") == expired, "all were seen")
            assert system.predicted == []

    asyncio.run(scenario())


def test_only_a_repeatable_call_is_sent_again() -> None:
    async def scenario() -> None:
        async with System().up() as system:
            system.hold.clear()
            with pytest.raises(CallError, match="did not answer"):
                await system.caller.call(RETRAIN, RetrainParams(reason="x"), timeout_seconds=0.2)
            await until(lambda: system.trained == 1, "the call was taken")
            assert system.measured.value("trading_rpc_repeats_total", method="ai.retrain") == 0

    asyncio.run(scenario())


def test_a_late_reply_is_dropped_and_counted() -> None:
    async def scenario() -> None:
        async with System().up() as system:
            system.hold.clear()
            call = system.caller.call(
                PREDICT, PredictParams(symbol="A"), timeout_seconds=0.2, attempts=1
            )
            with pytest.raises(CallError):
                await call
            await until(lambda: system.predicted == ["A"], "the call was taken")
            system.hold.set()
            late = "trading_rpc_late_replies_total"
            await until(lambda: system.measured.value(late) == 1, "the late reply")

    asyncio.run(scenario())


def test_a_call_that_nobody_waits_for_is_not_worked_on() -> None:
    async def scenario() -> None:
        now = time.time()
        system = System(now)
        old = Call(id="1", method="ai.predict", reply_to="nowhere", deadline=now - 1)
        await system.bus.publish([("calls-ai", msgspec.json.encode(old)), ("calls-ai", b"{")])
        async with system.up():
            await until(lambda: system.served("ai.predict", "expired") == 1, "it was seen")
            assert (await system.caller.call(MODEL, Nothing(), timeout_seconds=30)) == STATE
            assert system.predicted == []

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("symbol", "words"),
    [("bad", "there is no market 'bad'"), ("bug", "an error of the service; its log says which")],
)
def test_a_refusal_is_told_and_not_repeated(symbol: str, words: str) -> None:
    async def scenario() -> None:
        async with System().up() as system:
            with pytest.raises(CallError, match=words) as caught:
                await system.caller.call(PREDICT, PredictParams(symbol=symbol), timeout_seconds=30)
            assert caught.value.outcome == "refused"
            assert system.predicted == [symbol]
            assert system.served("ai.predict", "refused") == 1

    asyncio.run(scenario())


def test_a_bus_that_is_away_is_an_error_at_once() -> None:
    async def scenario() -> None:
        async with System().up() as system:
            system.bus.is_away = True
            with pytest.raises(CallError, match="the bus is away") as caught:
                await system.caller.call(MODEL, Nothing())
            assert caught.value.outcome == "bus_away"

    asyncio.run(scenario())
