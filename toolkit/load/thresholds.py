"""Thresholds: `[name: ]figure operator value` → kept, missed, or too few samples to tell.

    p(95)<100                           95 in 100 requests took under 100 ms
    webhook: valid: p(99)<=0.5s         the same of one name of request
    rps>=1000   success>=99.5   failures==0   delay(99)<5
    count(rate_limited)>0               answers of that code
    promql: histogram_quantile(…) < 0.1   asked of Prometheus when the run is over

Too few samples is a failure to judge, never a pass.
Source of the words: https://grafana.com/docs/k6/latest/using-k6/thresholds/
"""

import math
import operator
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import promql_parser

from toolkit.errors import UsageError, did_you_mean
from toolkit.load.latency_histogram import Histogram
from toolkit.load.statistics import Figures, Outcome, Tally

PROMQL = "promql:"
_FORM = re.compile(
    r"(?:(?P<name>.+?):\s+)?(?P<figure>[a-z_]+)(?:\((?P<argument>[^()]+)\))?\s*"
    r"(?P<operator><=|>=|==|!=|<|>)\s*(?P<value>\S+)"
)
_VALUE = re.compile(r"(?P<number>-?\d+(?:\.\d+)?)(?P<unit>ms|s|%)?")
_OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "==": operator.eq, "!=": operator.ne,
}  # fmt: skip
# figure → its unit, and whether it takes an argument
FIGURES: dict[str, tuple[str, bool]] = {
    "p": ("ms", True), "avg": ("ms", False), "med": ("ms", False), "min": ("ms", False),
    "max": ("ms", False), "delay": ("ms", True), "rps": ("/s", False), "success": ("%", False),
    "fail_ratio": ("", False), "failures": ("", False), "accepted": ("", False),
    "refused": ("", False), "requests": ("", False), "count": ("", True),
}  # fmt: skip
_RANGE = "$__range"  # Grafana's name for the time that is looked at
FEWEST = 10  # under this an average or a share says nothing
_WHOLE_RUN_ONLY = frozenset({"delay"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """One threshold as it was written. `name` is empty for all requests together."""

    text: str
    figure: str
    operator: str
    value: float
    name: str = ""
    argument: str = ""
    expr: str = ""  # PromQL, in place of a figure

    @property
    def subject(self) -> tuple[str, str, str]:
        """What it judges: two of one subject and one direction say the same, or disagree."""
        return self.name, f"{self.figure}({self.argument}){self.expr}", self.operator[0]

    @property
    def unit(self) -> str:
        """The unit of measured and allowed values."""
        return FIGURES[self.figure][0] if self.figure in FIGURES else ""

    def allows(self, value: float) -> bool:
        """Whether the measured value is allowed; NaN never is."""
        return not math.isnan(value) and _OPERATORS[self.operator](value, self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of a threshold. `measured` is None when nothing could be measured."""

    threshold: Threshold
    kept: bool
    measured: float | None
    why: str = ""  # nothing could be judged, and why

    def __str__(self) -> str:
        mark = "✓" if self.kept else "✗"
        unit = self.threshold.unit
        allowed = f"allowed {self.threshold.operator} {self.threshold.value:g}{_spaced(unit)}"
        if self.measured is None:
            return f"{mark} {self.threshold.text}: {self.why}; {allowed}"
        return f"{mark} {self.threshold.text}: {shown(self.measured)}{_spaced(unit)}, {allowed}"


def _spaced(unit: str) -> str:
    return f" {unit}" if unit and unit != "%" else unit


def shown(value: float) -> str:
    """A figure in three significant digits, or all of a whole number."""
    return f"{value:.0f}" if abs(value) >= 100 or float(value).is_integer() else f"{value:.3g}"  # noqa: PLR2004 - three digits


def parse(text: str) -> Threshold:
    """A threshold from its text. Raises UsageError that says what would be right."""
    if text.startswith(PROMQL):
        return _promql(text)
    match = _FORM.fullmatch(text.strip())
    if match is None:
        raise UsageError(
            f"threshold {text!r}: not of the form [name: ]figure operator value.",
            fix='write it like "p(95)<100", "webhook: valid: p(99)<=0.5s" or "rps>=1000".',
        )
    figure, argument = match["figure"], match["argument"] or ""
    if figure not in FIGURES:
        raise UsageError(
            f"threshold {text!r}: unknown figure {figure!r}{did_you_mean(figure, FIGURES)}"
        )
    unit, takes = FIGURES[figure]
    if takes != bool(argument):
        example = {"count": "count(rate_limited)"}.get(figure, f"{figure}(95)")
        raise UsageError(
            f"threshold {text!r}: {figure} takes {'one' if takes else 'no'} argument"
            + (f", like {example}." if takes else ".")
        )
    if unit == "ms" and takes and not (_is_number(argument) and 0 < float(argument) < 100):  # noqa: PLR2004 - percent
        raise UsageError(f"threshold {text!r}: {argument!r} is no percentile between 0 and 100.")
    if figure in _WHOLE_RUN_ONLY and match["name"]:
        raise UsageError(f"threshold {text!r}: {figure} is the generator's, of no one request.")
    return Threshold(
        text=text.strip(), figure=figure, argument=argument, name=match["name"] or "",
        operator=match["operator"], value=_value(match["value"], unit, text),
    )  # fmt: skip


def _is_number(text: str) -> bool:
    return _VALUE.fullmatch(text) is not None


def _value(given: str, unit: str, text: str) -> float:
    match = _VALUE.fullmatch(given)
    if match is None or (
        match["unit"] and match["unit"] not in {unit, "s" if unit == "ms" else ""}
    ):
        units = {"ms": " in ms or s", "%": " in %"}.get(unit, "")
        raise UsageError(f"threshold {text!r}: {given!r} is not a number{units}.")
    return float(match["number"]) * (1000 if match["unit"] == "s" else 1)


def _promql(text: str) -> Threshold:
    whole = text.removeprefix(PROMQL).strip()
    try:
        _, comparison, value = _compared(whole.replace(_RANGE, "1m"))
    except ValueError as error:
        raise UsageError(
            f"threshold {text!r}: {error}.",
            fix="write it like 'promql: sum(rate(errors_total[$__range])) < 0.1'.",
        ) from None
    return Threshold(text=text, figure="promql", operator=comparison, value=value, expr=whole)


def _compared(expr: str) -> tuple[str, str, float]:
    """The left side, operator and number of a comparison. ValueError says what it is not."""
    tree = promql_parser.parse(expr)
    if not isinstance(tree, promql_parser.BinaryExpr) or str(tree.op) not in _OPERATORS:
        raise ValueError("must be a comparison with a number")
    if not isinstance(tree.rhs, promql_parser.NumberLiteral):
        raise ValueError("must be compared with a number")  # noqa: TRY004 - of the text, no argument's type
    return str(tree.lhs), str(tree.op), tree.rhs.val


def combined(defaults: Iterable[str], given: Iterable[str]) -> tuple[Threshold, ...]:
    """Those given, and the defaults of other subjects: who gives one replaces the default."""
    chosen = [parse(text) for text in given]
    subjects = {threshold.subject for threshold in chosen}
    return (*(x for x in map(parse, defaults) if x.subject not in subjects), *chosen)


class Measured(Protocol):
    """A run, over or not yet."""

    @property
    def figures(self) -> Figures:
        """What was counted so far."""

    @property
    def seconds(self) -> float:
        """How long requests were sent."""


def judge(threshold: Threshold, run: Measured) -> Verdict:
    """Judge a threshold on what the generator counted."""
    if threshold.name and threshold.name not in run.figures.names:
        why = f"no request of that name was sent{did_you_mean(threshold.name, run.figures.names)}"
        return Verdict(threshold=threshold, kept=False, measured=None, why=why)
    tally = run.figures.names[threshold.name] if threshold.name else run.figures.total
    samples = run.figures.delays if threshold.figure == "delay" else tally.durations
    fewest = _fewest(threshold)
    if samples.count < fewest:
        why = f"{samples.count} samples are too few to judge, at least {fewest} are needed"
        return Verdict(threshold=threshold, kept=False, measured=None, why=why)
    measured = _measure(threshold, tally, samples, run.seconds)
    return Verdict(threshold=threshold, kept=threshold.allows(measured), measured=measured)


def _fewest(threshold: Threshold) -> int:
    """With fewer, a percentile is just the slowest request, and a share is chance."""
    unit, takes = FIGURES[threshold.figure]
    if unit == "ms" and takes:
        rare = 1 - float(threshold.argument) / 100
        return max(FEWEST, math.ceil(round(1 / rare, 6)))
    return FEWEST if unit else 1


def _measure(threshold: Threshold, tally: Tally, samples: Histogram, seconds: float) -> float:
    figure, argument = threshold.figure, threshold.argument
    if figure in {"p", "delay"}:
        return samples.quantile_seconds(float(argument) / 100) * 1000
    if figure == "count":
        return tally.answers[argument]
    return {
        "med": samples.quantile_seconds(0.5) * 1000,
        "avg": samples.mean_seconds * 1000,
        "min": samples.min_seconds * 1000,
        "max": samples.max_seconds * 1000,
        "rps": tally.requests / seconds if seconds else 0.0,
        "success": tally.success_share * 100,
        "fail_ratio": 1 - tally.success_share,
        "failures": tally.failed,
        "accepted": tally.outcomes[Outcome.ACCEPTED],
        "refused": tally.outcomes[Outcome.REFUSED],
        "requests": tally.requests,
    }[figure]


class HasValue(Protocol):
    """One sample of an answer."""

    @property
    def value(self) -> float:
        """The value, which may be NaN."""


class Answers(Protocol):
    """A server that knows PromQL."""

    def query(self, expr: str) -> Sequence[HasValue]:
        """The instant vector of `expr`, now."""


def ask(threshold: Threshold, server: Answers, seconds: float) -> Verdict:
    """Judge a PromQL threshold; `$__range` is the run's length. Every series must keep it.

    UnreachableError passes through: what the server would say is not known.
    """
    expr, _, _ = _compared(threshold.expr.replace(_RANGE, f"{max(1, math.ceil(seconds))}s"))
    values = [sample.value for sample in server.query(expr)]
    if not values:
        why = "Prometheus knows no such sample"
        return Verdict(threshold=threshold, kept=False, measured=None, why=why)
    missed = [value for value in values if not threshold.allows(value)]
    # Of several series the one that is worst is shown.
    worst = (missed or values)[0]
    return Verdict(threshold=threshold, kept=not missed, measured=worst)
