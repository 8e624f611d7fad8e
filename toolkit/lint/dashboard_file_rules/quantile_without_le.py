"""A quantile is taken of buckets that have lost their `le`.

Why: `histogram_quantile` needs the bounds of the buckets. Without them the panel is empty.

    histogram_quantile(0.95, sum by (job) (rate(x_bucket[5m])))          # bad
    histogram_quantile(0.95, sum by (le, job) (rate(x_bucket[5m])))      # good

Exempt: native histograms, whose metric does not end with `_bucket`.

Source: https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile
"""

from collections.abc import Iterator

import promql_parser as parser

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.promql import children, parse, selectors


def check(project: Project) -> Iterator[Finding]:
    """Flag every quantile of an aggregation that keeps no `le`."""
    for dashboard in project.dashboard_files.dashboards:
        for query in dashboard.queries():
            if query.is_promql and query.readable and _loses_bounds(query.readable):
                yield RULE.at(
                    query.location,
                    query.subject,
                    "the aggregation inside histogram_quantile drops `le`.",
                    fix="write `sum by (le, …)`.",
                    excerpt=query.expr,
                )


def _loses_bounds(expr: str) -> bool:
    if not any(each.name.endswith("_bucket") for each in selectors(expr)):
        return False
    pending: list[parser.Expr] = [parse(expr)]
    while pending:
        node = pending.pop()
        if isinstance(node, parser.Call) and node.func.name == "histogram_quantile":
            inner: parser.Expr = list(node.args)[1]
            while isinstance(inner, parser.ParenExpr):
                inner = inner.expr
            if isinstance(inner, parser.AggregateExpr) and not _keeps_bounds(inner):
                return True
        pending += children(node)
    return False


def _keeps_bounds(node: parser.AggregateExpr) -> bool:
    modifier = node.modifier
    if modifier is None:
        return False
    is_by = "By" in str(modifier.type)
    return ("le" in modifier.labels) == is_by


RULE = Rule("quantile-without-le", Level.ERROR, check)
