"""A desk at a simulated venue, for the tests of what happens after an order."""

from collections.abc import Iterator
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path

import pytest

from target_app.exchanges.venue_sim import SimulatorFaults, VenueSim
from target_app.exchanges.venue_sim_orders import SimulatedExchange
from tests.support import simulator_in_process
from tests.support.simulated_desk import Desk


@pytest.fixture(scope="module")
def venue() -> Iterator[tuple[VenueSim, str]]:
    sim = VenueSim()
    with simulator_in_process.serving(sim) as url:
        yield sim, url


@pytest.fixture
def desk(venue: tuple[VenueSim, str], tmp_path: Path) -> Iterator[Desk]:
    sim, url = venue
    sim.exchange, sim.faults = SimulatedExchange(), SimulatorFaults()
    sim.exchange.balances.set("BTC", Decimal(0))
    sim.exchange.balances.set("USDT", Decimal(100_000))
    with ExitStack() as stack:
        yield Desk(tmp_path, sim, url, stack)
