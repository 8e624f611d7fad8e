"""A process is ours by pid and create time or by its mark, and by nothing else."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from tests.support.interrupted_start import InterruptedStart
from tests.support.repository import ROOT
from tests.support.wait_until import PATIENCE_SECONDS, eventually
from toolkit.errors import StackError
from toolkit.stack import process
from toolkit.stack.free_ports import choose
from toolkit.stack.server_commands import Component
from toolkit.stack.state import Running

pytestmark = pytest.mark.programs

SERVE = (sys.executable, str(ROOT / "tests" / "support" / "small_service.py"))


@pytest.fixture
def mark(tmp_path: Path) -> Iterator[str]:
    """The mark of a stack; whatever carries it is ended after the test."""
    yield str(tmp_path)
    process.end(process.family((), str(tmp_path)), grace=0)


@pytest.fixture
def foreign() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(["sleep", "600"]) as child:
        yield child
        child.kill()


def component(behaviour: str = "") -> Component:
    url = choose({"service": "http://127.0.0.1:0"})["service"].url
    environment = {"FAKE_PORT": url.rpartition(":")[2], "FAKE_BEHAVIOUR": behaviour}
    return Component(
        name="service", command=SERVE, url=url, ready="/ready", environment=environment
    )


def start(mark: str, behaviour: str = "") -> Running:
    log = Path(mark) / "service.log"
    return process.start(component(behaviour), mark=mark, log=log, root=Path(mark))


def wait_ready(running: Running, *, seconds: float = PATIENCE_SECONDS) -> None:
    assert list(process.as_ready([running], deadline=time.monotonic() + seconds)) == [running]


def test_a_server_is_ready_when_it_says_so(mark: str) -> None:
    running = start(mark)
    wait_ready(running)
    assert process.probe(running) == ""
    found = process.find(running, mark)
    assert found is not None
    assert os.getsid(found.pid) == found.pid != os.getsid(0)
    assert process.end([found]) == []
    assert process.find(running, mark) is None


def test_a_server_that_ends_at_once_shows_its_log(mark: str) -> None:
    running = start(mark, "dies")
    with pytest.raises(StackError) as caught:
        wait_ready(running)
    assert caught.value.message == (
        f"service (pid {running.pid}) ended with status 1 before it was ready; "
        f"the end of {running.log}:\n    service: the first line\n    service: no database"
    )


def test_a_server_that_is_late_says_what_it_answered(mark: str) -> None:
    running = start(mark, "never ready")
    answered = "/ready answers 503 Service Unavailable"
    eventually(lambda: answered in process.probe(running), "the server answers")
    with pytest.raises(StackError) as caught:
        wait_ready(running, seconds=0)
    assert f"is still not ready ({running.url}{answered}" in caught.value.message


def test_an_answer_from_somebody_else_on_the_port_is_not_ours(mark: str) -> None:
    other = start(mark)
    wait_ready(other)
    deaf = Component(name="deaf", command=("sleep", "600"), url=other.url, ready="/ready")
    running = process.start(deaf, mark=mark, log=Path(mark) / "deaf.log", root=Path(mark))
    with pytest.raises(StackError) as caught:
        wait_ready(running, seconds=0.2)
    assert "is still not ready (another process answers)" in caught.value.message
    assert "(nothing)" in caught.value.message


def test_a_program_that_is_not_there_cannot_be_started(mark: str) -> None:
    nothing = Component(name="nothing", command=("/nowhere/x",), url="http://a:1", ready="/")
    with pytest.raises(StackError) as caught:
        process.start(nothing, mark=mark, log=Path(mark) / "x.log", root=Path(mark))
    assert caught.value.message == (
        "nothing: /nowhere/x could not be started: No such file or directory."
    )


def test_ctrl_c_while_a_server_starts_leaves_none(
    mark: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subprocess, "Popen", InterruptedStart.none_yet())
    with pytest.raises(KeyboardInterrupt):
        start(mark)
    (server,) = InterruptedStart.started
    assert server.poll() == -signal.SIGKILL


def test_a_pid_that_is_somebody_elses_now_is_left_alone(
    mark: str, foreign: subprocess.Popen[bytes]
) -> None:
    created = psutil.Process(foreign.pid).create_time()
    entry = Running(
        name="service", pid=foreign.pid, started=created, url="http://a:1", ready="/", log=""
    )
    assert process.find(entry, mark) is not None
    stale = replace(entry, started=created - 100)
    assert process.find(stale, mark) is None
    assert process.family([stale], mark) == []
    assert foreign.poll() is None


def test_a_deaf_server_is_killed_after_its_grace(mark: str) -> None:
    running = start(mark, "deaf")
    wait_ready(running)
    member = psutil.Process(running.pid)
    assert process.end([member], grace=0.2) == []
    assert process.ending(member) == "was ended by SIGKILL"


def test_what_a_dead_server_left_behind_is_found_by_the_mark(mark: str) -> None:
    running = start(mark, "has a child")
    wait_ready(running)
    server = psutil.Process(running.pid)
    (child,) = server.children()
    server.send_signal(signal.SIGKILL)
    server.wait()
    assert process.family([running], mark) == [child]
    assert process.family([running], "another stack") == []
    assert process.end([child]) == []
    assert process.family([running], mark) == []


def test_no_proxy_stands_between_us_and_our_own_machine(
    mark: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    wait_ready(start(mark))


def test_the_first_to_end_is_named_however_long_others_take(mark: str) -> None:
    slow = start(mark, "never ready")
    dead = Component(name="dead", command=("false",), url="http://127.0.0.1:9", ready="/")
    running = process.start(dead, mark=mark, log=Path(mark) / "dead.log", root=Path(mark))
    with pytest.raises(StackError) as caught:
        list(process.as_ready([slow, running], deadline=time.monotonic() + PATIENCE_SECONDS))
    assert caught.value.message.startswith(f"dead (pid {running.pid}) ended with status 1 before")


def test_what_speaks_no_http_is_given_its_time_to_take_a_connection(
    mark: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = replace(start(mark), url="tcp://127.0.0.1:7")
    asked: list[tuple[tuple[str, int], float]] = []

    def connect(address: tuple[str, int], timeout: float) -> None:
        asked.append((address, timeout))
        raise TimeoutError("timed out")

    monkeypatch.setattr(socket, "create_connection", connect)
    assert process.probe(running, timeout=0.5) == "tcp://127.0.0.1:7: timed out"
    assert asked == [(("127.0.0.1", 7), 0.5)]
