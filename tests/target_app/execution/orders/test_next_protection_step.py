"""What a resting entry gets is protected part by part, across restarts, and ends with its position.

ccxt's own Binance client at `venue_sim`, as in `test_protection_watch`.
"""

from decimal import Decimal

import pytest

from target_app.execution.orders.journal_file import IntentState
from tests.support.simulated_desk import Desk

LIMIT = {"order_type": "limit", "price": 62000}


def test_each_part_that_a_resting_entry_gets_is_protected_at_once(desk: Desk) -> None:
    desk.buy(**LIMIT)
    desk.fill(1, "0.004")
    desk.until(lambda: desk.legs(**LIMIT) == ["open", "watched"])
    told = desk.now(**LIMIT)
    assert (told["status"], told["filled"], told["protected"]) == ("open", "0.004", True)
    assert [leg["quantity"] for leg in told["legs"]] == ["0.00399", "0.00399"]
    desk.fill(1, "0.003")
    desk.until(lambda: len(desk.orders) == 3)
    desk.until(lambda: desk.now(**LIMIT)["filled"] == "0.007")
    desk.fill(1, "0.003")
    desk.until(lambda: desk.now(**LIMIT)["status"] == "closed")
    desk.until(lambda: desk.legs(**LIMIT) == ["open", "watched"])
    assert [(o.client_id, o.status, o.quantity) for o in desk.orders] == [
        ("i-x", "FILLED", Decimal("0.01")),
        ("sl-i-x", "CANCELED", Decimal("0.00399")),
        ("s2-i-x", "CANCELED", Decimal("0.00699")),
        ("s3-i-x", "NEW", Decimal("0.00999")),
    ]
    desk.move("70001")
    desk.until(lambda: desk.state() is IntentState.PLACED)
    assert desk.sim.exchange.balances.held["BTC"] == 0


def test_a_part_too_small_to_sell_waits_for_more(desk: Desk) -> None:
    desk.buy(**LIMIT)
    desk.fill(1, "0.00005")
    desk.until(lambda: desk.now(**LIMIT)["filled"] == "0.00005")
    assert desk.legs(**LIMIT) == ["waiting", "waiting"]
    desk.fill(1, "0.004")
    desk.until(lambda: desk.legs(**LIMIT) == ["open", "watched"])
    assert desk.orders[1].quantity == Decimal("0.00404")


def test_a_target_that_is_reached_ends_an_entry_that_still_rests(desk: Desk) -> None:
    desk.buy(**LIMIT)
    desk.fill(1, "0.004")
    desk.until(lambda: desk.legs(**LIMIT) == ["open", "watched"])
    desk.move("70001")
    desk.until(lambda: desk.state() is IntentState.PLACED)
    assert [(o.client_id, o.status, o.filled) for o in desk.orders] == [
        ("i-x", "CANCELED", Decimal("0.004")),
        ("sl-i-x", "CANCELED", Decimal(0)),
        ("tp-i-x", "FILLED", Decimal("0.00399")),
    ]


def test_a_stop_that_is_executed_ends_an_entry_that_still_rests(desk: Desk) -> None:
    desk.buy(**LIMIT)
    desk.fill(1, "0.004")
    desk.until(lambda: desk.legs(**LIMIT) == ["open", "watched"])
    stop = desk.orders[1]
    desk.sim.exchange._let_go(stop)
    desk.sim.exchange._execute(stop, stop.quantity, stop.quantity * 60000)
    desk.until(lambda: desk.state() is IntentState.PLACED)
    assert [(o.client_id, o.status) for o in desk.orders] == [
        ("i-x", "CANCELED"),
        ("sl-i-x", "FILLED"),
    ]
    assert desk.legs(**LIMIT) == ["closed", "canceled"]


@pytest.mark.parametrize("done", ["nothing", "cancelled", "placed"])
def test_a_restart_in_the_middle_of_replacing_a_stop_goes_on_and_places_it_once(
    desk: Desk, done: str
) -> None:
    desk.buy(**LIMIT)
    desk.fill(1, "0.004")
    desk.until(lambda: desk.legs(**LIMIT) == ["open", "watched"])
    service = desk.service
    service.run(service.service.pipeline.watch.close())
    desk.fill(1, "0.006")
    entry = service.run(service.service.pipeline.journal.find("i-x"))
    assert entry is not None
    answer = entry.answer.replace(b'"status":"open","quantity"', b'"status":"replacing","quantity"')
    assert answer != entry.answer
    service.run(service.service.pipeline.journal.finish("i-x", IntentState.RESTING, 200, answer))
    if done != "nothing":
        desk.sim.exchange.cancel({"symbol": "BTCUSDT", "orderId": "2"})
    if done == "placed":
        desk.sim.exchange.place(
            {
                "symbol": "BTCUSDT",
                "side": "SELL",
                "type": "STOP_LOSS",
                "quantity": "0.00999",
                "stopPrice": "60000",
                "newClientOrderId": "s2-i-x",
            }
        )
    desk.start()
    desk.until(lambda: desk.legs(**LIMIT) == ["open", "watched"])
    assert [(o.client_id, o.status) for o in desk.orders] == [
        ("i-x", "FILLED"),
        ("sl-i-x", "CANCELED"),
        ("s2-i-x", "NEW"),
    ]
    assert desk.now(**LIMIT)["status"] == "closed"
