"""A service that trades at one simulated venue, on an account with fees and locks."""

import asyncio
import time
from collections.abc import Callable
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from typing import Any

from target_app.exchanges.venue_sim import VenueSim
from target_app.exchanges.venue_sim_orders import PlacedOrder
from target_app.execution.orders.journal_file import IntentState
from tests.support.service_in_process import Served, order, served
from tests.support.wait_until import PATIENCE_SECONDS


class Desk:
    """A service that trades at one simulated venue, and that venue."""

    def __init__(self, folder: Path, sim: VenueSim, url: str, stack: ExitStack) -> None:
        self.folder, self.sim, self._url, self._stack = folder, sim, url, stack
        self.service = self.start()

    def start(self, **values: Any) -> Served:
        self.service = self._stack.enter_context(
            served(
                self.folder,
                exchanges=("venue_sim",),
                venue_sim_url=self._url,
                **values,
            )
        )
        return self.service

    @property
    def orders(self) -> list[PlacedOrder]:
        return list(self.sim.exchange.orders.values())

    def move(self, price: str) -> None:
        """Let the market of BTC move; the service forgets the price that it knew."""
        self.sim.exchange.move("BTCUSDT", Decimal(price))
        self.service.service.pipeline.manager.venues["venue_sim"].prices._tickers.clear()

    def fill(self, number: int, quantity: str) -> None:
        """Let a resting order get so much, at its own price."""
        exchange, order = self.sim.exchange, self.sim.exchange.orders[number]
        exchange._let_go(order)
        exchange._execute(order, Decimal(quantity), Decimal(quantity) * order.price)
        exchange._rest(order)

    def buy(self, **fields: Any) -> dict[str, Any]:
        answer = self.service.send(bought(**fields))
        assert answer.status == 200, answer.body
        return answer.json

    def now(self, **fields: Any) -> dict[str, Any]:
        """What the service says of the order now: the same webhook again."""
        answer = self.service.send(bought(**fields)).json
        assert answer["duplicate"] is True
        return answer

    def until(self, condition: Callable[[], bool]) -> None:
        """Let the service run until the condition holds, which may ask it."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            assert time.monotonic() < deadline, "the condition did not come true in time"
            self.service.run(asyncio.sleep(0.01))

    def legs(self, **fields: Any) -> list[str]:
        return [leg["status"] for leg in self.now(**fields)["legs"]]

    def state(self, key: str = "i-x") -> IntentState:
        entry = self.service.run(self.service.service.pipeline.journal.find(key))
        assert entry is not None
        return entry.state


def bought(**fields: Any) -> dict[str, Any]:
    return order(
        **{"id": "x", "quantity": "0.01", "stop_loss": 60000, "take_profit": 70000} | fields
    )
