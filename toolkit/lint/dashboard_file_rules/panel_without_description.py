"""A panel has no description.

Why: who is woken at night has to guess what is normal.

    {"type": "timeseries", "description": ""}                       # bad
    {"type": "timeseries", "description": "Requests a second"}      # good

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
            text = str(panel.model.get("description") or "").strip()
            if text or is_library or panel.kind == "text":
                continue
            yield RULE.at(
                panel.location,
                panel.subject,
                "has no description.",
                fix="say what it shows, and when to worry.",
            )


RULE = Rule("panel-without-description", Level.INFO, check)
