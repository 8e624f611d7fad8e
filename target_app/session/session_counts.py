"""What a session has counted so far: the one set of numbers behind all three exports.

Whoever changes or copies them holds `lock`, so that each export shows one moment.
"""

import math
import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypedDict

from target_app.metric_labels import OTHER
from target_app.session import catalogue as m
from toolkit.catalogue import Label, Metric

_MILLISECONDS = 1000.0
# Less one, which is "other".
_MOST_SYMBOLS = m.SYMBOL.bound - 1


class DistributionSummary(TypedDict):
    """A distribution in the summary, in milliseconds; all 0 while nothing was observed."""

    count: int
    min: float
    max: float
    avg: float


@dataclass(slots=True)
class Distribution:
    """Observed values: cumulative buckets for Prometheus, extremes for the summary."""

    bounds: tuple[float, ...]
    in_bucket: list[int] = field(default_factory=list)  # not cumulative; the last is +Inf
    total: float = 0.0
    count: int = 0
    least: float = math.inf
    most: float = -math.inf

    def __post_init__(self) -> None:
        self.in_bucket = [0] * (len(self.bounds) + 1)

    def observe(self, value: float) -> None:
        """One more value."""
        self.in_bucket[bisect_left(self.bounds, value)] += 1
        self.total += value
        self.count += 1
        self.least = min(self.least, value)
        self.most = max(self.most, value)


def summary_of(parts: "list[Distribution]") -> DistributionSummary:
    """Several distributions of seconds as one, in milliseconds."""
    count = sum(part.count for part in parts)
    if not count:
        return {"count": 0, "min": 0.0, "max": 0.0, "avg": 0.0}
    return {
        "count": count,
        "min": _rounded(min(part.least for part in parts)),
        "max": _rounded(max(part.most for part in parts)),
        "avg": _rounded(sum(part.total for part in parts) / count),
    }


def _rounded(seconds: float) -> float:
    """Milliseconds to a nanosecond: what a person reads, without what floats add."""
    return round(seconds * _MILLISECONDS, 6)


Labels = tuple[str, ...]


class SessionFigures:
    """Counters, gauges and distributions by metric and label values. `lock` guards all of it.

    `symbols` are those that are traded; others get a name of their own while there is room.
    """

    def __init__(self, symbols: Iterable[str] = ()) -> None:
        self.lock = threading.Lock()
        self.sent: Counter[Labels] = Counter()
        self.filled: Counter[Labels] = Counter()
        self.failed: Counter[Labels] = Counter()
        self.orders_sent = self.orders_filled = self.orders_failed = 0
        self.cleared: Counter[str] = Counter(dict.fromkeys(m.REASON.values, 0))
        # Metrics without labels, by the metric's name; closed sets start at 0.
        self.single: dict[str, float] = {
            metric.name: 0.0
            for metric in m.CATALOGUE.metrics
            if not metric.labels and not metric.buckets
        }
        self.latency = {side: Distribution(m.LATENCY) for side in m.SIDE.values}
        self.stale_age = Distribution(m.AGES)
        self.budget = Distribution(m.LATENCY)
        self._symbols: set[str] = set(tuple(symbols)[:_MOST_SYMBOLS])

    def of(self, metric: Metric) -> float:
        """The value of a metric without labels."""
        return self.single[metric.name]

    def symbol(self, given: str) -> str:
        """`given`, or "other" once as many symbols as the label may have were seen."""
        if given in self._symbols:
            return given
        if len(self._symbols) < _MOST_SYMBOLS:
            self._symbols.add(given)
            return given
        return OTHER

    @property
    def fill_rate(self) -> float:
        """Share of the orders sent that were filled, 0..1; 0 before the first was sent."""
        return self.orders_filled / self.orders_sent if self.orders_sent else 0.0

    def summary(self) -> Mapping[str, Mapping[str, object]]:
        """The figures as `summary.json` has them, without its time. The caller holds the lock."""
        return {
            "counters": {
                "orders_sent": self.orders_sent,
                "orders_filled": self.orders_filled,
                "orders_failed": self.orders_failed,
                "intents_cleared": sum(self.cleared.values()),
                "intents_stale": int(self.of(m.INTENTS_STALE)),
                "budget_refresh_timeouts": int(self.of(m.BUDGET_TIMEOUTS)),
            },
            "gauges": {
                "fill_rate": self.fill_rate,
                "intents_pending": int(self.of(m.INTENTS_PENDING)),
            },
            "histograms": {
                "order_latency_ms": summary_of(list(self.latency.values())),
                "budget_refresh_ms": summary_of([self.budget]),
            },
            "observability": {
                "logging_timeouts": int(self.of(m.LOGGING_TIMEOUTS)),
                "silent_failures": int(self.of(m.SILENT_FAILURES)),
                "threads_stuck": int(self.of(m.THREADS_STUCK)),
            },
        }


def folded(label: Label, value: str) -> str:
    """A closed label's value: the text of others becomes "other"."""
    return value if value in label.values else OTHER
