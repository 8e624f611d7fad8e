"""An expression looks back further than Prometheus keeps its samples.

Why: Prometheus reports no error. The window is shorter than it says: an error budget of
30 days is judged by the last 15, and a comparison with last month finds nothing.

    avg_over_time(x[30d])     # bad where storage.tsdb.retention.time is 15d
    avg_over_time(x[7d])      # good

Checks ranges against the retention that prometheus.yml sets, as Prometheus 3 reads it.

Exempt: everything where prometheus.yml does not set it. The retention is then an option of the
command line, which is not known here.

Source: https://prometheus.io/docs/prometheus/latest/storage/#operational-aspects
"""

from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.promql import selectors


def check(project: Project) -> Iterator[Finding]:
    """Flag every range that is longer than the retention."""
    kept = project.server.retention_seconds
    for expression in project.expressions() if kept is not None else ():
        for selector in selectors(expression.text):
            seen = selector.range_seconds or 0
            if seen > (kept or 0):
                yield RULE.at_span(
                    expression,
                    selector.span,
                    f"it looks back {seen / 86400:g} days, and {(kept or 0) / 86400:g} are kept.",
                    fix="keep more, or look back less.",
                )


RULE = Rule("range-over-retention", Level.WARNING, check)
