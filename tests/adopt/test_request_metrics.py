"""Which metric counts requests, which times them, and which requests failed."""

import pytest

from toolkit.adopt.discover import discover
from toolkit.adopt.request_metrics import Failures, Signals, signals
from toolkit.prometheus.exposition import families


def of(text: str) -> Signals:
    return signals(discover(text), families(text))


def counter(name: str, *labels: str) -> str:
    lines = "".join(f"{name}{{{each}}} 1\n" for each in labels or ("",))
    return f"# TYPE {name} counter\n{lines}"


def histogram(name: str, *edges: str) -> str:
    lines = "".join(f'{name}_bucket{{le="{edge}"}} 1\n' for edge in (*edges, "+Inf"))
    return f"# TYPE {name} histogram\n{lines}"


COUNTED = {
    "http before others": (
        counter("db_requests_total", 'code="200"') + counter("http_requests_total", 'code="200"'),
        "m.HTTP_REQUESTS_TOTAL",
    ),
    "one that tells failures before http": (
        counter("http_requests_total") + counter("a_calls_total", 'status="200"'),
        "m.A_CALLS_TOTAL",
    ),
    "http before the word": (
        counter("z_http_calls_total") + counter("a_requests_total"),
        "m.Z_HTTP_CALLS_TOTAL",
    ),
    "a counter before a histogram": (
        histogram("a_requests_seconds", "1") + counter("z_requests_total"),
        "m.Z_REQUESTS_TOTAL",
    ),
    "of two alike the first by name": (
        counter("b_requests_total") + counter("a_requests_total"),
        "m.A_REQUESTS_TOTAL",
    ),
    "one that tells failures before others": (
        counter("a_requests_total") + counter("b_requests_total", 'status="200"'),
        "m.B_REQUESTS_TOTAL",
    ),
    "a library's own page is not the service": (counter("promhttp_requests_total"), None),
    "camel case": (counter("httpCalls"), "m.HTTP_CALLS"),
    "capitals before a word": (
        counter("app_HTTPRequests", 'code="200"') + "# TYPE rpc summary\nrpc_count 1\nrpc_sum 1\n",
        "m.APP_HTTP_REQUESTS",
    ),
    "a histogram's count": (
        histogram("http_server_requests_seconds", "1"),
        "m.HTTP_SERVER_REQUESTS_SECONDS.count",
    ),
    "a counter that adds up seconds": (counter("disk_requests_time_seconds_total"), None),
    "no requests": (counter("jobs_total"), None),
    "a gauge counts nothing": ("# TYPE requests gauge\nrequests 1\n", None),
}


@pytest.mark.parametrize(("text", "source"), COUNTED.values(), ids=COUNTED)
def test_what_counts_requests(text: str, source: str | None) -> None:
    found = of(text).requests
    assert (found and found.source) == source


FAILURES = {
    "codes": (('code="200"', 'code="404"'), Failures("code", (), "500", "200")),
    "codes, none good": (('code="404"',), Failures("code", (), "500", "200")),
    "words": (
        ('status="ok"', 'status="failed"', 'status="server error"'),
        Failures("status", ("failed", "server error"), "failed", "ok"),
    ),
    "classes": (('status="2xx"', 'status="5xx"'), Failures("status", ("5xx",), "5xx", "2xx")),
    "only good words": (('status="ok"',), None),
    "only bad words": (('status="failed"', 'status="error"'), None),
    "no such label": (('verb="GET"',), None),
}


@pytest.mark.parametrize(("labels", "failures"), FAILURES.values(), ids=FAILURES)
def test_which_requests_failed(labels: tuple[str, ...], failures: Failures | None) -> None:
    found = of(counter("http_requests_total", *labels)).requests
    assert found is not None
    assert found.failures == failures


TIMED = {
    "the first edge from half a second": (
        histogram("http_request_duration_seconds", "0.1", "0.4", "0.6", "2", "5"),
        0.6,
    ),
    "milliseconds": (histogram("http_latency_ms", "100", "250", "500", "800", "900"), 500),
    "never one of the last two edges": (
        histogram("http_request_duration_seconds", "0.1", "0.2", "0.3", "0.4"),
        0.2,
    ),
    "too few edges": (histogram("http_request_duration_seconds", "0.1", "0.5", "1"), None),
    "not about requests": (histogram("compaction_duration_seconds", "1", "2", "3", "4"), None),
    "not a time": (histogram("http_request_size_bytes", "1", "2", "3", "4"), None),
}


@pytest.mark.parametrize(("text", "edge"), TIMED.values(), ids=TIMED)
def test_what_is_slow(text: str, edge: float | None) -> None:
    found = of(text).duration
    assert (found and found.metric.buckets[found.edge]) == edge


@pytest.mark.parametrize(
    ("labels", "path"),
    [
        (('path="/metrics"', 'path="/carts/all"', 'path="/carts"'), "/carts"),
        (('path="/carts/{id}"',), "/"),
        (("",), "/"),
    ],
)
def test_the_path_to_ask_for(labels: tuple[str, ...], path: str) -> None:
    assert of(counter("http_requests_total", *labels)).paths[0] == path
