"""Which values the result of an expression can have, as far as the expression alone says it.

`count` is at least 1, `hour()` between 0 and 23, `up` between 0 and 1. What nothing is known
about may be anything. That a value may be NaN is not known here: no comparison but `!=` takes it.

Sources: https://prometheus.io/docs/prometheus/latest/querying/functions/ and …/operators/
"""

import math
from collections.abc import Callable, Sequence

import promql_parser as parser

from toolkit.prometheus.label_flow.labels_of_expression import FOLDING
from toolkit.prometheus.promql_syntax_tree import Node
from toolkit.prometheus.value_flow.ranges import (
    ANY,
    COMPARISONS,
    COUNT,
    MIRRORED,
    NEVER_NEGATIVE,
    ONE_OR_MORE,
    POSITIVE,
    Range,
    holds,
)
from toolkit.promql import name_of

KindOf = Callable[[str], bool]
"""Whether the series of a name is known as a gauge."""


def _whole(low: float, high: float) -> Range:
    return Range(low, high, whole=True)


_ONE = _whole(1, 1)
_FIXED = {
    "absent": _ONE, "absent_over_time": _ONE, "present_over_time": _ONE,
    "count_over_time": ONE_OR_MORE, "changes": COUNT, "resets": COUNT,
    "hour": _whole(0, 23), "minute": _whole(0, 59), "day_of_week": _whole(0, 6),
    "day_of_month": _whole(1, 31), "days_in_month": _whole(28, 31), "month": _whole(1, 12),
    "day_of_year": _whole(1, 366), "year": Range(whole=True), "time": POSITIVE,
    "timestamp": POSITIVE, "exp": POSITIVE, "pi": Range(math.pi, math.pi),
    "sqrt": NEVER_NEGATIVE, "sgn": _whole(-1, 1),
    "sin": Range(-1, 1), "cos": Range(-1, 1), "tanh": Range(-1, 1), "stddev_over_time":
    NEVER_NEGATIVE, "stdvar_over_time": NEVER_NEGATIVE, "mad_over_time": NEVER_NEGATIVE,
    "histogram_fraction": Range(0, 1),
}  # fmt: skip
_OF_COUNTERS = frozenset({"rate", "irate", "increase"})
_KEEP = frozenset(
    {
        "sort", "sort_desc", "sort_by_label", "sort_by_label_desc", "label_replace", "label_join",
        "min_over_time", "max_over_time", "avg_over_time", "last_over_time", "first_over_time",
        "vector", "scalar",
    }
)  # fmt: skip
# `round` takes halves up, and has a second argument where it is not to whole numbers.
_ROUND = {"floor": math.floor, "ceil": math.ceil, "round": lambda x: math.floor(x + 0.5)}
_AGGREGATED = {
    "count": ONE_OR_MORE,
    "count_values": ONE_OR_MORE,
    "group": _ONE,
    "stddev": NEVER_NEGATIVE,
    "stdvar": NEVER_NEGATIVE,
}
_OF_ONE = frozenset({"min", "max", "avg", "topk", "bottomk", "limitk", "limit_ratio"})
_OF_SERIES = {"up": _whole(0, 1), "ALERTS": _ONE}


class ValueFlow:
    """The values of every node of expressions, each found once."""

    def __init__(self, is_gauge: KindOf = lambda _name: False) -> None:
        self.is_gauge = is_gauge
        self._found: dict[Node, Range] = {}

    def of(self, node: Node) -> Range:
        """The values that a node of an expression can have."""
        found = self._found.get(node)
        if found is None:
            found = self._found[node] = _values(node, self)
        return found


def _values(node: Node, flow: ValueFlow) -> Range:  # noqa: PLR0911 - one for each kind of node
    match node.expr:
        case parser.NumberLiteral(val=value):
            # NaN is neither above nor below anything: no range holds it.
            return ANY if math.isnan(value) else _number(value)
        case parser.ParenExpr() | parser.SubqueryExpr():
            return flow.of(node.below[0])
        case parser.UnaryExpr():
            inner = flow.of(node.below[0])
            return inner.negative() if node.text.startswith("-") else inner
        case parser.VectorSelector() as selector:
            # What a service exports may be anything; only what Prometheus writes itself is known.
            return _OF_SERIES.get(name_of(selector), ANY)
        case parser.MatrixSelector(vector_selector=selector):
            return _OF_SERIES.get(name_of(selector), ANY)
        case parser.AggregateExpr():
            return _aggregated(node.operator, node.below[-1], flow)
        case parser.Call():
            return _called(node, node.function, flow)
        case parser.BinaryExpr() as expr:
            left, right = (flow.of(side) for side in node.below)
            filters = node.operator in COMPARISONS and not (
                expr.modifier and expr.modifier.return_bool
            )
            if filters and _is_scalar(node.below[0]):
                # `1 < x` lets the values of `x` through, on whichever side it stands.
                return _filtered(MIRRORED[node.operator], right, left)
            return _operated(node.operator, expr, left, right)
        case _:
            return ANY


def _is_scalar(node: Node) -> bool:
    """Whether a node is one number, without labels."""
    match node.expr:
        case parser.NumberLiteral():
            return True
        case parser.Call() as call:
            return bool(call.func.return_type == parser.ValueType.Scalar)
        case parser.ParenExpr() | parser.UnaryExpr() | parser.BinaryExpr():
            return all(map(_is_scalar, node.below))
        case _:
            return False


def _is_one_series(node: Node) -> bool:
    """Whether a node results in one series, where it has a result."""
    match node.expr:
        case parser.ParenExpr() | parser.UnaryExpr():
            return _is_one_series(node.below[0])
        case parser.AggregateExpr() as expr:
            return expr.modifier is None and node.operator in FOLDING
        case parser.Call():
            return node.function in {"absent", "absent_over_time", "vector"}
        case _:
            return False


def _aggregated(operator: str, below: Node, flow: ValueFlow) -> Range:
    if operator == "count" and _is_one_series(below):
        return _ONE
    if operator in _AGGREGATED:
        return _AGGREGATED[operator]
    inner = flow.of(below)
    if operator in _OF_ONE:
        return _averaged(inner) if operator == "avg" else inner
    return _added(inner) if operator == "sum" else ANY


def _averaged(inner: Range) -> Range:
    """An average of what is never 0 may be 0 where there are values on both sides of it."""
    return inner._replace(without_zero=False, whole=inner.whole and inner.is_one)


def _added(inner: Range) -> Range:
    """The sum of one value or more."""
    # One value may be all there is: the sum is at least what one of them is.
    if inner.low >= 0:
        return inner._replace(high=math.inf, high_open=False)
    if inner.high <= 0:
        return inner._replace(low=-math.inf, low_open=False)
    return ANY


def _called(node: Node, name: str, flow: ValueFlow) -> Range:  # noqa: PLR0911 - one for each kind
    if name in _FIXED:
        return _FIXED[name]
    below = [flow.of(argument) for argument in node.below]
    if name in _OF_COUNTERS:
        argument = node.below[0].expr
        selector = argument.vector_selector if isinstance(argument, parser.MatrixSelector) else None
        # A gauge goes down, and so may what a subquery gives.
        return ANY if selector is None or flow.is_gauge(name_of(selector)) else NEVER_NEGATIVE
    if name in _KEEP and below:
        return _averaged(below[0]) if name == "avg_over_time" else below[0]
    if name == "sum_over_time":
        return _added(below[0])
    if name == "abs":
        inner = below[0]
        return Range(low=0, without_zero=not inner.may_be_zero, whole=inner.whole)
    if name in _ROUND and len(below) == 1:
        low, high = (
            x if math.isinf(x) else float(_ROUND[name](x)) for x in (below[0].low, below[0].high)
        )
        return Range(low, high, whole=True)
    if name in {"clamp", "clamp_min", "clamp_max"} and all(x.is_one for x in below[1:]):
        return _clamped(name, below[0], below[1:])
    return ANY


def _number(value: float) -> Range:
    return Range(value, value, whole=value.is_integer())


def _clamped(name: str, inner: Range, ends: Sequence[Range]) -> Range:
    low = ends[0].low if name != "clamp_max" else -math.inf
    high = ends[-1].low if name != "clamp_min" else math.inf
    # Prometheus gives no series where the least is above the most.
    if low > high or inner.is_empty:
        return ANY
    least, most = (min(max(end, low), high) for end in (inner.low, inner.high))
    without = inner.without_zero and 0 not in (low, high)
    whole = inner.whole and all(end.whole for end in ends)
    return Range(least, most, without_zero=without, whole=whole)


def _operated(  # noqa: PLR0911 - one for each kind of operator
    operator: str, expr: parser.BinaryExpr, left: Range, right: Range
) -> Range:
    if operator in COMPARISONS:
        if expr.modifier and expr.modifier.return_bool:
            known = holds(operator, left, right)
            return _whole(0, 1) if known is None else _whole(int(known), int(known))
        return _filtered(operator, left, right)
    match operator:
        case "and" | "unless":  # which only say what of the left side stays
            return left
        case "or":
            return left.hull(right)
        case "+":
            return _sum(left, right)
        case "-":
            return _sum(left, right.negative())
        case "*":
            return _product(left, right)
        # By zero the result is infinite or not a number, which compares like nothing else.
        case "/" if not right.may_be_zero and left.low >= 0 and right.low >= 0:
            return NEVER_NEGATIVE if left.may_be_zero else POSITIVE
        case _:
            return ANY


def _filtered(operator: str, left: Range, right: Range) -> Range:
    """What a comparison lets through of its left side."""
    match operator:
        case ">":
            return left.common(Range(low=right.low, low_open=True))
        case ">=":
            return left.common(Range(low=right.low, low_open=right.low_open))
        case "<":
            return left.common(Range(high=right.high, high_open=True))
        case "<=":
            return left.common(Range(high=right.high, high_open=right.high_open))
        case "==":
            return left.common(right)
        case _:
            return left._replace(without_zero=True) if right.is_zero else left


def _sum(left: Range, right: Range) -> Range:
    low, high = left.low + right.low, left.high + right.high
    return Range(
        -math.inf if math.isnan(low) else low,  # Inf - Inf: nothing is known of that end
        math.inf if math.isnan(high) else high,
        left.low_open or right.low_open,
        left.high_open or right.high_open,
        whole=left.whole and right.whole,
    )


def _product(left: Range, right: Range) -> Range:
    without, whole = not (left.may_be_zero or right.may_be_zero), left.whole and right.whole
    if left.low < 0 or right.low < 0:
        return Range(without_zero=without, whole=whole)
    return Range(
        _times(left.low, right.low),
        _times(left.high, right.high),
        left.low_open or right.low_open,
        left.high_open or right.high_open,
        without_zero=without,
        whole=whole,
    )


def _times(one: float, other: float) -> float:
    return 0.0 if 0 in (one, other) else one * other
