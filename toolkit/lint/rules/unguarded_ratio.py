"""An alert compares a share of events, and no condition asks whether there are enough of them.

Why: at night one failed request of two is a failure rate of 50 %, and zero of zero is not a
number. A share needs a least number of events in its lower part.

    rate(errors_total[5m]) / rate(requests_total[5m]) > 0.1                # bad
    rate(errors_total[5m]) / (rate(requests_total[5m]) > 0.05) > 0.1       # good
    … > 0.1 and rate(requests_total[5m]) > 0.05                            # good

Exempt: ratios whose lower part is not a rate (used and total bytes, numbers of series); means,
of `_sum` by `_count`; comparisons with `==` and `!=`; recording rules, whose readers
compare.

Source: https://sre.google/workbook/alerting-on-slos/#low-traffic-services-and-error-budget-alerting
"""

from collections.abc import Iterator

import promql_parser as parser

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus.promql_syntax_tree import Node

RATES = frozenset({"rate", "irate", "increase"})
COUNTS_SERIES = frozenset({"count", "group", "count_values"})
COMPARISONS = frozenset({">", "<", ">=", "<="})


def check(project: Project) -> Iterator[Finding]:
    """Flag comparisons of rate by rate without a guard."""
    for expression in project.expressions():
        if expression.rule is None or not expression.rule.is_alert:
            continue
        root = expression.root
        if _has_guard(root):
            continue
        for whole in _wholes(root):
            yield RULE.at_span(
                expression,
                whole.span,
                f"a share of `{whole.text}` is compared however few events there are.",
                fix="divide by (… > the least rate that counts), or add `and … > …`.",
            )


def _wholes(node: Node) -> Iterator[Node]:
    """The lower parts of compared ratios of rates that are not limited from below."""
    if _operator(node) in COMPARISONS:
        yield from _divisors(node.below[0])
        return
    for child in node.below:
        yield from _wholes(child)


def _divisors(node: Node) -> Iterator[Node]:
    if _operator(node) == "/":
        part, whole = node.below
        is_mean = _is_of(part, "_sum") and _is_of(whole, "_count")
        if _has_rate(part) and _has_rate(whole) and not _compares(whole) and not is_mean:
            yield whole
        return
    if isinstance(node.expr, parser.Call | parser.AggregateExpr):
        return  # a quantile or a sum of ratios is another question
    for child in node.below:
        yield from _divisors(child)


def _is_of(node: Node, suffix: str) -> bool:
    """Whether everything that is read is a histogram's or a summary's sum, or its count."""
    read = node.selectors()
    return bool(read) and all(selector.name.endswith(suffix) for selector in read)


def _has_guard(node: Node) -> bool:
    """Whether another condition on a rate or a sum must hold as well as the ratio's."""
    if isinstance(node.expr, parser.ParenExpr):
        return _has_guard(node.below[0])
    if _operator(node) == "and":
        return any(_compares(side) and not any(_wholes(side)) for side in node.below)
    return False


def _has_rate(node: Node) -> bool:
    if isinstance(node.expr, parser.AggregateExpr) and node.operator in COUNTS_SERIES:
        return False
    is_rate = isinstance(node.expr, parser.Call) and node.function in RATES
    return is_rate or any(map(_has_rate, node.below))


def _compares(node: Node) -> bool:
    return any(_operator(x) in COMPARISONS for x in node.walk())


def _operator(node: Node) -> str:
    return node.operator if isinstance(node.expr, parser.BinaryExpr) else ""


RULE = Rule("unguarded-ratio", Level.WARNING, check)
