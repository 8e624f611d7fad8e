"""Two thousand hostile connections: memory stays bounded and comes back, and honest orders pass.

How long an honest client waits meanwhile is for `make bench` to say: here the attackers run
on the same cores.
"""

import contextlib
import os
import resource
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.hostile_flood import CONNECTIONS, FLOODS, flood
from tests.support.service_in_process import order
from tests.support.service_process import Client, Server
from tests.support.wait_until import eventually

pytestmark = [pytest.mark.programs, pytest.mark.long]
Launch = Callable[..., Server]
ROUNDS = 60  # with an honest order after each
MEGABYTE = 1 << 20


def resident(server: Server) -> int:
    pages = int(Path(f"/proc/{server.process.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.parametrize("what", FLOODS.values(), ids=FLOODS)
def test_a_flood_costs_little_memory_and_keeps_no_honest_order_out(
    launch: Launch, what: Callable[[int], bytes]
) -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard < CONNECTIONS + 200:
        pytest.skip(f"the system allows {hard} open files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    server = launch(EXECUTION_TRUSTED_PROXIES="127.0.0.0/8")
    client = Client(server.port)
    client.send(order(id="first"))
    before = resident(server)
    peak, honest = before, 0

    def watch() -> None:
        nonlocal peak, honest
        peak = max(peak, resident(server))
        status, document = client.send(order(id=f"honest-{honest}"))
        assert status == 200, document
        honest += 1

    assert flood(server.port, what, watch, rounds=ROUNDS) >= CONNECTIONS
    assert honest == ROUNDS
    assert peak - before < 150 * MEGABYTE, f"it grew by {(peak - before) / MEGABYTE:.0f} MB"
    eventually(lambda: resident(server) - before < 75 * MEGABYTE, "the memory comes back")
    with contextlib.suppress(OSError):
        client.close()
    assert server.stop() == 0
    assert "Traceback" not in server.log.read_text()
