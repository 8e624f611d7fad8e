"""A variable is read when the dashboard opens, and not again when the time changes.

Why: who looks at yesterday is offered the pods of today.

    "refresh": 1       # bad: when the dashboard opens
    "refresh": 2       # good: when the time range changes

Exempt: variables that do not ask Prometheus.

Source: https://github.com/grafana/dashboard-linter (template-on-time-change-reload-rule)
"""

from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.grafana.data_source_choice import is_prometheus
from toolkit.lint.rule import Rule
from toolkit.project import Project

ON_TIME_CHANGE = 2


def check(project: Project) -> Iterator[Finding]:
    """Flag every query variable with another refresh."""
    for dashboard in project.dashboard_files.dashboards:
        for variable in dashboard.variables:
            kind = dashboard.source_kind(variable.model.get("datasource"))
            if variable.kind != "query" or (kind and not is_prometheus(kind)):
                continue
            if variable.model.get("refresh") != ON_TIME_CHANGE:
                yield RULE.at(
                    variable.location,
                    f"{dashboard.subject}: ${variable.name}",
                    "its values stay those of the time at which the dashboard was opened.",
                    fix='say "refresh": 2.',
                )


RULE = Rule("variable-not-reloaded", Level.WARNING, check)
