"""The eight end-to-end scenarios: the system as its users see it."""

import asyncio
import time
from decimal import Decimal
from typing import Any

from target_app.services.system_test.scenario import Figures, Limits, Scenario, ScenarioList
from target_app.services.system_test.system import SERVICES, SystemUnderTest, expect

_SYMBOLS = ("BTC/USDT", "ETH/USDT", "SOL/USDT")
_QUANTITIES = {"BTC/USDT": "0.001", "ETH/USDT": "0.01", "SOL/USDT": "0.1"}
_TRADES, _MEASURED, _OK = 10, 20, 200
METRICS = {
    "ai": (
        "ai_service_",
        ("uptime_seconds", "signals_generated_total", "predictions_made_total",
         "events_published_total", "errors_total"),
    ),
    "exec-risk": (
        "exec_risk_service_",
        ("uptime_seconds", "orders_executed_total", "positions_opened_total",
         "positions_closed_total", "risk_alerts_total", "emergency_stops_total",
         "execution_errors_total", "open_positions", "daily_pnl_usd", "daily_trades"),
    ),
    "analytics-os": (
        "analytics_os_service_",
        ("uptime_seconds", "events_received_total", "health_checks_total",
         "auto_restarts_total", "rebalances_executed_total", "profit_amplifications_total",
         "retrainings_triggered_total", "portfolio_value_usd", "positions_count",
         "drift_detected"),
    ),
}  # fmt: skip
"""The twenty-five metrics that are known outside: prefix and names by service."""


async def health_and_uptime(system: SystemUnderTest, figures: Figures, _limits: Limits) -> None:
    """Each service is up, and its uptime rises."""
    for name in SERVICES:
        metric = f"{METRICS[name][0]}uptime_seconds"
        first = await system.value(name, metric)

        async def rises(name: str = name, metric: str = metric, first: float = first) -> bool:
            return await system.value(name, metric) > first

        await system.until(rises, f"the uptime of {name} rises over {first:g} s")
        health = await system.told(name, "/health")
        figures.number(f"uptime of {name}", round(health["uptime_seconds"], 1), "s")


async def full_cycle(system: SystemUnderTest, figures: Figures, _limits: Limits) -> None:
    """One symbol is bought and sold again: prediction, signal, orders, result."""
    prediction = await system.call(
        "exec-risk", "ai.predict", {"symbol": "BTC/USDT"}, system.patience_seconds
    )
    expect(prediction.get("outcome") == "answered", f"ai.predict: {prediction}")
    began = time.perf_counter()
    bought = await system.executed(symbol="BTCUSDT")
    expect(bought["symbol"] == "BTC/USDT", f"BTCUSDT became {bought['symbol']}")
    expect(Decimal(bought["price"]) > 0, f"it was bought at {bought['price']}")
    sold = await system.executed(symbol="BTCUSDT", side="sell")
    expect(sold["pnl_usd"] is not None, "the position was closed without a result")
    figures.seconds("bought and sold", [time.perf_counter() - began])
    figures.number("result", float(sold["pnl_usd"]), "USD")


async def three_symbols(system: SystemUnderTest, figures: Figures, limits: Limits) -> None:
    """Three symbols are traded at once, and 95% of the signals are executed."""
    wanted = [symbol for symbol in _SYMBOLS for _ in range(7)]
    ids = await asyncio.gather(*(system.signal(symbol=x, quantity=_QUANTITIES[x]) for x in wanted))
    outcomes = await asyncio.gather(*map(system.outcome, ids))
    good = sum(x["outcome"] == "executed" for x in outcomes)
    share = figures.share("executed", good, len(wanted))
    expect(
        share >= limits.success_share,
        f"{share:.0%} of the signals were executed, under {limits.success_share:.0%}",
    )


async def risk_management(system: SystemUnderTest, _figures: Figures, _limits: Limits) -> None:
    """What is unsure or too large is refused, and leverage is capped."""
    await system.refused("low_confidence", confidence=0.5)
    await system.refused("oversized_position", quantity="1000")
    capped = await system.executed(quantity="0.001", leverage="1000")
    expect(
        capped["reason"] == "leverage_capped" or Decimal(capped["quantity"]) < Decimal("0.1"),
        f"a leverage of 1000 gave {capped['quantity']}",
    )


async def performance(system: SystemUnderTest, figures: Figures, limits: Limits) -> None:
    """Health answers within a tenth of a second, a signal is executed within a second."""
    health = []
    for _ in range(_MEASURED):
        for name in SERVICES:
            began = time.perf_counter()
            await system.told(name, "/health")
            health.append(time.perf_counter() - began)
    signals = []
    for _ in range(_MEASURED):
        began = time.perf_counter()
        await system.executed()
        signals.append(time.perf_counter() - began)
    late_health = figures.seconds("health", health)[1]
    late_signal = figures.seconds("signal to filled order", signals)[1]
    expect(
        late_health <= limits.health_seconds,
        f"P95 of health is {late_health:.3f} s, over {limits.health_seconds:g} s",
    )
    expect(
        late_signal <= limits.signal_seconds,
        f"P95 of a signal is {late_signal:.3f} s, over {limits.signal_seconds:g} s",
    )


async def concurrent_trades(system: SystemUnderTest, figures: Figures, _limits: Limits) -> None:
    """Ten trades at once are bought and sold."""

    async def trade() -> dict[str, Any]:
        await system.executed()
        return await system.executed(side="sell")

    with figures.rate("trades", _TRADES):
        done = await asyncio.gather(*(trade() for _ in range(_TRADES)))
    closed = {x["position_id"] for x in done}
    figures.share("closed", len(closed), _TRADES)
    expect(len(closed) == _TRADES, f"{_TRADES} trades closed {len(closed)} positions")


async def failure_recovery(system: SystemUnderTest, figures: Figures, _limits: Limits) -> None:
    """An unknown symbol and an unreadable event harm nobody, and trading goes on."""
    dead = {"stream": "signals", "group": "exec-risk", "reason": "not_json"}
    before = await system.value("exec-risk", "trading_bus_dead_letters_total", **dead)
    await system.refused("unknown_symbol", symbol="INVALIDUSDT")
    await system.told("ai", "/admin/events/signals", "POST", b"{ this is no event")
    await system.executed()

    async def kept() -> bool:
        after = await system.value("exec-risk", "trading_bus_dead_letters_total", **dead)
        return after > before

    await system.until(kept, "the unreadable event is a dead letter of exec-risk")
    letters = await system.told("exec-risk", "/admin/events/dead-letters?count=1000")
    figures.number("dead letters kept", len(letters["entries"]))


async def metrics_and_readiness(system: SystemUnderTest, figures: Figures, _limits: Limits) -> None:
    """All three are ready, and export the twenty-five metrics."""
    count = 0
    for name, (prefix, names) in METRICS.items():
        status, document = await system.ask(name, "/ready")
        expect(status == _OK, f"{name}: /ready answers {status}: {document}")
        for each in names:
            await system.value(name, prefix + each)
            count += 1
    figures.number("metrics", count)


SCENARIOS = tuple(
    Scenario(
        name=run.__name__.replace("_", "-"),
        of=ScenarioList.END_TO_END,
        claim=(run.__doc__ or "").partition("\n")[0],
        run=run,
    )
    for run in (
        health_and_uptime,
        full_cycle,
        three_symbols,
        risk_management,
        performance,
        concurrent_trades,
        failure_recovery,
        metrics_and_readiness,
    )
)
