"""PromQL expressions: read through promql-parser, written as plain text.

Two helpers write what is easily written wrong: `quantile()` keeps `le`, `ratio()` never
divides by zero. The rest reads: which series an expression selects, inside which
function. Which labels a result can carry is `toolkit.prometheus.label_flow`'s business. Grafana's
variables are understood inside label values and as ranges.
"""

import functools
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import promql_parser as parser

from toolkit.catalogue import Kind, Label, Metric, SupportsMatcher
from toolkit.definition_arguments.refuse_wrong_arguments import checked
from toolkit.durations import seconds
from toolkit.errors import ConfigurationError, DefinitionError
from toolkit.label_matchers import go_regexps
from toolkit.label_matchers.promql_matchers import Matcher

RATE = "$__rate_interval"
"""Grafana's range for `rate()`: at least four scrapes, whatever the zoom."""

SHOWN = "$__range"
"""Grafana's range for one value over the whole time that the dashboard shows."""

# Ranges that Grafana fills in; the parser reads a duration in their place.
_GRAFANA_RANGE = re.compile(r"(?<=[\[:])\s*\$(?:\{\w+(?::\w+)?\}|\w+)")
_READ_AS = "4m"
_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
VARIABLE = re.compile(r"\$(?:\{?[A-Za-z_]|\{)")
"""A variable of a dashboard, in the text of a matcher; a `$` elsewhere is a pattern's end."""
_META = re.compile(r"[.^$*+?()\[\]{}]|\\[a-zA-Z0-9]")
_LETTER = re.compile(r"\\?.", re.DOTALL)
_LABEL_LIST = re.compile(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)")
_STRING = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|`[^`]*`')
_COMMENT_OR_STRING = re.compile(rf"#[^\n]*|{_STRING.pattern}")
# Prometheus 2.54 and later read `1_000`, which the parser does not.
_LITERAL = re.compile(rf"(?P<string>{_STRING.pattern})|(?<![\w.:])\d(?:_?[\da-fA-FxX.])+(?!\w)")
# Prometheus 3.4 and later read `offset 0s`, which the parser does not.
_ZERO_OFFSET = re.compile(
    rf"(?P<string>{_STRING.pattern})|(?P<offset>\boffset\s+-?)0+(?:ms|[smhdwy])?(?!\w)",
    re.IGNORECASE,
)
_NO_TIME = "1ms"
# What may be in a pattern that Go refuses, for which it is worth to look. Where it stands is not
# asked: with thousands of patterns that took minutes.
_SUSPECT = re.compile(r"[*+?}][*+?{]|\{\d*,?\d{4}|\)\{|\\[uU]|\(\?[\w-]*[xuR]")
_DURATION = re.compile(r"[a-zA-Z_][\w:.]*|(?P<duration>(?:\d+(?:ms|[smhdwy]))+)(?!\w)")
_MAY_BE_TOO_LONG = re.compile(r"\d{3}y|\d{5}w|\d{6}d|\d{7}h|\d{9}m|\d{10}s")


@checked
def quantile(
    q: float,
    metric: Metric,
    window: str,
    *by: Label,
    where: Mapping[str, str | SupportsMatcher] | None = None,
) -> str:
    """The `q`-quantile (0..1) of histogram `metric` over `window`, per label in `by`."""
    if metric.kind not in {Kind.HISTOGRAM, Kind.NATIVE_HISTOGRAM}:
        raise DefinitionError(f"{metric.name}: quantile() needs a histogram.")
    if not 0 <= q <= 1:
        raise DefinitionError(f"{metric.name}: quantile {q} is not in 0..1.", argument="q")
    names = _names(metric, by)
    if metric.kind is Kind.HISTOGRAM:
        names, selected = ["le", *names], metric.bucket.where(**where or {})
    else:  # a native histogram's buckets are not series, and have no `le`
        selected = metric.where(**where or {})
    grouping = f" by ({', '.join(names)})" if names else ""
    return f"histogram_quantile({q:g}, sum{grouping} (rate({selected}[{window}])))"


@checked
def ratio(part: str, whole: str, *, above: float = 0) -> str:
    """`part` divided by `whole`, with no result where `whole` is not over `above`.

    `above` keeps tiny samples from judging: one failed order of two is not 50 %.
    """
    return f"({part}) / ({whole} > {above:g})"


def _names(metric: Metric, labels: tuple[Label, ...]) -> list[str]:
    for label in labels:
        if label not in metric.labels:
            raise DefinitionError(f"{metric.name}: has no label {label.name!r} to group by.")
    return [label.name for label in labels]


class PromQLError(ValueError):
    """Not PromQL; the text says what the parser met."""


class LabelMatch(NamedTuple):
    """One label matcher of a selector, and the literal values that it names."""

    label: str
    operator: str
    text: str

    @property
    def values(self) -> tuple[str, ...]:
        """Literal values named; empty for a variable or a regular expression with meaning."""
        if "$" in self.text or (self.text == "" and self.operator in {"=", "!="}):
            return ()
        if self.operator in {"=", "!="}:
            return (self.text,)
        if "\\" not in self.text:
            return () if _META.search(self.text) else tuple(self.text.split("|"))
        words = [""]
        for letter in _LETTER.findall(self.text):
            if _META.fullmatch(letter):  # `\d` is a class, and `\.` a dot
                return ()
            if letter == "|":
                words.append("")
            else:
                words[-1] += letter[-1]
        return tuple(words)

    def selects(self, value: str) -> bool:
        """Whether a label of that value is matched. A variable of a dashboard may be any."""
        if self.operator in {"=", "=~"} and VARIABLE.search(self.text):
            return True
        if self.operator in {"=", "!="}:
            return Matcher(self.operator, self.text).selects(value)
        fits = go_regexps.fits(self.text, value)
        return fits is None or fits is (self.operator == "=~")


class Selector(NamedTuple):
    """One use of a series: `call` is the function that reads it, or the empty string.

    `text` is the selector as PromQL; `span` its place in the expression's text.
    """

    name: str
    matches: tuple[LabelMatch, ...]
    call: str
    text: str
    span: tuple[int, int]
    range_seconds: float | None = None


def parse(text: str) -> parser.Expr:
    """The syntax tree of `text`. Raises PromQLError with the parser's words."""
    try:
        return _parse(_GRAFANA_RANGE.sub(_READ_AS, text) if "$" in text else text)
    except ValueError as error:
        raise PromQLError(str(error)) from None


def grafana_range(text: str) -> str:
    """The first range that Grafana fills in, such as `$__rate_interval`; empty for none."""
    found = _GRAFANA_RANGE.search(text) if "$" in text else None
    return found.group().strip() if found else ""


def written_alike(expr: parser.Expr, text: str) -> str:
    """What is equal where two expressions ask for the same: not so for two ranges of Grafana."""
    ranges = _GRAFANA_RANGE.findall(text) if "$" in text else ()
    return "".join((str(expr), *ranges))


@functools.lru_cache(maxsize=4096)
def _parse(text: str) -> parser.Expr:
    if "`" in text and "\\" in text:
        text = _COMMENT_OR_STRING.sub(_without_raw_string, text)
    try:
        found = parser.parse(text)
    except ValueError:
        plainer = _LITERAL.sub(lambda x: x[0] if x["string"] else x[0].replace("_", ""), text)
        plainer = _ZERO_OFFSET.sub(lambda x: x["string"] or f"{x['offset']}{_NO_TIME}", plainer)
        if plainer == text:
            raise
        found = parser.parse(plainer)
    if "~" in text and _SUSPECT.search(text):
        _refuse_patterns(found)
    if _MAY_BE_TOO_LONG.search(text):
        _refuse_durations(text)
    if " or " in text:
        _refuse_alternatives(found)
    if "info" in text:
        _refuse_series_of_info(found)
    return found


def _without_raw_string(found: re.Match[str]) -> str:
    """A literal in back quotes as one in double quotes: the parser reads escapes in either."""
    return json.dumps(found[0][1:-1], ensure_ascii=False) if found[0][0] == "`" else found[0]


def _refuse_series_of_info(root: parser.Expr) -> None:
    """Refuse an `info` whose second argument is more than matchers in braces."""
    for node in _walk(root):
        if isinstance(node, parser.Call) and node.func.name == "info":
            for argument in node.args[1:]:
                if getattr(argument, "name", None):
                    raise ValueError(f"`info` takes matchers in braces, not `{argument}`")


def _refuse_alternatives(root: parser.Expr) -> None:
    """Refuse `or` between matchers, which VictoriaMetrics reads and Prometheus does not."""
    for node in _walk(root):
        if isinstance(node, parser.VectorSelector) and node.matchers.or_matchers:
            raise ValueError("matchers are joined by commas; `or` between them is MetricsQL")


def _refuse_durations(text: str) -> None:
    """Refuse what is longer than Prometheus' durations are; the parser's own have more bits."""
    for found in _DURATION.finditer(_COMMENT_OR_STRING.sub(_blank, text)):
        try:
            seconds(found["duration"] or "0s")
        except ConfigurationError as error:
            raise ValueError(error.message.removesuffix(".")) from None


def _refuse_patterns(found: parser.Expr) -> None:
    """Refuse the patterns that Go does not take; the parser's own are those of Rust."""
    for node in _walk(found):
        for match in matches_of(node) if isinstance(node, parser.VectorSelector) else ():
            is_pattern = match.operator in {"=~", "!~"}
            if not is_pattern:
                continue
            if repeat := go_regexps.refused_repeat(match.text):
                raise ValueError(f"{match.text!r} is not a pattern: {repeat!r} repeats too often")
            if part := go_regexps.refused_part(match.text):
                raise ValueError(f"{match.text!r} is not a pattern: Go has no {part!r}")


@functools.lru_cache(maxsize=4096)
def selectors(text: str) -> tuple[Selector, ...]:
    """Every series selector of `text`, from left to right."""
    found: list[Selector] = []
    position = 0
    # Nodes have no places. Names are looked for from left to right, with what only looks like
    # one, label lists and strings, blanked out at the same length.
    blanked = _LABEL_LIST.sub(_blank, _STRING.sub(_blank, text))
    for node, call, range_seconds in _selector_nodes(parse(text), ""):
        name = name_of(node)
        place = _span(blanked, name, position)
        position = place[1] if place else position
        span = place or (0, len(text))
        excerpt = text[span[0] : span[1]]
        found.append(Selector(name, matches_of(node), call, excerpt, span, range_seconds))
    return tuple(found)


def functions(text: str) -> frozenset[str]:
    """The names of the functions that `text` calls."""
    found = {x.func.name for x in _walk(parse(text)) if isinstance(x, parser.Call)}
    return frozenset(found)


def name_of(node: parser.VectorSelector) -> str:
    """The series name that a vector selector asks for, in its braces too; empty for none."""
    return str(node.name or next((x.text for x in _of_name(node) if x.operator == "="), ""))


def names_of(node: parser.VectorSelector) -> tuple[str, ...]:
    """Every name that a vector selector can ask for, as in `{__name__=~"a|b"}`; empty for any."""
    name = name_of(node)
    listed = (x.values for x in _of_name(node) if x.operator == "=~")
    return (name,) if name else next(filter(None, listed), ())


def _of_name(node: parser.VectorSelector) -> Iterator[LabelMatch]:
    for matcher in node.matchers.matchers:
        if matcher.name == "__name__":
            yield LabelMatch(matcher.name, _OPERATORS[str(matcher.op)], matcher.value)


@functools.lru_cache(maxsize=4096)  # by the node itself: several rules ask about the same one
def matches_of(node: parser.VectorSelector) -> tuple[LabelMatch, ...]:
    """The label matchers of a vector selector, without the one for its name."""
    return tuple(
        LabelMatch(x.name, _OPERATORS[str(x.op)], x.value)
        for x in node.matchers.matchers
        if x.name != "__name__"
    )


# Prometheus 2's name of double_exponential_smoothing; the parser knows that of Prometheus 3 alone.
parser.register_extra_functions(
    [
        parser.Function(
            "holt_winters",
            [parser.ValueType.Matrix, parser.ValueType.Scalar, parser.ValueType.Scalar],
            parser.ValueType.Vector,
        )
    ]
)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


_OPERATORS = {
    "MatchOp.Equal": "=",
    "MatchOp.NotEqual": "!=",
    "MatchOp.Re": "=~",
    "MatchOp.NotRe": "!~",
}


def _span(text: str, name: str, start: int) -> tuple[int, int] | None:
    """Where `name` and the braces after it stand at or after `start`; None for no such place."""
    for match in _NAME.finditer(text, start):
        if match.group() == name and not re.match(r"\s*\(", text[match.end() :]):
            braces = re.compile(r"\s*\{[^}]*\}").match(text, match.end())
            return match.start(), braces.end() if braces else match.end()
    return None


def _selector_nodes(
    node: parser.Expr, call: str
) -> Iterator[tuple[parser.VectorSelector, str, float | None]]:
    match node:
        case parser.VectorSelector():
            yield node, call, None
        case parser.MatrixSelector():
            yield node.vector_selector, call, node.range.total_seconds()
        case parser.Call():
            for argument in node.args:
                yield from _selector_nodes(argument, node.func.name)
        case parser.AggregateExpr():
            # count(rate(x[5m])) reads the rate: only a bare operand is read for its presence.
            inside = str(node.op) if str(node.op) in {"count", "group"} else call
            for child in children(node):
                yield from _selector_nodes(child, inside)
        case _:
            for child in children(node):
                yield from _selector_nodes(child, call)


def _walk(root: parser.Expr) -> Iterator[parser.Expr]:
    """It and all below it, what a range is taken of too; without recursion, however deep."""
    pending = [root]
    while pending:
        node = pending.pop()
        yield node
        if isinstance(node, parser.MatrixSelector):
            yield node.vector_selector
        pending += reversed(children(node))


def depth(root: parser.Expr) -> int:
    """How many expressions lie within each other at most; without recursion."""
    levels, row = 0, [root]
    while row:
        levels += 1
        row = [child for node in row for child in children(node)]
    return levels


def children(node: parser.Expr) -> tuple[parser.Expr, ...]:
    """The expressions directly below `node`, from left to right."""
    below = _BELOW.get(type(node))
    return below(node) if below else ()


def _below_aggregation(node: parser.AggregateExpr) -> tuple[parser.Expr, ...]:
    return (node.expr,) if node.param is None else (node.param, node.expr)


def _only_below(node: Any) -> tuple[parser.Expr, ...]:
    return (node.expr,)


# Looked up by type: every rule of every file comes here, and a match tries one type after another.
_BELOW: dict[type, Callable[[Any], tuple[parser.Expr, ...]]] = {
    parser.BinaryExpr: lambda node: (node.lhs, node.rhs),
    parser.AggregateExpr: _below_aggregation,
    parser.Call: lambda node: tuple(node.args),
    parser.ParenExpr: _only_below,
    parser.UnaryExpr: _only_below,
    parser.SubqueryExpr: _only_below,
}


def canonical(text: str) -> str:
    """One spelling of `text`: two expressions with the same syntax tree give the same."""
    return str(parse(text).prettify())
