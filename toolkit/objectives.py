"""What a service promises. Alerts, panels and load thresholds take their numbers from here."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from toolkit.catalogue import EXAMPLE_VALUES, Kind, Label, Matcher, Metric, one_of
from toolkit.definition_arguments.annotated_types import Claim
from toolkit.definition_arguments.metric_names import spellings
from toolkit.definition_arguments.refuse_wrong_arguments import checked
from toolkit.definition_arguments.words_of_errors import shown
from toolkit.errors import DefinitionError
from toolkit.findings import Location, definition_site


def _matcher_meant(value: object) -> str:
    """`matching("5..")` for text with a wildcard, `one_of(…)` for other text."""
    if isinstance(value, str):
        return f"{'one_of' if re.escape(value) == value else 'matching'}({shown(value)})"
    words = value if isinstance(value, tuple | list) else ()
    named = words and all(isinstance(word, str) for word in words)
    return f"one_of({', '.join(map(shown, words))})" if named else ""


BadMatcher = Annotated[
    Matcher,
    Claim("a matcher: one_of(…), none_of(…) or matching(…)", lambda _: True, _matcher_meant),
]


@checked
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
                argument="metric",
            )
        if not 0 < self.quantile < 1:
            raise DefinitionError(
                f"{self.metric.name}: quantile {self.quantile} is not in 0..1.",
                fix="write 0.95 for the 95th percentile.",
                argument="quantile",
            )
        if self.seconds not in self.metric.buckets:
            edges = ", ".join(f"{edge:g}" for edge in self.metric.buckets)
            raise DefinitionError(
                f"{self.metric.name}: the objective of {self.seconds:g} s is not a bucket edge.",
                fix=f"choose one of {edges}, or add {self.seconds:g} to the buckets.",
                argument="seconds",
            )

    @property
    def bound(self) -> str:
        """The bucket's `le`, as Prometheus clients write it: `1.0`."""
        return self.metric.bounds[self.metric.buckets.index(self.seconds)]

    @property
    def in_time(self) -> Matcher:
        """Selects the bucket of the bound. Clients of other languages than Python write `1`.

        Prometheus keeps what it scrapes, until 3.0 made all of them `1.0`.
        """
        return one_of(*(spellings((self.bound,)) if self.metric.foreign else (self.bound,)))


@checked
@dataclass(frozen=True, slots=True)
class AvailabilityObjective:
    """At least `share` (0..1) of the events of `metric` are not `bad`.

    `bad` maps a label to the matcher that selects the events that break the promise:
    `one_of("error")`, `none_of("ok")` or `matching("5..")`.
    """

    metric: Metric
    bad: Mapping[str, BadMatcher]
    share: float
    defined: Location = field(default_factory=definition_site, compare=False, repr=False)

    def __post_init__(self) -> None:
        if self.metric.kind is not Kind.COUNTER:
            raise DefinitionError(
                f"{self.metric.name}: an availability objective needs a counter, "
                f"and this is a {self.metric.kind.value}.",
                fix="name a metric of Kind.COUNTER.",
                argument="metric",
            )
        if not 0 < self.share < 1:
            raise DefinitionError(
                f"{self.metric.name}: share {self.share} is not in 0..1.",
                fix="write 0.995 for 99.5%.",
                argument="share",
            )
        if not self.bad:
            raise DefinitionError(
                f"{self.metric.name}: bad names no label, so every event would be bad.",
                fix='name what breaks the promise: bad={"status": one_of("error")}.',
                argument="bad",
            )
        self.metric.where(**self.bad)
        for label in self.bad_labels:
            if not self.bad_values(label) or not self.good_values(label):
                what = "no value" if self.good_values(label) else "every value"
                known = ", ".join(label.values) or "none: it is not closed"
                raise DefinitionError(
                    f"{self.metric.name}: {what} of {label.name} is {self.bad[label.name]}.",
                    fix=f"select some of its values, but not all (known: {known}).",
                    argument="bad",
                )

    @property
    def bad_labels(self) -> tuple[Label, ...]:
        """The labels that tell bad events from good ones."""
        return tuple(label for label in self.metric.labels if label.name in self.bad)

    def bad_values(self, label: Label) -> tuple[str, ...]:
        """The values of `label` that are bad; of a label that is not closed, examples."""
        matcher = self.bad[label.name]
        if matcher.values and matcher.operator in {"=", "=~"}:
            return matcher.values
        return tuple(filter(matcher.selects, label.values or EXAMPLE_VALUES))

    def good_values(self, label: Label) -> tuple[str, ...]:
        """The values of `label` that are not bad; of a label that is not closed, examples."""
        matcher = self.bad[label.name]
        if matcher.values and not label.values and matcher.operator in {"!=", "!~"}:
            return matcher.values
        return tuple(x for x in label.values or EXAMPLE_VALUES if not matcher.selects(x))
