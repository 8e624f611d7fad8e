"""A dashboard has no variable for `job` or `instance`.

Why: who runs two of a thing wants to look at one of them. Grafana's own linter asks for both.

    templating without `job`                                                  # bad
    {"type": "query", "name": "job", "query": "label_values(up, job)"}        # good

Exempt: dashboards whose queries do not ask Prometheus.

Source: https://github.com/grafana/dashboard-linter (template-job-rule, template-instance-rule)
"""

from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Note each of the two names that no variable has."""
    for dashboard in project.dashboard_files.dashboards:
        if not any(query.is_promql for query in dashboard.queries()):
            continue
        names = {each.name for each in dashboard.variables}
        for name in ("job", "instance"):
            if name not in names:
                yield RULE.at(
                    dashboard.location,
                    dashboard.subject,
                    f"has no variable ${name}.",
                    fix=f"add one: label_values(up, {name}), several values, All.",
                )


RULE = Rule("missing-target-variable", Level.INFO, check)
