"""Measure the trading session: `python -m tests.benchmarks.bench_session`.

The cost of each call of the metrics, as a ratio to adding one to a child of prometheus-client that
is at hand; how many steps and events the bot takes on one core; what a session takes beyond its
own seconds. Figures are for reading; nothing here passes or fails.
"""

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter

from target_app.session.events import EventFile, EventLevel, EventLog
from target_app.session.metrics import SessionMetrics
from target_app.session.statsd_sender import StatsdSender
from tests.support.repository import ROOT
from tests.support.trading_sessions import folder_of, run_session, summary

CALLS, ROUNDS = 20_000, 5
STEPS = 2000
OWN_SECONDS = 20


def say(text: str = "") -> None:
    """One line of the report."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def seconds_of(call: Callable[[], object]) -> float:
    """Of one call, the fastest round: what else the machine does only adds."""
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for _ in range(CALLS):
            call()
        best = min(best, (time.perf_counter() - began) / CALLS)
    return best


def calls(metrics: SessionMetrics) -> dict[str, Callable[[], object]]:
    """Each call of the facade, with usual arguments."""
    return {
        "record_order_sent": lambda: metrics.record_order_sent("BTC/USDT", "buy"),
        "record_order_filled": lambda: metrics.record_order_filled("BTC/USDT", "buy", 12.5),
        "record_order_failed": lambda: metrics.record_order_failed("BTC/USDT", "buy", "timeout"),
        "record_intent_pending": lambda: metrics.record_intent_pending(3),
        "record_intent_cleared": lambda: metrics.record_intent_cleared("filled"),
        "record_stale_intent": lambda: metrics.record_stale_intent(40.0),
        "record_budget_refresh": lambda: metrics.record_budget_refresh(80.0, timed_out=False),
        "record_logging_timeout": metrics.record_logging_timeout,
    }


def compare_calls(folder: Path) -> None:
    """A table: each call with JSON and Prometheus, which share their figures, and with StatsD."""
    bare = Counter("bare_total", "Bare.", ["symbol", "side"], registry=CollectorRegistry())
    child = bare.labels("BTC/USDT", "buy")
    base = seconds_of(child.inc)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))  # nobody reads: what is too much is dropped by the kernel
        plain = SessionMetrics(folder, symbols=("BTC/USDT",))
        sending = SessionMetrics(
            folder,
            symbols=("BTC/USDT",),
            statsd=StatsdSender("127.0.0.1", listener.getsockname()[1]),
        )
        say(
            f"a bare child of prometheus-client: {base * 1e9:.0f} ns; the calls, as multiples of it"
        )
        say(f"  {'call':24}{'JSON, Prometheus':>18}{'and StatsD':>12}")
        with_statsd = calls(sending)
        for name, call in calls(plain).items():
            one, two = seconds_of(call) / base, seconds_of(with_statsd[name]) / base
            say(f"  {name:24}{one:18.1f}{two:12.1f}")
        sending.close()


def measure_events(folder: Path) -> None:
    """Events a second that the log takes and writes."""
    log = EventLog(
        EventFile(folder, 1 << 30), most_waiting=1 << 30, timeout_seconds=1, trace_share=1
    )
    began = time.perf_counter()
    for number in range(10 * CALLS):
        log.emit(EventLevel.INFO, "ORDER_SENT", order=number, symbol="BTC/USDT", side="buy")
    taken = time.perf_counter() - began
    log.close(60)
    written = time.perf_counter() - began
    count = 10 * CALLS
    takes, writes = f"{count / taken:,.0f}", f"{count / written:,.0f}"
    say(f"the event log takes {takes} events a second, and writes {writes}")


def measure_steps(folder: Path) -> None:
    """Steps without a pause: six markets, with all that follows from them."""
    began, cpu = time.perf_counter(), time.process_time()
    done = run_session(folder, steps=STEPS, loop_interval_seconds=0.001, budget_refresh_seconds=5.0)
    taken, used = time.perf_counter() - began, time.process_time() - cpu
    orders = summary(folder_of(done))["counters"]["orders_sent"]
    each = f"{STEPS / used:,.0f} steps of six markets and {orders / used:,.0f} orders"
    say(f"the bot takes {each} for each second of one core ({taken:.1f} s for {STEPS} steps)")


def measure_own_time(folder: Path) -> None:
    """What `toolkit session` takes beyond the seconds that it trades."""
    found = []
    for _ in range(2):
        began = time.perf_counter()
        subprocess.run(
            [
                sys.executable,
                "-m",
                "toolkit",
                "session",
                str(OWN_SECONDS),
                "--prometheus-port=0",
                f"--sessions-dir={folder}",
            ],
            cwd=ROOT,
            check=True,
            capture_output=True,
            env=dict(os.environ),
        )
        found.append(time.perf_counter() - began - OWN_SECONDS)
    say(f"a session of {OWN_SECONDS} s takes {statistics.fmean(found):.1f} s of its own")


def main() -> None:
    """All of them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        say("\n=== the trading session ===")
        compare_calls(folder)
        measure_events(folder)
        measure_steps(folder)
        measure_own_time(folder)


if __name__ == "__main__":
    main()
