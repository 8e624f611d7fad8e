"""A rate is taken of a sum of counters.

Why: when one process restarts, the sum falls, and the rate counts the whole remaining sum as
growth. Take the rate of each counter first, then sum.

    rate(sum(execution_orders_total)[5m:15s])       # bad
    sum(rate(execution_orders_total[5m]))           # good

Also bad where a recording rule makes the sum, and the rate is taken of what it records.

Exempt: sums of series whose names do not end as counters' names do (`_total`, `_count`, …).

Source: https://www.robustperception.io/rate-then-sum-never-sum-then-rate/
"""

from collections.abc import Iterator

import promql_parser as parser

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.promql import children, parse

RATES = frozenset({"rate", "irate", "increase"})


def check(project: Project) -> Iterator[Finding]:
    """Flag rates of sums, written out or recorded."""
    sums = {x.name for x in project.rules if not x.is_alert and _is_raw_sum(parse(x.expr))}
    for expression in project.expressions():
        for what in _rated_sums(parse(expression.text), sums):
            start = max(expression.text.find(what.partition("(")[0]), 0)
            yield RULE.at_span(
                expression,
                (start, len(expression.text)),
                f"a rate is taken of the sum `{what}`, which falls when one counter restarts.",
                fix="take the rate of the counters, then sum.",
            )


def _rated_sums(node: parser.Expr, sums: set[str]) -> Iterator[str]:
    if isinstance(node, parser.Call) and node.func.name in RATES:
        argument = node.args[0]
        if isinstance(argument, parser.SubqueryExpr) and _is_raw_sum(argument.expr):
            yield str(argument.expr)
        if isinstance(argument, parser.MatrixSelector) and argument.vector_selector.name in sums:
            yield str(argument.vector_selector.name)
    for child in children(node):
        yield from _rated_sums(child, sums)


def _is_raw_sum(node: parser.Expr) -> bool:
    """Whether counters are summed as they are."""
    if isinstance(node, parser.ParenExpr):
        return _is_raw_sum(node.expr)
    if not isinstance(node, parser.AggregateExpr) or str(node.op) != "sum":
        return False
    inner = node.expr
    while isinstance(inner, parser.ParenExpr | parser.AggregateExpr):
        inner = inner.expr
    return isinstance(inner, parser.VectorSelector) and (inner.name or "").endswith(
        ("_total", "_count", "_sum", "_bucket")
    )


RULE = Rule("rate-after-sum", Level.ERROR, check)
