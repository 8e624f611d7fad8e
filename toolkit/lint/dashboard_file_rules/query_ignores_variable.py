"""A query does not match a label that the dashboard has a variable for.

Why: the reader chooses one job and believes that the panel shows that job. It shows all of them.

    rate(http_requests_total[5m])                        # bad, where $job can be chosen
    rate(http_requests_total{job=~"$job"}[5m])           # good

Exempt: variables other than `job` and `instance`, whose labels a metric may lack; a label that is
matched in any way.

Source: https://github.com/grafana/dashboard-linter (target-job-rule, target-instance-rule)
"""

from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.promql import selectors


def check(project: Project) -> Iterator[Finding]:
    """Flag every selector that leaves out `job` or `instance` where a variable chooses it."""
    for dashboard in project.dashboard_files.dashboards:
        names = {"job", "instance"} & {each.name for each in dashboard.variables}
        for query in dashboard.queries() if names else ():
            if not query.is_promql or not query.readable:
                continue
            for each in selectors(query.readable):
                left_out = sorted(names - {match.label for match in each.matches})
                if left_out:
                    yield RULE.at(
                        query.location,
                        query.subject,
                        f"what the reader chooses in ${left_out[0]} does not reach `{each.name}`.",
                        fix=f'match {left_out[0]}=~"${left_out[0]}".',
                        excerpt=query.expr,
                        span=each.span,
                    )


RULE = Rule("query-ignores-variable", Level.WARNING, check)
