"""Catalogue → prometheus-client objects on a registry that the caller passes in.

Foreign metrics are left out: others make them.

Every combination of closed label values starts at 0, so that `rate()` sees the first
event and an absent series means a broken service, not a quiet one.
Source: https://prometheus.io/docs/practices/instrumentation/#avoid-missing-metrics
"""

from collections.abc import Mapping
from typing import Literal, TypeVar

import prometheus_client
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, Summary

from toolkit.catalogue import Catalogue, Kind, Metric
from toolkit.definition_arguments.refuse_wrong_arguments import checked
from toolkit.errors import DefinitionError

T = TypeVar("T", Counter, Gauge, Histogram, Summary, Info)
Instrument = Counter | Gauge | Histogram | Summary | Info
GaugeMode = Literal["all", "liveall", "livesum", "livemax", "livemostrecent", "max", "sum"]


@checked
class Instruments:
    """The live instruments of a catalogue, one per metric that is not foreign.

    `known` gives the values of labels that are bounded but not closed (label name →
    values), so that their series start at 0 too. `gauge_modes` says, by metric name, how
    several worker processes' gauges become one (prometheus-client's `multiprocess_mode`).
    Raises DefinitionError for a kind that prometheus-client does not make.
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
        for metric in (metric for metric in catalogue.metrics if not metric.foreign):
            mode = (gauge_modes or {}).get(metric.name, "livesum")
            made = self._made[metric.name] = _make(metric, registry, mode)
            if metric.labels and not isinstance(made, Info):  # whose labels are its value
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

    def summary(self, metric: Metric) -> Summary:
        """The summary of `metric`; KeyError when the catalogue has no such summary."""
        return self._of_kind(metric, Summary)

    def info(self, metric: Metric) -> Info:
        """The info metric of `metric`; KeyError when the catalogue has no such metric."""
        return self._of_kind(metric, Info)

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
        case Kind.SUMMARY if not metric.quantiles:
            return Summary(metric.name, metric.help, labels, registry=registry)
        case Kind.INFO:
            return Info(metric.name.removesuffix("_info"), metric.help, registry=registry)
        case _:
            what = "quantiles" if metric.quantiles else metric.kind.noun
            raise DefinitionError(
                f"{metric.name}: prometheus-client does not make {what}.",
                fix="make it with another library, and declare it with foreign=True.",
            )
