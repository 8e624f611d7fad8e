"""Alerts and recording rules as small documents: expression, hold, who cares, what first, proof.

A folder below `alerts/` is a rule file, a module is a group, a constant is an alert or a
recording rule. Everything generated (rules, promtool tests, runbooks) comes from here.
"""

import re
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from enum import StrEnum

from toolkit.definition_arguments.durations_and_ranges import (
    Blank,
    Duration,
    OptionalDuration,
    PositiveDuration,
)
from toolkit.definition_arguments.refuse_wrong_arguments import checked
from toolkit.drill_causes import Cause, Undrillable
from toolkit.durations import seconds
from toolkit.errors import ConfigurationError, DefinitionError
from toolkit.findings import Allow, Location, definition_site
from toolkit.promql import PromQLError, parse

_ALERT_NAME = re.compile(r"(?:[A-Z]+[a-z0-9]*)+")
_NUMBER = r"(?:inf|nan|0x[\da-f]+|(?:\d[\d_]*\.?\d*|\.\d+)(?:e[+-]?\d+)?)"
# Source: promtool's series descriptions, `seriesItem` and `seriesValue` of Prometheus' grammar.
_SAMPLES = re.compile(rf"(?:_|stale|[+-]?{_NUMBER}(?:[+-]{_NUMBER}(?=x))?)(?:x\d+)?", re.IGNORECASE)
_LABEL_NAME = re.compile(r"(?!__)[a-zA-Z_][a-zA-Z0-9_]*")
_RECORD_NAME = re.compile(r"[a-z_][a-z0-9_]*:[a-z_][a-z0-9_]*:[a-z0-9_]+")
_ANY_RECORD_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")


_WORDS = ("component", "summary", "description", "impact", "response", "because", "panel")


class Severity(StrEnum):
    """How soon a person must act: now, today, or when they look.

    A project may have severities of its own: any StrEnum, the most urgent first.
    """

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


@checked
@dataclass(frozen=True, slots=True)
class Proof:
    """One case that promtool runs: with these series, at this time, the alert fires or not.

    `sentence` says the situation. `series` maps a selector to promtool's expanding
    notation, one value every `interval`. `labels` are those that the firing alert must
    carry as well as its own; leave them out to say only that it fires.
    Source: https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/
    """

    sentence: str
    series: Mapping[str, str]
    _: KW_ONLY
    at: Duration
    fires: bool
    labels: Mapping[str, str] = field(default_factory=dict)
    interval: PositiveDuration = "1m"

    def __post_init__(self) -> None:
        _series(f"Proof({self.sentence!r})", self.series)
        if self.labels and not self.fires:
            raise DefinitionError(
                f"Proof({self.sentence!r}): an alert that does not fire has no labels.",
                fix="leave labels out, or say fires=True.",
                argument="labels",
            )


@checked
@dataclass(frozen=True, slots=True)
class Reading:
    """One case for a recording rule: with these series, at this time, it records `value`.

    None says that nothing is recorded. Values are compared to six decimals.
    """

    sentence: str
    series: Mapping[str, str]
    _: KW_ONLY
    at: Duration
    value: float | None
    interval: PositiveDuration = "1m"

    def __post_init__(self) -> None:
        _series(f"Reading({self.sentence!r})", self.series)


@checked
@dataclass(frozen=True, slots=True)
class Waiver:
    """Something generated that cannot be right for an alert: its id, and why.

    `what` is the id that `toolkit test` shows: of a generated case (`no-traffic`), or of a
    mutant that changes nothing (`mutant: …`).
    """

    what: str
    reason: str

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise DefinitionError(
                f"Waiver({self.what!r}) has no reason.",
                fix=f'say why: Waiver("{self.what}", "…").',
                argument="reason",
            )


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class AsWritten:
    """What an imported rule says in its own way, kept until its owner takes the rule over.

    `name` is the rule's name where the definition cannot have it: it is not PascalCase, or
    another rule has it too. `labels` are all labels of the rule, `annotations` those other
    than summary and description. Such a rule is generated exactly so, without the links to
    runbook and panel. Without it, an alert is held to everything that this module asks.
    """

    name: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One alerting rule and all that a person needs to know about it.

    `hold` is Prometheus' `for`. `summary` is a fixed sentence; `description` is a template
    with the value. `impact` says who is hurt, `response` the first moves, `because` why
    this number and this hold. `panel` is the title of the panel that shows it. `fired_by`
    is what makes it fire in a drill. `waive` takes away generated cases and mutants that
    cannot be right for it. `tested_every` is how often tests evaluate it, where its windows
    are so long that the group's interval is a waste. `labels` are those that the rule sets
    besides severity and component, such as the team; routes may match them. `as_written` is
    for imported rules.
    """

    name: str
    expr: str
    severity: Severity | StrEnum
    component: Blank
    summary: Blank
    description: Blank
    impact: Blank
    response: Blank
    because: Blank
    panel: Blank
    fired_by: Cause
    proof: tuple[Proof, ...]
    hold: Duration = "0s"
    keep_firing_for: Duration = "0s"
    tested_every: OptionalDuration = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    waive: tuple[Waiver, ...] = ()
    allow: tuple[Allow, ...] = ()
    as_written: AsWritten | None = None
    defined: Location = field(default_factory=definition_site, compare=False, repr=False)

    def __post_init__(self) -> None:
        if not _ALERT_NAME.fullmatch(self.name):
            raise DefinitionError(
                f"{self.name}: an alert's name is a state in PascalCase.",
                fix="write it like `HighErrorRate`.",
                argument="name",
            )
        _promql(f"{self.name}.expr", self.expr, "expr")
        if self.as_written is None:
            self._refuse_words()
        else:
            self._refuse_contradiction(self.as_written)

    def _refuse_words(self) -> None:
        for name in _WORDS:
            if not getattr(self, name).strip():
                raise DefinitionError(
                    f"{self.name}: {name} is empty.",
                    fix="write it out: the runbook shows it.",
                    argument=name,
                )
        if "{{" in self.summary or not self.summary.endswith("."):
            raise DefinitionError(
                f"{self.name}: the summary must be a fixed sentence, but is {self.summary!r}.",
                fix="end it with a period; values belong into the description.",
                argument="summary",
            )
        if "{{" not in self.description:
            raise DefinitionError(
                f"{self.name}: the description shows no value.",
                fix="write it like `P95 is {{ $value | humanizeDuration }}`.",
                argument="description",
            )
        _refuse_labels(self.name, self.labels)

    def _refuse_contradiction(self, rule: AsWritten) -> None:
        label = rule.labels.get("severity", "")
        if label in set(Severity) and label != self.severity.value:
            raise DefinitionError(
                f"{self.name}: severity is {self.severity.value}, but the rule's label {label}.",
                fix="change as_written.labels too, or take as_written away.",
            )
        if rule.name and not isinstance(self.fired_by, Undrillable):
            raise DefinitionError(
                f"{self.name}: the rule is named {rule.name!r}, and a drill waits for {self.name}.",
                fix="take as_written.name away, which renames the rule, or leave fired_by as "
                "Undrillable(…).",
            )

    @property
    def alertname(self) -> str:
        """The rule's name in Prometheus: the definition's own, unless it was imported."""
        return (self.as_written and self.as_written.name) or self.name

    @property
    def rule_labels(self) -> dict[str, str]:
        """The labels that the rule sets; those of an imported one may be templates."""
        if self.as_written is not None:
            return dict(self.as_written.labels)
        return {"severity": self.severity.value, "component": self.component, **self.labels}


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One recording rule, named `level:metric:operations`.

    `str()` gives the name, so that an f-string of PromQL can use it. `labels` are set on
    what is recorded. `proof` is for what no proved alert reads. `tested_every` and `waive` are
    as in `Alert`. `as_written` is for imported rules, whose name may be any.
    Source: https://prometheus.io/docs/practices/rules/#recording-rules
    """

    name: str
    expr: str
    because: str
    labels: Mapping[str, str] = field(default_factory=dict)
    proof: tuple[Reading, ...] = ()
    tested_every: OptionalDuration = ""
    waive: tuple[Waiver, ...] = ()
    allow: tuple[Allow, ...] = ()
    as_written: AsWritten | None = None
    defined: Location = field(default_factory=definition_site, compare=False, repr=False)

    def __post_init__(self) -> None:
        pattern = _RECORD_NAME if self.as_written is None else _ANY_RECORD_NAME
        if not pattern.fullmatch(self.name):
            raise DefinitionError(
                f"{self.name}: a recording rule is named level:metric:operations.",
                fix="name the labels kept, the metric, then what was done, newest first.",
                argument="name",
            )
        _promql(f"{self.name}.expr", self.expr, "expr")

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Group:
    """One module's rules: evaluated in order, the recordings before what reads them.

    `interval` is how often, and empty for the server's own interval. `as_written` holds the
    other keys of an imported group, and its `name` where that is not file and module.
    """

    name: str
    path: str  # the module, as seen from the project's root
    recordings: tuple[Recording, ...]
    alerts: tuple[Alert, ...]
    interval: str = ""
    as_written: Mapping[str, object] = field(default_factory=dict)

    @property
    def rules(self) -> tuple[Alert | Recording, ...]:
        """All of them, in the order of evaluation."""
        return (*self.recordings, *self.alerts)


@dataclass(frozen=True, slots=True)
class RuleFile:
    """One folder's groups, written as `<name>_alerts.yml`."""

    name: str
    groups: tuple[Group, ...]

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """Every alert of the file, in order."""
        return tuple(alert for group in self.groups for alert in group.alerts)

    def group_name(self, group: Group) -> str:
        """The name of the group in the rule file."""
        return str(group.as_written.get("name", f"{self.name}.{group.name}"))

    @property
    def recorded(self) -> frozenset[str]:
        """The names that the file's recording rules record."""
        return frozenset(rule.name for group in self.groups for rule in group.recordings)


def _series(subject: str, series: Mapping[str, str]) -> None:
    """Refuse what promtool would refuse without naming the proof: selectors, and samples."""
    for selector, samples in series.items():
        _promql(subject, selector, "series")
        if "{{" in samples:  # a native histogram's buckets, which promtool alone reads
            continue
        for word in samples.split():
            if not _SAMPLES.fullmatch(word):
                raise DefinitionError(
                    f"{subject}: {word!r} in {samples!r} is not in promtool's notation.",
                    fix="write samples like 5, 5x40, 0+30x40, _x9 or stale.",
                    argument="series",
                )


def _promql(subject: str, text: str, argument: str) -> None:
    try:
        parse(text)
    except PromQLError as error:
        message = f"{subject}: not PromQL: {error}\n    {text}"
        raise DefinitionError(message, argument=argument) from None


def _refuse_labels(subject: str, labels: Mapping[str, str]) -> None:
    for name, value in labels.items():
        if not _LABEL_NAME.fullmatch(name):
            raise DefinitionError(
                f"{subject}.labels: {name!r} is not the name of a label.",
                fix="use letters, digits and underscores, and no digit or `__` at the start.",
            )
        if name in {"alertname", "severity", "component"}:
            raise DefinitionError(
                f"{subject}.labels: {name!r} is set already.",
                fix=f"leave it out: the alert's {name.replace('alert', '')} is that label.",
            )
        if not isinstance(value, str) or not value:
            raise DefinitionError(
                f"{subject}.labels: {name} must be a text that is not empty, but is {value!r}.",
                fix="write a text, or leave the label out.",
            )


def refuse_duration(subject: str, name: str, text: str) -> None:
    """Raise DefinitionError where `text` is not a duration as Prometheus writes them."""
    try:
        seconds(text)
    except ConfigurationError as error:
        raise DefinitionError(f"{subject}: {name}: {error.message}", fix=error.fix) from None
