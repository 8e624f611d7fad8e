"""The two sides of an operator can never match.

Why: Prometheus joins series whose labels are equal. Where one side has a label that the other
cannot have, or has it with another value, no pair is equal. Prometheus reports no error. The
result is always empty, so that the alert never fires; behind `unless` nothing is ever removed.

    sum by (exchange) (a) / sum by (source) (b)                       # bad
    sum by (exchange) (a) / sum(b)                                    # bad
    a{window="5m"} > 1 and b{window="1h"} > 1                         # bad
    a{window="5m"} > 1 and ignoring (window) b{window="1h"} > 1       # good
    sum by (exchange) (a) / on () group_left () sum(b)                # good
    sum(a) / b                                                        # bad: a sum has no `job`

Series that nobody declares have at least `job` and `instance`, which every scrape adds: without
those two on the other side it is a warning.

Exempt: other labels that are not certain; recordings of other files; `or`, which joins nothing.

Source: https://prometheus.io/docs/prometheus/latest/querying/operators/#vector-matching
"""

from collections.abc import Iterator
from dataclasses import replace

import promql_parser as parser

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus.label_flow.joins import Conflict, Matching, conflict
from toolkit.prometheus.label_flow.labels_of_expression import Flow
from toolkit.prometheus.label_flow.result_labels import Certainty
from toolkit.prometheus.located_expressions import Expression
from toolkit.prometheus.promql_syntax_tree import Node, Span


def check(project: Project) -> Iterator[Finding]:
    """Flag every join whose sides differ in a label that they are matched on."""
    for expression in project.expressions():
        if not _joins(expression.root):
            continue
        certain = list(_found(expression, project.flow(expression.root)))
        yield from certain
        if not certain:
            for finding in _found(expression, project.flow_if_scraped(expression.root)):
                yield replace(finding, level=Level.WARNING)


def _joins(root: Node) -> bool:
    """Whether two results are joined anywhere, other than by `or`."""
    return any(
        node.operator != "or"
        and not any(isinstance(side.expr, parser.NumberLiteral) for side in node.below)
        for node in root.all_of(parser.BinaryExpr)
    )


def _found(expression: Expression, flow: Flow) -> Iterator[Finding]:
    for node in flow.root.all_of(parser.BinaryExpr):
        if node.operator == "or" or not isinstance(node.expr, parser.BinaryExpr):
            continue
        left, right = node.below
        found = conflict(node.expr, flow.of(left), flow.of(right))
        if found is not None:
            message = _message(node.operator, found)
            fix = _fix(found, is_on=Matching.of(node.expr).is_on)
            yield RULE.at_span(expression, _place(node, found), message, fix=fix)


def _place(node: Node, found: Conflict) -> Span:
    """Where the side that lacks the label loses it, or the side itself."""
    side = node.below[0] if found.lost_on == "left" else node.below[1]
    why = found.left if found.lost_on == "left" else found.right
    inside = side.span[0] <= why.span[0] and why.span[1] <= side.span[1]
    return why.span if inside else side.span


def _message(operator: str, found: Conflict) -> str:
    label = found.label
    then = "nothing is ever removed" if operator == "unless" else "the result is always empty"
    start = f"the sides of `{operator}` never match, so that {then}:"
    if found.lost_on:
        has, other = ("right", "left") if found.lost_on == "left" else ("left", "right")
        lacks = found.left if found.lost_on == "left" else found.right
        return f"{start} only the {has} one has `{label}`; on the {other} it is {lacks.reason}."
    return (
        f"{start} `{label}` is {_values(found.left)} on the left "
        f"and {_values(found.right)} on the right."
    )


def _fix(found: Conflict, *, is_on: bool) -> str:
    if not found.lost_on:
        return f"match with ignoring ({found.label}), or on (…) without it."
    lost = found.left if found.lost_on == "left" else found.right
    if "ignoring" in lost.reason and not is_on:
        return f"match with ignoring ({found.label}) here too."
    if is_on:
        return f"take `{found.label}` out of on (…), or keep it on both sides."
    return "group both sides by the same labels, or match with on (…) and group_left."


def _values(found: Certainty) -> str:
    """The values that a label has, or the matcher that it fits."""
    if found.values is None:
        return found.reason
    return " or ".join(f'"{value}"' for value in sorted(found.values))


RULE = Rule("impossible-join", Level.ERROR, check)
