"""What a service measures: metrics with kind, unit, help, labels and the values they take.

Values only. A metric renders itself as PromQL (`str(metric)`, `metric.where(…)`) and
refuses a label or a label value that it does not have, at the line that types it. How
values are observed is `toolkit.instruments`' business. `toolkit.definition_arguments.metric_names`
has the rules for names.
"""

import contextlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, field
from enum import StrEnum
from itertools import pairwise, product

from toolkit.definition_arguments.durations_and_ranges import Blank, Count
from toolkit.definition_arguments.metric_names import (
    SERIES_LABELS,
    label_text,
    refuse_label_name,
    refuse_metric_name,
    selector_text,
    spellings,
)
from toolkit.definition_arguments.refuse_wrong_arguments import checked
from toolkit.definition_arguments.words_of_errors import shown
from toolkit.errors import DefinitionError
from toolkit.findings import Allow, Location, definition_site
from toolkit.label_matchers.promql_matchers import (
    Matcher,
    SupportsMatcher,
    matching,
    none_of,
    one_of,
)
from toolkit.unknown_name_did_you_mean import did_you_mean, unknown_name

# What projects import from here.
__all__ = [
    "ACCUMULATING", "EXAMPLE_VALUES", "NEVER_ACCUMULATING", "Catalogue", "Kind", "Label",
    "Matcher", "Metric", "Series", "SupportsMatcher", "Unit", "matching", "none_of", "one_of",
]  # fmt: skip

EXAMPLE_VALUES = ("any", "200", "301", "404", "429", "500", "503", "2xx", "3xx", "4xx", "5xx")
"""Values of a label that is not closed, to try patterns on: any word, then answers of HTTP."""

_EXPONENTS_FROM, _EXPONENTS_OF_ONE_DIGIT_TO = 1_000_000, 10_000_000_000
"""From here on the client writes a number as Go does, with an exponent; below, as Python."""


class Kind(StrEnum):
    """What kind of metric it is.

    `HISTOGRAM` has classic buckets, each a series; a native histogram is one series. An info
    metric is always 1 and speaks by its labels.
    Source: https://prometheus.io/docs/concepts/metric_types/
    """

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"
    SUMMARY = "summary"
    NATIVE_HISTOGRAM = "native histogram"
    INFO = "info"
    UNKNOWN = "unknown"

    @property
    def exported_as(self) -> frozenset[str]:
        """The types that a scrape may give it: plain text knows fewer than OpenMetrics."""
        return _EXPORTED_AS.get(self, frozenset({self.value}))

    @property
    def noun(self) -> str:
        """Itself in a sentence: `a gauge`."""
        return _NOUNS.get(self, f"a {self.value}")


_EXPORTED_AS = {
    Kind.GAUGE: frozenset({"gauge", "stateset"}),
    Kind.NATIVE_HISTOGRAM: frozenset({"histogram"}),
    Kind.INFO: frozenset({"info", "gauge"}),
}
_NOUNS = {Kind.INFO: "an info metric", Kind.UNKNOWN: "a metric of unknown kind"}
ACCUMULATING = frozenset({Kind.COUNTER, Kind.NATIVE_HISTOGRAM})
"""Kinds of series that only grow until the process restarts."""
NEVER_ACCUMULATING = frozenset({Kind.GAUGE, Kind.INFO})
_WITH_EXEMPLARS = frozenset({Kind.HISTOGRAM, Kind.NATIVE_HISTOGRAM})


class Unit(StrEnum):
    """What one step of a metric's value stands for."""

    COUNT = "count"
    SECONDS = "seconds"
    BYTES = "bytes"
    RATIO = "ratio"
    PERCENT = "percent"
    USD = "usd"
    STATE = "state"


def _pattern_meant(word: str, values: Iterable[str]) -> str:
    with contextlib.suppress(re.error):
        if any(re.fullmatch(word, value) for value in values):
            return f'one_of() takes words; for a pattern write matching("{word}").'
    return ""


@checked
@dataclass(frozen=True, slots=True)
class Label:
    """A label with either its closed set of `values`, or `at_most` how many it may take.

    `foreign` means that others named it, and takes names that are not snake_case.
    """

    name: str
    _: KW_ONLY
    values: tuple[str, ...] = ()
    at_most: Count | None = None
    foreign: bool = False

    def __post_init__(self) -> None:
        refuse_label_name(self.name, foreign=self.foreign)
        if bool(self.values) == (self.at_most is not None):
            raise DefinitionError(
                f"label {self.name!r}: needs either its values or a bound on how many it takes.",
                fix=f'write Label("{self.name}", values=(…)) or Label("{self.name}", at_most=N).',
            )
        if len(set(self.values)) != len(self.values):
            raise DefinitionError(
                f"label {self.name!r}: a value is listed twice.", argument="values"
            )

    @property
    def bound(self) -> int:
        """How many values it may take."""
        return self.at_most if self.at_most is not None else len(self.values)

    def fold(self, value: str) -> str:
        """`value` where the closed set has it, else `other`: for text that a client sent."""
        return value if value in self.values else "other"


@dataclass(frozen=True, slots=True)
class Series:
    """One exported series name of a metric, with every label that its samples carry."""

    name: str
    metric: "Metric"
    kind: Kind
    labels: tuple[Label, ...]
    bounds: tuple[str, ...] = ()  # the allowed values of `le`, on a bucket series only

    @property
    def label_names(self) -> frozenset[str]:
        """The labels that the service sets; `job` and `instance` come from the scrape."""
        names = {label.name for label in self.labels}
        return frozenset(names | {"le"} if self.bounds else names)

    @property
    def has_exemplars(self) -> bool:
        """Whether its samples may name traces: of a classic histogram, the buckets alone."""
        is_native = self.metric.kind is Kind.NATIVE_HISTOGRAM
        return self.metric.exemplars and (is_native or bool(self.bounds))

    def values_of(self, label: str) -> tuple[str, ...]:
        """The closed set of values of `label`; empty when it is not closed."""
        if label == "le" and self.metric.foreign:
            return spellings(self.bounds)
        if label == "le":
            return self.bounds
        return next((x.values for x in self.labels if x.name == label), ())

    def where(self, **labels: str | SupportsMatcher) -> str:
        """A PromQL selector of this series, e.g. `x_total{status="error"}`.

        A string matches exactly; `one_of`, `none_of` and dashboard variables do what they
        say. Raises DefinitionError for a label, or a value of a closed label, that the
        series does not have.
        """
        parts = []
        for name, given in labels.items():
            if name not in self.label_names and name not in {"job", "instance"}:
                unknown = unknown_name("label", name, self.label_names)
                raise DefinitionError(f"{self.name}: {unknown}", argument=name)
            if isinstance(given, str):
                matcher = Matcher("=", given, (given,))
            elif hasattr(given, "matcher"):
                matcher = given.matcher
            else:
                raise DefinitionError(
                    f"{self.name}: {name} is {shown(given)}; it must be text, a matcher or a "
                    "dashboard's Variable.",
                    fix=f'write {name}="{given}".' if isinstance(given, int | float) else "",
                    argument=name,
                )
            allowed = self.values_of(name)
            for value in matcher.values if allowed else ():
                if value not in allowed:
                    hint = did_you_mean(value, allowed)
                    raise DefinitionError(
                        f"{self.name}: {name} is never {value!r}{hint}",
                        fix=_pattern_meant(value, allowed),
                        argument=name,
                    )
            parts.append(f"{label_text(name)}{matcher}")
        return selector_text(self.name, tuple(parts))

    def __str__(self) -> str:
        return selector_text(self.name, ())


@checked
@dataclass(frozen=True, slots=True)
class Metric:
    """One metric. `name` is the exposed name; an own counter's ends in `_total`.

    `buckets` are a histogram's finite upper bounds, ascending, in `unit`; `quantiles` (0..1)
    are those that a summary exports. `foreign` means that others named and make it: it is taken
    as it is, and need not be read by anything. `exemplars` says that a histogram's samples name
    traces, where the service makes them: panels that draw it over time show those as points.
    """

    name: str
    kind: Kind
    help: Blank
    _: KW_ONLY
    unit: Unit
    labels: tuple[Label, ...] = ()
    buckets: tuple[float, ...] = ()
    quantiles: tuple[float, ...] = ()
    foreign: bool = False
    exemplars: bool = False
    allow: tuple[Allow, ...] = ()
    defined: Location = field(default_factory=definition_site, compare=False, repr=False)

    def __post_init__(self) -> None:
        if not self.foreign:
            refuse_metric_name(self.name, self.kind.value, is_counter=self.kind is Kind.COUNTER)
        self._refuse_parts()
        if not self.help.strip() and not self.foreign:
            raise DefinitionError(
                f"{self.name}: help is empty.", fix="say what it counts.", argument="help"
            )
        names = [label.name for label in self.labels]
        if len(set(names)) != len(names):
            raise DefinitionError(
                f"{self.name}: a label is listed twice: {', '.join(names)}.", argument="labels"
            )
        for label in self.labels:
            if label.name in SERIES_LABELS or (label.foreign and not self.foreign):
                refuse_label_name(label.name, foreign=False)

    def _refuse_parts(self) -> None:
        """Buckets and quantiles belong to their kinds, and ascend."""
        if not self.name:
            raise DefinitionError(
                "a metric has no name.", fix="name it as it is exported.", argument="name"
            )
        is_histogram = self.kind is Kind.HISTOGRAM
        # A foreign histogram may have the bucket +Inf alone.
        if (self.buckets and not is_histogram) or (
            is_histogram and not (self.buckets or self.foreign)
        ):
            raise DefinitionError(
                f"{self.name}: buckets belong to a histogram, and a histogram needs them.",
                argument="buckets" if self.buckets else "kind",
            )
        if any(low >= high for low, high in pairwise(self.buckets)):
            ordered = tuple(sorted(set(self.buckets)))
            raise DefinitionError(
                f"{self.name}: buckets must ascend, but are {self.buckets}.",
                fix=f"write buckets={ordered}.",
                argument="buckets",
            )
        if self.exemplars and self.kind not in _WITH_EXEMPLARS:
            raise DefinitionError(
                f"{self.name}: exemplars belong to a histogram, and this is {self.kind.noun}.",
                argument="exemplars",
            )
        if self.quantiles and self.kind is not Kind.SUMMARY:
            raise DefinitionError(
                f"{self.name}: quantiles belong to a summary, and this is {self.kind.noun}.",
                argument="quantiles",
            )
        if not self.foreign and any(not 0 <= quantile <= 1 for quantile in self.quantiles):
            raise DefinitionError(
                f"{self.name}: quantiles lie in 0..1, but are {self.quantiles}.",
                fix="write 0.95 for the 95th percentile.",
                argument="quantiles",
            )

    @property
    def bounds(self) -> tuple[str, ...]:
        """The values of `le`, as Prometheus clients write them; empty if no histogram."""
        if self.kind is not Kind.HISTOGRAM:
            return ()
        return (*map(_written, self.buckets), "+Inf")

    @property
    def series(self) -> tuple[Series, ...]:
        """Every series name that the metric exports."""
        if self.kind is Kind.HISTOGRAM:
            return (self.bucket, self.sum, self.count)
        if self.kind is not Kind.SUMMARY:
            return (Series(self.name, self, self.kind, self.labels),)
        if not self.quantiles:
            return (self.sum, self.count)
        values = spellings(map(_written, self.quantiles))
        labels = (*self.labels, Label("quantile", values=values, foreign=True))
        return (Series(self.name, self, Kind.GAUGE, labels), self.sum, self.count)

    @property
    def bucket(self) -> Series:
        """A histogram's cumulative buckets, with `le`."""
        self._only_of("bucket", Kind.HISTOGRAM)
        return Series(f"{self.name}_bucket", self, Kind.COUNTER, self.labels, self.bounds)

    @property
    def sum(self) -> Series:
        """A histogram's or summary's sum of observed values."""
        self._only_of("sum", Kind.HISTOGRAM, Kind.SUMMARY)
        return Series(f"{self.name}_sum", self, Kind.COUNTER, self.labels)

    @property
    def count(self) -> Series:
        """A histogram's or summary's number of observations."""
        self._only_of("count", Kind.HISTOGRAM, Kind.SUMMARY)
        return Series(f"{self.name}_count", self, Kind.COUNTER, self.labels)

    def where(self, **labels: str | SupportsMatcher) -> str:
        """A selector of the series of that name; see `Series.where`."""
        series = self.series[0]
        if series.name != self.name:
            parts = ".bucket, .sum or .count, or use quantile()"
            raise DefinitionError(
                f"{self.name}: {self.kind.noun} exports no series of that name.",
                fix=f"choose {parts if self.kind is Kind.HISTOGRAM else '.sum or .count'}.",
            )
        return series.where(**labels)

    def label_sets(self, known: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
        """Every combination of label values that is known beforehand, in label order.

        `known` gives values for labels that are not closed. Nothing is yielded when a
        label's values are not known, except for a metric without labels: `()`.
        """
        yield from product(*(label.values or known.get(label.name, ()) for label in self.labels))

    def _only_of(self, part: str, *kinds: Kind) -> None:
        if self.kind not in kinds:
            raise DefinitionError(f"{self.name}: {self.kind.noun} has no .{part}.")

    def __str__(self) -> str:
        return selector_text(self.name, ())


def _written(number: float) -> str:
    """A number as a label's value, as Prometheus' client for Python writes it."""
    if abs(number) < _EXPONENTS_FROM:
        return repr(float(number))
    if _EXPONENTS_FROM <= number < _EXPONENTS_OF_ONE_DIGIT_TO:
        whole, _, rest = repr(float(number)).partition(".")
        digits = f"{whole}{rest}".rstrip("0")
        return f"{digits[0]}{'.' if digits[1:] else ''}{digits[1:]}e+0{len(whole) - 1}"
    # The client brings an HTTP server along, so that only who needs it pays for it.
    from prometheus_client import utils

    return str(utils.floatToGoString(number))  # type: ignore[no-untyped-call]


@checked
@dataclass(frozen=True, slots=True)
class Catalogue:
    """All metrics of a service. Names, and the series names they export, are unique."""

    metrics: tuple[Metric, ...]

    def __post_init__(self) -> None:
        owner: dict[str, Metric] = {}
        for metric in self.metrics:
            for series in metric.series:
                if series.name in owner:
                    raise DefinitionError(
                        f"{metric.name}: exports {series.name}, and so does "
                        f"{owner[series.name].name} ({owner[series.name].defined})."
                    )
                owner[series.name] = metric

    @classmethod
    def of(cls, namespace: Mapping[str, object]) -> "Catalogue":
        """The catalogue of every metric that a module defines: `Catalogue.of(globals())`."""
        return cls(tuple(x for x in namespace.values() if isinstance(x, Metric)))

    @property
    def series(self) -> dict[str, Series]:
        """Every exported series by its name."""
        return {series.name: series for metric in self.metrics for series in metric.series}
