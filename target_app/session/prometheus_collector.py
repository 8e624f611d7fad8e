"""The figures as prometheus-client's metric families, made at each scrape from one moment.

A counter that the bot adds to costs a dictionary's entry; nothing is counted twice.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from target_app.session import catalogue as m
from target_app.session.session_counts import Distribution, Labels, SessionFigures
from toolkit import catalogue
from toolkit.catalogue import Kind

_SINGLE = (
    m.FILL_RATE,
    m.INTENTS_PENDING,
    m.INTENTS_STALE,
    m.POSITIONS_OPEN,
    m.BUDGET_TIMEOUTS,
    m.BUDGET_AVAILABLE,
    m.LOGGING_TIMEOUTS,
    m.SILENT_FAILURES,
    m.THREADS_STUCK,
)


class SessionCollector(Collector):
    """Register it on a registry; `symbols` are those whose series start at 0."""

    def __init__(self, figures: SessionFigures, symbols: Iterable[str] = ()) -> None:
        self._figures = figures
        self._zeros = tuple(symbols)

    def collect(self) -> Iterator[Metric]:
        """Every metric of the catalogue."""
        figures = self._figures
        with figures.lock:
            yield from self._copied(figures)

    def _copied(self, figures: SessionFigures) -> "list[Metric]":
        # From 0 on, so that `rate()` sees the first order, and the first failure of each kind.
        zeros: dict[Labels, int] = {
            (symbol, side): 0 for symbol in self._zeros for side in ("buy", "sell")
        }
        failed: dict[Labels, int] = {
            (*key, code): 0 for key in zeros for code in m.ERROR_CODE.values
        }
        found: list[Metric] = [
            _counter(m.ORDERS_SENT, {**zeros, **figures.sent}),
            _counter(m.ORDERS_FILLED, {**zeros, **figures.filled}),
            _counter(m.ORDERS_FAILED, {**failed, **figures.failed}),
            _counter(m.INTENTS_CLEARED, {(reason,): n for reason, n in figures.cleared.items()}),
            _histogram(m.ORDER_LATENCY, {(side,): d for side, d in figures.latency.items()}),
            _histogram(m.STALE_AGE, {(): figures.stale_age}),
            _histogram(m.BUDGET_DURATION, {(): figures.budget}),
        ]
        for metric in _SINGLE:
            value = figures.fill_rate if metric is m.FILL_RATE else figures.of(metric)
            found.append(_single(metric, value))
        return found


def _names(metric: catalogue.Metric) -> list[str]:
    return [label.name for label in metric.labels]


def _counter(metric: catalogue.Metric, values: Mapping[tuple[str, ...], float]) -> Metric:
    family = CounterMetricFamily(metric.name, metric.help, labels=_names(metric))
    for labels, value in values.items():
        family.add_metric(labels, value)
    return family


def _single(metric: catalogue.Metric, value: float) -> Metric:
    if metric.kind is Kind.COUNTER:
        return CounterMetricFamily(metric.name, metric.help, value=value)
    return GaugeMetricFamily(metric.name, metric.help, value=value)


def _histogram(metric: catalogue.Metric, values: Mapping[tuple[str, ...], Distribution]) -> Metric:
    family = HistogramMetricFamily(metric.name, metric.help, labels=_names(metric))
    for labels, distribution in values.items():
        cumulative = accumulate(distribution.in_bucket)
        buckets = list(zip(metric.bounds, map(float, cumulative), strict=True))
        family.add_metric(labels, buckets, distribution.total)
    return family
