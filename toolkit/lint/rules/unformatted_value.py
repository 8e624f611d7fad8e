"""An annotation shows a rate or a share as the raw number that Prometheus calculates.

Why: the person on call reads 0.034285714285714286. `humanizePercentage` says 3.429%, `humanize`
rounds and shortens, `humanizeDuration` writes seconds as 1m 30s.

    description: "{{ $value }} of all orders fail."                          # bad, of a share
    description: "{{ $value | humanizePercentage }} of all orders fail."     # good

Checks shares (the quotient of two rates), means, quantiles, rates and averages over time.

Where a unit stands behind the value, the function is one that writes none.

Exempt: values that go through any function, `printf` among them, also where the raw one stands
next to it; `==` and whatever leaves one value alone, as `rate(…) <= 0` does.

Source: https://prometheus.io/docs/prometheus/latest/configuration/template_reference/#numbers
"""

import re
from collections.abc import Iterator, Mapping

import promql_parser as parser

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus.go_templates.labels_and_queries_read import raw_values
from toolkit.prometheus.promql_syntax_tree import Node

RATES = frozenset({"rate", "irate", "deriv", "avg_over_time"})
KEEP = frozenset({"abs", "clamp", "clamp_max", "clamp_min", "label_replace", "label_join", "sort"})
COMPARISONS = frozenset({">", "<", ">=", "<=", "!="})
_SECONDS = re.compile(r"\s*-?\}\}\s*(?:s|secs?|seconds?)\b", re.IGNORECASE)
_PER_CENT = re.compile(r"\s*-?\}\}\s*%")


def check(project: Project) -> Iterator[Finding]:
    """Flag every annotation with the raw value of a rate or a share."""
    for rule in project.rules:
        if not rule.is_alert:
            continue
        root = rule.root
        kind, function = _kind(root, project)
        if kind and project.value_flow.of(root).is_one:
            continue  # such as a rate `<= 0`, whose value is always 0
        for name, text in rule.annotations.items() if kind else ():
            fitting = {place: _for_unit(function, text, place) for place in raw_values(text)}
            if fitting:
                yield RULE.at_template(
                    rule,
                    f"annotations.{name}",
                    f"the value is {kind}, and shown with all its digits.",
                    fix=_fix(function, fitting),
                    insert={at: f" | {fits}" for at, fits in fitting.items() if fits},
                )


def _for_unit(function: str, text: str, place: int) -> str:
    """The function for one place; empty where the text after it has to change as well.

    humanizeDuration and humanizePercentage write a unit, which may stand in the text already.
    """
    after = text[place:]
    if function == "humanizeDuration" and _SECONDS.match(after):
        return "humanize"
    return "" if function == "humanizePercentage" and _PER_CENT.match(after) else function


def _fix(function: str, fitting: Mapping[int, str]) -> str:
    if "" in fitting.values():
        return (
            f"write {{{{ $value | {function} }}}} without the % after it, which it writes itself."
        )
    wanted = set(fitting.values())
    if wanted == {"humanize", "humanizeDuration"}:
        return "write {{ $value | humanize }} before a unit, and humanizeDuration elsewhere."
    return f"write {{{{ $value | {wanted.pop()} }}}}."


def _kind(node: Node, project: Project) -> tuple[str, str]:  # noqa: PLR0911 - one for each kind of node
    """What the alert's value is, and the function that shows it; empty where it may be whole."""
    match node.expr:
        case parser.ParenExpr() | parser.UnaryExpr() | parser.SubqueryExpr():
            return _kind(node.below[0], project)
        case parser.BinaryExpr():
            return _of_operator(node, node.operator, project)
        case parser.AggregateExpr():
            counts = node.operator in {"count", "group", "count_values"}
            return ("", "") if counts else _kind(node.below[-1], project)
        case parser.Call():
            name = node.function
            if name in RATES:
                return "a rate", "humanize"
            if name == "histogram_quantile":
                return "a quantile", _of_quantile(node)
            if name in KEEP:
                return _kind(node.below[0], project)
            return "", ""
        case parser.VectorSelector() as selector:
            return _recorded(selector.name or "", project)
        case _:
            return "", ""


def _recorded(name: str, project: Project) -> tuple[str, str]:
    """The kind of what a recording holds, where it reads no recording itself."""
    for rule in project.recorded.named(name)[:1]:
        if not {x.name for x in rule.root.selectors()} & project.recorded.names:
            return _kind(rule.root, project)
    return "", ""


def _of_operator(node: Node, operator: str, project: Project) -> tuple[str, str]:
    left, right = node.below
    if operator in COMPARISONS | {"and", "unless"}:
        number = isinstance(left.expr, parser.NumberLiteral)
        return _kind(right if number else left, project)
    if operator == "/" and all(_kind(side, project)[0] for side in node.below):
        scaled = any(_kind(side, project)[0].startswith("calculated") for side in node.below)
        # Times 100 it is not a share any more, of which humanizePercentage makes per cent.
        return ("calculated from a share", "humanize") if scaled else _of_division(left, right)
    if operator in {"*", "/", "+", "-"}:
        # A share times 100 is not a share any more, and all the more not a whole number.
        kinds = [_kind(side, project)[0] for side in node.below]
        numbers = [isinstance(side.expr, parser.NumberLiteral) for side in node.below]
        if any(kinds) and any(numbers):
            return "calculated from " + next(filter(None, kinds)), "humanize"
        if operator in {"+", "-"} and all(kinds):
            return _kind(left, project)
    return "", ""


def _of_division(left: Node, right: Node) -> tuple[str, str]:
    """A share of events, or the mean of what a histogram or a summary adds up."""
    above, below = (side.selectors() for side in (left, right))
    names = [above[0].name if above else "", below[0].name if below else ""]
    seconds = ["seconds" in name.split("_") for name in names]
    if seconds == [True, False]:
        return "a mean", "humanizeDuration"
    if names[0].endswith("_sum") and names[1].endswith("_count"):
        return "a mean", "humanize"
    of_one_unit = seconds[0] == seconds[1] and ("bytes" in names[0]) == ("bytes" in names[1])
    return ("a share", "humanizePercentage") if of_one_unit else ("a quotient", "humanize")


def _of_quantile(node: Node) -> str:
    """The function for the unit that the histogram's name says."""
    names = [selector.name for selector in node.selectors()]
    return "humanizeDuration" if any("seconds" in name.split("_") for name in names) else "humanize"


RULE = Rule("unformatted-value", Level.INFO, check)
