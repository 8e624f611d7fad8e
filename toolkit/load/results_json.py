"""The figures of a run that programs read: counts, rates and percentiles, named with their units.

    {"requests": 100, "accepted": 99, "refused": 0, "failed": 1, "timed_out": 0, "unfinished": 0,
     "success_share": 0.99, "requests_per_second": 49.9,
     "latency_ms": {"mean": …, "min": …, "max": …, "p50": …, "p75": …, "p90": …, "p95": …, …},
     "service_time_ms": {…}}

They are made from the buckets of `figures`, which are 2% wide, and stand beside them in the report.
"""

from typing import Any

from toolkit.load.latency_histogram import LatencyHistogram
from toolkit.load.results import LoadResult
from toolkit.load.statistics import RequestOutcome, Tally

QUANTILES = (0.5, 0.75, 0.9, 0.95, 0.99, 0.999)


def summary(result: LoadResult) -> dict[str, Any]:
    """Of all requests, of each name, and of the load generator itself."""
    return {
        "all": _tally(result.total, result.measured_seconds),
        "names": {
            name: _tally(tally, result.measured_seconds)
            for name, tally in sorted(result.figures.names.items())
        },
        "tasks_due": result.due,
        "tasks_not_sent": result.unsent,
        "scenario_errors": result.raised,
        "sent_late_ms": times_ms(result.figures.delays),
        "waited_for_a_user_ms": times_ms(result.figures.waits),
        "connect_ms": times_ms(result.figures.connects),
        "tls_handshake_ms": times_ms(result.figures.handshakes),
        "load_generator_cpu_seconds": result.figures.cpu_seconds,
    }


def _tally(tally: Tally, seconds: float) -> dict[str, Any]:
    return {
        "requests": tally.requests,
        "accepted": tally.outcomes[RequestOutcome.ACCEPTED],
        "refused": tally.outcomes[RequestOutcome.REFUSED],
        "failed": tally.failed,
        "timed_out": tally.timed_out,
        "unfinished": tally.unfinished,
        "answers": dict(tally.answers.most_common()),
        "success_share": tally.success_share,
        "requests_per_second": tally.requests / seconds if seconds else 0.0,
        "latency_ms": times_ms(tally.durations),
        "service_time_ms": times_ms(tally.service_times),
    }


def times_ms(times: LatencyHistogram) -> dict[str, float] | None:
    """Mean, least, most and percentiles in milliseconds; None of nothing."""
    if not times.counts:
        return None
    found = {
        "count": times.count,
        "mean": times.mean_seconds * 1000,
        "min": times.min_seconds * 1000,
        "max": times.max_seconds * 1000,
    }
    return found | {f"p{q * 100:g}": times.quantile_seconds(q) * 1000 for q in QUANTILES}
