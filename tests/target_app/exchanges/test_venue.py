"""What an account holds is what an exchange says, and not a guess where it says nothing."""

from pathlib import Path
from typing import Any

import pytest

from target_app.exchanges.venue_sim import VenueSim
from tests.support.service_in_process import order, served
from tests.support.simulator_in_process import serving


class Telling(VenueSim):
    """It says of the account what a test wants."""

    told: Any = None

    async def _answer(self, scope: Any, body: bytes) -> Any:
        if scope["path"] == "/api/v3/account" and self.told is not None:
            return {"balances": self.told}
        return await super()._answer(scope, body)


BALANCES: dict[str, tuple[Any, str, str]] = {
    "left out": ([], "nothing_held", "0 BTC can be sold at venue_sim"),
    "nothing": (
        [{"asset": "BTC", "free": "0", "locked": "0"}],
        "nothing_held",
        "0 BTC can be sold",
    ),
    "less than nothing": (
        [{"asset": "BTC", "free": "-1", "locked": "0"}],
        "exchange_failed",
        "venue_sim names BTC, and not how much is held",
    ),
    "no figure": (
        [{"asset": "BTC", "free": None, "locked": "0"}],
        "exchange_failed",
        "venue_sim names BTC, and not how much is held",
    ),
}


@pytest.mark.parametrize(("told", "code", "words"), BALANCES.values(), ids=BALANCES)
def test_a_balance_that_is_no_figure_is_not_taken_for_nothing(
    told: Any, code: str, words: str, tmp_path: Path
) -> None:
    simulator = Telling()
    closing = {k: v for k, v in order(action="flat").items() if k not in {"side", "quantity"}}
    with (
        serving(simulator) as url,
        served(tmp_path, exchanges=("venue_sim",), venue_sim_url=url) as service,
    ):
        simulator.told = told
        answer = service.send(closing)
    assert (answer.code, words in answer.json["detail"]) == (code, True), answer.body
    assert simulator.exchange.orders == {}
