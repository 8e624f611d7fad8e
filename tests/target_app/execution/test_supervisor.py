"""Several workers: one writes the audit log, all are ready or none is, none outlives its start."""

import json
import os
import signal
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from uvicorn import Config

from target_app.execution.http.listening_sockets import further_handles
from target_app.execution.instance_lock import InstanceLock
from target_app.execution.supervisor import Supervisor
from tests.support.service_in_process import order
from tests.support.service_process import Client, Server, venue_sim
from tests.support.wait_until import PATIENCE_SECONDS, eventually

pytestmark = pytest.mark.programs
Launch = Callable[..., Server]


def workers(server: Server) -> set[int]:
    """The processes that the supervisor has started."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                command = (entry / "cmdline").read_text()
            except OSError:
                continue
            if int(fields[1]) == server.process.pid and "resource_tracker" not in command:
                found.add(int(entry.name))
    return found


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_every_line_of_every_worker_is_written_once_and_counted(
    launch: Launch, tmp_path: Path
) -> None:
    server = launch("--workers", "2", EXECUTION_AUDIT_LOG_BYTES="4096")
    told = json.loads(server.get("/ready")[1])
    assert told == {"status": "ready", "workers_ready": 2}
    for n in range(120):
        client = Client(server.port)
        assert client.send(order(id=str(n)))[0] == 200
        client.close()
    name = 'execution_audit_events_total{event_type="order_accepted",severity="info"} 120.0'
    server.wait_until(lambda: name in server.get("/metrics")[1].decode())
    assert server.stop() == 0
    lines = [
        json.loads(line)
        for path in tmp_path.glob("audit.jsonl*")
        for line in path.read_text().splitlines()
    ]
    assert Counter(line["event"] for line in lines) == {
        "started": 2,
        "order_accepted": 120,
        "stopped": 2,
    }


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[Server]:
    made = venue_sim(tmp_path)
    yield made
    made.kill()


def test_no_worker_trades_on_without_its_supervisor(launch: Launch, venue: Server) -> None:
    server = launch(
        "--workers",
        "2",
        EXECUTION_EXCHANGES="venue_sim",
        EXECUTION_VENUE_SIM_URL=f"http://127.0.0.1:{venue.port}",
    )
    with venue.paused():  # so that the next worker is not ready before it was looked at
        os.kill(min(workers(server)), signal.SIGKILL)
        server.wait_until(lambda: b'"workers_ready":1' in server.get("/ready")[1])
        assert server.get("/ready")[0] == 503, "ready is what every worker is"
    server.wait_until(lambda: server.get("/ready")[0] == 200)
    children = workers(server)
    assert len(children) == 2
    server.process.send_signal(signal.SIGKILL)
    server.process.wait()
    eventually(lambda: not any(alive(pid) for pid in children), "the workers end")
    assert "the supervisor is gone" in server.log.read_text()
    assert launch("--workers", "2").stop() == 0, "journal and port are free"


def test_who_comes_after_the_workers_closed_the_port_is_refused_and_does_not_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signal, "signal", lambda *_: None)  # those of the tests stay
    listening = socket.create_server(("127.0.0.1", 0))
    name = listening.getsockname()
    sockets = [listening, *further_handles(listening.fileno())]
    lock = InstanceLock(tmp_path / "journal.db")
    supervisor = Supervisor(Config("nothing:app"), sockets, lock)
    assert supervisor.processes == []  # as when all of them have closed theirs
    socket.create_connection(name, PATIENCE_SECONDS).close()
    supervisor.terminate_all()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(name, PATIENCE_SECONDS)
    lock.release()
