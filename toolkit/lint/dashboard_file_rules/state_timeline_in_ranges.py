"""A state timeline is coloured by thresholds, and hides its states.

Why: a state timeline that merges equal values and is coloured by thresholds draws the ranges of its
thresholds and ignores the value mappings. With the base alone all of it is one green band labelled
"-∞+", whatever the value: a target that is down is green.

    "color": {"mode": "thresholds"}, "mappings": […]                       # bad
    "color": {"mode": "fixed", "fixedColor": "text"}, "mappings": […]      # good

Exempt: timelines without mappings, whose ranges are meant; those that do not merge values.

Source: https://github.com/grafana/grafana/issues/40661, 41075 and 71804
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project

if TYPE_CHECKING:
    from toolkit.grafana.dashboard_files.dashboard_positions import WrittenPanel


def check(project: Project) -> Iterator[Finding]:
    """Flag every state timeline whose mappings Grafana ignores."""
    for dashboard in project.dashboard_files.dashboards:
        for panel in dashboard.panels:
            if (
                panel.kind == "state-timeline"
                and panel.defaults.get("mappings")
                and _in_ranges(panel)
            ):
                yield RULE.at(
                    panel.location,
                    panel.subject,
                    "Grafana draws the ranges of its thresholds, and not the states it maps.",
                    fix='say "color": {"mode": "fixed", "fixedColor": "text"}.',
                )


def _in_ranges(panel: "WrittenPanel") -> bool:
    if (panel.model.get("options") or {}).get("mergeValues") is False:
        return False
    if (panel.defaults.get("thresholds") or {}).get("steps") == []:
        return False
    colors = [panel.defaults.get("color")]
    for override in (panel.model.get("fieldConfig") or {}).get("overrides") or []:
        colors += [
            x.get("value") for x in override.get("properties") or [] if x.get("id") == "color"
        ]
    return any((color or {}).get("mode") == "thresholds" for color in colors)


RULE = Rule("state-timeline-in-ranges", Level.ERROR, check)
