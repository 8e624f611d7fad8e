"""The labels of an expression's result, node by node.

Source of the rules: https://prometheus.io/docs/prometheus/latest/querying/operators/
"""

import promql_parser as parser

from toolkit.prometheus.label_flow.functions import called
from toolkit.prometheus.label_flow.joins import joined
from toolkit.prometheus.label_flow.result_labels import (
    Certainty,
    Labels,
    LabelsOf,
    Result,
    nothing_declared,
)
from toolkit.prometheus.label_flow.selectors import selected
from toolkit.prometheus.promql_syntax_tree import Node, Span

CHOOSING = frozenset({"topk", "bottomk", "limitk", "limit_ratio"})
"""Aggregations that choose series and leave those as they are."""

FOLDING = frozenset({"sum", "avg", "count", "min", "max", "group", "stddev", "stdvar", "quantile"})
"""Aggregations whose results carry what `by` names, or `without` leaves."""


class Flow:
    """The results of every node of one expression, each found once."""

    def __init__(self, root: Node, labels_of: LabelsOf = nothing_declared) -> None:
        self.root = root
        self._labels_of = labels_of
        self._found: dict[Node, Result] = {}

    @property
    def result(self) -> Result:
        """What the whole expression results in."""
        return self.of(self.root)

    def of(self, node: Node) -> Result:
        """What one node of `root` results in."""
        found = self._found.get(node)
        if found is None:
            found = self._found[node] = self._result(node)
        return found

    def _result(self, node: Node) -> Result:  # noqa: PLR0911 - one for each kind of node
        match node.expr:
            case parser.VectorSelector() as selector:
                return selected(node, selector, self._labels_of(selector, node.span))
            case parser.MatrixSelector(vector_selector=selector):
                return selected(node, selector, self._labels_of(selector, node.span))
            case parser.NumberLiteral() | parser.StringLiteral():
                return (Labels(others=_number(node.span), is_scalar=True),)
            case parser.AggregateExpr() as expr:
                return tuple(_aggregated(node, expr, x) for x in self.of(node.below[-1]))
            case parser.BinaryExpr() as expr:
                left, right = node.below
                return joined(node, expr, self.of(left), self.of(right))
            case parser.Call() as call:
                return called(node, call, tuple(self.of(argument) for argument in node.below))
            case _:
                return self.of(node.below[0])


def _number(span: Span) -> Certainty:
    return Certainty("not there: a number has no labels", span)


def _aggregated(node: Node, expr: parser.AggregateExpr, inner: Labels) -> Labels:
    operator, modifier = node.operator, expr.modifier
    if operator in CHOOSING:
        return inner
    own = ""
    if operator == "count_values" and isinstance(expr.param, parser.StringLiteral):
        own = str(expr.param.val)  # set on every series first, and named by `by` silently
        inner = inner.with_present(own, Certainty("set by `count_values`", node.below[0].span))
    if modifier is None:
        why = Certainty(f"removed by `{operator}(…)`, which has no `by`", node.span)
        return inner.only({own} - {""}, why)
    if modifier.type == parser.AggModifierType.By:
        listed = ", ".join(modifier.labels)
        why = Certainty(f"removed by `{operator} by ({listed})`", node.span)
        return inner.only({*modifier.labels, own} - {""}, why)
    for label in modifier.labels:
        why = Certainty(
            f"removed by `{operator} without ({label})`", node.place_of(label, "without")
        )
        inner = inner.with_absent(label, why)
    return inner
