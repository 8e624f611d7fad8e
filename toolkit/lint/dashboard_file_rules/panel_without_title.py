"""A panel has no title.

Why: nobody can speak of a panel without a name, and a link to it says nothing.

    {"type": "timeseries", "title": ""}                       # bad
    {"type": "timeseries", "title": "Requests a second"}      # good

Exempt: text panels.

Source: https://github.com/grafana/dashboard-linter (panel-title-description-rule)
"""

from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Flag every panel without one."""
    for dashboard in project.dashboard_files.dashboards:
        for panel in dashboard.panels:
            is_library = bool(panel.model.get("libraryPanel")) and not panel.kind
            text = str(panel.model.get("title") or "").strip()
            if text or is_library or panel.kind == "text":
                continue
            yield RULE.at(panel.location, panel.subject, "has no title.", fix="say what it shows.")


RULE = Rule("panel-without-title", Level.WARNING, check)
