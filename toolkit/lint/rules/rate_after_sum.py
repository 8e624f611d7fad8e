"""A rate is taken of a sum of counters.

Why: when one process restarts, the sum falls, and the rate counts the whole remaining sum as
growth. Take the rate of each counter first, then sum.

    rate(sum(execution_orders_total)[5m:15s])       # bad
    sum(rate(execution_orders_total[5m]))           # good

Also bad where a recording rule makes the sum, and the rate is taken of what it records; of other
aggregations and additions of counters; and the rate of a rate, recorded or not.

Exempt: sums of series whose names do not end as counters' names do (`_total`, `_count`, …).

Source: https://www.robustperception.io/rate-then-sum-never-sum-then-rate/
"""

from collections.abc import Iterator

import promql_parser as parser

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus.promql_syntax_tree import Node
from toolkit.promql import name_of

RATES = frozenset({"rate", "irate", "increase"})
FOLDS = frozenset({"sum", "avg", "max", "min"})
COUNTERS = ("_total", "_count", "_sum", "_bucket")


def check(project: Project) -> Iterator[Finding]:
    """Flag rates of sums, written out or recorded, and rates of rates."""
    recorded = [x for x in project.rules if not x.is_alert]
    sums = {x.name for x in recorded if _is_raw_sum(x.root)}
    rates = {x.name for x in recorded if _is_rate(x.root)}
    for expression in project.expressions():
        for node in expression.root.all_of(parser.Call):
            if node.function not in RATES:
                continue
            argument = node.below[0]
            name = getattr(getattr(argument.expr, "vector_selector", None), "name", "")
            inner = argument.below[0] if isinstance(argument.expr, parser.SubqueryExpr) else None
            if name in sums or (inner is not None and _is_raw_sum(inner)):
                what = name if inner is None else inner.text
                yield RULE.at_span(
                    expression,
                    argument.span,
                    f"a rate is taken of the sum `{what}`, which falls when one counter restarts.",
                    fix="take the rate of the counters, then sum.",
                )
            elif name in rates or (inner is not None and _is_rate(inner)):
                what = name if inner is None else inner.text
                yield RULE.at_span(
                    expression,
                    argument.span,
                    f"a rate is taken of `{what}`, whose falls are no restarts.",
                    fix="write deriv(…) or delta(…) for the change of a rate.",
                )


def _is_raw_sum(node: Node) -> bool:
    """Whether counters are added up, or chosen from, as they are."""
    while isinstance(node.expr, parser.ParenExpr):
        node = node.below[0]
    match node.expr:
        case parser.AggregateExpr() if node.operator in FOLDS:
            inner = node.below[-1]
            return _is_counter(inner) or _is_raw_sum(inner)
        case parser.BinaryExpr() if node.operator in {"+", "-"}:
            return all(_is_counter(side) or _is_raw_sum(side) for side in node.below)
        case _:
            return False


def _is_counter(node: Node) -> bool:
    while isinstance(node.expr, parser.ParenExpr):
        node = node.below[0]
    return isinstance(node.expr, parser.VectorSelector) and name_of(node.expr).endswith(COUNTERS)


def _is_rate(node: Node) -> bool:
    while isinstance(node.expr, parser.ParenExpr | parser.AggregateExpr):
        node = node.below[-1]
    return isinstance(node.expr, parser.Call) and node.function in {"rate", "irate"}


RULE = Rule("rate-after-sum", Level.ERROR, check)
