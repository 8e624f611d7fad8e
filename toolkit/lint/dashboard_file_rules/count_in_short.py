"""A count without decimals is shown in the unit `short`.

Why: 4,354 and 4,363 both read "4 K". Two lines of a table look equal that are not.

    "unit": "short", "decimals": 0       # bad
    "unit": "locale", "decimals": 0      # good

Exempt: along an axis, where the label only orients.

Source: https://github.com/grafana/grafana (packages/grafana-data/src/valueFormats)
"""

from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project

_OF_NUMBERS = frozenset({"stat", "gauge", "bargauge", "table", "piechart"})


def check(project: Project) -> Iterator[Finding]:
    """Note every panel of numbers with both."""
    for dashboard in project.dashboard_files.dashboards:
        for panel in dashboard.panels:
            says = (panel.defaults.get("unit"), panel.defaults.get("decimals"))
            if panel.kind in _OF_NUMBERS and says == ("short", 0):
                yield RULE.at(
                    panel.location,
                    panel.subject,
                    'unit "short" without decimals shows 4,354 and 4,363 both as "4 K".',
                    fix='say "unit": "locale".',
                )


RULE = Rule("count-in-short", Level.INFO, check)
