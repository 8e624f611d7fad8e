"""The ten integration scenarios: the services and what is between them."""

import asyncio
import json
import time
from typing import Any

from target_app.services.system_test.scenario import Figures, Limits, Scenario, ScenarioList
from target_app.services.system_test.system import SERVICES, SystemUnderTest, expect

_REQUESTS, _SIGNALS, _OK = 100, 20, 200
# Who calls whom: each service calls, and each is called.
_CALLS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("ai", "exec-risk.portfolio", {}),
    ("exec-risk", "ai.model", {}),
    ("ai", "analytics-os.services", {}),
    ("analytics-os", "ai.predict", {"symbol": "BTC/USDT"}),
)


async def health_of_all(system: SystemUnderTest, _figures: Figures, _limits: Limits) -> None:
    """Each service says that it is well, and what it depends on."""
    for name in SERVICES:

        async def is_well(name: str = name) -> bool:
            return bool((await system.told(name, "/health"))["status"] == "ok")

        await system.until(is_well, f"{name} says that it is well")
    risk = await system.told("exec-risk", "/health")
    expect(risk["exchanges"], "exec-risk names no exchange in its health")
    for field in ("open_positions", "daily_pnl_usd"):
        expect(field in risk, f"exec-risk's health has no {field}")
    operations = await system.told("analytics-os", "/health")
    for field in ("services", "portfolio", "learning"):
        expect(field in operations, f"analytics-os' health has no {field}")


async def readiness(system: SystemUnderTest, _figures: Figures, _limits: Limits) -> None:
    """Each service says that it is ready."""
    for name in SERVICES:
        status, document = await system.ask(name, "/ready")
        expect(status == _OK, f"{name}: /ready answers {status}: {document}")


async def calls_both_ways(system: SystemUnderTest, figures: Figures, _limits: Limits) -> None:
    """Every service calls others over the bus, and is called."""
    times = []
    for service, method, params in _CALLS:
        began = time.perf_counter()
        answer = await system.call(service, method, params, system.patience_seconds / 2)
        times.append(time.perf_counter() - began)
        expect(
            answer.get("outcome") == "answered",
            f"{service} called {method}: {answer.get('detail', answer)}",
        )
    figures.seconds("call", times)


async def flow_to_closed(system: SystemUnderTest, _figures: Figures, _limits: Limits) -> None:
    """A signal becomes a position, a second one closes it, and ai learns from it."""
    before = await system.value("ai", "ai_service_model_samples")
    bought = await system.executed()
    expect(bought["position"] in {"open", "closed"}, f"the position is {bought['position']}")
    sold = await system.executed(side="sell")
    expect(sold["position"] == "closed", f"the position is {sold['position']}, not closed")

    async def learned() -> bool:
        return await system.value("ai", "ai_service_model_samples") > before

    await system.until(learned, "ai learned from the closed position")


async def concurrent_requests(system: SystemUnderTest, figures: Figures, _limits: Limits) -> None:
    """A hundred requests at once are all answered."""
    times: list[float] = []

    async def one(name: str) -> bool:
        began = time.perf_counter()
        try:
            status, _ = await system.ask(name, "/health")
        except Exception as error:  # noqa: BLE001 - one that fails is counted below
            figures.shown["first failure"] = str(error)
            return False
        times.append(time.perf_counter() - began)
        return status == _OK

    with figures.rate("requests", _REQUESTS):
        names = [SERVICES[n % len(SERVICES)] for n in range(_REQUESTS)]
        answers = await asyncio.gather(*map(one, names))
    good = sum(answers)
    figures.share("answered", good, _REQUESTS)
    if times:
        figures.seconds("answer", times)
    expect(good == _REQUESTS, f"{_REQUESTS - good} of {_REQUESTS} requests were not answered")


async def degradation(system: SystemUnderTest, figures: Figures, _limits: Limits) -> None:
    """An exchange that is away degrades exec-risk, which analytics-os sees; and its return."""

    async def seen() -> str:
        document = await system.told("analytics-os", "/health")
        return str(document["services"]["exec-risk"]["status"])

    async def degraded() -> bool:
        return await seen() == "degraded"

    async def well() -> bool:
        return await seen() == "ok"

    await system.until(well, "analytics-os sees exec-risk well before the test")
    began = time.perf_counter()
    await system.fault("exec-risk", "exchange_disconnect")
    try:
        with_a_call = asyncio.create_task(_touch_exchange(system))
        await system.until(degraded, "analytics-os sees that exec-risk is degraded")
        figures.seconds("seen after", [time.perf_counter() - began])
        await with_a_call
    finally:
        await system.clear("exec-risk", "exchange_disconnect")
    await system.until(well, "analytics-os sees exec-risk well again")


async def failing_and_recovering(
    system: SystemUnderTest, figures: Figures, _limits: Limits
) -> None:
    """Two services end and come back, and go on where they stopped."""
    before = await system.told("exec-risk", "/positions")
    restarts = await _watched(system)
    await system.control.stop("ai", "exec-risk")
    seen: set[str] = set()

    async def down() -> bool:
        # Where analytics-os starts them again, one may be back before the other is seen down.
        now = await _watched(system)
        for name in ("ai", "exec-risk"):
            if now[name]["status"] == "down" or now[name]["restarts"] > restarts[name]["restarts"]:
                seen.add(name)
        return seen == {"ai", "exec-risk"}

    try:
        await system.until(down, "analytics-os sees both services down")
    finally:
        began = time.perf_counter()
        await system.control.start("ai", "exec-risk")
    await system.ready("ai", "exec-risk")
    figures.seconds("ready again after", [time.perf_counter() - began])
    known = {x["position_id"] for x in before["positions"]}
    await system.executed()
    after = await system.told("exec-risk", "/positions")
    kept = known & {x["position_id"] for x in after["positions"]}
    figures.share("positions kept, or closed since", len(kept), len(known))


async def call_timeout(system: SystemUnderTest, figures: Figures, _limits: Limits) -> None:
    """A call that nobody answers is an error in time, after repeats; then calls work again."""
    name = "trading_rpc_repeats_total"
    labels = {"method": "exec-risk.portfolio"}
    before = await system.value("ai", name, **labels)
    await system.fault("exec-risk", "mute_calls")
    try:
        began = time.perf_counter()
        answer = await system.call("ai", "exec-risk.portfolio")
        figures.seconds("given up after", [time.perf_counter() - began])
    finally:
        await system.clear("exec-risk", "mute_calls")
    expect(
        answer.get("outcome") == "timeout",
        f"exec-risk was mute, and the call was {answer.get('outcome')}",
    )
    repeats = await system.value("ai", name, **labels) - before
    expect(repeats >= 2, f"the call was repeated {repeats:g} times, not twice")  # noqa: PLR2004 - three attempts
    again = await system.call("ai", "exec-risk.portfolio", None, system.patience_seconds)
    expect(again.get("outcome") == "answered", f"the next call was {again.get('outcome')}")


async def replay_and_retention(system: SystemUnderTest, figures: Figures, _limits: Limits) -> None:
    """What was said is still on the bus, in its order, and says the same when read again."""
    ids = [await system.signal() for _ in range(5)]
    for each in ids:
        await system.outcome(each)
    entries = await _everything(system, "signals")
    found = [x["data"]["signal_id"] for x in entries if x["type"] == "signal.generated"]
    for each in ids:
        expect(each in found, f"signal {each} is not retained in the stream")
    places = [found.index(each) for each in ids]
    expect(places == sorted(places), f"the signals stand at {places}, not in their order")
    again = [x for x in await _everything(system, "signals") if x in entries]
    expect(again == entries[-len(again) :], "the stream says something else when read again")
    figures.number("events retained", len(entries))


async def concurrent_signals(system: SystemUnderTest, figures: Figures, _limits: Limits) -> None:
    """Twenty signals at once are all decided, and none is executed twice."""
    with figures.rate("signals", _SIGNALS):
        ids = await asyncio.gather(*(system.signal() for _ in range(_SIGNALS)))
        outcomes = await asyncio.gather(*map(system.outcome, ids))
    executed = [x for x in outcomes if x["outcome"] == "executed"]
    figures.share("executed", len(executed), _SIGNALS)
    positions = {x["position_id"] for x in executed}
    expect(
        len(executed) == _SIGNALS,
        f"{_SIGNALS - len(executed)} of {_SIGNALS} signals were not executed: "
        f"{sorted({x['reason'] for x in outcomes if x not in executed})}",
    )
    expect(len(positions) == _SIGNALS, f"{_SIGNALS} signals opened {len(positions)} positions")


async def _watched(system: SystemUnderTest) -> dict[str, dict[str, Any]]:
    """How analytics-os sees the others."""
    return dict((await system.told("analytics-os", "/health"))["services"])


async def _touch_exchange(system: SystemUnderTest) -> None:
    """A signal that meets the exchange, whatever becomes of it."""
    await system.outcome(await system.signal())


async def _everything(system: SystemUnderTest, stream: str) -> list[dict[str, Any]]:
    """Every event that a stream keeps."""
    found: list[dict[str, Any]] = []
    after = 0
    while True:
        path = f"/admin/events/{stream}?after={after}&count=1000"
        entries = (await system.told("analytics-os", path))["entries"]
        if not entries:
            return found
        after = entries[-1]["number"]
        found += [_event(x["data"]) for x in entries]


def _event(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except ValueError:
        return {"type": "unreadable"}
    return document if isinstance(document, dict) and "type" in document else {"type": ""}


SCENARIOS = tuple(
    Scenario(
        name=run.__name__.replace("_", "-"),
        of=ScenarioList.INTEGRATION,
        claim=(run.__doc__ or "").partition("\n")[0],
        run=run,
    )
    for run in (
        health_of_all,
        readiness,
        calls_both_ways,
        flow_to_closed,
        concurrent_requests,
        degradation,
        failing_and_recovering,
        call_timeout,
        replay_and_retention,
        concurrent_signals,
    )
)
