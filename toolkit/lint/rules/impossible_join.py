"""The two sides of an operator can never match, so that the result is always empty.

Why: Prometheus joins series whose labels are equal. Where one side has a label that the other
cannot have, no pair is equal. Prometheus reports no error, and the alert never fires.

    sum by (exchange) (a) / sum by (source) (b)                       # bad
    sum by (exchange) (a) / sum(b)                                    # bad
    sum by (exchange) (a) / on () group_left () sum(b)                # good

Exempt: sides whose labels are not certain (series that the catalogue does not declare, `or`,
`label_replace`); `or`, which joins nothing.

Source: https://prometheus.io/docs/prometheus/latest/querying/operators/#vector-matching
"""

from collections.abc import Iterator

import promql_parser as parser

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus.label_flow import certain_labels, is_scalar
from toolkit.promql import children, parse


def check(project: Project) -> Iterator[Finding]:
    """Flag every join whose sides differ in a label that they are matched on."""
    for expression in project.expressions():
        for node, left, right in _joins(parse(expression.text), project):
            odd = sorted(left ^ right)
            side = "left" if odd[0] in left else "right"
            yield RULE.at_span(
                expression,
                (0, len(expression.text)),
                f"the sides of `{node.op}` never match: only the {side} one has `{odd[0]}`.",
                fix="group both sides by the same labels, or match with on (…) and group_left.",
            )


def _joins(
    node: parser.Expr, project: Project
) -> Iterator[tuple[parser.BinaryExpr, frozenset[str], frozenset[str]]]:
    if isinstance(node, parser.BinaryExpr) and str(node.op) != "or":
        scalars = (is_scalar(node.lhs), is_scalar(node.rhs))
        left = certain_labels(node.lhs, project.labels_of)
        right = certain_labels(node.rhs, project.labels_of)
        if not any(scalars) and left is not None and right is not None:
            pair = _matched_on(node, left, right)
            if pair[0] != pair[1]:
                yield node, *pair
    for child in children(node):
        yield from _joins(child, project)


def _matched_on(
    node: parser.BinaryExpr, left: frozenset[str], right: frozenset[str]
) -> tuple[frozenset[str], frozenset[str]]:
    """The labels of each side that must be equal."""
    matching = node.modifier.matching if node.modifier else None
    if matching is None:
        return left, right
    named = frozenset(matching.labels)
    if matching.type == parser.LabelModifierType.Include:
        return left & named, right & named
    return left - named, right - named


RULE = Rule("impossible-join", Level.ERROR, check)
