"""A desk at a simulated venue, for the tests of what happens after an order."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path

import pytest
import uvicorn

from target_app.exchanges.venue_sim import SimulatorFaults, VenueSim
from target_app.exchanges.venue_sim_orders import SimulatedExchange
from tests.support.simulated_desk import Desk
from tests.support.wait_until import eventually


@pytest.fixture(scope="module")
def venue() -> Iterator[tuple[VenueSim, str]]:
    sim = VenueSim()
    server = uvicorn.Server(
        uvicorn.Config(sim, port=0, log_level="error", ws="none", lifespan="off")
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    eventually(lambda: server.started, "the simulator serves")
    yield sim, f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.force_exit = server.should_exit = True
    thread.join()


@pytest.fixture
def desk(venue: tuple[VenueSim, str], tmp_path: Path) -> Iterator[Desk]:
    sim, url = venue
    sim.exchange, sim.faults = SimulatedExchange(), SimulatorFaults()
    sim.exchange.balances.set("BTC", Decimal(0))
    sim.exchange.balances.set("USDT", Decimal(100_000))
    with ExitStack() as stack:
        yield Desk(tmp_path, sim, url, stack)
