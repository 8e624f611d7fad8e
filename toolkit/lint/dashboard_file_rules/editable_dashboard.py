"""A dashboard from a file may be edited in Grafana.

Why: what is edited there is lost with the next change of the file.

    "editable": true        # bad
    "editable": false       # good

Exempt: none; say why where people shall edit it.

Source: https://github.com/grafana/dashboard-linter (uneditable-dashboard)
"""

from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Note every dashboard that does not say that it is not to be edited."""
    for dashboard in project.dashboard_files.dashboards:
        if dashboard.model.get("editable", True):
            yield RULE.at(
                dashboard.place(dashboard.model, "editable"),
                dashboard.subject,
                "may be edited, and an edit is lost when the file changes.",
                fix='say "editable": false.',
            )


RULE = Rule("editable-dashboard", Level.INFO, check)
