"""A comparison or a `clamp` lets nothing through, so that its result is always empty.

Why: Prometheus reports no error. `count` of nothing is nothing, not 0; `absent` is 1; `hour()` ends
at 23. An alert on such a comparison never fires.

    count(up{job="worker"}) == 0              # bad: it is 1 or more, or there is no result
    absent(up{job="worker"})                  # good
    day_of_week() == 7                        # bad: Sunday is 0
    up == 0.5                                 # bad: it is 0 or 1
    clamp(x, 5, 1)                            # bad: no value is above 5 and under 1
    rate(errors_total[5m]) < 0                # bad
    errors > 5 and errors < 3                 # bad
    errors > errors                           # bad: without an offset on one side
    errors / errors > 1                       # bad: it is 1, or not a number

Exempt: what depends on a measured value; comparisons between two numbers without labels, which
Prometheus refuses.

Source: https://prometheus.io/docs/prometheus/latest/querying/operators/#comparison-binary-operators
"""

from collections.abc import Iterator

import promql_parser as parser

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus.label_flow.joins import Matching
from toolkit.prometheus.label_flow.labels_of_expression import FOLDING
from toolkit.prometheus.located_expressions import Expression
from toolkit.prometheus.promql_syntax_tree import Node
from toolkit.prometheus.value_flow.ranges import COMPARISONS, Range, holds
from toolkit.prometheus.value_flow.values import ValueFlow


def check(project: Project) -> Iterator[Finding]:
    """Flag every comparison that no value satisfies."""
    for expression in project.expressions():
        for call in expression.root.all_of(parser.Call):
            yield from _clamp_of_nothing(expression, call, project.value_flow)
        for node in expression.root.all_of(parser.BinaryExpr):
            operator = node.operator
            why = _why_never(node)
            if why:
                yield RULE.at_span(
                    expression,
                    node.span,
                    f"{why}, so that it is never true.",
                    fix="compare with something else, or with another time (offset).",
                )
            elif operator in COMPARISONS:
                left, right = (_value(side, project.value_flow, operator) for side in node.below)
                if holds(operator, left, right) is False:
                    yield RULE.at_span(
                        expression,
                        node.span,
                        f"{_what(node, left, right)}, so that `{operator} {node.below[1].text}` is "
                        "never true.",
                        fix=_fix(node),
                    )
            elif operator == "and" and _never_both(node, project.value_flow):
                yield RULE.at_span(
                    expression,
                    node.span,
                    "no value satisfies both sides of `and`, so that the result is always empty.",
                    fix="write `or`, or correct a limit.",
                )


def _clamp_of_nothing(expression: Expression, call: Node, flow: ValueFlow) -> Iterator[Finding]:
    """Flag limits of which the least is above the most: Prometheus then gives no series."""
    if call.function != "clamp":
        return
    least, most = (flow.of(limit) for limit in call.below[1:])
    if least.low > most.high:
        low, high = (limit.text for limit in call.below[1:])
        yield RULE.at_span(
            expression,
            call.span,
            f"the least, {low}, is above the most, {high}, so that `clamp` gives nothing.",
            fix="name the lower limit first.",
        )


def _why_never(node: Node) -> str:
    """Why two sides that differ by nothing but a measured value never compare so."""
    operator = node.operator
    if operator not in {"<", ">"}:
        return ""
    if _is_with_itself(node):
        return f"both sides of `{operator}` are the same"
    least, most = map(_without_brackets, node.below if operator == ">" else reversed(node.below))
    if (least.function, most.function) != ("min_over_time", "max_over_time"):
        return ""
    same = least.below[0].canonical == most.below[0].canonical
    if same and isinstance(node.expr, parser.BinaryExpr) and _matches_itself(node.expr, least):
        return "a minimum is not above the maximum of the same samples"
    return ""


def _value(node: Node, flow: ValueFlow, operator: str) -> Range:
    """The values of a side; NaN, which `x / x` may be too, is different from all of them."""
    inner = _without_brackets(node)
    always = {"/": Range(1, 1), "-": Range(0, 0)}.get(inner.operator)
    if always and operator != "!=" and len(inner.below) > 1 and _is_with_itself(inner):
        return always
    return flow.of(node)


def _what(node: Node, left: Range, right: Range) -> str:
    one, other = node.below
    decides = holds(node.operator, left._replace(whole=False), right._replace(whole=False)) is None
    if decides:  # that one side is whole
        return f"`{(one if left.whole else other).text}` is a whole number"
    if right.is_one and isinstance(other.expr, parser.NumberLiteral | parser.UnaryExpr):
        return f"`{one.text}` is {left}"
    return f"`{one.text}` is {left}, and `{other.text}` is {right}"


def _fix(node: Node) -> str:
    counts = any(
        isinstance(x.expr, parser.AggregateExpr) and x.operator in {"count", "group"}
        for side in node.below
        for x in side.walk()
    )
    grouped = any(
        isinstance(x.expr, parser.AggregateExpr) and x.expr.modifier is not None
        for side in node.below
        for x in side.walk()
    )
    if counts and grouped:
        # Without labels, a 0 of vector(0) is there beside the groups, so that it is always true.
        return "ask with absent(…) for each group that must be there."
    if counts:
        return "ask with absent(…) whether there is nothing, or compare (… or vector(0))."
    return "correct the limit or the operator, or drop the comparison."


def _never_both(node: Node, flow: ValueFlow) -> bool:
    """Whether both sides filter one and the same thing by limits that exclude each other."""
    left, right = (_filtered(side) for side in node.below)
    if left is None or right is None or left.canonical != right.canonical:
        return False
    if not isinstance(node.expr, parser.BinaryExpr) or not _matches_itself(node.expr, left):
        return False
    ranges = [flow.of(side) for side in node.below]
    return not any(x.is_empty for x in ranges) and ranges[0].common(ranges[1]).is_empty


def _is_with_itself(node: Node) -> bool:
    """Whether the sides of a comparison are the same series, each compared with itself."""
    one, other = map(_without_brackets, node.below)
    if not isinstance(node.expr, parser.BinaryExpr) or one.canonical != other.canonical:
        return False
    return _matches_itself(node.expr, one)


def _matches_itself(expr: parser.BinaryExpr, side: Node) -> bool:
    """Whether a series of one side matches none but the same one of the other."""
    matching, side = Matching.of(expr), _without_brackets(side)
    if isinstance(side.expr, parser.AggregateExpr) and side.operator in FOLDING:
        modifier = side.expr.modifier
        by = modifier is None or modifier.type == parser.AggModifierType.By
        labels = frozenset(modifier.labels if modifier else ())
        if by:
            return labels <= matching.labels if matching.is_on else not labels & matching.labels
        return not matching.is_on and matching.labels <= labels
    return not matching.is_on and not matching.labels


def _without_brackets(node: Node) -> Node:
    while isinstance(node.expr, parser.ParenExpr):
        node = node.below[0]
    return node


def _filtered(node: Node) -> Node | None:
    """What a chain of comparisons with numbers filters; None for no comparison."""
    found = None
    while True:
        if isinstance(node.expr, parser.ParenExpr):
            node = node.below[0]
        elif isinstance(node.expr, parser.BinaryExpr) and node.operator in COMPARISONS:
            number = node.expr.modifier and node.expr.modifier.return_bool
            if number or not isinstance(node.below[1].expr, parser.NumberLiteral):
                return None
            found = node = node.below[0]
        else:
            return node if found is not None else None


RULE = Rule("comparison-never-true", Level.ERROR, check)
