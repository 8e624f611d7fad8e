"""The three services together, in memory: from a signal to a lesson, and what goes wrong."""

from decimal import Decimal
from pathlib import Path

from target_app.services.ai import catalogue as ai
from target_app.services.all_in_one_process import EmbeddedSystem
from target_app.services.analytics_os import catalogue as analytics
from target_app.services.bus_catalogue import BUS_METRICS
from target_app.services.exec_risk import catalogue as risk
from target_app.services.system_test.end_to_end import METRICS
from target_app.services.system_test.system import SystemUnderTest
from tests.support.embedded_system import on_embedded


def test_the_catalogues_hold_the_names_that_are_known_outside() -> None:
    catalogues = {"ai": ai, "exec-risk": risk, "analytics-os": analytics}
    count = 0
    for service, (prefix, names) in METRICS.items():
        declared = {metric.name for metric in catalogues[service].CATALOGUE.metrics}
        assert {prefix + name for name in names} <= declared
        assert {metric.name for metric in BUS_METRICS} <= declared
        count += len(names)
    assert count == 25


def test_a_signal_becomes_a_position_a_profit_or_loss_and_a_lesson(tmp_path: Path) -> None:
    async def scenario(system: SystemUnderTest, _embedded: EmbeddedSystem) -> None:
        for service, (prefix, names) in METRICS.items():
            for name in names:  # every one is there from the start
                await system.value(service, prefix + name)
        bought = await system.outcome(await system.signal(symbol="BTCUSDT", quantity="0.01"))
        assert bought["outcome"] == "executed"
        assert (bought["symbol"], bought["position"]) == ("BTC/USDT", "open")
        assert Decimal(bought["quantity"]) == Decimal("0.01")
        sold = await system.outcome(await system.signal(side="sell"))
        assert (sold["outcome"], sold["position"]) == ("executed", "closed")
        assert sold["position_id"] == bought["position_id"]

        async def learned() -> bool:
            health = (await system.ask("analytics-os", "/health"))[1]
            realised = Decimal(health["portfolio"]["realised_usd"])
            return health["learning"].get("samples") == 1 and realised == Decimal(sold["pnl_usd"])

        await system.until(learned, "analytics-os heard of the lesson and of the result")

        # Two of each: signal, request, result; opened, closed, learned.
        async def all_received() -> bool:
            events = "analytics_os_service_events_received_total"
            return await system.value("analytics-os", events) == 9

        await system.until(all_received, "analytics-os heard of nine events")
        value = {
            name: await system.value("exec-risk", f"exec_risk_service_{name}")
            for name in (
                "orders_executed_total",
                "positions_opened_total",
                "positions_closed_total",
                "risk_alerts_total",
            )
        }
        assert list(value.values()) == [2, 1, 1, 0]
        assert await system.value("ai", "ai_service_model_samples") == 1

    on_embedded(tmp_path, scenario)


RULED: tuple[tuple[dict[str, object], str, str], ...] = (
    ({"confidence": 0.69}, "refused", "low_confidence"),
    ({"quantity": "10"}, "refused", "oversized_position"),
    ({"quantity": "0"}, "refused", "oversized_position"),
    ({"symbol": "INVALIDUSDT"}, "refused", "unknown_symbol"),
    ({"symbol": "x" * 5000}, "refused", "unknown_symbol"),
    ({"side": "sell"}, "refused", "no_open_position"),
    ({"side": "hold"}, "refused", "unknown_side"),
    ({"leverage": "0"}, "refused", "leverage"),
    ({"leverage": "100", "quantity": "0.001"}, "executed", ""),
)


def test_the_rules_decide_and_hostile_symbols_become_no_series(tmp_path: Path) -> None:
    async def scenario(system: SystemUnderTest, _embedded: EmbeddedSystem) -> None:
        for fields, outcome, reason in RULED:
            found = await system.outcome(await system.signal(**fields))
            assert (found["outcome"], found["reason"]) == (outcome, reason), fields
        assert Decimal(found["quantity"]) == Decimal("0.003")  # three times is the most
        refusals = "exec_risk_service_refusals_total"
        assert await system.value("exec-risk", refusals, rule="leverage") == 2
        assert await system.value("exec-risk", "exec_risk_service_risk_alerts_total") == len(RULED)
        for service in METRICS:
            text = (await system.ask(service, "/metrics"))[1]
            assert "INVALIDUSDT" not in text
            assert "xxxxx" not in text

    on_embedded(tmp_path, scenario)


def test_an_emergency_stop_outlives_a_restart_and_a_person_lifts_it(tmp_path: Path) -> None:
    async def scenario(system: SystemUnderTest, embedded: EmbeddedSystem) -> None:
        path = "/admin/emergency-stop"
        held = await system.outcome(await system.signal())
        stopped = await system.ask("exec-risk", path, "POST", {"by": "a test", "reason": "why not"})
        assert stopped[1]["emergency_stop"] == {"by": "a test", "reason": "why not"}
        await embedded.stop("exec-risk")
        await embedded.start("exec-risk")
        await system.ready()
        health = (await system.ask("exec-risk", "/health"))[1]
        assert health["emergency_stop"]["reason"] == "why not"
        assert health["open_positions"] == 1
        refused = await system.outcome(await system.signal())
        assert refused["reason"] == "emergency_stop"
        closed = await system.outcome(await system.signal(side="sell"))  # takes risk away
        assert (closed["outcome"], closed["position_id"]) == ("executed", held["position_id"])
        nobody = await system.ask("exec-risk", path, "DELETE", {"by": " "})
        assert nobody[0] == 422
        assert nobody[1]["title"].startswith("by: say who lifts the stop")
        assert (await system.ask("exec-risk", path, "DELETE", {"by": "a test"}))[0] == 200
        assert (await system.outcome(await system.signal()))["outcome"] == "executed"
        assert await system.value("exec-risk", "exec_risk_service_emergency_stop_active") == 0
        audit = (tmp_path / "audit.jsonl").read_text()
        assert '"by":"a test"' in audit

    on_embedded(tmp_path, scenario)


def test_losses_stop_new_positions_and_then_all_trading(tmp_path: Path) -> None:
    async def scenario(system: SystemUnderTest, _embedded: EmbeddedSystem) -> None:
        held = await system.outcome(await system.signal())
        assert held["outcome"] == "executed"
        fault = {"fault": "daily_loss"}
        await system.ask("exec-risk", "/admin/faults", "POST", fault)

        async def lost() -> bool:
            return await system.value("exec-risk", "exec_risk_service_daily_pnl_usd") <= -2000

        await system.until(lost, "the loss is seen")
        assert (await system.outcome(await system.signal()))["reason"] == "daily_loss"
        # The close loses a little more, which is past the last limit here.
        await system.outcome(await system.signal(side="sell"))

        async def stopped() -> bool:
            return await system.value("exec-risk", "exec_risk_service_emergency_stop_active") == 1

        await system.until(stopped, "trading is stopped")
        assert await system.value("exec-risk", "exec_risk_service_emergency_stops_total") == 1

    on_embedded(tmp_path, scenario, {"exec-risk": {"emergency_loss_usd": Decimal(2000)}})


def test_an_exchange_that_is_away_fails_signals_and_degrades_health(tmp_path: Path) -> None:
    async def scenario(system: SystemUnderTest, _embedded: EmbeddedSystem) -> None:
        body = {"fault": "exchange_disconnect"}
        assert (await system.ask("exec-risk", "/admin/faults", "POST", body))[0] == 200
        failed = await system.outcome(await system.signal())
        assert (failed["outcome"], failed["reason"]) == ("failed", "network")

        async def is_seen() -> bool:
            _, health = await system.ask("analytics-os", "/health")
            return bool(health["services"]["exec-risk"]["detail"] == "not connected: paper")

        await system.until(is_seen, "analytics-os sees it")
        assert (await system.ask("exec-risk", "/health"))[1]["status"] == "degraded"
        await system.ask("exec-risk", "/admin/faults/exchange_disconnect", "DELETE")

        async def is_well() -> bool:
            return bool((await system.ask("exec-risk", "/health"))[1]["status"] == "ok")

        await system.until(is_well, "exec-risk is well again")

    on_embedded(tmp_path, scenario)


def test_a_restarted_service_goes_on_where_it_stopped(tmp_path: Path) -> None:
    async def scenario(system: SystemUnderTest, embedded: EmbeddedSystem) -> None:
        await embedded.stop("exec-risk")
        ids = [await system.signal() for _ in range(5)]
        await embedded.start("exec-risk")
        outcomes = [(await system.outcome(each))["outcome"] for each in ids]
        assert outcomes == ["executed"] * 5

    on_embedded(tmp_path, scenario)


def test_positions_are_closed_after_their_time(tmp_path: Path) -> None:
    async def scenario(system: SystemUnderTest, _embedded: EmbeddedSystem) -> None:
        await system.outcome(await system.signal())

        async def closed() -> bool:
            name = "exec_risk_service_positions_closed_total"
            return await system.value("exec-risk", name) == 1

        await system.until(closed, "the position is closed")

    on_embedded(tmp_path, scenario, {"exec-risk": {"hold_seconds": 0.01}})


REFUSED: tuple[tuple[str, str, str, object, int, str], ...] = (
        ("ai", "/admin/signals", "POST", b"{", 422, "The body: Input data was truncated"),
        ("ai", "/admin/signals", "POST", {"symbol": "A", "wise": 1}, 422, "unknown field `wise`"),
        ("ai", "/admin/signals", "POST", {"symbol": "A", "side": "buy", "quantity": "NaN"}, 422,
         "quantity: 'NaN' is not a number of at most 18 digits"),
        ("ai", "/admin/faults", "POST", {"fault": "pause"}, 422, "there is no 'pause' here"),
        ("ai", "/admin/faults", "POST", {"fault": "mute_calls", "duration_seconds": 0}, 422,
         "duration_seconds: 0 is not within"),
        ("exec-risk", "/admin/faults", "POST", {"fault": "exchange_errors", "share": 7}, 422,
         "share"),
        ("ai", "/admin/calls", "POST", {"method": "ai.predcit"}, 422, "did you mean 'ai.predict'"),
        ("ai", "/admin/events/signal", "GET", None, 404, "did you mean 'signals'"),
        ("ai", "/admin/events/signals?after=x", "GET", None, 422, "after: 'x' is not a whole"),
        ("exec-risk", "/signals/unknown", "GET", None, 404, "No signal 'unknown' was judged"),
        ("ai", "/nothing", "GET", None, 404, "Not Found"),
        ("ai", "/health", "POST", None, 405, "Method Not Allowed"),
)  # fmt: skip


def test_a_request_that_cannot_be_served_says_why(tmp_path: Path) -> None:
    async def scenario(system: SystemUnderTest, _embedded: EmbeddedSystem) -> None:
        for service, path, method, body, status, words in REFUSED:
            found, document = await system.ask(service, path, method, body)
            assert found == status, path
            assert words in document["title"]

    on_embedded(tmp_path, scenario)


def test_too_large_a_share_is_rebalanced(tmp_path: Path) -> None:
    async def scenario(system: SystemUnderTest, _embedded: EmbeddedSystem) -> None:
        for _ in range(3):
            await system.executed(symbol="BTC/USDT")
        rebalances = "analytics_os_service_rebalances_executed_total"
        assert await system.value("analytics-os", rebalances) == 0  # one symbol is no portfolio
        await system.executed(symbol="ETH/USDT", quantity="0.001")

        async def closed() -> bool:
            name = "exec_risk_service_positions_closed_total"
            return await system.value("exec-risk", name) == 1

        await system.until(closed, "one position of the larger symbol is closed")
        assert await system.value("analytics-os", rebalances) == 1
        held = (await system.told("exec-risk", "/positions"))["positions"]
        assert sorted(x["symbol"] for x in held) == ["BTC/USDT", "BTC/USDT", "ETH/USDT"]

    on_embedded(tmp_path, scenario)


def test_admin_needs_the_token(tmp_path: Path) -> None:
    async def scenario(system: SystemUnderTest, _embedded: EmbeddedSystem) -> None:
        for path, method in (("/admin/faults", "GET"), ("/admin/signals", "POST")):
            status, document = await system.ask("ai", path, method, token="wrong")
            assert (status, document["title"]) == (
                401,
                "Send `Authorization: Bearer` and the admin token.",
            )

    on_embedded(tmp_path, scenario)
