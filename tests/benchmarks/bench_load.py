"""Measure the load generator: `python -m tests.benchmarks.bench_load`.

The service runs on the first core and the generator on the second. `normal`, signing and
judging included, stands beside a bare FastHttpUser that posts one fixed body and looks at
nothing, turn by turn in one run; then the open loop is asked for a rate it must keep.
Figures are for reading, as ratios; nothing here passes or fails.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from target_app.execution.signature import sign
from target_app.execution.webhook import PATH
from tests.benchmarks.bench_service import say, service, serving
from tests.target_app.processes import ROOT, SECRET
from toolkit import config
from toolkit.load import run as loads
from toolkit.load.plan import Loop
from toolkit.load.result import LoadResult
from toolkit.load.run import Plan

_GENERATOR_CORE = 1
_USERS = 48  # enough that the generator, not the answer, is what is waited for
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
        [sys.executable, "-m", "locust", "-f", str(file), "--headless", "--host", url,
         "--users", str(_USERS), "--spawn-rate", str(_USERS), "--run-time", f"{seconds}s",
         "--only-summary", "--json-file", str(out), "--exit-code-on-error", "0"],
        check=True, capture_output=True,
    )  # fmt: skip
    (row,) = json.loads(out.with_suffix(".json").read_text(encoding="utf-8"))
    return float(row["num_requests"] / (row["last_request_timestamp"] - row["start_time"]))


def loaded(url: str, **plan: object) -> LoadResult:
    """One run of `normal`."""
    environment = {**os.environ, "EXECUTION_WEBHOOK_SECRETS": SECRET}
    made = Plan(scenario="normal", url=url, **plan)  # type: ignore[arg-type] # fields by name
    return loads.run(config.load(ROOT), made, environment, lambda _: None)


def main() -> None:
    """Measure both, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=5, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3, help="turns of each")
    options = parser.parse_args()
    say("\n## Load generator\n")
    say("| what | requests/s | beside bare Locust |")
    say("|---|---|---|")
    with serving(service) as server, tempfile.TemporaryDirectory() as folder:
        os.sched_setaffinity(0, {_GENERATOR_CORE})
        url = f"http://127.0.0.1:{server.port}"
        alone, ours = [], []
        for _ in range(options.rounds):
            alone.append(bare(url, options.seconds, Path(folder)))
            closed = loaded(url, loop=Loop.CLOSED, users=_USERS, seconds=options.seconds)
            ours.append(closed.requests_per_second)
        ratio = statistics.median(a / b for a, b in zip(ours, alone, strict=True))
        say(f"| bare FastHttpUser, one fixed body | {statistics.median(alone):.0f} | 1 |")
        say(f"| normal, signed and judged | {statistics.median(ours):.0f} | {ratio:.2f} |")
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
