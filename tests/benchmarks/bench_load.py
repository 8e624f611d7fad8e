"""Measure the load generator: `python -m tests.benchmarks.bench_load`.

The service runs on the first core and the load generator on the second. `normal`, signing and
judging included, is compared with a bare FastHttpUser that posts one fixed body and checks
nothing, turn by turn in one run; then the open loop is asked for a rate it must keep. The
fixed body is a duplicate, which the service answers cheaply, and it may be the service that
limits `normal`: CPU for each request compares the load generators alone.
Figures are for reading, as ratios; nothing here passes or fails.
"""

import argparse
import functools
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from target_app.execution.http.signature import sign
from target_app.execution.http.webhook import PATH
from tests.benchmarks.bench_service import cpu_seconds, say, service, serving
from tests.support.repository import ROOT
from tests.support.service_process import SECRET
from toolkit.config import pyproject
from toolkit.load import locust_process
from toolkit.load.load_plan import LoadPlan
from toolkit.load.results import LoadResult
from toolkit.load.workload import Loop

_LOAD_GENERATOR_CORE = 1
_USERS = 48  # enough that the load generator, not the answer, is what is waited for
_RATE = 2000.0
_BARE = """
from locust import FastHttpUser, task

class Bare(FastHttpUser):
    @task
    def send(self):
        self.client.post({path!r}, data={body!r}, headers={headers!r}, name="bare")
"""


def bare(url: str, seconds: int, folder: Path) -> float:
    """Requests a second of Locust alone."""
    body = json.dumps({"symbol": "BTC/USDT", "side": "buy", "timestamp": time.time()}).encode()
    headers = {"X-Signature": sign(SECRET, body), "Content-Type": "application/json"}
    file, out = folder / "bare.py", folder / "bare"
    file.write_text(_BARE.format(path=PATH, body=body, headers=headers), encoding="utf-8")
    subprocess.run(
        [
            sys.executable,
            "-m",
            "locust",
            "-f",
            str(file),
            "--headless",
            "--host",
            url,
            "--users",
            str(_USERS),
            "--spawn-rate",
            str(_USERS),
            "--run-time",
            f"{seconds}s",
            "--only-summary",
            "--json-file",
            str(out),
            "--exit-code-on-error",
            "0",
        ],
        check=True,
        capture_output=True,
    )
    (row,) = json.loads(out.with_suffix(".json").read_text(encoding="utf-8"))
    return float(row["num_requests"] / (row["last_request_timestamp"] - row["start_time"]))


def loaded(url: str, **plan: object) -> LoadResult:
    """One run of `normal`."""
    environment = {**os.environ, "EXECUTION_WEBHOOK_SECRETS": SECRET}
    made = LoadPlan(scenario="normal", url=url, **plan)  # type: ignore[arg-type] # fields by name
    return locust_process.run(pyproject.load(ROOT), made, environment, lambda _: None)


def closed(url: str, seconds: int) -> LoadResult:
    """`normal` as fast as it can."""
    return loaded(url, loop=Loop.CLOSED, users=_USERS, seconds=seconds)


@dataclass(slots=True)
class Turns:
    """What one contender did, turn by turn."""

    rates: list[float] = field(default_factory=list)
    microseconds: list[float] = field(default_factory=list)  # of the generator, by request
    busy: list[float] = field(default_factory=list)  # of the service's core, 0 to 1

    def add(self, run: Callable[[], float], pid: int, seconds: int) -> None:
        """One turn of `run`, which gives its requests a second."""
        generator, server = children_seconds(), cpu_seconds(pid)
        rate = run()
        self.rates.append(rate)
        used = children_seconds() - generator - starting_seconds()
        self.microseconds.append(used / (rate * seconds) * 1e6)
        self.busy.append((cpu_seconds(pid) - server) / seconds)

    def row(self, title: str, other: "Turns") -> str:
        """A row of the table."""
        rate, cost = statistics.median(self.rates), statistics.median(self.microseconds)
        faster = statistics.median(a / b for a, b in zip(self.rates, other.rates, strict=True))
        cheaper = statistics.median(other.microseconds) / cost
        busy = statistics.median(self.busy)
        return f"| {title} | {rate:.0f} | {faster:.2f} | {cost:.0f} | {cheaper:.2f} | {busy:.0%} |"


def children_seconds() -> float:
    """CPU time of all processes that this one started and saw end."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@functools.cache
def starting_seconds() -> float:
    """CPU time that Locust takes before it sends anything."""
    before = children_seconds()
    subprocess.run([sys.executable, "-m", "locust", "--version"], check=True, capture_output=True)
    return children_seconds() - before


def main() -> None:
    """Measure both, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=5, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3, help="turns of each")
    options = parser.parse_args()
    say("\n## Load generator\n")
    say("| what | requests/s | ratio | load generator's CPU µs | ratio | service's core |")
    say("|---|---|---|---|---|---|")
    with serving(service) as server, tempfile.TemporaryDirectory() as folder:
        os.sched_setaffinity(0, {_LOAD_GENERATOR_CORE})
        url = f"http://127.0.0.1:{server.port}"
        pid, seconds = server.process.pid, options.seconds
        alone, ours = Turns(), Turns()
        starting_seconds()
        for _ in range(options.rounds):
            alone.add(lambda: bare(url, seconds, Path(folder)), pid, seconds)
            ours.add(lambda: closed(url, seconds).requests_per_second, pid, seconds)
        say(alone.row("bare FastHttpUser, one fixed body", alone))
        say(ours.row("normal, signed and judged", alone))
        kept = loaded(url, rate=_RATE, seconds=options.seconds)
    asked = _RATE * options.seconds
    late = kept.figures.delays.quantile_seconds(0.99) * 1000
    p95 = kept.total.durations.quantile_seconds(0.95) * 1000
    say("\n| open loop | asked | kept | late P99 | latency P95 | waiting at most |")
    say("|---|---|---|---|---|---|")
    say(
        f"| normal, {options.seconds} s | {_RATE:.0f}/s | {kept.requests_per_second:.0f}/s "
        f"({kept.requests / asked:.1%} of the requests) | {late:.3g} ms | {p95:.3g} ms "
        f"| {kept.figures.most_waiting} |"
    )


if __name__ == "__main__":
    main()
