"""Find why requests of an open loop leave late: `python -m tests.benchmarks.bench_late_sends`.

Sends `normal` at a rate, the server on the first core and the load generator on the second. Of
each request that left more than a millisecond after it was due, `late_sends_probe` notes what
ran meanwhile; printed is how long each kept requests waiting. Nothing here passes or fails.
"""

import argparse
import json
import os
import tempfile
from pathlib import Path

from tests.benchmarks.bench_load import LOAD_GENERATOR_CORE, trivial
from tests.benchmarks.bench_service import say, service, serving
from tests.support.repository import ROOT
from tests.support.service_process import SECRET
from toolkit.config import pyproject
from toolkit.find_definitions import scenario
from toolkit.load import locust_process
from toolkit.load.load_plan import LoadPlan
from toolkit.load.results import LoadResult

REPORT_TO = "LATE_SENDS_REPORT"
_PROBE = Path(__file__).with_name("late_sends_probe.py")
_MOST_CAUSES = 8


def sent(port: int, rate: float, seconds: int, report: Path) -> LoadResult:
    """One run with the probe, which writes its report."""
    config = pyproject.load(ROOT)
    variables = {"EXECUTION_WEBHOOK_SECRETS": SECRET, REPORT_TO: str(report)}
    plan = LoadPlan(scenario="normal", url=f"http://127.0.0.1:{port}", rate=rate, seconds=seconds)
    files = f"{scenario(config, 'normal')},{locust_process.PLUGIN},{_PROBE}"
    return locust_process.run(
        config,
        plan,
        {**os.environ, **variables},
        lambda _: None,
        (f"--locustfile={files}",),
    )


def main() -> None:
    """Send, and print the causes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=3000.0)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--service", action="store_true", help="against the execution service")
    options = parser.parse_args()
    with (
        serving(service if options.service else trivial) as server,
        tempfile.TemporaryDirectory() as folder,
    ):
        os.sched_setaffinity(0, {LOAD_GENERATOR_CORE})
        report = Path(folder, "late.json")
        result = sent(server.port, options.rate, options.seconds, report)
        found = json.loads(report.read_text(encoding="utf-8"))
    delays = result.figures.delays
    median, p99 = (delays.quantile_seconds(q) * 1000 for q in (0.5, 0.99))
    say(
        f"own delay: median {median:.3g} ms, P99 {p99:.3g} ms; "
        f"{found['late']} of {found['sent']} requests left more than a millisecond late"
    )
    say("\n| what ran | ms that requests waited for it | late requests it kept longest |")
    say("|---|---|---|")
    longest = dict(found["longest"])
    for cause, seconds in found["causes"][:_MOST_CAUSES]:
        say(f"| {cause} | {seconds * 1000:.0f} | {longest.get(cause, 0)} |")


if __name__ == "__main__":
    main()
