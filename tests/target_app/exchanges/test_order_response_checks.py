"""An exchange's word about an order is believed where it can be true."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from target_app.exchanges.order_response_checks import check_ours, check_quantity, is_settled
from target_app.exchanges.venue_errors import Fate, VenueError
from target_app.exchanges.venue_sim import VenueSim
from tests.support.service_in_process import order, served
from tests.support.simulator_in_process import serving

SAID: dict[str, Any] = {
    "id": "7",
    "clientOrderId": "ours",
    "symbol": "BTC/USDT",
    "status": "closed",
    "amount": 0.01,
    "filled": 0.01,
    "average": 65_000.0,
}
BELIEVED: dict[str, dict[str, Any]] = {
    "as it is": {},
    "figures as text": {"amount": "0.01", "filled": "0.01", "average": "65000"},
    "figures as decimals": {"amount": Decimal("0.01"), "filled": Decimal("0.01")},
    "nothing known but its id": {"amount": None, "filled": None, "average": None},
    "nothing filled yet": {"status": "open", "filled": 0.0, "average": None},
    "a float's last digit": {"amount": 0.3, "filled": 0.1 + 0.2},
}
WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "a negative quantity": ({"filled": -1.0}, "figures that no order has"),
    "an endless quantity": ({"filled": float("inf")}, "figures that no order has"),
    "no number": ({"filled": float("nan")}, "figures that no order has"),
    "a word": ({"filled": "abc"}, "figures that no order has"),
    "a truth": ({"filled": True}, "figures that no order has"),
    "a negative price": ({"average": -500.0}, "figures that no order has"),
    "an endless price": ({"average": float("inf")}, "figures that no order has"),
    "more than was ordered": ({"filled": 10**6}, "says that 1000000 of 0.01 were filled"),
    "no id": ({"id": None}, "without an order"),
    "an endless id": ({"id": "9" * 100_000}, "without an order"),
    "another's id": ({"clientOrderId": "theirs"}, "about another order"),
    "another market": ({"symbol": "ETH/USDT"}, "about another order"),
}


@pytest.mark.parametrize("changed", BELIEVED.values(), ids=BELIEVED)
def test_what_can_be_true_is_believed(changed: dict[str, Any]) -> None:
    check_ours("there", SAID | changed, own_id="ours", symbol="BTC/USDT")


@pytest.mark.parametrize(("changed", "why"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_true_is_an_unknown_fate(changed: dict[str, Any], why: str) -> None:
    with pytest.raises(VenueError, match=why) as caught:
        check_ours("there", SAID | changed, own_id="ours", symbol="BTC/USDT")
    assert caught.value.fate is Fate.UNKNOWN


def test_much_more_than_we_ordered_is_not_believed_though_the_answer_agrees_with_itself() -> None:
    said = SAID | {"amount": 5.0, "filled": 5.0}
    check_ours("there", said, own_id="ours", symbol="BTC/USDT")
    check_quantity("there", SAID | {"filled": 0.0101}, Decimal("0.01"))  # it names what it costs
    with pytest.raises(VenueError, match=r"5\.0 of 0\.01 were filled") as caught:
        check_quantity("there", said, Decimal("0.01"))
    assert caught.value.fate is Fate.UNKNOWN


@pytest.mark.parametrize(
    ("changed", "at_once", "settled"),
    [
        ({}, True, True),
        ({"filled": 0.0}, True, False),  # done, and nothing filled
        ({"filled": 0.0, "status": "canceled"}, True, True),
        ({"filled": 0.0, "status": "open"}, True, False),
        ({"filled": 0.0, "status": "open"}, False, True),
        ({"status": None}, False, False),
    ],
)
def test_what_contradicts_itself_is_asked_for_again(
    changed: dict[str, Any], *, at_once: bool, settled: bool
) -> None:
    assert is_settled(SAID | changed, at_once=at_once) is settled


class Boastful(VenueSim):
    """It executes orders, and says of the first answer that a million coins were bought."""

    def __init__(self) -> None:
        super().__init__()
        self.boasts = True

    async def _order(self, method: str, given: dict[str, str]) -> Any:
        told = await super()._order(method, given)
        if method == "POST" and self.boasts:
            self.boasts = False
            told |= {"executedQty": "1000000", "origQty": "1000000"}
        return told


def test_a_stop_is_placed_for_what_was_bought_and_not_for_what_was_said(tmp_path: Path) -> None:
    simulator = Boastful()
    with (
        serving(simulator) as url,
        served(tmp_path, exchanges=("venue_sim",), venue_sim_url=url) as service,
    ):
        answer = service.send(order(id="one", quantity="0.01", stop_loss="60000"))
        assert answer.status == 200, answer.body
        assert answer.json["filled"] == "0.01"
        bought, stop = simulator.exchange.orders.values()
        assert (str(bought.quantity), bought.status) == ("0.01", "FILLED")
        assert stop.quantity == Decimal("0.00999")
