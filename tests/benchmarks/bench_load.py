"""Measure the load generator: `python -m tests.benchmarks.bench_load`.

The server runs on the first core and the load generator on the second. `normal`, signing and
judging included, is compared with a bare FastHttpUser that posts one fixed body and checks
nothing, turn by turn in one run: against a server that does nothing, which the load generator
alone limits, and against the service, which limits `normal` (the fixed body is a duplicate, and
cheap to answer). CPU is what the load generator's process used while it sent. Then the open loop
is asked for a rate it must keep. Figures are for reading, as ratios; nothing here passes or fails.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from target_app.execution.http.signature import sign
from target_app.execution.http.webhook import PATH
from tests.benchmarks.bench_service import cpu_seconds, say, service, serving
from tests.support.repository import ROOT
from tests.support.service_process import SECRET, Server
from toolkit.config import pyproject
from toolkit.load import locust_process
from toolkit.load.load_plan import LoadPlan
from toolkit.load.results import LoadResult
from toolkit.load.workload import Loop

LOAD_GENERATOR_CORE = 1
_USERS = 48  # enough that the load generator, not the answer, is what is waited for
_RATE = 3000.0
_TRIVIAL = "from tests.benchmarks.trivial_server import main; main()"
_SENT = "while sending: "
_BARE = """
import time
from locust import FastHttpUser, events, task

class Bare(FastHttpUser):
    @task
    def send(self):
        self.client.post({path!r}, data={body!r}, headers={headers!r}, name="bare")

@events.init.add_listener
def watch(environment, **_):
    def sent():
        return environment.runner.stats.total.num_requests

    def begin(**_):
        environment.began = time.perf_counter(), time.process_time(), sent()

    def end(**_):
        clock, cpu, requests = environment.began
        requests = sent() - requests
        seconds, used = time.perf_counter() - clock, time.process_time() - cpu
        print({sent!r}, requests / seconds, used / requests, flush=True)

    environment.events.spawning_complete.add_listener(begin)
    environment.events.test_stopping.add_listener(end)
"""


@dataclass(frozen=True, slots=True)
class Turn:
    """What one run did: requests a second, and the generator's CPU seconds for each."""

    rate: float
    cpu_seconds: float


def bare(url: str, seconds: int, folder: Path) -> Turn:
    """Locust alone."""
    body = json.dumps({"symbol": "BTC/USDT", "side": "buy", "timestamp": time.time()}).encode()
    headers = {"X-Signature": sign(SECRET, body), "Content-Type": "application/json"}
    file = folder / "bare.py"
    source = _BARE.format(path=PATH, body=body, headers=headers, sent=_SENT)
    file.write_text(source, encoding="utf-8")
    # All users at once, as ours come.
    options = ["--headless", "--only-summary", f"--host={url}", f"--run-time={seconds}s"]
    users = [f"--users={_USERS}", f"--spawn-rate={_USERS}"]
    done = subprocess.run(
        [sys.executable, "-m", "locust", f"--locustfile={file}", *options, *users],
        check=True,
        capture_output=True,
        text=True,
    )
    rate, cpu_seconds = done.stdout.partition(_SENT)[2].split()[:2]
    return Turn(float(rate), float(cpu_seconds))


def loaded(url: str, **plan: object) -> LoadResult:
    """One run of `normal`."""
    environment = {**os.environ, "EXECUTION_WEBHOOK_SECRETS": SECRET}
    made = LoadPlan(scenario="normal", url=url, **plan)  # type: ignore[arg-type] # fields by name
    return locust_process.run(pyproject.load(ROOT), made, environment, lambda _: None)


def closed(url: str, seconds: int) -> Turn:
    """`normal` as fast as it can."""
    result = loaded(url, loop=Loop.CLOSED, users=_USERS, seconds=seconds)
    assert not result.total.failed, result.total.messages
    return Turn(result.requests_per_second, result.figures.cpu_seconds / result.requests)


@dataclass(slots=True)
class Turns:
    """What one contender did, turn by turn; `busy` is the server's core, 0 to 1."""

    turns: list[Turn] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)

    def add(self, run: Callable[[], Turn], pid: int) -> None:
        """One turn of `run`, against the server `pid`."""
        began, before = time.perf_counter(), cpu_seconds(pid)
        self.turns.append(run())
        self.busy.append((cpu_seconds(pid) - before) / (time.perf_counter() - began))

    def row(self, title: str, other: "Turns") -> str:
        """A row of the table."""
        both = list(zip(self.turns, other.turns, strict=True))
        rate = statistics.median(x.rate for x in self.turns)
        faster = statistics.median(x.rate / y.rate for x, y in both)
        cost = statistics.median(x.cpu_seconds for x in self.turns) * 1e6
        dearer = statistics.median(x.cpu_seconds / y.cpu_seconds for x, y in both)
        busy = statistics.median(self.busy)
        return f"| {title} | {rate:.0f} | {faster:.2f} | {cost:.0f} | {dearer:.2f} | {busy:.0%} |"


def trivial(folder: Path) -> Server:
    """A server that answers as the service does, and does nothing."""
    return Server(_TRIVIAL, (), folder / "trivial.log")


def compared(server: Server, seconds: int, rounds: int) -> tuple[Turns, Turns]:
    """The bare user and `normal` against the server, in turn."""
    url, pid = f"http://127.0.0.1:{server.port}", server.process.pid
    alone, ours = Turns(), Turns()
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(rounds):
            alone.add(lambda: bare(url, seconds, Path(folder)), pid)
            ours.add(lambda: closed(url, seconds), pid)
    return alone, ours


def say_kept(server: Server, title: str, seconds: int) -> None:
    """The open loop at a rate that it must keep."""
    kept = loaded(f"http://127.0.0.1:{server.port}", rate=_RATE, seconds=seconds)
    asked = _RATE * seconds
    median, late = (kept.figures.delays.quantile_seconds(q) * 1000 for q in (0.5, 0.99))
    p95 = kept.total.durations.quantile_seconds(0.95) * 1000
    say(
        f"| {title}, {seconds} s | {_RATE:.0f}/s | {kept.requests_per_second:.0f}/s "
        f"({kept.requests / asked:.1%} of the requests) | {median:.3g} ms | {late:.3g} ms "
        f"| {p95:.3g} ms | {kept.figures.most_waiting} |"
    )


def main() -> None:
    """Measure both, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=5, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3, help="turns of each")
    options = parser.parse_args()
    own = os.sched_getaffinity(0)
    servers = {"a server that does nothing": trivial, "the service": service}
    with ExitStack() as stack:
        running = {title: stack.enter_context(serving(start)) for title, start in servers.items()}
        os.sched_setaffinity(0, {LOAD_GENERATOR_CORE})
        stack.callback(os.sched_setaffinity, 0, own)
        say("\n## Load generator\n")
        say("| what | requests/s | ratio | load generator's CPU µs | ratio | server's core |")
        say("|---|---|---|---|---|---|")
        for title, server in running.items():
            alone, ours = compared(server, options.seconds, options.rounds)
            say(alone.row(f"{title}: bare FastHttpUser, one fixed body", alone))
            say(ours.row(f"{title}: normal, signed and judged", alone))
        say("\n| open loop | asked | kept | late P50 | late P99 | latency P95 | waiting at most |")
        say("|---|---|---|---|---|---|---|")
        for title, server in running.items():
            say_kept(server, title, options.seconds)


if __name__ == "__main__":
    main()
