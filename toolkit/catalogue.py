"""What a service measures: metrics with kind, unit, help, labels and the values they take.

Values only. A metric renders itself as PromQL (`str(metric)`, `metric.where(…)`) and
refuses a label or a label value that it does not have, at the line that types it. How
values are observed is `toolkit.instruments`' business.

Source of the naming rules: https://prometheus.io/docs/practices/naming/
"""

import contextlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, field
from enum import StrEnum
from itertools import pairwise, product
from typing import Protocol

from prometheus_client.utils import floatToGoString

from toolkit.argument_claims import Count
from toolkit.argument_words import shown
from toolkit.definition_checks import checked
from toolkit.did_you_mean import did_you_mean, unknown_name
from toolkit.errors import DefinitionError
from toolkit.findings import Allow, Location, definition_site

_METRIC_NAME = re.compile(r"[a-z][a-z0-9_]*")
_LABEL_NAME = re.compile(r"[a-z][a-z0-9_]*")
_RESERVED_LABELS = frozenset({"le", "quantile", "job", "instance"})
_RESERVED_SUFFIXES = ("_bucket", "_sum", "_count", "_created", "_info_total")

EXAMPLE_VALUES = ("any", "200", "301", "404", "429", "500", "503", "2xx", "3xx", "4xx", "5xx")
"""Values of a label that is not closed, to try patterns on: any word, then answers of HTTP."""


class Kind(StrEnum):
    """A metric's type, as the exposition format names it."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


class Unit(StrEnum):
    """What one step of a metric's value stands for."""

    COUNT = "count"
    SECONDS = "seconds"
    BYTES = "bytes"
    RATIO = "ratio"
    PERCENT = "percent"
    USD = "usd"
    STATE = "state"


class SupportsMatcher(Protocol):
    """Something that a selector can match a label against, such as a dashboard variable."""

    @property
    def matcher(self) -> "Matcher":
        """The operator and value to put after the label's name."""


@dataclass(frozen=True, slots=True)
class Matcher:
    """The right-hand side of a label matcher: `=~` and a value, for instance.

    `values` are the literal label values it names, for checking against the catalogue;
    it is empty when they are not known before run time.
    """

    operator: str
    text: str
    values: tuple[str, ...] = ()

    @property
    def matcher(self) -> "Matcher":
        """Itself, so that a matcher and a variable can be used alike."""
        return self

    def selects(self, value: str) -> bool:
        """Whether a label of that value is matched."""
        if self.operator in {"=", "!="}:
            return (value == self.text) is (self.operator == "=")
        return bool(re.fullmatch(self.text, value)) is (self.operator == "=~")

    def __str__(self) -> str:
        escaped = self.text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'{self.operator}"{escaped}"'


@checked
def one_of(*values: str) -> Matcher:
    """Match any of the literal `values`."""
    return Matcher("=~", "|".join(map(re.escape, values)), values)


@checked
def none_of(*values: str) -> Matcher:
    """Match anything but the literal `values`."""
    if len(values) == 1:
        return Matcher("!=", values[0], values)
    return Matcher("!~", "|".join(map(re.escape, values)), values)


@checked
def matching(pattern: str) -> Matcher:
    """Match the whole value against a regular expression, such as `5..`."""
    try:
        re.compile(pattern)
    except re.error as error:
        raise DefinitionError(
            f"matching({pattern!r}): not a regular expression: {error}.",
            fix='write it like matching("5..").',
        ) from None
    return Matcher("=~", pattern)


def _pattern_meant(word: str, values: Iterable[str]) -> str:
    with contextlib.suppress(re.error):
        if any(re.fullmatch(word, value) for value in values):
            return f'one_of() takes words; for a pattern write matching("{word}").'
    return ""


@checked
@dataclass(frozen=True, slots=True)
class Label:
    """A label with either its closed set of `values`, or `at_most` how many it may take."""

    name: str
    _: KW_ONLY
    values: tuple[str, ...] = ()
    at_most: Count | None = None

    def __post_init__(self) -> None:
        if not _LABEL_NAME.fullmatch(self.name) or self.name in _RESERVED_LABELS:
            raise DefinitionError(
                f"label {self.name!r}: is not a name that a label may have.",
                fix="use snake_case, but not " + ", ".join(sorted(_RESERVED_LABELS)) + ".",
            )
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

    def values_of(self, label: str) -> tuple[str, ...]:
        """The closed set of values of `label`; empty when it is not closed."""
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
            parts.append(f"{name}{matcher}")
        return f"{self.name}{{{','.join(parts)}}}" if parts else self.name

    def __str__(self) -> str:
        return self.name


@checked
@dataclass(frozen=True, slots=True)
class Metric:
    """One metric. `name` is the exposed name; a counter's ends in `_total`.

    `buckets` are a histogram's finite upper bounds, ascending, in `unit`.
    """

    name: str
    kind: Kind
    help: str
    _: KW_ONLY
    unit: Unit
    labels: tuple[Label, ...] = ()
    buckets: tuple[float, ...] = ()
    allow: tuple[Allow, ...] = ()
    defined: Location = field(default_factory=definition_site, compare=False, repr=False)

    def __post_init__(self) -> None:
        if not _METRIC_NAME.fullmatch(self.name) or self.name.endswith(_RESERVED_SUFFIXES):
            raise DefinitionError(
                f"{self.name}: not a metric name.",
                fix="use snake_case without the suffixes that the exposition format adds.",
                argument="name",
            )
        if (self.kind is Kind.COUNTER) != self.name.endswith("_total"):
            raise DefinitionError(
                f"{self.name}: a counter's name ends in `_total`, and no other metric's does.",
                fix=f"it is declared as a {self.kind.value}; change its name or its kind.",
                argument="name",
            )
        if (self.kind is Kind.HISTOGRAM) != bool(self.buckets):
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
        if not self.help.strip():
            raise DefinitionError(
                f"{self.name}: help is empty.", fix="say what it counts.", argument="help"
            )
        names = [label.name for label in self.labels]
        if len(set(names)) != len(names):
            raise DefinitionError(
                f"{self.name}: a label is listed twice: {', '.join(names)}.", argument="labels"
            )

    @property
    def bounds(self) -> tuple[str, ...]:
        """The values of `le`, as Prometheus clients write them; empty if no histogram."""
        return (*map(floatToGoString, self.buckets), "+Inf") if self.buckets else ()

    @property
    def series(self) -> tuple[Series, ...]:
        """Every series name that the metric exports."""
        if self.kind is not Kind.HISTOGRAM:
            return (Series(self.name, self, self.kind, self.labels),)
        return (self.bucket, self.sum, self.count)

    @property
    def bucket(self) -> Series:
        """A histogram's cumulative buckets, with `le`."""
        self._only_histogram("bucket")
        return Series(f"{self.name}_bucket", self, Kind.COUNTER, self.labels, self.bounds)

    @property
    def sum(self) -> Series:
        """A histogram's sum of observed values."""
        self._only_histogram("sum")
        return Series(f"{self.name}_sum", self, Kind.COUNTER, self.labels)

    @property
    def count(self) -> Series:
        """A histogram's number of observations."""
        self._only_histogram("count")
        return Series(f"{self.name}_count", self, Kind.COUNTER, self.labels)

    def where(self, **labels: str | SupportsMatcher) -> str:
        """A selector of a counter or gauge; see `Series.where`."""
        if self.kind is Kind.HISTOGRAM:
            raise DefinitionError(
                f"{self.name}: a histogram exports no series of that name.",
                fix="choose .bucket, .sum or .count, or use quantile().",
            )
        return self.series[0].where(**labels)

    def label_sets(self, known: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
        """Every combination of label values that is known beforehand, in label order.

        `known` gives values for labels that are not closed. Nothing is yielded when a
        label's values are not known, except for a metric without labels: `()`.
        """
        yield from product(*(label.values or known.get(label.name, ()) for label in self.labels))

    def _only_histogram(self, part: str) -> None:
        if self.kind is not Kind.HISTOGRAM:
            raise DefinitionError(f"{self.name}: a {self.kind.value} has no .{part}.")

    def __str__(self) -> str:
        return self.name


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
