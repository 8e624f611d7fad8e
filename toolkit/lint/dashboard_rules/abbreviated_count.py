"""A count that people compare is shown as "4 K".

Why: Grafana's unit `short` writes 4,354 and 4,363 both as "4 K" where there are no decimals. Two
lines of a table look equal that are not.

    Panel(view=View.TABLE, unit=OtherUnit("short"), decimals=0, …)     # bad
    Panel(view=View.TABLE, unit=PanelUnit.COUNT, decimals=0, …)        # good: 4,354

Exempt: numbers with decimals, which read "4.35 K"; imported panels, which are as they were.

Source: https://github.com/grafana/grafana (packages/grafana-data/src/valueFormats)
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project

if TYPE_CHECKING:
    from toolkit.dashboards import Panel, Query


def check(project: Project) -> Iterator[Finding]:
    """Flag every panel and query without decimals whose unit is `short` by its id in Grafana."""
    if not project.pages:
        return
    from toolkit.dashboards import OtherUnit, PanelUnit

    for page in project.pages:
        for panel in page.dashboard.panels:
            if panel.decimals != 0 or panel.as_written is not None:
                continue
            shown: tuple[Panel | Query, ...] = (panel, *panel.queries)
            for each in shown:
                if isinstance(each.unit, OtherUnit) and each.unit.value == PanelUnit.COUNT.value:
                    yield RULE.at(
                        each.defined.argument("unit"),
                        panel.title,
                        'unit "short" without decimals shows 4,354 and 4,363 both as "4 K".',
                        fix="write unit=PanelUnit.COUNT, which counts in full here.",
                        allow=panel.allow,
                    )


RULE = Rule("abbreviated-count", Level.WARNING, check)
