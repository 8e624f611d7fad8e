"""Catalogue → prometheus-client objects on a registry that the caller passes in.

Every combination of closed label values starts at 0, so that `rate()` sees the first
event and an absent series means a broken service, not a quiet one.
Source: https://prometheus.io/docs/practices/instrumentation/#avoid-missing-metrics
"""

from collections.abc import Mapping
from typing import Literal

import prometheus_client
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from toolkit.catalogue import Catalogue, Kind, Metric

GaugeMode = Literal["all", "liveall", "livesum", "livemax", "livemostrecent", "max", "sum"]


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
        self._counters: dict[str, Counter] = {}
        self._gauges: dict[str, Gauge] = {}
        self._histograms: dict[str, Histogram] = {}
        for metric in catalogue.metrics:
            names = [label.name for label in metric.labels]
            match metric.kind:
                case Kind.COUNTER:
                    self._counters[metric.name] = Counter(
                        metric.name, metric.help, names, registry=registry
                    )
                case Kind.GAUGE:
                    self._gauges[metric.name] = Gauge(
                        metric.name,
                        metric.help,
                        names,
                        registry=registry,
                        multiprocess_mode=(gauge_modes or {}).get(metric.name, "livesum"),
                    )
                case Kind.HISTOGRAM:
                    self._histograms[metric.name] = Histogram(
                        metric.name,
                        metric.help,
                        names,
                        registry=registry,
                        buckets=metric.buckets,
                    )
            if names:
                for values in metric.label_sets(known or {}):
                    self._any(metric).labels(*values)

    def counter(self, metric: Metric) -> Counter:
        """The counter of `metric`; KeyError when the catalogue has no such counter."""
        return self._counters[metric.name]

    def gauge(self, metric: Metric) -> Gauge:
        """The gauge of `metric`; KeyError when the catalogue has no such gauge."""
        return self._gauges[metric.name]

    def histogram(self, metric: Metric) -> Histogram:
        """The histogram of `metric`; KeyError when the catalogue has no such histogram."""
        return self._histograms[metric.name]

    def _any(self, metric: Metric) -> Counter | Gauge | Histogram:
        found = (
            self._counters.get(metric.name)
            or self._gauges.get(metric.name)
            or self._histograms.get(metric.name)
        )
        if found is None:
            raise KeyError(metric.name)
        return found
