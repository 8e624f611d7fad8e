"""Stops that rest at the venue, targets that the service watches: on a spot account with locks.

ccxt's own Binance client at `venue_sim`: fees are taken from what was bought, resting orders
lock, and a stop and a target cannot both rest.
"""

from decimal import Decimal
from typing import Any

import pytest

from target_app.exchanges.injected_faults import FaultName, FaultRequest
from target_app.exchanges.venue_sim_filters import ApiError
from target_app.exchanges.venue_sim_orders import PlacedOrder
from target_app.execution.orders.journal_file import IntentState
from tests.support.simulated_desk import Desk


def test_the_stop_rests_for_what_is_left_after_the_fee_and_the_target_is_watched(
    desk: Desk,
) -> None:
    told = desk.buy()
    assert told["legs"] == [
        {
            "type": "stop_loss",
            "trigger": "60000",
            "order_id": "2",
            "status": "open",
            "quantity": "0.00999",
        },
        {"type": "take_profit", "trigger": "70000", "status": "watched", "quantity": "0.00999"},
    ]
    assert told["protected"] is True
    assert "unprotected_because" not in told
    assert [(o.kind, o.quantity) for o in desk.orders] == [
        ("MARKET", Decimal("0.01")),
        ("STOP_LOSS", Decimal("0.00999")),
    ]
    assert desk.orders[1].client_id == "sl-i-x"


def test_when_the_target_is_reached_the_stop_is_cancelled_and_the_position_sold(
    desk: Desk,
) -> None:
    desk.buy()
    desk.move("69999")
    desk.until(lambda: desk.service.service.pipeline.watch.watched == 1)
    assert [o.status for o in desk.orders] == ["FILLED", "NEW"]
    desk.move("70001")
    desk.until(lambda: desk.state() is IntentState.PLACED)
    assert [(o.client_id, o.status, o.quantity) for o in desk.orders] == [
        ("i-x", "FILLED", Decimal("0.01")),
        ("sl-i-x", "CANCELED", Decimal("0.00999")),
        ("tp-i-x", "FILLED", Decimal("0.00999")),
    ]
    assert desk.legs() == ["canceled", "closed"]
    assert desk.now()["protected"] is True
    assert desk.sim.exchange.balances.held["BTC"] == 0
    desk.until(lambda: desk.service.service.pipeline.watch.watched == 0)


def test_when_the_stop_is_executed_the_target_is_over(desk: Desk) -> None:
    desk.buy()
    desk.move("59000")
    desk.until(lambda: desk.state() is IntentState.PLACED)
    assert desk.legs() == ["closed", "canceled"]
    desk.move("71000")
    desk.service.run(desk.service.service.pipeline.watch.round())
    assert [o.status for o in desk.orders] == ["FILLED", "FILLED"]


def test_a_restart_goes_on_watching(desk: Desk) -> None:
    desk.buy()
    desk.service.run(desk.service.service.pipeline.watch.close())
    desk.start()
    desk.move("70001")
    desk.until(lambda: desk.state() is IntentState.PLACED)
    assert [o.status for o in desk.orders] == ["FILLED", "CANCELED", "FILLED"]


@pytest.mark.parametrize("done", ["nothing", "cancelled", "sold"])
def test_a_restart_in_the_middle_of_closing_goes_on_and_sells_once(desk: Desk, done: str) -> None:
    desk.buy()
    service = desk.service
    service.run(service.service.pipeline.watch.close())
    entry = service.run(service.service.pipeline.journal.find("i-x"))
    assert entry is not None
    answer = entry.answer.replace(b'"watched"', b'"closing"')
    service.run(service.service.pipeline.journal.finish("i-x", IntentState.RESTING, 200, answer))
    if done != "nothing":
        desk.sim.exchange.cancel({"symbol": "BTCUSDT", "orderId": "2"})
    if done == "sold":
        desk.sim.exchange.place(
            {
                "symbol": "BTCUSDT",
                "side": "SELL",
                "type": "MARKET",
                "quantity": "0.00999",
                "newClientOrderId": "tp-i-x",
            }
        )
    desk.start()
    desk.until(lambda: desk.state() is IntentState.PLACED)
    assert [(o.client_id, o.status) for o in desk.orders] == [
        ("i-x", "FILLED"),
        ("sl-i-x", "CANCELED"),
        ("tp-i-x", "FILLED"),
    ]


def test_a_stop_that_could_not_be_placed_is_told_and_tried_again(desk: Desk) -> None:
    faults = desk.service.service.faults

    async def drill() -> None:
        faults.set(FaultRequest(fault=FaultName.PROTECTION_ERRORS, duration_seconds=600))

    desk.service.run(drill())
    told = desk.buy()
    assert told["protected"] is False
    assert told["unprotected_because"] == ("stop_loss: a drill lets no protective order be placed")
    assert (told["legs"][0]["status"], told["legs"][0]["reason"]) == ("failed", "rejected")
    value = desk.service.value
    desk.until(lambda: value("execution_unprotected_positions", exchange="venue_sim") == 1)
    assert (
        value(
            "execution_protection_failures_total",
            exchange="venue_sim",
            type="stop_loss",
            reason="rejected",
        )
        >= 1
    )
    faults.clear(FaultName.PROTECTION_ERRORS)
    desk.until(lambda: len(desk.orders) == 2)
    desk.until(lambda: value("execution_unprotected_positions", exchange="venue_sim") == 0)
    assert desk.legs() == ["open", "watched"]
    assert desk.now()["protected"] is True


def test_a_stop_whose_answer_was_lost_is_found_and_not_placed_twice(desk: Desk) -> None:
    exchange = desk.sim.exchange
    place, find = exchange.place, exchange.find

    def lose(given: Any) -> PlacedOrder:
        made = place(given)
        if given["type"] == "STOP_LOSS":
            raise ApiError(503, -1000, "An unknown error occurred.")
        return made

    def unable(_given: Any) -> PlacedOrder:
        raise ApiError(503, -1000, "An unknown error occurred.")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exchange, "place", lose)
        patch.setattr(exchange, "find", unable)
        told = desk.buy()
    assert exchange.find == find
    assert (told["legs"][0]["status"], told["legs"][0]["reason"]) == ("failed", "unavailable")
    assert told["protected"] is False
    desk.until(lambda: desk.legs() == ["open", "watched"])
    assert [o.client_id for o in desk.orders] == ["i-x", "sl-i-x"]


def test_a_position_whose_stop_was_passed_before_it_could_be_placed_is_sold(desk: Desk) -> None:
    faults = desk.service.service.faults

    async def drill() -> None:
        faults.set(FaultRequest(fault=FaultName.PROTECTION_ERRORS, duration_seconds=600))

    desk.service.run(drill())
    desk.buy()
    desk.move("59000")
    faults.clear(FaultName.PROTECTION_ERRORS)
    desk.until(lambda: desk.state() is IntentState.PLACED)
    assert [(o.client_id, o.kind, o.status) for o in desk.orders] == [
        ("i-x", "MARKET", "FILLED"),
        ("sl-i-x", "MARKET", "FILLED"),
    ]
    assert desk.legs() == ["closed", "canceled"]


def test_an_entry_that_rests_is_protected_when_it_is_filled(desk: Desk) -> None:
    limit = {"order_type": "limit", "price": 62000}
    told = desk.buy(**limit)
    assert (told["status"], told["protected"]) == ("open", False)
    assert told["unprotected_because"] == "The entry order is not filled yet."
    assert [leg["status"] for leg in told["legs"]] == ["waiting", "waiting"]
    desk.move("61900")
    desk.until(lambda: len(desk.orders) == 2)
    desk.until(lambda: desk.legs(**limit) == ["open", "watched"])
    assert desk.now(**limit)["status"] == "closed"
    assert desk.orders[1].quantity == Decimal("0.00999")


def test_an_entry_that_is_cancelled_has_nothing_to_protect(desk: Desk) -> None:
    limit = {"order_type": "limit", "price": 62000}
    desk.buy(**limit)
    desk.sim.exchange.cancel({"symbol": "BTCUSDT", "orderId": "1"})
    desk.until(lambda: desk.state() is IntentState.PLACED)
    told = desk.now(**limit)
    assert (told["status"], told["legs"]) == ("canceled", [])
    assert len(desk.orders) == 1


def test_a_stop_that_somebody_cancelled_is_theirs_and_the_target_with_it(desk: Desk) -> None:
    desk.buy()
    desk.sim.exchange.cancel({"symbol": "BTCUSDT", "orderId": "2"})
    desk.until(lambda: desk.state() is IntentState.PLACED)
    told = desk.now()
    assert (told["protected"], desk.legs()) == (False, ["canceled", "canceled"])
    assert (
        told["unprotected_because"] == "stop_loss: It is canceled at venue_sim, by somebody else."
    )
    desk.move("71000")
    desk.service.run(desk.service.service.pipeline.watch.round())
    assert len(desk.orders) == 2


def test_many_positions_of_a_market_are_asked_for_with_one_question(desk: Desk) -> None:
    for number in range(12):
        desk.buy(id=f"many-{number}", quantity="0.001", take_profit=None)
    calls = {"execution_exchange_api_calls_total": "fetch_open_orders", "": "fetch_order"}

    def asked(endpoint: str) -> float:
        return desk.service.value(
            "execution_exchange_api_calls_total", exchange="venue_sim", endpoint=endpoint
        )

    desk.until(lambda: desk.service.service.pipeline.watch.watched == 12)
    desk.service.run(desk.service.service.pipeline.watch.close())
    before = [asked(endpoint) for endpoint in calls.values()]
    desk.service.run(desk.service.service.pipeline.watch.round())
    after = [asked(endpoint) for endpoint in calls.values()]
    assert [b - a for a, b in zip(before, after, strict=True)] == [1, 0]
    assert desk.service.service.pipeline.watch.watched == 12


def test_of_several_processes_one_watches_and_another_takes_over(desk: Desk) -> None:
    first = desk.service
    desk.buy()
    desk.until(lambda: first.service.pipeline.watch.watched == 1)
    second = desk.start()
    assert second.service.pipeline.lock.leads() is False
    first.run(first.service.pipeline.watch.close())
    desk.until(lambda: second.service.pipeline.watch.watched == 1)
    desk.move("70001")
    desk.until(lambda: desk.state() is IntentState.PLACED)
    assert [o.status for o in desk.orders] == ["FILLED", "CANCELED", "FILLED"]


def test_a_short_sale_is_bought_back(desk: Desk) -> None:
    desk.sim.exchange.balances.set("BTC", Decimal(1))
    fields = {"side": "sell", "stop_loss": 70000, "take_profit": 60000}
    told = desk.buy(**fields)
    assert [leg["quantity"] for leg in told["legs"]] == ["0.01", "0.01"]
    desk.move("59999")
    desk.until(lambda: desk.state() is IntentState.PLACED)
    assert [(o.side, o.status) for o in desk.orders] == [
        ("SELL", "FILLED"),
        ("BUY", "CANCELED"),
        ("BUY", "FILLED"),
    ]


def test_at_start_an_order_that_the_exchange_has_is_found_and_its_missing_stop_placed(
    desk: Desk,
) -> None:
    intent: dict[str, Any] = {
        "exchange": "venue_sim", "symbol": "BTC/USDT", "side": "buy", "order_type": "market",
        "quantity": "0.01", "price": None, "stop_loss": "60000", "take_profit": "70000",
        "id": "x", "sizing": {},
    }  # fmt: skip
    service = desk.service
    service.run(service.service.pipeline.watch.close())
    service.run(service.service.pipeline.journal.begin("i-x", intent))
    desk.sim.exchange.place(
        {
            "symbol": "BTCUSDT",
            "side": "BUY",
            "type": "MARKET",
            "quantity": "0.01",
            "newClientOrderId": "i-x",
        }
    )
    desk.start()
    desk.until(lambda: desk.legs() == ["open", "watched"])
    assert [(o.client_id, o.quantity) for o in desk.orders] == [
        ("i-x", Decimal("0.01")),
        ("sl-i-x", Decimal("0.00999")),
    ]


def test_only_rounds_that_looked_at_every_position_of_an_exchange_count(desk: Desk) -> None:
    service = desk.service
    service.run(service.service.pipeline.watch.close())

    def counted() -> float:
        before = service.value("execution_protection_rounds_total", exchange="venue_sim")
        service.run(service.service.pipeline.watch.round())
        return service.value("execution_protection_rounds_total", exchange="venue_sim") - before

    def unable(_given: Any) -> Any:
        raise ApiError(503, -1000, "An unknown error occurred.")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(desk.sim.exchange, "open_orders", unable)
        assert counted() == 1  # there is nothing to look at
        desk.buy()
        assert counted() == 0
    assert counted() == 1


def test_a_drill_lets_the_watching_stand_still(desk: Desk) -> None:
    service, faults = desk.service, desk.service.service.faults

    def rounds() -> float:
        return service.value("execution_protection_rounds_total", exchange="venue_sim")

    async def drill() -> None:
        faults.set(FaultRequest(fault=FaultName.WATCH_STALL, duration_seconds=600))

    desk.until(lambda: rounds() > 0)
    service.run(drill())
    desk.buy()
    desk.move("70001")
    asked: list[bool] = []

    def leads() -> bool:
        asked.append(True)
        return True

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(service.service.pipeline.lock, "leads", leads)
        desk.until(lambda: bool(asked))  # a round that had begun before the drill is over
        before = rounds()
        desk.until(lambda: len(asked) > 2)
    assert rounds() == before
    assert desk.legs() == ["open", "watched"]
    faults.clear(FaultName.WATCH_STALL)
    desk.until(lambda: desk.state() is IntentState.PLACED)
