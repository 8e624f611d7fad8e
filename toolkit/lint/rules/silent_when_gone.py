"""An alert on a low count or sum is silent when everything that it counts is gone.

Why: `count` of nothing is nothing, not 0. When the last series vanishes there is no value to
compare, and the alert that was to say "too few" resolves.

    count(up{job="worker"} == 1) < 2                                   # bad: silent without workers
    (count(up{job="worker"} == 1) or vector(0)) < 2                    # good
    count(up{job="worker"} == 1) < 2 or absent(up{job="worker"})       # good

Checks `count`, and `sum` without `by`, where they are compared with `<`, `<=`, or `== 0`.

Exempt: limits that no count is under, as `comparison-never-true` says; expressions with an `or`; a
series whose absence another alert asks for with `absent`; rates, where an alert asks for the
absence of `up`: a counter is there while its service is.

Source: https://prometheus.io/docs/prometheus/latest/querying/operators/#aggregation-operators
"""

from collections.abc import Iterator

import promql_parser as parser

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus.promql_syntax_tree import Node
from toolkit.prometheus.value_flow.ranges import MIRRORED, holds

RATES = frozenset({"rate", "increase", "irate"})
BELOW = frozenset({"<", "<="})


def check(project: Project) -> Iterator[Finding]:
    """Flag every low limit of a count that may have nothing to count."""
    watched = _watched_absences(project)
    for expression in project.expressions():
        if expression.rule is None or not expression.rule.is_alert:
            continue
        root = expression.root
        operators = root.all_of(parser.BinaryExpr)
        if any(node.operator == "or" for node in operators):
            continue
        for node in operators:
            counted = _counted(node)
            if counted is None or _never(node, project):
                continue
            read = counted.selectors()
            names = {selector.name for selector in read}
            rates = all(selector.call in RATES for selector in read)
            if names and not names & watched and not (rates and "up" in watched):
                what = counted.operator
                yield RULE.at_span(
                    expression,
                    node.span,
                    f"`{what}` of nothing is nothing: the alert is silent once all of it is gone.",
                    fix=_fix(counted),
                )


def _counted(node: Node) -> Node | None:
    """The count that a comparison holds against a low limit; None for another node."""
    operator = node.operator
    if operator not in MIRRORED:
        return None
    left, right = node.below
    if isinstance(left.expr, parser.NumberLiteral):
        left, right, operator = right, left, MIRRORED[operator]
    if not isinstance(right.expr, parser.NumberLiteral):
        return None
    if operator not in BELOW and not (operator == "==" and right.expr.val == 0):
        return None
    while isinstance(left.expr, parser.ParenExpr):
        left = left.below[0]
    if not isinstance(left.expr, parser.AggregateExpr):
        return None
    aggregated, grouped = left.operator, left.expr.modifier is not None
    return left if aggregated == "count" or (aggregated == "sum" and not grouped) else None


def _never(node: Node, project: Project) -> bool:
    """Whether no count at all is that low, which `comparison-never-true` says."""
    left, right = (project.value_flow.of(side) for side in node.below)
    return holds(node.operator, left, right) is False


def _fix(counted: Node) -> str:
    if getattr(counted.expr, "modifier", None) is None:
        return f"compare ({counted.text} or vector(0)), or add `or absent(…)`."
    return "add an alert on absent(…) of what is counted."


def _watched_absences(project: Project) -> set[str]:
    """The names whose absence some alert asks for."""
    return {
        selector.name
        for rule in project.rules
        if rule.is_alert and "absent" in rule.expr
        for selector in rule.root.selectors()
        if selector.call in {"absent", "absent_over_time"}
    }


RULE = Rule("silent-when-gone", Level.WARNING, check)
