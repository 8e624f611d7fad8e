"""One side of `or` or `unless` never changes the result.

Why: `or` takes from the right side only series whose labels the left side lacks. Where the left
side always has a result with those labels, the right one is never seen.

    vector(0) or sum(errors_total)          # bad: always 0
    sum(errors_total) or vector(0)          # good
    a or on () vector(0)                    # good: only where there is no `a` at all

Exempt: sides that may be empty; labels that are not certain.

Source: https://prometheus.io/docs/prometheus/latest/querying/operators/#logical-set-binary-operators
"""

from collections.abc import Iterator

import promql_parser as parser

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus.label_flow.joins import Matching
from toolkit.prometheus.label_flow.result_labels import Result, all_possible
from toolkit.prometheus.promql_syntax import Node

ALWAYS = frozenset({"vector", "time", "pi"})


def check(project: Project) -> Iterator[Finding]:
    """Flag every right side of an `or` whose labels the left side always has."""
    for expression in project.expressions():
        flow = project.flow(expression.text)
        for node in flow.root.walk():
            if not isinstance(node.expr, parser.BinaryExpr) or str(node.expr.op) != "or":
                continue
            left, right = node.below
            if _always(left) and _same(Matching.of(node.expr), flow.of(left), flow.of(right)):
                yield RULE.at_span(
                    expression,
                    right.span,
                    "the left side of `or` always has a result with these labels, so that the "
                    "right one is never seen.",
                    fix="put the side that may be empty on the left.",
                )


def _always(node: Node) -> bool:  # noqa: PLR0911 - one for each kind of node
    """Whether a node has a result whatever is measured."""
    match node.expr:
        case parser.NumberLiteral():
            return True
        case parser.Call() as call:
            return call.func.name in ALWAYS
        case parser.ParenExpr() | parser.UnaryExpr():
            return _always(node.below[0])
        case parser.BinaryExpr() as expr:
            filters = str(expr.op) in {">", "<", ">=", "<=", "==", "!="}
            if str(expr.op) == "or":
                return any(map(_always, node.below))
            if filters and not (expr.modifier and expr.modifier.return_bool):
                return False
            return str(expr.op) != "unless" and all(map(_always, node.below))
        case _:
            return False


def _same(matching: Matching, left: Result, right: Result) -> bool:
    """Whether every series of the right side matches one of the left side, which has no labels."""
    if all_possible(left) != frozenset():
        return False
    if matching.is_on:
        return all(x.why_absent(label) for x in right for label in matching.labels)
    possible = all_possible(right)
    return possible is not None and possible <= matching.labels


RULE = Rule("dead-operand", Level.WARNING, check)
