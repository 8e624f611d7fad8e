"""Restarted in place behind haproxy, the service loses, doubles and refuses nothing.

The new process loads while the old one trades, and takes journal and port when the old one
has let go of them. What comes in between waits at the proxy.
"""

import http.client
import json
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.repository import ROOT
from tests.support.required_programs import program
from tests.support.service_in_process import order
from tests.support.service_process import Client, execution, starting_execution, venue_sim
from tests.support.wait_until import eventually
from toolkit.stack.free_ports import free_port

pytestmark = pytest.mark.programs
CLIENTS = 4
PAGE = ROOT / "docs" / "reference-system.md"


def documented(front: int, back: int) -> str:
    """The configuration that the document gives to operators, with these ports."""
    text = "defaults\n" + PAGE.read_text().partition("```\ndefaults\n")[2].partition("```")[0]
    assert "bind :8080" in text
    return text.replace("bind :8080", f"bind 127.0.0.1:{front}").replace(":8000", f":{back}")


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[tuple[int, int]]:
    """haproxy: the port that it listens on, and the one behind it."""
    front, back = free_port(), free_port()
    written = tmp_path / "haproxy.cfg"
    written.write_text(documented(front, back))
    with (tmp_path / "haproxy.log").open("wb") as log:
        process = subprocess.Popen(
            [program("haproxy", "/usr/sbin/haproxy"), "-db", "-f", str(written)],
            stdout=log,
            stderr=log,
        )
    yield front, back
    process.kill()
    process.wait()


class Desk:
    """Clients that send orders one after the other, through the proxy, and keep what they hear."""

    def __init__(self, port: int) -> None:
        self._port, self._stop = port, threading.Event()
        self.answers: list[tuple[str, int, dict[str, Any]]] = []
        self._threads = [threading.Thread(target=self._send, args=(n,)) for n in range(CLIENTS)]
        for thread in self._threads:
            thread.start()

    def _send(self, number: int) -> None:
        client = Client(self._port)
        count = 0
        while not self._stop.is_set():
            count += 1
            payload = order(id=f"{number}-{count}", quantity="0.001")
            while not self._send_one(client, payload):
                pass
        client.close()

    def _send_one(self, client: Client, payload: dict[str, Any]) -> bool:
        """Send it; whether it need not be sent again."""
        try:
            status, document = client.send(payload)
        except http.client.RemoteDisconnected:
            # What a proxy does where the connection behind it was closed under the request; a
            # client sends it again, by https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2
            return False
        self.answers.append((payload["id"], status, document))
        return not (status == 503 and document["code"] == "draining")

    def end(self) -> None:
        """Send no more."""
        self._stop.set()
        for thread in self._threads:
            thread.join()


@pytest.mark.parametrize("drain_seconds", ["0", "0.5"])
def test_nothing_is_lost_doubled_or_refused(
    tmp_path: Path, proxy: tuple[int, int], drain_seconds: str
) -> None:
    front, back = proxy
    venue = venue_sim(tmp_path)
    options: dict[str, Any] = {
        "EXECUTION_EXCHANGES": "venue_sim",
        "EXECUTION_VENUE_SIM_URL": f"http://127.0.0.1:{venue.port}",
        "EXECUTION_DRAIN_SECONDS": drain_seconds,
        "EXECUTION_TAKEOVER_SECONDS": "60",
    }
    old = execution(tmp_path, "--port", str(back), **options)
    desk = Desk(front)
    try:
        eventually(lambda: len(desk.answers) > 20, "orders are taken")
        new = starting_execution(tmp_path, "--port", str(back), **options)
        eventually(lambda: "lets go of the journal" in new.log.read_text(), "the new one waits")
        waited = len(desk.answers)
        eventually(lambda: len(desk.answers) > waited + 20, "the old one trades on")
        assert old.stop() == 0
        new.wait_until(lambda: "Uvicorn running" in new.log.read_text())
        before = len(desk.answers)
        eventually(lambda: len(desk.answers) > before + 20, "the new one trades")
        desk.end()
        at_venue = Counter(o["clientOrderId"] for o in json.loads(venue.get("/sim/orders")[1]))
        assert new.stop() == 0
    finally:
        desk.end()
        venue.kill()
        old.kill()
    told = Counter(status for _, status, _ in desk.answers)
    assert set(told) <= {200, 503}, told
    placed = {f"i-{key}" for key, status, _ in desk.answers if status == 200}
    assert set(at_venue) == placed
    assert max(at_venue.values()) == 1
