"""A quantile is compared with a number that is not a bucket edge of its histogram.

Why: between two edges Prometheus interpolates, so that the alert fires by guess. A quantile
never exceeds the highest finite edge, so that an alert beyond it never fires.

    histogram_quantile(0.95, …) > 0.12      # bad where the edges are 0.1 and 0.25
    histogram_quantile(0.95, …) > 0.1       # good

Exempt: histograms that the catalogue does not declare; native ones, whose buckets are narrow; a
limit of 0, which every quantile exceeds and which only drops what is not a number.

Source: https://prometheus.io/docs/practices/histograms/#errors-of-quantile-estimation
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import promql_parser as parser

from toolkit.catalogue import Series
from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus.promql_syntax_tree import Node
from toolkit.prometheus.value_flow.ranges import COMPARISONS
from toolkit.promql import matches_of, name_of

if TYPE_CHECKING:
    from fractions import Fraction


_OVER = frozenset({">", ">="})


def check(project: Project) -> Iterator[Finding]:
    """Flag every limit of a quantile that is not an edge."""
    for expression in project.expressions():
        for node in expression.root.all_of(parser.BinaryExpr):
            if node.operator not in COMPARISONS:
                continue
            one, other = node.below
            is_over = _OVER | {"=="}
            if _limit(one.expr) is not None:  # the limit stands on the left
                one, other = other, one
                is_over = COMPARISONS - _OVER - {"!="}
            series = _histogram(one, project)
            if series is None:
                continue
            limit = _limit(other.expr)
            if not limit:
                continue
            edges = series.metric.buckets
            if not edges or float(limit) in edges:
                continue
            beyond = (
                "it never fires"
                if node.operator in is_over
                else "every quantile is below the limit"
            )
            never = float(limit) > edges[-1]
            yield RULE.at_span(
                expression,
                other.span,
                f"{float(limit):g} is not a bucket edge of `{series.metric.name}`"
                + (f"; no quantile exceeds the last edge, so that {beyond}." if never else "."),
                fix=f"choose one of {', '.join(f'{edge:g}' for edge in edges)}.",
            )


def _limit(node: parser.Expr) -> "Fraction | None":
    from toolkit.rule_tests.alert_comparisons import number

    return number(node)


def _histogram(node: Node, project: Project) -> Series | None:
    """The buckets whose quantile a node is, recordings looked through."""
    if isinstance(node.expr, parser.VectorSelector):
        recorded = project.recorded.selected_by(name_of(node.expr), matches_of(node.expr))
        return _histogram(recorded[0].root, project) if recorded else None
    if node.function != "histogram_quantile":
        return None
    names = (selector.name for selector in node.below[1].selectors())
    found = (project.series[name] for name in names if name in project.series)
    return next((series for series in found if series.bounds), None)


RULE = Rule("threshold-not-a-bucket", Level.ERROR, check)
