"""Each scenario has a twin that breaks the system, and sees the scenario fail for its reason."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from target_app.services.all_in_one_process import EmbeddedSystem
from target_app.services.bus.in_memory import MemoryBus
from target_app.services.system_test.run import SCENARIOS, run_one
from target_app.services.system_test.scenario import Limits
from target_app.services.system_test.system import SystemUnderTest
from tests.support.embedded_system import on_embedded
from tests.support.wait_until import PATIENCE_SECONDS

Break = Callable[[SystemUnderTest, EmbeddedSystem], Awaitable[None]]
# What never comes true is waited for so long, in the scenarios that wait.
BROKEN_SECONDS = 15.0
PATIENT = Limits(health_seconds=PATIENCE_SECONDS, signal_seconds=PATIENCE_SECONDS)


@dataclass(frozen=True)
class Twin:
    """How the system is broken, and what the scenario says then."""

    words: str
    breaks: Break | None = None
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    bus: Callable[[], MemoryBus] | None = None
    limits: Limits = PATIENT


def stop(*names: str) -> Break:
    async def breaks(system: SystemUnderTest, _embedded: EmbeddedSystem) -> None:
        await system.control.stop(*names)

    return breaks


def fault(service: str, name: str, **parameters: Any) -> Break:
    async def breaks(system: SystemUnderTest, _embedded: EmbeddedSystem) -> None:
        await system.fault(service, name, **parameters)

    return breaks


async def nobody_starts_again(system: SystemUnderTest, embedded: EmbeddedSystem) -> None:
    class NoStart:
        async def stop(self, *names: str) -> None:
            await embedded.stop(*names)

        async def start(self, *names: str) -> None:
            pass

    system.control = NoStart()


def calls_wait(system: SystemUnderTest, seconds_of: Callable[[str], float]) -> None:
    """Give each call so long, by the name of its method."""
    call = system.call

    async def patient(
        service: str, method: str, params: object = None, timeout_seconds: float = 0.0
    ) -> dict[str, Any]:
        del timeout_seconds
        return await call(service, method, params, seconds_of(method))

    system.call = patient  # type: ignore[method-assign]


async def ai_is_mute(system: SystemUnderTest, _embedded: EmbeddedSystem) -> None:
    await system.fault("ai", "mute_calls")
    calls_wait(system, lambda method: 0.1 if method.startswith("ai.") else 60.0)


async def not_mute(system: SystemUnderTest, embedded: EmbeddedSystem) -> None:
    calls_wait(system, lambda _method: 60.0)
    faults = embedded.services["exec-risk"].faults

    def does_nothing(*, on: bool, **_parameters: Any) -> None:
        del on

    faults.switches = {**faults.switches, "mute_calls": does_nothing}


async def uptime_stands(_system: SystemUnderTest, embedded: EmbeddedSystem) -> None:
    gauge = "ai_service_uptime_seconds"
    made = embedded.services["ai"].runtime.instruments
    made._made[gauge].set_function(lambda: 5.0)  # type: ignore[union-attr]


async def a_metric_is_missing(_system: SystemUnderTest, embedded: EmbeddedSystem) -> None:
    registry = embedded.services["analytics-os"].runtime.registry
    registry.unregister(next(x for x in registry._collector_to_names if "Pos" in repr(x)))


SHORT = MemoryBus(most_entries=3)
TWINS = {
    "health-of-all": Twin("exec-risk does not answer GET /health", stop("exec-risk")),
    "readiness": Twin("analytics-os does not answer GET /ready", stop("analytics-os")),
    "calls-both-ways": Twin("exec-risk called ai.model: ai.model: ai did not answer", ai_is_mute),
    "flow-to-closed": Twin("ai learned from the closed position", fault("ai", "pause_consumers")),
    "concurrent-requests": Twin("33 of 100 requests were not answered", stop("exec-risk")),
    "degradation": Twin(
        "analytics-os sees exec-risk well before the test",
        settings={"analytics-os": {"watch_seconds": 3600.0, "exec_risk_url": "http://127.0.0.1:1"}},
    ),
    "failing-and-recovering": Twin("ai is ready", nobody_starts_again),
    "call-timeout": Twin("exec-risk was mute, and the call was answered", not_mute),
    "replay-and-retention": Twin("is not retained in the stream", bus=lambda: SHORT),
    "concurrent-signals": Twin(
        "17 of 20 signals were not executed: ['too_many_positions']",
        settings={"exec-risk": {"max_open_positions": 3}},
    ),
    "health-and-uptime": Twin("the uptime of ai rises over 5 s", uptime_stands),
    "full-cycle": Twin(
        "a signal that should be executed was failed: network",
        fault("exec-risk", "exchange_disconnect"),
    ),
    "three-symbols": Twin(
        "33% of the signals were executed, under 95%",
        settings={"exec-risk": {"symbols": ("BTC/USDT",)}},
    ),
    "risk-management": Twin(
        "a signal with {'confidence': 0.5} should be refused by low_confidence, and was executed",
        settings={"exec-risk": {"min_confidence": 0.0}},
    ),
    "performance": Twin(
        "P95 of a signal is",
        fault("exec-risk", "exchange_latency", seconds=0.11),
        limits=Limits(health_seconds=PATIENCE_SECONDS, signal_seconds=0.1),
    ),
    "concurrent-trades": Twin(
        "a signal that should be executed was refused: too_many_positions",
        settings={"exec-risk": {"max_open_positions": 3}},
    ),
    "failure-recovery": Twin(
        "should be refused by unknown_symbol, and was",
        settings={"exec-risk": {"symbols": ("BTC/USDT", "INVALID/USDT")}},
    ),
    "metrics-and-readiness": Twin(
        "analytics-os has no metric analytics_os_service_positions_count", a_metric_is_missing
    ),
}


# They wait for what never comes; `make test-long` runs them.
WAITING = {"failing-and-recovering", "flow-to-closed", "health-and-uptime", "degradation"}


def test_every_scenario_has_a_twin() -> None:
    assert list(TWINS) == [scenario.name for scenario in SCENARIOS]


@pytest.mark.parametrize(
    "name",
    [pytest.param(x, marks=[pytest.mark.long] if x in WAITING else []) for x in TWINS],
)
def test_a_broken_system_fails_for_its_reason(tmp_path: Path, name: str) -> None:
    twin = TWINS[name]
    (scenario,) = (x for x in SCENARIOS if x.name == name)

    async def run(system: SystemUnderTest, embedded: EmbeddedSystem) -> None:
        if twin.breaks is not None:
            await twin.breaks(system, embedded)
        if name in WAITING:
            system.patience_seconds = BROKEN_SECONDS
        result = await run_one(system, scenario, twin.limits)
        assert not result.passed
        assert twin.words in result.failure
        if twin.breaks is nobody_starts_again:
            await embedded.start("ai", "exec-risk")

    on_embedded(tmp_path, run, twin.settings, twin.bus)
