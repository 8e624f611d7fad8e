"""Closing and reducing a position: what is sold, what ends before it, and what comes back."""

from pathlib import Path
from typing import Any

import pytest

from target_app.exchanges.circuit_breaker import BreakerState
from target_app.exchanges.venue_sim import VenueSim
from target_app.exchanges.venue_sim_filters import ApiError
from target_app.exchanges.venue_sim_orders import PlacedOrder
from target_app.execution.orders.journal_file import IntentState
from tests.support.service_process import Client, execution
from tests.support.simulated_desk import Desk, bought
from tests.support.wait_until import eventually

OUT: dict[str, Any] = {
    "id": "out",
    "side": None,
    "action": "flat",
    "quantity": None,
    "stop_loss": None,
    "take_profit": None,
}
POOR = ApiError(400, -2010, "Account has insufficient balance for requested action.")
UNKNOWN = ApiError(503, -1000, "An unknown error occurred.")
LATER = ApiError(429, -1003, "Too many requests; current limit is 6000 requests per minute.")


def seen(desk: Desk) -> list[tuple[str, str, str]]:
    return [(o.client_id, o.status, f"{o.quantity}") for o in desk.orders]


def test_to_close_cancels_the_stop_and_sells_all_that_is_held(desk: Desk) -> None:
    desk.buy()
    fields = {
        "id": "out",
        "side": None,
        "action": "flat",
        "quantity": None,
        "stop_loss": None,
        "take_profit": None,
    }
    closed = desk.service.send(bought(**fields))
    assert closed.status == 200, closed.body
    assert (closed.json["side"], closed.json["filled"]) == ("sell", "0.00999")
    assert [(o.client_id, o.status) for o in desk.orders] == [
        ("i-x", "FILLED"),
        ("sl-i-x", "CANCELED"),
        ("i-out", "FILLED"),
    ]
    desk.until(lambda: desk.state() is IntentState.PLACED)
    assert desk.legs() == ["canceled", "canceled"]
    assert desk.now()["protected"] is True
    again = desk.service.send(bought(**fields)).json
    assert again == closed.json | {"duplicate": True}
    nothing = desk.service.send(bought(**fields | {"id": "more"}))
    assert (nothing.status, nothing.code) == (422, "nothing_held")
    desk.move("71000")
    desk.service.run(desk.service.service.pipeline.watch.round())
    assert len(desk.orders) == 3


def test_to_reduce_sells_what_is_free_and_leaves_the_stops(desk: Desk) -> None:
    desk.buy()
    desk.buy(id="bare", quantity="0.001", stop_loss=None, take_profit=None)
    fields = {
        "id": "less",
        "side": "sell",
        "reduce_only": True,
        "quantity": "5",
        "stop_loss": None,
        "take_profit": None,
    }
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
        fields = {
            "id": "out",
            "side": "close",
            "quantity": None,
            "stop_loss": None,
            "take_profit": None,
        }
        answer = desk.service.send(bought(**fields))
    assert (answer.status, answer.code) == (502, "exchange_failed")
    assert [o.status for o in desk.orders] == ["FILLED", "NEW"]
    assert desk.service.send(bought(**fields)).json["filled"] == "0.00999"


@pytest.mark.parametrize(
    ("error", "code"), [(POOR, "exchange_refused"), (LATER, "exchange_failed")]
)
def test_where_the_sale_fails_after_the_stop_was_cancelled_the_stop_comes_back(
    desk: Desk, error: ApiError, code: str
) -> None:
    desk.buy()
    place = desk.sim.exchange.place

    def refused(given: Any) -> PlacedOrder:
        if given["newClientOrderId"] == "i-out":
            raise error
        return place(given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(desk.sim.exchange, "place", refused)
        answer = desk.service.send(bought(**OUT))
        assert answer.code == code, answer.body
        desk.until(lambda: desk.legs() == ["open", "watched"])
    assert seen(desk) == [
        ("i-x", "FILLED", "0.01"),
        ("sl-i-x", "CANCELED", "0.00999"),
        ("s2-i-x", "NEW", "0.00999"),
    ]
    assert desk.now()["protected"] is True
    breaker = desk.service.service.pipeline.manager.venues["venue_sim"].breaker
    assert breaker.state is BreakerState.CLOSED  # by webhooks that came while it asked for quiet
    closed = desk.service.send(bought(**OUT | {"id": "later"}))
    assert closed.status == 200, closed.body
    assert closed.json["filled"] == "0.00999"
    desk.until(lambda: desk.state() is IntentState.PLACED)


def test_while_the_fate_of_the_sale_is_unknown_the_position_is_told_as_unprotected(
    desk: Desk,
) -> None:
    desk.buy()
    exchange = desk.sim.exchange
    place, find = exchange.place, exchange.find
    asked = []

    def lost(given: Any) -> PlacedOrder:
        made = place(given)
        if given["newClientOrderId"] == "i-out":
            raise UNKNOWN
        return made

    def unable(given: Any) -> PlacedOrder:
        if given.get("origClientOrderId") == "i-out":
            asked.append(given)
            raise UNKNOWN
        return find(given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exchange, "place", lost)
        patch.setattr(exchange, "find", unable)
        assert desk.service.send(bought(**OUT)).code == "outcome_unknown"
        desk.service.run(desk.service.service.pipeline.watch.round())
        told = desk.now()
    assert asked
    assert told["unprotected_because"] == "stop_loss: The position is being closed by i-out."
    assert [leg["status"] for leg in told["legs"]] == ["suspended", "suspended"]
    desk.until(lambda: desk.state() is IntentState.PLACED)
    assert [(o.client_id, o.status) for o in desk.orders] == [
        ("i-x", "FILLED"),
        ("sl-i-x", "CANCELED"),
        ("i-out", "FILLED"),
    ]
    assert desk.legs() == ["canceled", "canceled"]


def test_what_is_not_sold_keeps_a_stop_the_oldest_position_going_first(desk: Desk) -> None:
    desk.buy()
    desk.buy(id="y", take_profit=None)
    closed = desk.service.send(bought(**OUT | {"quantity": "0.004"}))
    assert (closed.status, closed.json["filled"]) == (200, "0.004"), closed.body
    desk.until(lambda: desk.legs() == ["open", "watched"])
    assert [leg["quantity"] for leg in desk.now()["legs"]] == ["0.00599", "0.00599"]
    assert seen(desk) == [
        ("i-x", "FILLED", "0.01"),
        ("sl-i-x", "CANCELED", "0.00999"),
        ("i-y", "FILLED", "0.01"),
        ("sl-i-y", "NEW", "0.00999"),
        ("i-out", "FILLED", "0.004"),
        ("s2-i-x", "NEW", "0.00599"),
    ]
    desk.move("70001")
    desk.until(lambda: desk.state() is IntentState.PLACED)
    assert desk.sim.exchange.balances.held["BTC"] == desk.orders[3].quantity


def test_a_sale_that_got_a_part_leaves_the_rest_protected(desk: Desk) -> None:
    desk.buy()
    desk.buy(id="y", take_profit=None)
    exchange = desk.sim.exchange
    place = exchange.place

    def thin(given: Any) -> PlacedOrder:
        if given["newClientOrderId"] != "i-out":
            return place(given)
        made = place(dict(given) | {"quantity": "0.012"})
        made.quantity, made.status = exchange.orders[made.number].quantity, "EXPIRED"
        made.quantity += made.quantity
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exchange, "place", thin)
        closed = desk.service.send(bought(**OUT)).json
    assert (closed["quantity"], closed["filled"], closed["status"]) == (
        "0.01998",
        "0.012",
        "expired",
    )
    desk.until(lambda: desk.state() is IntentState.PLACED)
    desk.until(lambda: desk.state("i-y") is IntentState.RESTING and desk.orders[-1].number == 6)
    assert seen(desk)[-1] == ("s2-i-y", "NEW", "0.00798")


@pytest.mark.programs
@pytest.mark.parametrize("sold", [False, True], ids=["before the sale", "after the sale"])
def test_killed_between_the_stop_and_the_sale_it_protects_or_ends_the_position(
    venue: tuple[VenueSim, str], desk: Desk, tmp_path: Path, *, sold: bool
) -> None:
    sim, url = venue
    desk.service.run(desk.service.service.pipeline.watch.close())
    options: dict[str, Any] = {
        "EXECUTION_EXCHANGES": "venue_sim",
        "EXECUTION_VENUE_SIM_URL": url,
        "EXECUTION_SETTLE_SECONDS": "0.2",
        "EXECUTION_WATCH_SECONDS": "0.05",
        "EXECUTION_MAX_AGE_SECONDS": "43200",
    }
    folder = tmp_path / "killed"
    folder.mkdir()
    server = execution(folder, **options)
    place = sim.exchange.place

    def kill(given: Any) -> PlacedOrder:
        if given["newClientOrderId"] != "i-out":
            return place(given)
        made = place(given) if sold else None
        server.kill()
        if made is None:
            raise UNKNOWN
        return made

    client = Client(server.port)
    try:
        assert client.send(bought())[0] == 200
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sim.exchange, "place", kill)
            with pytest.raises(OSError, match=r".*"):
                client.send(bought(**OUT))
        assert [o.status for o in desk.orders] == ["FILLED", "CANCELED"] + ["FILLED"] * sold
        server = execution(folder, **options)
        again = Client(server.port)
        if sold:
            eventually(lambda: _legs(again) == ["canceled", "canceled"], "the position is over")
            assert again.send(bought(**OUT))[0] == 200
        else:
            eventually(lambda: _legs(again) == ["open", "watched"], "the stop is back")
            assert again.send(bought(**OUT))[1]["code"] == "not_placed"
        again.close()
    finally:
        client.close()
        server.kill()
    last = ("i-out", "FILLED", "0.00999") if sold else ("s2-i-x", "NEW", "0.00999")
    assert seen(desk) == [("i-x", "FILLED", "0.01"), ("sl-i-x", "CANCELED", "0.00999"), last]


def _legs(client: Client) -> list[str]:
    return [leg["status"] for leg in client.send(bought())[1]["legs"]]
