"""Catalogue → prometheus-client objects on a registry that the caller passes in.

Every combination of closed label values starts at 0, so that `rate()` sees the first
event and an absent series means a broken service, not a quiet one.
Source: https://prometheus.io/docs/practices/instrumentation/#avoid-missing-metrics
"""

from collections.abc import Mapping
from typing import Literal, TypeVar

import prometheus_client
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from toolkit.catalogue import Catalogue, Kind, Metric
from toolkit.definition_checks import checked

T = TypeVar("T", Counter, Gauge, Histogram)
Instrument = Counter | Gauge | Histogram
GaugeMode = Literal["all", "liveall", "livesum", "livemax", "livemostrecent", "max", "sum"]


@checked
class Instruments:
    """The live counters, gauges and histograms of a catalogue, one per metric.

    `known` gives the values of labels that are bounded but not closed (label name →
    values), so that their series start at 0 too. `gauge_modes` says, by metric name, how
    several worker processes' gauges become one (prometheus-client's `multiprocess_mode`).
    """

    def __init__(
        self,
        catalogue: Catalogue,
        registry: CollectorRegistry,
        *,
        known: Mapping[str, tuple[str, ...]] | None = None,
        gauge_modes: Mapping[str, GaugeMode] | None = None,
    ) -> None:
        # `_created` series double the scrape and no query here reads them.
        prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]
        self._made: dict[str, Instrument] = {}
        for metric in catalogue.metrics:
            mode = (gauge_modes or {}).get(metric.name, "livesum")
            made = self._made[metric.name] = _make(metric, registry, mode)
            if metric.labels:
                for values in metric.label_sets(known or {}):
                    made.labels(*values)

    def counter(self, metric: Metric) -> Counter:
        """The counter of `metric`; KeyError when the catalogue has no such counter."""
        return self._of_kind(metric, Counter)

    def gauge(self, metric: Metric) -> Gauge:
        """The gauge of `metric`; KeyError when the catalogue has no such gauge."""
        return self._of_kind(metric, Gauge)

    def histogram(self, metric: Metric) -> Histogram:
        """The histogram of `metric`; KeyError when the catalogue has no such histogram."""
        return self._of_kind(metric, Histogram)

    def _of_kind(self, metric: Metric, kind: type[T]) -> T:
        made = self._made[metric.name]
        if not isinstance(made, kind):
            raise KeyError(metric.name)
        return made


def _make(metric: Metric, registry: CollectorRegistry, mode: GaugeMode) -> Instrument:
    labels = [label.name for label in metric.labels]
    match metric.kind:
        case Kind.COUNTER:
            return Counter(metric.name, metric.help, labels, registry=registry)
        case Kind.GAUGE:
            return Gauge(
                metric.name, metric.help, labels, registry=registry, multiprocess_mode=mode
            )
        case Kind.HISTOGRAM:
            return Histogram(
                metric.name, metric.help, labels, registry=registry, buckets=metric.buckets
            )
