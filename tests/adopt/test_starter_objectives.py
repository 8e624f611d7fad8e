"""What a new project promises: of a counter that tells failures, of a histogram of seconds."""

from toolkit.adopt import starter_objectives
from toolkit.adopt.discover import discover
from toolkit.adopt.request_metrics import Signals, signals
from toolkit.prometheus.exposition import families

COUNTER = '# TYPE http_requests_total counter\nhttp_requests_total{code="200"} 1\n'
OTHER = "# TYPE jobs_total counter\njobs_total 1\n"
BARE = "# TYPE http_requests_total counter\nhttp_requests_total 1\n"


def histogram(name: str, labels: str = "") -> str:
    lines = (
        f'{name}_bucket{{{labels}le="{edge}"}} 1\n' for edge in ("0.1", "1", "10", "60", "+Inf")
    )
    return f"# TYPE {name} histogram\n{''.join(lines)}{name}_sum 1\n{name}_count 1\n"


def found(text: str) -> Signals:
    return signals(discover(text), families(text))


def test_a_counter_that_tells_failures_is_promised_and_no_other() -> None:
    counted = starter_objectives.availability(found(COUNTER))
    assert counted is not None
    assert counted.metric.name == "http_requests_total"
    assert starter_objectives.availability(found(BARE)) is None
    assert starter_objectives.availability(found(OTHER)) is None


def test_a_histogram_is_not_counted_as_one() -> None:
    text = histogram("http_request_duration_seconds", 'code="200",')
    assert found(text).requests is not None
    assert starter_objectives.availability(found(text)) is None


def test_a_histogram_of_seconds_is_promised_and_one_of_milliseconds_is_not() -> None:
    timed = starter_objectives.latency(found(histogram("http_request_duration_seconds")))
    assert timed is not None
    assert timed.metric.name == "http_request_duration_seconds"
    thousandths = found(histogram("http_request_duration_milliseconds"))
    assert thousandths.duration is not None
    assert starter_objectives.latency(thousandths) is None
    assert starter_objectives.latency(found(OTHER)) is None
