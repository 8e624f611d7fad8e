"""An alert has no condition: it fires for every series that exists.

Why: an alert fires for every series that its expression returns, whatever the value. Without
a comparison that is all of them. With `bool` too: a comparison then returns 0 instead of
nothing. A comparison that is always true asks for nothing either.

    sum(rate(execution_orders_total{status="failed"}[5m]))               # bad
    sum(rate(execution_orders_total{status="failed"}[5m])) >= 0          # bad
    sum(rate(execution_orders_total{status="failed"}[5m])) > bool 1      # bad
    sum(rate(execution_orders_total{status="failed"}[5m])) > 1           # good

Exempt: `absent()`; a bare selector that asks for label values, because such a series may exist
only while something is wrong (`ALERTS{alertstate="firing"}`); recorded series, whose rule may
compare; `vector(1)` alone, which is a dead man's switch and is meant to fire.

Source: https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/
"""

from collections.abc import Iterator

import promql_parser as parser

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus.promql_syntax_tree import Node
from toolkit.prometheus.value_flow.ranges import COMPARISONS, holds
from toolkit.promql import matches_of

WITHOUT_RESULT = (parser.MatrixSelector, parser.SubqueryExpr, parser.StringLiteral)
SAY_WHERE = frozenset({"job", "instance", "namespace", "cluster"})


def check(project: Project) -> Iterator[Finding]:
    """Flag every alert whose result does not depend on a value."""
    for expression in project.expressions():
        rule = expression.rule
        if rule is None or not rule.is_alert or rule.root.function == "vector":
            continue  # a dead man's switch
        if isinstance(rule.root.expr, WITHOUT_RESULT):
            continue  # `evaluation-fails`
        if _always(rule.root, project):
            yield RULE.at_span(
                expression,
                (0, len(expression.text)),
                f"`{rule.name}` has no condition, so that it fires for every series.",
                fix="compare with a limit, without `bool`.",
            )


def _always(node: Node, project: Project) -> bool:
    match node.expr:
        case parser.BinaryExpr():
            return _operator_always(node, project)
        case parser.VectorSelector() as selector:
            narrowed = any(x.label not in SAY_WHERE for x in matches_of(selector))
            return not narrowed and selector.name not in project.recorded.names
        case parser.Call() if node.function in {"absent", "absent_over_time"}:
            return False
        case parser.MatrixSelector() as matrix:
            return matrix.vector_selector.name not in project.recorded.names
        case _:  # a number, and a call without arguments, are always there
            return all(_always(below, project) for below in node.below)


def _operator_always(node: Node, project: Project) -> bool:
    operator = node.operator
    left, right = (_always(side, project) for side in node.below)
    if operator in COMPARISONS:
        modifier = getattr(node.expr, "modifier", None)
        if modifier and modifier.return_bool:
            return True
        if not (left and right):
            return False
        ranges = [project.value_flow.of(side) for side in node.below]
        return holds(operator, *ranges) is True
    if operator == "or":
        return left or right
    return False if operator == "unless" else left and right


RULE = Rule("alert-always-fires", Level.ERROR, check)
