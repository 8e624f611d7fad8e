"""An alert compares a share of events, and no condition asks whether there are enough of them.

Why: at night one failed request of two is a failure rate of 50 %, and zero of zero is not a
number. A share needs a least number of events in its lower part.

    rate(errors_total[5m]) / rate(requests_total[5m]) > 0.1                # bad
    rate(errors_total[5m]) / (rate(requests_total[5m]) > 0.05) > 0.1       # good
    … > 0.1 and rate(requests_total[5m]) > 0.05                            # good

Exempt: ratios whose lower part is not a rate (used and total bytes); means, of `_sum` by `_count`;
comparisons with `==` and `!=`; recording rules, whose readers compare.

Source: https://sre.google/workbook/alerting-on-slos/#low-traffic-services-and-error-budget-alerting
"""

from collections.abc import Iterator

import promql_parser as parser

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.promql import children, parse, selectors

RATES = frozenset({"rate", "irate", "increase"})
COMPARISONS = frozenset({">", "<", ">=", "<="})


def check(project: Project) -> Iterator[Finding]:
    """Flag comparisons of rate by rate without a guard."""
    for expression in project.expressions():
        if expression.rule is None or not expression.rule.is_alert:
            continue
        tree = parse(expression.text)
        if _has_guard(tree):
            continue
        for whole in _wholes(tree):
            yield RULE.at_span(
                expression,
                (0, len(expression.text)),
                f"a share of `{whole}` is compared however few events there are.",
                fix="divide by (… > the least rate that counts), or add `and … > …`.",
            )


def _wholes(node: parser.Expr) -> Iterator[parser.Expr]:
    """The lower parts of compared ratios of rates that are not limited from below."""
    if isinstance(node, parser.BinaryExpr) and str(node.op) in COMPARISONS:
        yield from _divisors(node.lhs)
        return
    for child in children(node):
        yield from _wholes(child)


def _divisors(node: parser.Expr) -> Iterator[parser.Expr]:
    if isinstance(node, parser.BinaryExpr) and str(node.op) == "/":
        is_mean = _is_of(node.lhs, "_sum") and _is_of(node.rhs, "_count")
        if _has_rate(node.lhs) and _has_rate(node.rhs) and not _compares(node.rhs) and not is_mean:
            yield node.rhs
        return
    if isinstance(node, parser.Call | parser.AggregateExpr):
        return  # a quantile or a sum of ratios is another question
    for child in children(node):
        yield from _divisors(child)


def _is_of(node: parser.Expr, suffix: str) -> bool:
    """Whether everything that is read is a histogram's or a summary's sum, or its count."""
    read = selectors(str(node))
    return bool(read) and all(selector.name.endswith(suffix) for selector in read)


def _has_guard(node: parser.Expr) -> bool:
    """Whether another condition on a rate or a sum must hold as well as the ratio's."""
    if isinstance(node, parser.ParenExpr):
        return _has_guard(node.expr)
    if isinstance(node, parser.BinaryExpr) and str(node.op) == "and":
        return any(_compares(side) and not any(_wholes(side)) for side in (node.lhs, node.rhs))
    return False


def _has_rate(node: parser.Expr) -> bool:
    if isinstance(node, parser.Call) and node.func.name in RATES:
        return True
    return any(_has_rate(child) for child in children(node))


def _compares(node: parser.Expr) -> bool:
    if isinstance(node, parser.BinaryExpr) and str(node.op) in COMPARISONS:
        return True
    return any(_compares(child) for child in children(node))


RULE = Rule("unguarded-ratio", Level.WARNING, check)
