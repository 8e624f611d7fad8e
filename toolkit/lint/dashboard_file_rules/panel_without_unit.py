"""A panel of numbers has no unit.

Why: nobody sees whether 0.3 is seconds, a share or gigabytes.

    "fieldConfig": {"defaults": {}}                  # bad
    "fieldConfig": {"defaults": {"unit": "s"}}       # good

Exempt: panels whose values are mapped to words, or with overrides that say the units; panels
that draw no numbers of a unit.

Source: https://github.com/grafana/dashboard-linter (panel-units-rule)
"""

from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project

_OF_NUMBERS = frozenset({"stat", "gauge", "bargauge", "timeseries", "histogram", "barchart"})


def check(project: Project) -> Iterator[Finding]:
    """Flag every panel of numbers that says neither a unit nor words for its values."""
    for dashboard in project.dashboard_files.dashboards:
        for panel in dashboard.panels:
            if panel.kind not in _OF_NUMBERS or not panel.queries:
                continue
            said = panel.defaults.get("unit") or panel.defaults.get("mappings")
            overrides = (panel.model.get("fieldConfig") or {}).get("overrides") or []
            said = said or any(
                each.get("id") in {"unit", "mappings"}
                for override in overrides
                for each in override.get("properties") or []
            )
            if not said:
                yield RULE.at(
                    panel.location, panel.subject, "has no unit.", fix="choose one; none is short."
                )


RULE = Rule("panel-without-unit", Level.WARNING, check)
