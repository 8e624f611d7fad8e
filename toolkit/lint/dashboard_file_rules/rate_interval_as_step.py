"""A query's own least step is fixed, and `$__rate_interval` in it with it.

Why: `$__rate_interval` is four scrapes, or four of the query's own "Min step" where one is set. A
step of a minute makes every rate look back four minutes, whatever the zoom.

    "interval": "1m", "expr": "rate(x_total[$__rate_interval])"      # bad
    "interval": "", "expr": "rate(x_total[$__rate_interval])"        # good: set the data source's

Exempt: a step that is itself a variable.

Source: https://grafana.com/docs/grafana/latest/datasources/prometheus/template-variables/
"""

from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Flag every query that has both."""
    for dashboard in project.dashboard_files.dashboards:
        for query in dashboard.queries():
            step = str(query.model.get("interval") or "")
            if step and "$" not in step and "__rate_interval" in query.expr:
                yield RULE.at(
                    query.location,
                    query.subject,
                    f"its step {step} makes $__rate_interval four times that, or more.",
                    fix="set the scrape interval of the data source, and leave the step out.",
                )


RULE = Rule("rate-interval-as-step", Level.WARNING, check)
