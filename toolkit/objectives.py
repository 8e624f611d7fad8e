"""What a service promises. Alerts, panels and load thresholds take their numbers from here."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from toolkit.catalogue import Kind, Matcher, Metric
from toolkit.errors import DefinitionError
from toolkit.findings import Location, definition_site


@dataclass(frozen=True, slots=True)
class LatencyObjective:
    """`quantile` (0..1) of the observations of `metric` are at most `seconds`.

    The bound must be a bucket edge: between two edges Prometheus interpolates, and an
    alert on the bound would fire or not by guess.
    Source: https://prometheus.io/docs/practices/histograms/#errors-of-quantile-estimation
    """

    metric: Metric
    quantile: float
    seconds: float
    defined: Location = field(default_factory=definition_site, compare=False, repr=False)

    def __post_init__(self) -> None:
        if self.metric.kind is not Kind.HISTOGRAM:
            raise DefinitionError(
                f"{self.metric.name}: a latency objective needs a histogram, "
                f"and this is a {self.metric.kind.value}.",
                fix="name a metric of Kind.HISTOGRAM.",
            )
        if not 0 < self.quantile < 1:
            raise DefinitionError(
                f"{self.metric.name}: quantile {self.quantile} is not in 0..1.",
                fix="write 0.95 for the 95th percentile.",
            )
        if self.seconds not in self.metric.buckets:
            edges = ", ".join(f"{edge:g}" for edge in self.metric.buckets)
            raise DefinitionError(
                f"{self.metric.name}: the objective of {self.seconds:g} s is not a bucket edge.",
                fix=f"choose one of {edges}, or add {self.seconds:g} to the buckets.",
            )

    @property
    def bound(self) -> str:
        """The value of `le` of the bucket that counts what keeps the promise."""
        return self.metric.bounds[self.metric.buckets.index(self.seconds)]


@dataclass(frozen=True, slots=True)
class AvailabilityObjective:
    """At least `share` (0..1) of the events of `metric` are not `bad`.

    `bad` maps a label to the matcher that selects the events that break the promise.
    """

    metric: Metric
    bad: Mapping[str, Matcher]
    share: float
    defined: Location = field(default_factory=definition_site, compare=False, repr=False)

    def __post_init__(self) -> None:
        if self.metric.kind is not Kind.COUNTER:
            raise DefinitionError(
                f"{self.metric.name}: an availability objective needs a counter, "
                f"and this is a {self.metric.kind.value}.",
                fix="name a metric of Kind.COUNTER.",
            )
        if not 0 < self.share < 1:
            raise DefinitionError(
                f"{self.metric.name}: share {self.share} is not in 0..1.",
                fix="write 0.995 for 99.5%.",
            )
        self.metric.where(**self.bad)
