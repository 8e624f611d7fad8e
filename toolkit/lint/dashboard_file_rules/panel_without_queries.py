"""A panel asks nothing.

Why: it shows "No data" for ever.

    {"type": "stat", "targets": []}                   # bad
    {"type": "stat", "targets": [{"expr": "up"}]}     # good

Exempt: panels that need no data, such as text and lists; library panels.

Source: https://github.com/grafana/dashboard-linter (panel-no-targets-rule)
"""

from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project

_NEEDS_DATA = frozenset(
    {"stat", "gauge", "bargauge", "timeseries", "table", "piechart", "heatmap", "histogram",
     "barchart", "state-timeline", "status-history"}
)  # fmt: skip


def check(project: Project) -> Iterator[Finding]:
    """Flag every panel of data without a query."""
    for dashboard in project.dashboard_files.dashboards:
        for panel in dashboard.panels:
            if panel.kind in _NEEDS_DATA and not panel.queries:
                yield RULE.at(
                    panel.location, panel.subject, "has no query.", fix="add one, or remove it."
                )


RULE = Rule("panel-without-queries", Level.WARNING, check)
