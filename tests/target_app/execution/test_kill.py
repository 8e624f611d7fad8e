"""Killed again and again under load, the service loses no order and doubles none.

Real processes, SIGKILL, a real journal, ccxt's own client, and a venue that outlives it
all. Every order that a client got an answer for is at the venue once and in the journal; nothing
is at the venue twice; what was not answered is settled by asking, never by sending again.
"""

import http.client
import json
import random
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.support.service_in_process import order
from tests.support.service_process import Client, Server, execution, venue_sim
from tests.support.wait_until import eventually

pytestmark = pytest.mark.programs

CLIENTS = 6
SEED = 20


class Load:
    """Clients that send order after order until the service dies, and remember its answers."""

    def __init__(self) -> None:
        self.sent: dict[str, dict[str, Any]] = {}
        self.answered: dict[str, dict[str, Any]] = {}  # id → the 200 answer

    def run_until_killed(
        self, server: Server, round_number: int, answers: int, kill: Callable[[], None]
    ) -> None:
        """Send from several clients; kill the service when so many have been answered."""
        enough = threading.Event()
        goal = len(self.answered) + answers
        threads = [
            threading.Thread(target=self._send, args=(server, f"{round_number}-{n}", goal, enough))
            for n in range(CLIENTS)
        ]
        for thread in threads:
            thread.start()
        eventually(enough.is_set, "orders are answered")
        kill()
        for thread in threads:
            thread.join()

    def _send(self, server: Server, name: str, goal: int, enough: threading.Event) -> None:
        client = Client(server.port)
        try:
            for n in range(100_000):
                payload = order(id=f"{name}-{n}", quantity="0.001", confidence="0.9")
                self.sent[payload["id"]] = payload
                status, document = client.send(payload)
                assert status == 200, document
                self.answered[payload["id"]] = document
                if len(self.answered) >= goal:
                    enough.set()
        except (OSError, http.client.HTTPException):
            return  # killed
        finally:
            client.close()


def journal(path: Path) -> dict[str, tuple[str, str]]:
    """Client order id → (state, the client's own id)."""
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT client_order_id, state, intent ->> 'id' FROM orders")
    found = {key: (state, id_) for key, state, id_ in rows}
    connection.close()
    return found


def kill_with_an_order_in_flight(server: Server, venue: Server, path: Path) -> None:
    with venue.paused():
        eventually(
            lambda: "open" in {state for state, _ in journal(path).values()}, "an order in flight"
        )
        server.kill()


@pytest.mark.timeout(1200)
@pytest.mark.parametrize(
    ("kills", "workers"),
    [
        (5, "1"),
        pytest.param(30, "1", marks=pytest.mark.long),
        pytest.param(30, "4", marks=pytest.mark.long),
    ],
)
def test_kills_lose_nothing_and_double_nothing(tmp_path: Path, kills: int, workers: str) -> None:
    rng = random.Random(SEED)
    load, path = Load(), tmp_path / "journal.db"
    venue = venue_sim(tmp_path)
    options: dict[str, Any] = {
        "EXECUTION_EXCHANGES": "venue_sim",
        "EXECUTION_WORKERS": workers,
        "EXECUTION_VENUE_SIM_URL": f"http://127.0.0.1:{venue.port}",
        "EXECUTION_SETTLE_SECONDS": "0.3",
        # What was sent before the first kill is sent again after the last one.
        "EXECUTION_MAX_AGE_SECONDS": "43200",
    }
    in_flight = 0
    try:
        for n in range(kills):
            server = execution(tmp_path, **options)
            # Of all kills but the first it is chance whether they hit an order.
            kill = server.kill if n else partial(kill_with_an_order_in_flight, server, venue, path)
            load.run_until_killed(server, n, rng.randrange(1, 60), kill)
            states = Counter(state for state, _ in journal(path).values())
            in_flight += states["open"]
        server = execution(tmp_path, **options)
        assert in_flight, "no kill hit an order, so nothing was proved"

        # A client that got no answer asks again: the same webhook, never a second order.
        client = Client(server.port)
        for key in sorted(load.sent.keys() - load.answered.keys()):
            status, document = client.send(load.sent[key])
            assert status in {200, 502}, document
            if status == 200:
                load.answered[key] = document
            else:
                assert document["code"] == "not_placed"
        client.close()
        assert server.stop() == 0
        at_venue = Counter(o["clientOrderId"] for o in json.loads(venue.get("/sim/orders")[1]))
    finally:
        venue.kill()

    written = journal(path)
    assert {state for state, _ in written.values()} <= {"placed", "not_placed"}
    placed = {key for key, (state, _) in written.items() if state == "placed"}
    assert max(at_venue.values()) == 1
    assert set(at_venue) == placed
    for key, document in load.answered.items():
        assert document["client_order_id"] in placed, key
        assert written[document["client_order_id"]] == ("placed", key)
    assert len(load.answered) == len(placed)


def test_a_journal_whose_log_was_cut_short_still_opens(tmp_path: Path) -> None:
    """SQLite drops a half-written group whole: power may fail within a write too."""
    server = execution(tmp_path)
    client = Client(server.port)
    answered = [client.send(order(id=str(n)))[1]["client_order_id"] for n in range(5)]
    client.close()
    server.kill()
    wal = tmp_path / "journal.db-wal"
    data = wal.read_bytes()
    wal.write_bytes(data[:-2000])
    server = execution(tmp_path, EXECUTION_SETTLE_SECONDS="0.1")
    try:
        known = journal(tmp_path / "journal.db")
        assert set(answered[:4]) <= known.keys() <= set(answered)
        assert "open" not in {state for state, _ in known.values()}
    finally:
        server.kill()
