"""Ten thousand calls from eight threads: the scrape, the datagrams and the summary agree."""

import json
import re
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests
from prometheus_client.parser import text_string_to_metric_families

from target_app.session.metrics import SessionMetrics, init_metrics
from tests.support.wait_until import PATIENCE_SECONDS, eventually

THREADS, CALLS = 8, 1250
# UDP loses what the receiver's buffer cannot hold, so that no more is under way at once than the
# smallest buffer takes: eight times six calls of three datagrams at most.
AT_ONCE = 6
# By what is sent for one call of each kind, in the order in which a thread makes them.
DATAGRAMS = (2, 3, 1, 1, 1, 2, 2, 1)
_LINE = re.compile(rb"trading_bot\.(?P<name>[a-z_.]+):(?P<value>-?[\d.]+)\|(?P<kind>c|g|ms)")


class Listener:
    """A StatsD that adds up what it receives."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.received = 0
        self.counters: Counter[str] = Counter()
        self.gauges: dict[str, float] = {}
        self.timers: dict[str, list[float]] = {}
        self.strange: list[bytes] = []
        self.thread = threading.Thread(target=self.listen, daemon=True)
        self.thread.start()

    def listen(self) -> None:
        while packet := self.socket.recv(4096):
            match = _LINE.fullmatch(packet)
            if match is None:
                self.strange.append(packet)
            else:
                self.add(match["name"].decode(), float(match["value"]), match["kind"])
            self.received += 1

    def add(self, name: str, value: float, kind: bytes) -> None:
        if kind == b"c":
            self.counters[name] += int(value)
        elif kind == b"g":
            self.gauges[name] = value
        else:
            self.timers.setdefault(name, []).append(value)


@contextmanager
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
        end.sendto(b"", ("127.0.0.1", made.port))
    made.thread.join()
    made.socket.close()


def call(metrics: SessionMetrics, thread: int, number: int) -> int:
    """One call, of a kind that goes by its number; how many datagrams it sends."""
    symbol, side = f"C{thread}/USDT", ("buy", "sell")[number % 2]
    kind = number % len(DATAGRAMS)
    match kind:
        case 0:
            metrics.record_order_sent(symbol, side)
        case 1:
            metrics.record_order_filled(symbol, side, number % 400 + 0.25)
        case 2:
            metrics.record_order_failed(symbol, side, "timeout")
        case 3:
            metrics.record_intent_pending(number)
        case 4:
            metrics.record_intent_cleared("filled")
        case 5:
            metrics.record_stale_intent(number % 90)
        case 6:
            metrics.record_budget_refresh(number % 3000, timed_out=True)
        case _:
            metrics.record_logging_timeout()
    return DATAGRAMS[kind]


def drive(metrics: SessionMetrics, heard: Listener) -> None:
    """All calls, in rounds, each of which begins once the last one's datagrams were received."""
    rounds = [range(first, min(first + AT_ONCE, CALLS)) for first in range(0, CALLS, AT_ONCE)]
    turn = threading.Barrier(THREADS + 1)
    sent = [0] * THREADS

    def work(thread: int) -> None:
        for numbers in rounds:
            for number in numbers:
                sent[thread] += call(metrics, thread, number)
            turn.wait(60)
            turn.wait(60)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    for _ in rounds:
        turn.wait(60)
        eventually(lambda: heard.received == sum(sent), "every datagram was received")
        turn.wait(60)
    for thread in threads:
        thread.join()


def totals(text: str) -> dict[str, float]:
    """By sample's name, the sum over its labels, of a scrape."""
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if not sample.name.endswith("_bucket"):
                found[sample.name] = found.get(sample.name, 0) + sample.value
    return found


def test_the_three_exports_agree_to_the_last_event(tmp_path: Path) -> None:
    with listener() as heard:
        metrics = init_metrics(
            session_dir=tmp_path,
            enable_prometheus=True,
            enable_statsd=True,
            statsd_host="127.0.0.1",
            statsd_port=heard.port,
            prometheus_port=0,
        )
        drive(metrics, heard)
        assert metrics.server is not None
        url = f"http://127.0.0.1:{metrics.server.port}/metrics"
        scraped = totals(requests.get(url, timeout=PATIENCE_SECONDS).text)
        metrics.export_json()
        metrics.close()
    summary = json.loads((tmp_path / "metrics/summary.json").read_text())
    assert heard.strange == []
    assert sum(heard.counters.values()) > THREADS * CALLS * 0.7

    counters = summary["counters"] | summary["observability"]
    for name, sample, key in (
        ("orders.sent", "orders_sent_total", "orders_sent"),
        ("orders.filled", "orders_filled_total", "orders_filled"),
        ("orders.failed", "orders_failed_total", "orders_failed"),
        ("intents.cleared", "intents_cleared_total", "intents_cleared"),
        ("intents.stale", "intents_stale_total", "intents_stale"),
        ("budget.refresh_timeouts", "budget_refresh_timeouts_total", "budget_refresh_timeouts"),
        ("logging.timeouts", "logging_timeouts_total", "logging_timeouts"),
    ):
        assert heard.counters[name] == scraped[sample] == counters[key] > THREADS * 100, name
    for name, sample, key in (
        ("orders.fill_rate", "order_fill_rate", "fill_rate"),
        ("intents.pending", "intents_pending", "intents_pending"),
    ):
        assert heard.gauges[name] == scraped[sample] == summary["gauges"][key], name
    for name, sample, key in (
        ("orders.latency", "order_execution_latency_seconds", "order_latency_ms"),
        ("budget.refresh", "budget_refresh_duration_seconds", "budget_refresh_ms"),
    ):
        times, figures = heard.timers[name], summary["histograms"][key]
        assert len(times) == scraped[f"{sample}_count"] == figures["count"], name
        assert abs(sum(times) - scraped[f"{sample}_sum"] * 1000) < 0.001, name
        assert (min(times), max(times)) == (figures["min"], figures["max"]), name
        assert abs(sum(times) / len(times) - figures["avg"]) < 0.001, name
