"""Measure the service next to its baselines: `python -m tests.benchmarks.bench_service [name …]`.

Servers run on the first core, the generator on the second, all in one run, turn by turn,
so that what else the machine does falls on all of them alike. Figures are for reading, as
ratios; nothing here passes or fails. See README.md in this folder.
"""

import argparse
import asyncio
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvloop

from target_app.execution.http.webhook import PATH
from target_app.tracing.spans import Tracer
from target_app.tracing.start import open_tracer
from tests.benchmarks import full_journal
from tests.benchmarks.generator import LoadMeasurement, closed, nothing, opened, orders
from tests.support.hostile_flood import FLOODS
from tests.support.repository import ROOT
from tests.support.service_process import SECRET, Server, execution, venue_sim

_BASELINE = "import sys; from tests.benchmarks.baselines import main; main({name!r})"
_SERVER_CORE, _GENERATOR_CORE = 0, 1
_TICKS = os.sysconf("SC_CLK_TCK")
# More than any of the servers here answers a second, so that no run is short of requests.
_FASTEST = 25_000
# Group commit pays by how many orders are under way at once: 64 and 256 are measured as well.
_CLIENTS = 128
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Options:
    """How long each measurement lasts."""

    seconds: float
    rounds: int
    soak_seconds: float
    connections: int = _CLIENTS


def say(text: str = "") -> None:
    """One line of the report."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


@contextmanager
def serving(start: Callable[[Path], Server]) -> Iterator[Server]:
    """A server on the servers' core, gone at the end."""
    with tempfile.TemporaryDirectory() as folder:
        server = start(Path(folder))
        for task in Path(f"/proc/{server.process.pid}/task").iterdir():
            os.sched_setaffinity(int(task.name), {_SERVER_CORE})
        try:
            yield server
        finally:
            server.kill()


def service(folder: Path, **variables: str) -> Server:
    """The execution service as in production, but for limits that load from one host meets."""
    given = {
        "EXECUTION_TRUSTED_PROXIES": "127.0.0.0/8",
        "EXECUTION_RATE_LIMIT_PER_MINUTE": "100000000",
    }
    return execution(folder, **(given | variables))  # type: ignore[arg-type]


def baseline(name: str) -> Callable[[Path], Server]:
    """One of `baselines`."""
    return lambda folder: Server(_BASELINE.format(name=name), (), folder / "baseline.log")


def cpu_seconds(pid: int) -> float:
    """User and system time of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def resident_mb(pid: int) -> float:
    """Resident memory of a process."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="utf-8").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def prepared(count: int) -> list[bytes]:
    """So many signed requests, made before the clock runs."""
    return list(itertools.islice(orders(PATH, SECRET, start=time.monotonic_ns()), count))


def press(
    server: Server, seconds: float, connections: int = _CLIENTS
) -> tuple[LoadMeasurement, float]:
    """Closed loop; what was seen, and the server's CPU microseconds for each answer."""
    requests = prepared(int(_FASTEST * seconds))
    before = cpu_seconds(server.process.pid)
    seen = uvloop.run(closed(server.port, iter(requests), connections=connections, seconds=seconds))
    used = cpu_seconds(server.process.pid) - before
    return seen, used / max(1, len(seen.latencies)) * 1e6


def throughput(options: Options) -> None:
    """Accepted orders a second through `paper`, journal on, against two baselines."""
    names = {
        "service: whole pipeline, journal on": service,
        "FastAPI + pydantic, parse and count": baseline("parsing"),
        "FastAPI, empty endpoint": baseline("empty"),
    }
    rates: dict[str, list[float]] = {name: [] for name in names}
    costs: dict[str, list[float]] = {name: [] for name in names}
    with ExitStack() as stack:
        servers = {name: stack.enter_context(serving(start)) for name, start in names.items()}
        for server in servers.values():
            press(server, 1.0, options.connections)  # warm up
        for _ in range(options.rounds):
            for name, server in servers.items():
                seen, cost = press(server, options.seconds, options.connections)
                if set(seen.statuses) != {200}:
                    say(f"  {name}: unexpected answers {seen.statuses}")
                rates[name].append(seen.rate)
                costs[name].append(cost)
    parse = "FastAPI + pydantic, parse and count"
    title = f"{options.connections} connections"
    say(f"{title:38}{'answers/s':>10}{'ratio':>8}{'CPU us':>9}{'ratio':>8}")
    for name in names:
        rate, cost = statistics.median(rates[name]), statistics.median(costs[name])
        against = statistics.median(a / b for a, b in zip(rates[name], rates[parse], strict=True))
        cheap = statistics.median(costs[parse]) / cost
        say(f"{name:38}{rate:>10.0f}{against:>8.2f}{cost:>9.0f}{cheap:>8.2f}")


def latency(options: Options) -> None:
    """At 1,000 requests a second, open loop, from the intended time; then with scrapes."""
    with serving(service) as server:
        press(server, 1.0)
        seconds = options.seconds * options.rounds
        for name, scraped in (("service at 1,000/s", False), ("scraped each second", True)):
            requests = prepared(int(1000 * seconds) + 1)
            ending = threading.Event()
            scraper = threading.Thread(target=_scrape, args=(server, ending))
            if scraped:
                scraper.start()
            seen = uvloop.run(opened(server.port, iter(requests), rate=1000, seconds=seconds))
            ending.set()
            if scraped:
                scraper.join()
            _quantiles(name, seen)


def flood(options: Options) -> None:
    """An honest client's 100 orders a second, while two thousand connections attack."""
    for kind in FLOODS:
        for connected in ("before", "after"):
            with serving(service) as server:
                press(server, 1.0)
                seen = _flooded(server, kind, connected, options)
                _quantiles(f"{kind}, connected {connected}", seen)


def _flooded(server: Server, kind: str, connected: str, options: Options) -> LoadMeasurement:
    """What the honest client waits, whose connections came before those of the attack, or after."""
    seconds = options.seconds * options.rounds
    command = f"from tests.support.hostile_flood import main; main({server.port}, {kind!r})"
    with ExitStack() as stack:

        def attack() -> None:
            # They share the honest client's core: their own work must not be what it waits for.
            running = subprocess.Popen(
                ["nice", "-n", "19", sys.executable, "-c", command],
                stdout=subprocess.PIPE,
                cwd=ROOT,
            )
            stack.callback(running.wait)
            stack.callback(running.kill)
            assert running.stdout is not None
            running.stdout.readline()  # they are connected

        if connected == "after":
            attack()
        requests = iter(prepared(int(100 * seconds) + 1))
        on_connected = attack if connected == "before" else nothing
        return uvloop.run(
            opened(server.port, requests, rate=100, seconds=seconds, on_connected=on_connected)
        )


def venue(options: Options) -> None:
    """Through `venue_sim` with ccxt's own client at 100 orders a second."""
    seconds = options.seconds * options.rounds
    with (
        serving(venue_sim) as sim,
        serving(
            lambda folder: service(
                folder,
                EXECUTION_EXCHANGES="venue_sim",
                EXECUTION_VENUE_SIM_URL=f"http://127.0.0.1:{sim.port}",
            )
        ) as server,
    ):
        os.sched_setaffinity(sim.process.pid, {_GENERATOR_CORE})
        requests = prepared(int(100 * seconds) + 201)
        uvloop.run(opened(server.port, iter(requests[:200]), rate=100, seconds=2))
        seen = uvloop.run(opened(server.port, iter(requests[200:]), rate=100, seconds=seconds))
        _quantiles("venue_sim at 100/s", seen)
        text = server.get("/metrics")[1].decode()
        name = 'execution_order_execution_duration_{}{{exchange="venue_sim",type="market"}}'
        values = dict(line.rsplit(" ", 1) for line in text.splitlines() if line[:1] != "#")
        count, total = (float(values[name.format(part)]) for part in ("count", "sum"))
        say(f"  order execution alone: {total / count * 1000:.1f} ms on average")


def soak(options: Options) -> None:
    """Memory at 500 requests a second: a line fitted to RSS after the first fifth."""
    with serving(service) as server:
        press(server, 2.0)
        points: list[tuple[float, float]] = []
        begun = time.monotonic()
        while (elapsed := time.monotonic() - begun) < options.soak_seconds:
            step = min(10.0, options.soak_seconds / 10)
            requests = prepared(int(500 * step) + 1)
            uvloop.run(opened(server.port, iter(requests), rate=500, seconds=step))
            points.append((elapsed / 60, resident_mb(server.process.pid)))
        later = points[len(points) // 5 :]
        slope = statistics.linear_regression(*zip(*later, strict=True)).slope
        say(
            f"  RSS {points[0][1]:.1f} MB at first, {points[-1][1]:.1f} MB at last, "
            f"{slope:+.3f} MB a minute over {options.soak_seconds / 60:.1f} minutes"
        )


def start(options: Options) -> None:
    """From the start of the process to the port, and to readiness; then with a million orders."""
    with tempfile.TemporaryDirectory() as full:
        full_journal.write(Path(full) / "journal.db", _MILLION)
        # The first start looks at all of them for one that is open, the later ones at none.
        _start("no orders", options.rounds, lambda new: new)
        _start("a million orders", options.rounds, lambda _: Path(full))


def _start(name: str, rounds: int, place: Callable[[Path], Path]) -> None:
    ports, readies, costs = [], [], []
    for _ in range(rounds):
        begun = time.monotonic()
        with serving(lambda folder: execution(place(folder), ready=False)) as server:
            server.wait_until(lambda: server.get("/health")[0] == 200)
            ports.append(time.monotonic() - begun)
            server.wait_until(lambda: server.get("/ready")[0] == 200)
            readies.append(time.monotonic() - begun)
            costs.append(cpu_seconds(server.process.pid))
    say(
        f"  {name}: port after {statistics.median(ports):.2f} s, ready after "
        f"{statistics.median(readies):.2f} s, the first time {readies[0]:.2f} s; processor time "
        f"{statistics.median(costs):.2f} s, the first time {costs[0]:.2f} s"
    )


def metrics(options: Options) -> None:
    """All metric recording of one request: the pipeline with and without its instruments."""
    from tests.benchmarks.pipeline import microseconds

    count = int(3000 * options.seconds)
    pairs = [
        (microseconds(count, record=True), microseconds(count, record=False))
        for _ in range(options.rounds)
    ]
    with_, without = (statistics.median(column) for column in zip(*pairs, strict=True))
    cost = statistics.median(a - b for a, b in pairs)
    say(
        f"  pipeline {with_:.1f} us a request, without metrics {without:.1f} us: "
        f"metrics cost {cost:.1f} us"
    )


def traces(options: Options) -> None:
    """Spans of one request: the pipeline without them, with those of all, of 1%, and of none."""
    from tests.benchmarks.pipeline import microseconds

    count = int(3000 * options.seconds)
    shares = {"off": None, "none kept": "0", "1% kept": "0.01", "all kept": "1"}
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in shares}
    with serving(baseline("collector")) as collector:
        for _ in range(options.rounds):
            for name, share in shares.items():
                before = time.process_time()
                cost = microseconds(count, tracer=_tracer(collector, share))
                found[name].append((cost, (time.process_time() - before) / count * 1e6))
    say(f"  {'traces':12}{'loop us':>9}{'ratio':>8}{'process us':>12}{'ratio':>8}")
    for name, seen in found.items():
        loop, whole = (statistics.median(column) for column in zip(*seen, strict=True))
        pairs = list(zip(seen, found["off"], strict=True))
        by_loop, by_whole = (statistics.median(a[i] / b[i] for a, b in pairs) for i in (0, 1))
        say(f"  {name:12}{loop:>9.1f}{by_loop:>8.2f}{whole:>12.1f}{by_whole:>8.2f}")


def _tracer(collector: Server, share: str | None) -> Tracer | None:
    if share is None:
        return None
    os.environ["OTEL_TRACES_SAMPLER"] = "parentbased_traceidratio"  # which the SDK reads itself
    os.environ["OTEL_TRACES_SAMPLER_ARG"] = share
    endpoint = f"http://127.0.0.1:{collector.port}"
    return open_tracer("execution", {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint})


def _scrape(server: Server, ending: threading.Event) -> None:
    while not ending.wait(1.0):
        server.get("/metrics")


def _quantiles(name: str, seen: LoadMeasurement) -> None:
    p50, p95, p99 = (seen.quantile_ms(q) for q in (0.5, 0.95, 0.99))
    answers = json.dumps(seen.statuses)
    say(f"  {name}: P50 {p50:.1f} ms, P95 {p95:.1f} ms, P99 {p99:.1f} ms; answers {answers}")


BENCHMARKS: dict[str, Callable[[Options], None]] = {
    "throughput": throughput,
    "latency": latency,
    "flood": flood,
    "metrics": metrics,
    "traces": traces,
    "venue": venue,
    "start": start,
    "soak": soak,
}


def main(argv: Sequence[str]) -> None:
    """Run what is named, or everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *BENCHMARKS], help="all when left out")
    parser.add_argument("--seconds", type=float, default=4.0, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=5, help="of each measurement")
    parser.add_argument("--soak-seconds", type=float, default=600.0)
    parser.add_argument("--connections", type=int, default=_CLIENTS, help="of `throughput`")
    given = parser.parse_args(argv)
    os.sched_setaffinity(0, {_GENERATOR_CORE})
    options = Options(given.seconds, given.rounds, given.soak_seconds, given.connections)
    for name in given.names or BENCHMARKS:
        say(f"{name}: {(BENCHMARKS[name].__doc__ or '').splitlines()[0]}")
        BENCHMARKS[name](options)
        say()


if __name__ == "__main__":
    asyncio.set_event_loop_policy(None)
    main(sys.argv[1:])
