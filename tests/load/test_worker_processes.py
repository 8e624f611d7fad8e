"""Several processes send as one: real Locust masters and workers on this machine."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psutil
import pytest
import requests

from loadtests._book import BOOK
from tests.support.loaded_service import Load
from tests.support.repository import ROOT
from tests.support.service_process import SECRET
from tests.support.wait_until import PATIENCE_SECONDS, eventually
from toolkit import config
from toolkit.errors import ExitStatus, UnreachableError, UsageError
from toolkit.load import worker_processes as fleets
from toolkit.load.run import Outcome
from toolkit.load.worker_processes import Fleet, free_port
from toolkit.prometheus import exposition


class Running:
    """A load in a thread of its own; `outcome` waits for its end."""

    def __init__(self, send: Callable[[], Outcome]) -> None:
        self._found: list[Outcome | Exception] = []
        self._thread = threading.Thread(target=self._run, args=(send,), daemon=True)
        self._thread.start()

    def _run(self, send: Callable[[], Outcome]) -> None:
        try:
            self._found.append(send())
        except Exception as error:  # noqa: BLE001 - raised again where it is awaited
            self._found.append(error)

    @property
    def outcome(self) -> Outcome:
        self._thread.join(PATIENCE_SECONDS)
        assert self._found, "the load did not end"
        if isinstance(self._found[0], Exception):
            raise self._found[0]
        return self._found[0]


def exported(port: int) -> dict[str, float]:
    """Total of each exported series by its name; empty while nobody listens."""
    try:
        text = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=5).text
    except requests.ConnectionError:
        return {}
    found: dict[str, float] = {}
    for sample in exposition.samples(text):
        found[sample.name] = found.get(sample.name, 0) + sample.value
    return found


@contextmanager
def worker(port: int, code: str = "") -> Iterator["subprocess.Popen[str]"]:
    """`toolkit load normal --worker` as a process; `code` runs first in Locust's stead."""
    command = [sys.executable, "-m", "toolkit", "load", "normal", "--worker", "--master-port"]
    if code:
        command = [sys.executable, "-c", code]
    process = subprocess.Popen(
        [*command, str(port)], cwd=ROOT, text=True,
        env={**os.environ, "EXECUTION_WEBHOOK_SECRETS": SECRET},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_a_shape_over_two_processes_is_kept_and_everything_is_counted_once(load: Load) -> None:
    port = free_port()
    plan = {
        "scenario": "spike", "rate": 200, "seconds": 3, "users": 30, "metrics_port": port,
        "thresholds": ("p(95)<=60000", "count(low_confidence)>0"),
    }  # fmt: skip
    running = Running(lambda: load(plan, fleet=Fleet(processes=2), conserve=True))
    eventually(lambda: exported(port).get("locust_users") == 30, "all users of the fleet")
    eventually(lambda: exported(port).get("locust_requests_total", 0) > 0, "the fleet's requests")
    outcome = running.outcome
    (result,) = outcome.results
    assert (result.workers, result.lost, result.unsent) == (2, (), 0)
    assert result.requests == (result.orders.due if result.orders else None) == 216
    assert outcome.balances is not None
    assert [str(line) for line in outcome.balances if not line.holds] == []
    assert outcome.status is ExitStatus.CLEAN
    rush = sum(second.requests for n, second in result.figures.seconds.items() if n == 1)
    assert rush > 100  # the middle fifth, of workers that share one clock


def test_a_worker_that_dies_is_reported_and_its_requests_go_to_the_other(load: Load) -> None:
    plan = {"scenario": "normal", "rate": 100, "seconds": 9, "users": 10}
    port = free_port()
    plan["metrics_port"] = port
    running = Running(lambda: load(plan, fleet=Fleet(processes=2)))
    eventually(lambda: exported(port).get("locust_requests_total", 0) > 50, "a run under way")
    mine = psutil.Process().children(recursive=True)
    forked = [p for p in mine if p.parent() and "locust" in " ".join(p.parent().cmdline())]  # type: ignore[union-attr]
    forked[0].kill()
    result = running.outcome.results[0]
    (words,) = result.lost
    assert words.startswith("worker ")
    assert " of 2 was lost after " in words
    assert words.endswith("its users and requests went to the others")
    assert result.unsent > 0  # what was due of the lost one until that was noticed
    assert running.outcome.status is ExitStatus.FINDINGS
    assert f"! {words}" in running.outcome.text(BOOK)
    # At the end one worker sends all: as many a second as both did.
    last = result.figures.seconds[8]
    assert last.requests >= 80


def test_a_number_of_requests_is_shared_exactly(load: Load) -> None:
    from toolkit.load.workload import Loop

    plan = {"scenario": "normal", "loop": Loop.CLOSED, "users": 4, "requests": 51}
    outcome = load(plan, fleet=Fleet(processes=2), conserve=True)
    assert outcome.results[0].requests == 51
    assert outcome.status is ExitStatus.CLEAN


def test_a_master_waits_for_its_worker_and_both_end_well(load: Load) -> None:
    port = free_port()
    running = Running(
        lambda: load(
            {"scenario": "normal", "rate": 50, "seconds": 1}, fleet=Fleet(master=True, port=port)
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


def test_a_worker_of_another_version_is_refused_in_clear_words(load: Load) -> None:
    port = free_port()
    running = Running(
        lambda: load({"scenario": "normal", "seconds": 1}, fleet=Fleet(master=True, port=port))
    )
    with worker(port, OLDER), pytest.raises(UsageError, match=r"a worker runs Locust 2\.30\.0"):
        _ = running.outcome


def test_a_master_whose_workers_do_not_come_gives_up(
    load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fleets, "WORKERS_SECONDS", 1)
    with pytest.raises(UnreachableError, match="not enough workers came, so no load was sent"):
        load({"scenario": "normal", "seconds": 1}, fleet=Fleet(master=True, port=free_port()))


def test_a_worker_without_a_master_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fleets, "MASTER_SECONDS", 0.0)
    fleet = Fleet(port=free_port())
    with pytest.raises(UnreachableError, match="no master listens there"):
        fleets.work(config.load(ROOT), "normal", fleet, os.environ, lambda _: None)


def test_a_fleet_is_of_one_kind() -> None:
    with pytest.raises(UsageError, match="--processes starts a master and its workers here"):
        Fleet(processes=2, master=True)
