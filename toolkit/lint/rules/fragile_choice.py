"""An alert is about the series that `topk` or the like happens to choose.

Why: the choice changes from one evaluation to the next. Each change ends one alert and starts
another, so that with a hold it never fires and without one it flaps.

    topk(3, rate(errors_total[5m])) > 5       # bad
    rate(errors_total[5m]) > 5                # good
    sum(topk(3, errors)) > 5                  # good: the labels of the result do not change

Exempt: choices below an aggregation; recordings and panels.

Source: https://prometheus.io/docs/prometheus/latest/querying/operators/#aggregation-operators
"""

from collections.abc import Iterator

import promql_parser as parser

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus.label_flow.labels_of_expression import CHOOSING
from toolkit.prometheus.promql_syntax_tree import Node


def check(project: Project) -> Iterator[Finding]:
    """Flag every choice whose series become alerts."""
    for expression in project.expressions():
        if expression.rule is None or not expression.rule.is_alert:
            continue
        for node in _chosen(expression.root):
            operator = node.operator
            yield RULE.at_span(
                expression,
                node.span,
                f"`{operator}` chooses other series each time, so that alerts end and begin with "
                "it.",
                fix="compare every series with the limit, without choosing.",
            )


def _chosen(node: Node) -> Iterator[Node]:
    if isinstance(node.expr, parser.AggregateExpr):
        if node.operator in CHOOSING:
            yield node
        return
    below = node.below
    if isinstance(node.expr, parser.BinaryExpr) and node.operator in {"and", "unless"}:
        below = below[:1]
    for child in below:
        yield from _chosen(child)


RULE = Rule("fragile-choice", Level.WARNING, check)
