"""What a threshold says: `[name: ]figure operator value`, as a user writes it.

    p(95)<100                           95 in 100 requests took under 100 ms
    webhook: valid: p(99)<=0.5s         the same of one name of request
    rps>=1000   success>=99.5   failures==0   delay(99)<5
    service_time(95)<50                 from the real send, not from the moment it was due
    unsent==0   unfinished==0   timeouts<5
    p(95)[30s]<200                      in every 30 seconds of the run
    count(rate_limited)>0               answers of that code
    promql: histogram_quantile(…) < 0.1   asked of Prometheus when the run is over

Whether a run keeps it is for `toolkit.load.judge_thresholds` to say.
Source of the words: https://grafana.com/docs/k6/latest/using-k6/thresholds/
"""

import math
import operator
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import promql_parser

from toolkit.durations import seconds as in_seconds
from toolkit.errors import ConfigurationError, UsageError
from toolkit.unknown_name_did_you_mean import unknown_name

PROMQL = "promql:"
_FORM = re.compile(
    r"(?:(?P<name>.+?):\s+)?(?P<figure>[a-z_]+)(?:\((?P<argument>[^()]+)\))?"
    r"(?:\[(?P<window>[^\[\]]*)\])?\s*"
    r"(?P<operator><=|>=|==|!=|<|>)\s*(?P<value>\S+)"
)
_VALUE = re.compile(r"(?P<number>-?\d+(?:\.\d+)?)(?P<unit>ms|s|%)?")
_OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
# figure → its unit, and whether it takes an argument
FIGURES: dict[str, tuple[str, bool]] = {
    "p": ("ms", True),
    "avg": ("ms", False),
    "med": ("ms", False),
    "min": ("ms", False),
    "max": ("ms", False),
    "delay": ("ms", True),
    "rps": ("/s", False),
    "success": ("%", False),
    "fail_ratio": ("", False),
    "failures": ("", False),
    "accepted": ("", False),
    "refused": ("", False),
    "requests": ("", False),
    "count": ("", True),
    "service_time": ("ms", True),
    "unsent": ("", False),
    "unfinished": ("", False),
    "timeouts": ("", False),
}
WINDOWED = frozenset(
    {"p", "avg", "med", "min", "max", "rps", "success", "fail_ratio", "failures", "requests"}
)
"""What is counted second by second, and so can be judged in windows."""

SENT_WHOLE = ("unsent==0", "unfinished==0")
"""The thresholds of every load whose number of tasks is known, unless others allow some."""
_MOST = {"success": 100.0, "fail_ratio": 1.0}
_COUNTS = frozenset(
    {"failures", "accepted", "refused", "requests", "count", "unsent", "unfinished", "timeouts"}
)
_RANGE = "$__range"  # Grafana's name for the time that a dashboard shows
_WHOLE_RUN_ONLY = frozenset({"delay", "unsent"})


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
    window_seconds: int = 0  # judged in every window of that length; 0: once, of the whole run

    @property
    def subject(self) -> tuple[str, str, str]:
        """What it judges: two of one subject and one direction say the same, or disagree."""
        window = f"[{self.window_seconds}]" if self.window_seconds else ""
        figure = f"{self.figure}({self.argument}){window}{self.expr}"
        return self.name, figure, self.operator[0]

    @property
    def unit(self) -> str:
        """The unit of measured and allowed values."""
        return FIGURES[self.figure][0] if self.figure in FIGURES else ""

    def allows(self, value: float) -> bool:
        """Whether the measured value is allowed; NaN never is."""
        return not math.isnan(value) and _OPERATORS[self.operator](value, self.value)

    def promql(self, seconds: float) -> str:
        """The PromQL whose value is compared; `$__range` is `seconds`, the run's length."""
        whole = self.expr.replace(_RANGE, f"{max(1, math.ceil(seconds))}s")
        left, _, _ = _compared(whole)
        return left


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
        raise UsageError(f"threshold {text!r}: {unknown_name('figure', figure, FIGURES)}")
    unit, takes = FIGURES[figure]
    if takes != bool(argument):
        example = {"count": "count(rate_limited)"}.get(figure, f"{figure}(95)")
        raise UsageError(
            f"threshold {text!r}: {figure} takes {'one' if takes else 'no'} argument"
            + (f", like {example}." if takes else ".")
        )
    if unit == "ms" and takes and not _is_percentile(argument):
        raise UsageError(f"threshold {text!r}: {argument!r} is not a percentile between 0 and 100.")
    if figure in _WHOLE_RUN_ONLY and match["name"]:
        raise UsageError(
            f"threshold {text!r}: {figure} is the load generator's own, not that of one request."
        )
    value = _value(match["value"], unit, text)
    if value < 0:
        raise UsageError(
            f"threshold {text!r}: {figure} is never below 0, so it says nothing.",
            fix="write the number without its minus.",
        )
    _require_a_question(figure, match["operator"], value, text)
    return Threshold(
        text=text.strip(),
        figure=figure,
        argument=argument,
        name=match["name"] or "",
        window_seconds=_window(match, text),
        operator=match["operator"],
        value=value,
    )


def _require_a_question(figure: str, comparison: str, value: float, text: str) -> None:
    """Refuse what no run can keep, and what none can miss: nobody asks that on purpose."""
    if comparison == ">=" and value == 0 and FIGURES[figure][0] != "ms":
        return  # replaces a threshold of the scenario's own by any number
    most = _MOST.get(figure, math.inf)
    is_between = figure in _COUNTS and value != int(value)
    possible = {
        "<": (value > 0, value <= most),
        "<=": (True, value < most),
        ">": (value < most, True),
        ">=": (value <= most, value > 0),
        "==": (value <= most and not is_between, True),
        "!=": (True, value <= most and not is_between),
    }
    can_hold, can_fail = possible[comparison]
    if can_hold and can_fail:
        return
    unit = FIGURES[figure][0].replace("ms", " ms")
    range_ = f"between 0 and {most:g}{unit}" if most < math.inf else f"0{unit} or more"
    what = f"a whole number, {range_}" if figure in _COUNTS else range_
    raise UsageError(
        f"threshold {text!r}: {figure} is {what}, so this can never "
        f"{'fail' if can_hold else 'hold'}.",
        fix="give a limit that some runs keep and others do not.",
    )


def _window(match: re.Match[str], text: str) -> int:
    given = match["window"]
    if given is None:
        return 0
    try:
        length = in_seconds(given)
    except ConfigurationError as error:
        raise UsageError(
            f"threshold {text!r}: {error.message}", fix="write it like [30s]."
        ) from None
    if length < 1 or length != int(length):
        raise UsageError(f"threshold {text!r}: a window is of whole seconds, like [30s].")
    if match["figure"] not in WINDOWED or match["name"]:
        raise UsageError(
            f"threshold {text!r}: windows are of {', '.join(sorted(WINDOWED))}, of all requests "
            "together: by name and by answer, only the whole run is counted."
        )
    return int(length)


def _is_percentile(text: str) -> bool:
    match = _VALUE.fullmatch(text)
    return match is not None and not match["unit"] and 0 < float(text) < 100  # noqa: PLR2004 - percent


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
        # Any range will do to parse it; the real one is known when the run is over.
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
    if math.isnan(tree.rhs.val):
        raise ValueError("no value is more, less or equal to NaN")
    return str(tree.lhs), str(tree.op), tree.rhs.val


def combined(defaults: Iterable[str], given: Iterable[str]) -> tuple[Threshold, ...]:
    """Those given, and the defaults of other subjects: who gives one replaces the default."""
    chosen = [parse(text) for text in given]
    subjects = {threshold.subject for threshold in chosen}
    return (*(x for x in map(parse, defaults) if x.subject not in subjects), *chosen)


def in_force(
    defaults: Iterable[str], given: Iterable[str], *, whole: bool
) -> tuple[Threshold, ...]:
    """Those that hold for a run: the scenario's, the given ones, and those of every `whole` load.

    A load that was not sent, or not answered, proves nothing of a service: whoever wants to
    allow some says how many.
    """
    chosen = combined(defaults, given)
    figures = {threshold.figure for threshold in chosen}
    always = SENT_WHOLE if whole else ()
    return (*chosen, *(x for x in map(parse, always) if x.figure not in figures))
