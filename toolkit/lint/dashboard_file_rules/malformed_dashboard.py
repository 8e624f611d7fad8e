"""A file is not a dashboard that Grafana could open.

Why: Grafana passes over what it cannot read when it loads a folder, and the dashboard is missing.

    {"title": "Shop", "panels": [}      # bad: not JSON
    {"title": "Shop", "panels": []}     # good

Exempt: JSON below a folder that is something else.

Source: https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/
"""

from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Flag every file that could not be read."""
    for each in project.dashboard_files.malformed:
        yield RULE.at(each.location, "", f"{each.message}.", fix="export it again from Grafana.")


RULE = Rule("malformed-dashboard", Level.ERROR, check)
