"""Closing and reducing a position: what is sold, and what ends before it."""

from typing import Any

import pytest

from target_app.exchanges.venue_sim_filters import ApiError
from target_app.execution.orders.journal_file import IntentState
from tests.support.simulated_desk import Desk, bought


def test_to_close_cancels_the_stop_and_sells_all_that_is_held(desk: Desk) -> None:
    desk.buy()
    fields = {"id": "out", "side": None, "action": "flat", "quantity": None, "stop_loss": None,
              "take_profit": None}  # fmt: skip
    closed = desk.service.send(bought(**fields))
    assert closed.status == 200, closed.body
    assert (closed.json["side"], closed.json["filled"]) == ("sell", "0.00999")
    assert [(o.client_id, o.status) for o in desk.orders] == [
        ("i-x", "FILLED"), ("sl-i-x", "CANCELED"), ("i-out", "FILLED"),
    ]  # fmt: skip
    assert desk.legs() == ["canceled", "canceled"]
    assert desk.state() is IntentState.PLACED
    again = desk.service.send(bought(**fields)).json
    assert again == closed.json | {"duplicate": True}
    nothing = desk.service.send(bought(**fields | {"id": "more"}))
    assert (nothing.status, nothing.code) == (422, "nothing_held")
    desk.move("71000")
    desk.service.run(desk.service.service.watch.round())
    assert len(desk.orders) == 3


def test_to_reduce_sells_what_is_free_and_leaves_the_stops(desk: Desk) -> None:
    desk.buy()
    desk.buy(id="bare", quantity="0.001", stop_loss=None, take_profit=None)
    fields = {"id": "less", "side": "sell", "reduce_only": True, "quantity": "5",
              "stop_loss": None, "take_profit": None}  # fmt: skip
    told = desk.service.send(bought(**fields))
    assert (told.status, told.json["filled"]) == (200, "0.00099"), told.body
    assert desk.legs() == ["open", "watched"]
    refused = desk.service.send(bought(**fields | {"id": "again"}))
    assert refused.code == "nothing_held"
    assert "0.00999 more are locked by orders" in refused.json["detail"]


CONFLICTS: dict[str, tuple[dict[str, Any], str]] = {
    "a purchase that reduces": ({"reduce_only": True}, "reduce_only"),
    "a stop for what is closed": ({"side": "close", "take_profit": None}, "stop_loss"),
    "a limit for what is closed": (
        {"side": "exit", "order_type": "limit", "price": 65000, "stop_loss": None,
         "take_profit": None}, "order_type"),
    "neither true nor false": ({"reduce_only": "maybe"}, "reduce_only"),
}  # fmt: skip


@pytest.mark.parametrize(("fields", "field"), CONFLICTS.values(), ids=CONFLICTS)
def test_what_cannot_be_meant_is_refused(desk: Desk, fields: dict[str, Any], field: str) -> None:
    answer = desk.service.send(bought(**fields))
    assert (answer.status, answer.code) == (422, "validation")
    assert field in [e["field"] for e in answer.json["errors"]]
    assert desk.orders == []


def test_where_the_exchange_cannot_say_what_is_held_nothing_is_sold(desk: Desk) -> None:
    desk.buy()

    def unable() -> Any:
        raise ApiError(503, -1000, "An unknown error occurred.")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(desk.sim.exchange, "account", unable)
        fields = {"id": "out", "side": "close", "quantity": None, "stop_loss": None,
                  "take_profit": None}  # fmt: skip
        answer = desk.service.send(bought(**fields))
    assert (answer.status, answer.code) == (502, "exchange_failed")
    assert [o.status for o in desk.orders] == ["FILLED", "NEW"]
    assert desk.service.send(bought(**fields)).json["filled"] == "0.00999"
