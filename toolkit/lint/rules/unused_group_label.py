"""`group_left` takes a label that the operator around it drops again.

Why: `sum by (job)` keeps `job` alone, and of the right side of `and on (instance)` nothing reaches
the result. The label was meant to be shown, and is not.

    sum by (job) (a * on (instance) group_left (version) b_info)               # bad
    sum by (job, version) (a * on (instance) group_left (version) b_info)      # good
    a and on (instance) (b * on (cluster) group_left (zone) c_info)            # bad
    (a and on (instance) b) * on (cluster) group_left (zone) c_info            # good

Exempt: labels that are matched on, or read by `label_replace` and `label_join`.

Source: https://prometheus.io/docs/prometheus/latest/querying/operators/#group-modifiers
"""

from collections.abc import Callable, Iterator

import promql_parser as parser

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus.label_flow.joins import Matching
from toolkit.prometheus.label_flow.labels_of_expression import FOLDING
from toolkit.prometheus.located_expressions import Expression
from toolkit.prometheus.promql_syntax_tree import Node

Needs = Callable[[str], bool]
"""Whether what stands around a node reads a label of it, or shows it."""

LABELLESS = frozenset({"absent", "absent_over_time", "scalar"})


def check(project: Project) -> Iterator[Finding]:
    """Flag every label of a group modifier that nothing around it reads."""
    for expression in project.expressions():
        if "group_" in expression.text:
            yield from _unused(expression, expression.root, lambda _label: True)


def _unused(expression: Expression, node: Node, needs: Needs) -> Iterator[Finding]:
    for place in node.labels:
        if place.clause in {"group_left", "group_right"} and not needs(place.label):
            yield RULE.at_span(
                expression,
                place.span,
                f"`{place.clause} ({place.label})` takes a label that is dropped again.",
                fix=f"keep `{place.label}` in what stands around it, or take it out of the list.",
            )
    for number, below in enumerate(node.below):
        yield from _unused(expression, below, _below(node, number, needs))


def _below(node: Node, number: int, needs: Needs) -> Needs:
    """What is needed of the operand or argument `number` of a node."""
    match node.expr:
        case parser.AggregateExpr() as expr if node.operator in FOLDING:
            named = frozenset(x.label for x in node.labels if x.clause in {"by", "without"})
            if expr.modifier is None:
                return lambda _label: False
            is_by = expr.modifier.type == parser.AggModifierType.By
            return lambda label: (label in named) is is_by and (not is_by or needs(label))
        case parser.Call() if node.function in LABELLESS:
            return lambda _label: False
        case parser.Call() if node.function in {"label_replace", "label_join", "info"}:
            return lambda _label: True
        case parser.BinaryExpr() as expr:
            return _of_operator(expr, number, needs)
        case _:
            return needs


def _of_operator(expr: parser.BinaryExpr, number: int, needs: Needs) -> Needs:
    matching, modifier = Matching.of(expr), expr.modifier

    def matched(label: str) -> bool:
        return (label in matching.labels) is matching.is_on

    operator = str(expr.op)
    card = modifier.card if modifier else parser.VectorMatchCardinality.OneToOne
    many = None
    if card != parser.VectorMatchCardinality.OneToOne:
        many = 1 if card == parser.VectorMatchCardinality.OneToMany else 0
    if operator == "or" or number == many or (operator in {"and", "unless"} and number == 0):
        return lambda label: needs(label) or matched(label)
    taken = frozenset((modifier.group_labels or ()) if modifier else ())
    return lambda label: matched(label) or (label in taken and needs(label))


RULE = Rule("unused-group-label", Level.WARNING, check)
