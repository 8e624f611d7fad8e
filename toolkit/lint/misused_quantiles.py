"""Quantiles that are asked for, or added up, in a way that says nothing. For `misused-function`.

Source: https://prometheus.io/docs/practices/histograms/
"""

from collections.abc import Iterator

import promql_parser as parser

from toolkit.findings import Finding
from toolkit.lint.rule import Rule
from toolkit.prometheus.located_expressions import Expression
from toolkit.prometheus.promql_syntax_tree import Node

ADDING = frozenset({"sum", "avg"})
RATES = frozenset({"rate", "irate", "increase", "delta"})
QUANTILES = frozenset({"histogram_quantile", "quantile_over_time"})


def of_node(rule: Rule, expression: Expression, node: Node) -> Iterator[Finding]:
    """What is wrong with a quantile at this node."""
    yield from _outside(rule, expression, node)
    if isinstance(node.expr, parser.AggregateExpr) and node.operator in ADDING:
        yield from _added(rule, expression, node)
    elif node.function == "histogram_quantile":
        yield from _of_raw_buckets(rule, expression, node)


def _outside(rule: Rule, expression: Expression, node: Node) -> Iterator[Finding]:
    """Flag a quantile that is not between 0 and 1."""
    is_call = node.function in QUANTILES
    is_aggregated = isinstance(node.expr, parser.AggregateExpr) and node.operator == "quantile"
    if not (is_call or is_aggregated) or not node.below:
        return
    asked = node.below[0]
    if isinstance(asked.expr, parser.NumberLiteral) and not 0 <= asked.expr.val <= 1:
        fix = f"write {asked.expr.val / 100:g}." if 1 < asked.expr.val <= 100 else "write 0 to 1."  # noqa: PLR2004 - per cent
        yield rule.at_span(
            expression,
            asked.span,
            f"the quantile {asked.text} is not between 0 and 1, so that the result is infinite.",
            fix=fix,
        )


def _added(rule: Rule, expression: Expression, node: Node) -> Iterator[Finding]:
    """Flag quantiles that are averaged or summed."""
    inner = node.below[-1]
    while isinstance(inner.expr, parser.ParenExpr):
        inner = inner.below[0]
    operator = node.operator
    ready = isinstance(inner.expr, parser.VectorSelector) and any(
        match.label == "quantile" and match.operator == "="
        for selector in inner.selectors()
        for match in selector.matches
    )
    made = inner.function == "histogram_quantile"
    if ready or made:
        yield rule.at_span(
            expression,
            inner.span,
            f"the `{operator}` of quantiles is not a quantile of anything.",
            fix="add up buckets and take the quantile of that, or take the max.",
        )


def _of_raw_buckets(rule: Rule, expression: Expression, node: Node) -> Iterator[Finding]:
    """Flag a quantile of buckets without a rate, of their averages, or of a `_sum`."""
    argument = node.below[1]
    for selector in argument.selectors():
        span, name = selector.span, selector.name
        if name.endswith(("_sum", "_count")):
            yield rule.at_span(
                expression,
                span,
                f"`histogram_quantile` reads buckets, and `{name}` has none.",
                fix=f"read {name.rpartition('_')[0]}_bucket.",
            )
        elif name.endswith("_bucket") and selector.call not in RATES and ":" not in name:
            yield rule.at_span(
                expression,
                span,
                f"the buckets of `{name}` count since the start of the process.",
                fix="take the rate of the buckets: rate(…[5m]).",
            )
    for inner in argument.walk():
        if isinstance(inner.expr, parser.AggregateExpr) and inner.operator == "avg":
            yield rule.at_span(
                expression,
                inner.span,
                "the quantile of averaged buckets weighs idle instances like busy ones.",
                fix="sum the buckets.",
            )
