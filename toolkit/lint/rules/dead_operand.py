"""One side of an operator on sets never changes the result, or leaves nothing of it.

Why: `or` takes from the right side only series whose labels the left side lacks. Where the left
side always has a result with those labels, the right one is never seen. `unless` drops every
series that the right side has too.

    vector(0) or sum(errors_total)          # bad: always 0
    sum(errors_total) or vector(0)          # good
    a or on () vector(0)                    # good: only where there is no `a` at all
    a unless on () vector(1)                # bad: always empty
    a > 5 unless a                          # bad: always empty
    a or a > 5                              # bad: the right side is a part of the left one
    absent(a) and on () a                   # bad: either is there, never both
    a unless a > 5                          # good
    (a or vector(0)) > 5                    # an info: 0 never passes

Exempt: sides that may be empty; labels that are not certain.

Source: https://prometheus.io/docs/prometheus/latest/querying/operators/#logical-set-binary-operators
"""

from collections.abc import Iterator
from dataclasses import replace

import promql_parser as parser

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus.label_flow.joins import Matching, is_filled
from toolkit.prometheus.label_flow.labels_of_expression import Flow
from toolkit.prometheus.label_flow.result_labels import Result, all_possible
from toolkit.prometheus.located_expressions import Expression
from toolkit.prometheus.promql_syntax_tree import Node
from toolkit.prometheus.series_inclusion import Inclusion, exclude_each_other
from toolkit.prometheus.value_flow.ranges import ANY, COMPARISONS, holds

ALWAYS = frozenset({"vector", "time", "pi"})


def check(project: Project) -> Iterator[Finding]:
    """Flag every right side of an `or` whose labels the left side always has."""
    for expression in project.expressions():
        flow = project.flow(expression.root)
        inclusion = Inclusion()
        for node in flow.root.all_of(parser.BinaryExpr):
            yield from _dropped(project, expression, node)
            if node.operator == "unless":
                yield from _removes_all(expression, flow, inclusion, node)
            elif node.operator != "or":
                yield from _excluded(expression, node)
            if node.operator != "or":
                continue
            left, right = node.below
            matching = Matching.of(node.expr)
            if _always(left) and _same(matching, flow.of(left), flow.of(right)):
                yield RULE.at_span(
                    expression,
                    right.span,
                    "the left side of `or` always has a result with these labels, so that the "
                    "right one is never seen.",
                    fix="put the side that may be empty on the left.",
                )
            elif inclusion.covers(left, right, matching):
                yield RULE.at_span(
                    expression,
                    right.span,
                    "the left side of `or` has every series of the right one, which is never seen.",
                    fix="drop the right side, or put the side that may be empty on the left.",
                )


def _removes_all(
    expression: Expression, flow: Flow, inclusion: Inclusion, node: Node
) -> Iterator[Finding]:
    """Flag an `unless` whose right side is always there and matches everything."""
    left, right = node.below
    matching = Matching.of(node.expr) if isinstance(node.expr, parser.BinaryExpr) else None
    if matching and _always(right) and _same(matching, flow.of(right), flow.of(left)):
        yield RULE.at_span(
            expression,
            right.span,
            "the right side of `unless` always has a result that matches, so that nothing is left.",
            fix="drop it, or add a condition to the right side.",
        )
    elif matching and inclusion.covers(right, left, matching):
        yield RULE.at_span(
            expression,
            right.span,
            "the right side of `unless` has every series of the left one, so that nothing is left.",
            fix="add a condition to the right side, or correct its selector.",
        )


def _excluded(expression: Expression, node: Node) -> Iterator[Finding]:
    """Flag sides of which one needs what `absent` of the other needs not to be there."""
    left, right = node.below
    modifier = node.expr.modifier if isinstance(node.expr, parser.BinaryExpr) else None
    if modifier is not None and is_filled(modifier):
        return
    if "absent" in expression.text and exclude_each_other(left, right):
        yield RULE.at_span(
            expression,
            node.span,
            f"one side of `{node.operator}` asks for what `absent` says is not there, so that the "
            "result is always empty.",
            fix="write `or`, or ask for the absence of something else.",
        )


def _dropped(project: Project, expression: Expression, node: Node) -> Iterator[Finding]:
    """Flag a fixed side of an `or` that the comparison around it never lets through."""
    operator = node.operator
    if operator not in COMPARISONS:
        return
    alternatives = tuple(_alternatives(node.below[0]))
    right = project.value_flow.of(node.below[1]) if alternatives else ANY
    for side in alternatives:
        if _always(side) and holds(operator, project.value_flow.of(side), right) is False:
            found = RULE.at_span(
                expression,
                side.span,
                f"`{operator} {node.below[1].text}` never lets `{side.text}` through.",
                fix="drop this side.",
            )
            yield replace(found, level=Level.INFO)


def _alternatives(node: Node) -> Iterator[Node]:
    """The sides of an `or`, however many; none for anything else."""
    while isinstance(node.expr, parser.ParenExpr):
        node = node.below[0]
    if isinstance(node.expr, parser.BinaryExpr) and node.operator == "or":
        for side in node.below:
            yield from _alternatives(side)
            if not any(True for _ in _alternatives(side)):
                yield side


def _always(node: Node) -> bool:  # noqa: PLR0911 - one for each kind of node
    """Whether a node has a result whatever is measured."""
    match node.expr:
        case parser.NumberLiteral():
            return True
        case parser.Call():
            return node.function in ALWAYS
        case parser.ParenExpr() | parser.UnaryExpr():
            return _always(node.below[0])
        case parser.BinaryExpr() as expr:
            filters = node.operator in COMPARISONS
            if node.operator == "or":
                return any(map(_always, node.below))
            if filters and not (expr.modifier and expr.modifier.return_bool):
                return False
            return node.operator != "unless" and all(map(_always, node.below))
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
