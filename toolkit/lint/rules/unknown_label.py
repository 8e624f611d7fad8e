"""A selector, or a `by` or `on` list, names a label that its series do not carry.

Why: a matcher on a missing label matches everything or nothing. A grouping by a missing label
folds all series into one. Neither is an error for Prometheus.

    sum by (exchagne) (rate(execution_orders_total[5m]))     # bad
    sum by (exchange) (rate(execution_orders_total[5m]))     # good

Exempt: series that the catalogue does not declare (see `unknown-metric`); `without` and
`ignoring`, which may name what is not there; joins that `impossible-join` finds; the scrape's own
`job` and `instance`.

Source: https://prometheus.io/docs/prometheus/latest/querying/operators/
"""

from collections.abc import Iterator
from dataclasses import replace

import promql_parser as parser

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus.label_flow.joins import conflict
from toolkit.prometheus.label_flow.labels_of_expression import Flow
from toolkit.prometheus.label_flow.result_labels import Certainty, all_possible, why_absent
from toolkit.prometheus.located_expressions import Expression
from toolkit.prometheus.promql_syntax_tree import LabelPlace, Node
from toolkit.unknown_name_did_you_mean import did_you_mean


def check(project: Project) -> Iterator[Finding]:
    """Flag every matcher and every grouping by a label that cannot be there."""
    for expression in project.expressions():
        for selector in expression.selectors:
            carried = project.labels_of(selector.name)
            for match in selector.matches:
                if carried is None or match.label in carried:
                    continue
                yield RULE.at_span(
                    expression,
                    selector.span,
                    f"`{selector.name}` has no label `{match.label}`"
                    f"{did_you_mean(match.label, carried)}",
                    fix="correct the label, or declare it on the metric.",
                )
        yield from _lists(project, expression)


def _lists(project: Project, expression: Expression) -> Iterator[Finding]:
    """Labels in `by` and `on` lists that nothing which arrives there can carry."""
    flow = project.flow(expression.root)
    for node in flow.root.walk():
        yield from _replaced(expression, flow, node)
        if not node.labels:
            continue
        operands = [flow.of(below) for below in node.below]
        if isinstance(node.expr, parser.AggregateExpr):
            operands = operands[-1:]
        never = isinstance(node.expr, parser.BinaryExpr) and conflict(node.expr, *operands)
        for place in node.labels:
            reasons = [why_absent(operand, place.label) for operand in operands]
            if place.clause == "on" and any(reasons) and not all(reasons) and not never:
                yield _one_sided(expression, node, place, next(filter(None, reasons)))
            if place.clause in {"by", "on"} and all(reasons):
                possible = frozenset().union(*(all_possible(x) or () for x in operands))
                yield RULE.at_span(
                    expression,
                    place.span,
                    f"`{place.clause} ({place.label})` groups by a label that nothing here "
                    f"carries{did_you_mean(place.label, possible)}",
                    fix="correct the label, or drop it from the list.",
                )


def _one_sided(expression: Expression, node: Node, place: LabelPlace, why: Certainty) -> Finding:
    """A label that one side of an operator lacks: only series without it match there."""
    operator = node.operator
    found = RULE.at_span(
        expression,
        place.span,
        f"`on ({place.label})` matches by a label that one side of `{operator}` does not have: it "
        f"is {why.reason}.",
        fix=f"keep `{place.label}` on that side, or take it out of on (…).",
    )
    return replace(found, level=Level.WARNING)


def _replaced(expression: Expression, flow: Flow, node: Node) -> Iterator[Finding]:
    """Flag a `label_replace` that reads a label which is not there."""
    if node.function != "label_replace":
        return
    source = node.below[3]
    name = str(getattr(source.expr, "val", ""))
    why = why_absent(flow.of(node.below[0]), name) if name else None
    if why is not None:
        found = RULE.at_span(
            expression,
            source.span,
            f"`label_replace` reads `{name}`, which is {why.reason}.",
            fix="correct the label, or keep it where it is lost.",
        )
        yield replace(found, level=Level.WARNING)


RULE = Rule("unknown-label", Level.ERROR, check)
