"""An annotation shows a rate or a share as the raw number that Prometheus calculates.

Why: the person on call reads 0.034285714285714286. `humanizePercentage` says 3.429%, `humanize`
rounds and shortens, `humanizeDuration` writes seconds as 1m 30s.

    description: "{{ $value }} of all orders fail."                          # bad, of a share
    description: "{{ $value | humanizePercentage }} of all orders fail."     # good

Checks shares (the quotient of two rates), rates and averages over time.

Exempt: values that go through any function, `printf` among them; `==`, which says the value.

Source: https://prometheus.io/docs/prometheus/latest/configuration/template_reference/#numbers
"""

from collections.abc import Iterator

import promql_parser as parser

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus.go_templates.reads import shows_raw_value
from toolkit.prometheus.promql_syntax import Node, tree

RATES = frozenset({"rate", "irate", "deriv", "avg_over_time"})
COMPARISONS = frozenset({">", "<", ">=", "<=", "!="})


def check(project: Project) -> Iterator[Finding]:
    """Flag every annotation with the raw value of a rate or a share."""
    for rule in project.rules:
        if not rule.is_alert:
            continue
        kind, function = _kind(tree(rule.expr))
        for name, text in rule.annotations.items() if kind else ():
            if shows_raw_value(text):
                yield RULE.at_field(
                    rule,
                    f"annotations.{name}",
                    f"the value is {kind}, and shown with all its digits.",
                    fix=f"write {{{{ $value | {function} }}}}.",
                )


def _kind(node: Node) -> tuple[str, str]:  # noqa: PLR0911 - one for each kind of node
    """What the alert's value is, and the function that shows it; empty where it may be whole."""
    match node.expr:
        case parser.ParenExpr() | parser.UnaryExpr():
            return _kind(node.below[0])
        case parser.BinaryExpr() as expr:
            operator = str(expr.op)
            if operator in COMPARISONS | {"and", "unless"}:
                number = isinstance(node.below[0].expr, parser.NumberLiteral)
                return _kind(node.below[1 if number else 0])
            if operator == "/" and all(_kind(side)[0] for side in node.below):
                return "a share", "humanizePercentage"
            return "", ""
        case parser.AggregateExpr() as expr:
            counts = str(expr.op) in {"count", "group", "count_values"}
            return ("", "") if counts else _kind(node.below[-1])
        case parser.Call() as call:
            if call.func.name in RATES:
                return "a rate", "humanize"
            if call.func.name == "histogram_quantile":
                return "a quantile", "humanizeDuration"
            return "", ""
        case _:
            return "", ""


RULE = Rule("unformatted-value", Level.INFO, check)
