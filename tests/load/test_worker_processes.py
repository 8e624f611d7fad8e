"""Several processes send as one: real Locust masters and workers on this machine."""

import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
import requests

from tests.conftest import WriteProject
from tests.support.loaded_service import SendLoad
from tests.support.repository import ROOT
from tests.support.scenario_runs import JUDGED, write_scenario
from tests.support.service_process import SECRET
from tests.support.wait_until import PATIENCE_SECONDS, eventually
from toolkit.config import pyproject
from toolkit.errors import ExitStatus, UnreachableError, UsageError
from toolkit.load import locust_process, reachability, text_report, worker_processes
from toolkit.load.definitions import LoadDefinitions
from toolkit.load.load_plan import LoadPlan
from toolkit.load.load_target import LoadTarget
from toolkit.load.results import LoadOutcome
from toolkit.load.run import RunOptions, run
from toolkit.load.worker_processes import WorkerProcesses
from toolkit.load.workload import Loop
from toolkit.prometheus import exposition
from toolkit.stack.free_ports import free_port

pytestmark = pytest.mark.programs


class Running:
    """A load in a thread of its own; `outcome` waits for its end."""

    def __init__(self, send: Callable[[], LoadOutcome]) -> None:
        self._found: list[LoadOutcome | Exception] = []
        self._thread = threading.Thread(target=self._run, args=(send,), daemon=True)
        self._thread.start()

    def _run(self, send: Callable[[], LoadOutcome]) -> None:
        try:
            self._found.append(send())
        except Exception as error:  # noqa: BLE001 - raised again where it is awaited
            self._found.append(error)

    def eventually(self, condition: Callable[[], object], what: str) -> None:
        """Wait for the condition; fail at once when the load has ended."""

        def holds() -> object:
            assert not self._found, f"the load ended before: {what}: {self._found}"
            return condition()

        eventually(holds, what)

    @property
    def outcome(self) -> LoadOutcome:
        self._thread.join(PATIENCE_SECONDS)
        assert self._found, "the load did not end"
        if isinstance(self._found[0], Exception):
            raise self._found[0]
        return self._found[0]


def exported(port: int) -> dict[str, float]:
    """Total of each exported series by its name; empty until the load generator listens."""
    try:
        text = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE_SECONDS).text
    except requests.ConnectionError:
        return {}
    found: dict[str, float] = {}
    for sample in exposition.samples(text):
        found[sample.name] = found.get(sample.name, 0) + sample.value
    return found


def parts(port: int) -> tuple[float, float]:
    """How many requests of `Numbered` were sent with odd numbers, and how many with even ones."""
    text = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE_SECONDS).text
    buckets = [
        x for x in exposition.samples(text) if x.name == "locust_request_duration_seconds_bucket"
    ]
    of_all, odd = (
        sum(x.value for x in buckets if x.labels["le"] == edge) for edge in ("+Inf", "1.0")
    )
    return odd, of_all - odd


@contextmanager
def worker(port: int, code: str = "") -> Iterator["subprocess.Popen[str]"]:
    """`toolkit load normal --worker` as a process, or `code` in its place."""
    command = [sys.executable, "-m", "toolkit", "load", "normal", "--worker", "--master-port"]
    if code:
        command = [sys.executable, "-c", code]
    process = subprocess.Popen(
        [*command, str(port)],
        cwd=ROOT,
        text=True,
        env={**os.environ, "EXECUTION_WEBHOOK_SECRETS": SECRET},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_processes_are_as_many_as_cores_or_a_number_that_the_machine_can_run() -> None:
    every = WorkerProcesses(processes=-1).locust_options()
    assert every[0] == f"--processes={worker_processes.cores()}"
    most = worker_processes.most_processes()
    assert WorkerProcesses(processes=most).locust_options()[0] == f"--processes={most}"
    for number in (-2, most + 1):
        with pytest.raises(UsageError, match=f"--processes {number}: not a number of processes"):
            WorkerProcesses(processes=number)


def test_a_shape_over_two_processes_is_sent_whole_and_everything_is_counted_once(
    load: SendLoad,
) -> None:
    plan = {
        "scenario": "spike",
        "rate": 200,
        "seconds": 1,
        "users": 30,
        "thresholds": ("p(95)<=60000", "count(low_confidence)>0", "unsent>=0"),
    }
    outcome = load(plan, workers=WorkerProcesses(processes=2), conserve=True)
    (result,) = outcome.results
    assert (result.workers, result.lost) == (2, ())
    assert result.workload is not None
    assert result.workload.due_requests == 72
    assert result.requests + result.unsent == 72
    assert outcome.balances is not None
    assert [str(line) for line in outcome.balances if not line.holds] == []
    assert outcome.status is ExitStatus.CLEAN


# Each request is named by its number in the schedule, so that the report shows which were sent.
NUMBERED = """
import time
from locust import task
from toolkit.load.workload import DefaultLoad
from toolkit.load_generator.scheduled_users import ScheduledUser

class Numbered(ScheduledUser):
    load = DefaultLoad(rate=100, seconds=600)

    @task
    def send(self):
        due = self.left(time.perf_counter()) - self.sender.due_times.started
        number = round(due * 100)
        # Of two workers one sends the even numbers, so that the figures tell them apart.
        self.environment.events.request.fire(
            request_type="GET",
            name=f"{number:06}",
            response_time=1 if number % 2 else 20_000,
            response_length=0,
        )
"""


def test_a_worker_that_dies_is_reported_and_its_requests_go_to_the_other(
    shop: WriteProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = shop({"shop/loadtests/rush.py": ('"""A rush."""\n', NUMBERED)})
    monkeypatch.setattr(reachability, "require_reachable", lambda _plan: None)
    settings, port, said = pyproject.load(root), free_port(), list[str]()
    plan = LoadPlan(
        scenario="rush", url="http://127.0.0.1:9", users=4, metrics_address=f"127.0.0.1:{port}"
    )
    target = LoadTarget(url=plan.url, prometheus="", environment=os.environ)
    options = RunOptions(workers=WorkerProcesses(processes=2))
    running = Running(
        lambda: run(settings, LoadDefinitions(), target, (plan,), options, progress=said.append)
    )
    running.eventually(lambda: exported(port).get("locust_users") == 4, "users in all workers")
    running.eventually(
        lambda: exported(port).get("locust_requests_total", 0) > 20, "a run under way"
    )
    (master,) = [x for x in psutil.Process().children() if "locust" in x.cmdline()]
    master.children()[0].kill()
    running.eventually(lambda: any("was lost" in line for line in said), "the loss to be reported")
    before = parts(port)
    running.eventually(
        lambda: all(now > was + 30 for was, now in zip(before, parts(port), strict=True)),
        "the other to send the part of both",
    )
    master.terminate()

    outcome = running.outcome
    (result,) = outcome.results
    (message,) = result.lost
    assert message in said
    assert re.fullmatch(
        r"worker [12] of 2 was lost after \d+\.\d s; the others send the rest, but not what .+",
        message,
    )
    # Until the loss was noticed the other sent every second request; now it sends every one.
    numbers = sorted(int(name) for name in result.figures.names)
    assert result.requests == len(numbers)  # none was sent twice
    assert numbers[-30:] == list(range(numbers[-30], numbers[-1] + 1))
    assert outcome.status is ExitStatus.FINDINGS
    assert f"! {message}" in text_report.render(outcome, LoadDefinitions())


@pytest.mark.long
def test_a_number_of_requests_is_shared_exactly(load: SendLoad) -> None:
    plan = {"scenario": "normal", "loop": Loop.CLOSED, "users": 4, "requests": 51}
    outcome = load(plan, workers=WorkerProcesses(processes=2), conserve=True)
    assert outcome.results[0].requests == 51
    assert outcome.status is ExitStatus.CLEAN


@pytest.mark.long
def test_a_master_waits_for_its_worker_and_both_end_well(load: SendLoad) -> None:
    port = free_port()
    running = Running(
        lambda: load(
            {"scenario": "normal", "rate": 50, "requests": 50, "seconds": 60},
            workers=WorkerProcesses(master=True, port=port),
        )
    )
    with worker(port) as other:
        assert running.outcome.results[0].requests == 50
        other.wait(PATIENCE_SECONDS)
        assert other.returncode == 0


OLDER = """
import sys, locust, locust.runners
locust.__version__ = locust.runners.__version__ = "2.30.0"
from locust.main import main
sys.argv = ["locust", "-f", "loadtests/normal.py", "--worker", "--master-port", sys.argv[1]]
main()
"""


@pytest.mark.long
def test_a_worker_of_another_version_is_refused_in_clear_words(load: SendLoad) -> None:
    port = free_port()
    running = Running(
        lambda: load(
            {"scenario": "normal", "seconds": 1}, workers=WorkerProcesses(master=True, port=port)
        )
    )
    with worker(port, OLDER), pytest.raises(UsageError, match=r"a worker runs Locust 2\.30\.0"):
        _ = running.outcome


def test_a_master_whose_workers_do_not_come_gives_up(
    load: SendLoad, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_processes, "WORKERS_SECONDS", 1)
    with pytest.raises(UnreachableError, match="not enough workers came, so no load was sent"):
        load(
            {"scenario": "normal", "seconds": 1},
            workers=WorkerProcesses(master=True, port=free_port()),
        )


def test_a_worker_without_a_master_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_processes, "MASTER_SECONDS", 0.0)
    workers = WorkerProcesses(port=free_port())
    with pytest.raises(UnreachableError, match="no master listens there"):
        worker_processes.run_worker(
            pyproject.load(ROOT), "normal", workers, os.environ, lambda _: None
        )


def test_a_worker_whose_master_is_gone_says_so_and_does_not_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Locust waits for a minute, and then ends with 0."""
    ends = "import sys; print(sys.argv[1], file=sys.stderr)"

    def worker(said: str) -> ExitStatus:
        monkeypatch.setattr(locust_process, "locust", lambda _: [sys.executable, "-c", ends, said])
        settings = pyproject.load(write_scenario(tmp_path, JUDGED))
        with socket.create_server(("127.0.0.1", 0)) as master:
            workers = WorkerProcesses(port=master.getsockname()[1])
            return worker_processes.run_worker(settings, "buy", workers, os.environ, lambda _: None)

    with pytest.raises(UnreachableError, match="was not heard for a minute") as error:
        worker("ERROR/locust.runners: Didn't get heartbeat from master in over 60s")
    assert error.value.status is ExitStatus.UNKNOWN
    assert worker("Shutting down") is ExitStatus.CLEAN


def test_workers_are_started_here_or_awaited_and_not_both() -> None:
    with pytest.raises(UsageError, match="--processes starts a master and its workers here"):
        WorkerProcesses(processes=2, master=True)
