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

import promql_parser as parser

from toolkit.catalogue import Series
from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.promql import children, matches_of, name_of, parse, selector_nodes
from toolkit.rule_tests.conditions import COMPARISONS, number


def check(project: Project) -> Iterator[Finding]:
    """Flag every limit of a quantile that is not an edge."""
    for expression in project.expressions():
        for node in _comparisons(parse(expression.text)):
            limit = number(node.rhs)
            series = _histogram(node.lhs, project)
            if not limit or series is None:
                continue
            edges = series.metric.buckets
            if not edges or float(limit) in edges:
                continue
            start = expression.text.rfind(str(node.rhs).strip())
            never = float(limit) > edges[-1]
            yield RULE.at_span(
                expression,
                (max(start, 0), len(expression.text)),
                f"{float(limit):g} is not a bucket edge of `{series.metric.name}`"
                + (
                    "; no quantile exceeds the last edge, so that it never fires." if never else "."
                ),
                fix=f"choose one of {', '.join(f'{edge:g}' for edge in edges)}.",
            )


def _comparisons(node: parser.Expr) -> Iterator[parser.BinaryExpr]:
    if isinstance(node, parser.BinaryExpr) and str(node.op) in COMPARISONS:
        yield node
    for child in children(node):
        yield from _comparisons(child)


def _histogram(node: parser.Expr, project: Project) -> Series | None:
    """The buckets whose quantile a node is, recordings looked through."""
    if isinstance(node, parser.VectorSelector):
        recorded = project.recorded.selected_by(node.name or "", matches_of(node))
        return _histogram(parse(recorded[0].expr), project) if recorded else None
    if not isinstance(node, parser.Call) or node.func.name != "histogram_quantile":
        return None
    names = (name_of(x) for x in selector_nodes(str(node.args[1])))
    found = (project.series[name] for name in names if name in project.series)
    return next((series for series in found if series.bounds), None)


RULE = Rule("threshold-not-a-bucket", Level.ERROR, check)
