"""A panel says something that its view does not show.

Why: Grafana drops what a panel type has no option for as soon as somebody saves the dashboard,
and draws nothing of it before. The author believes that an empty heatmap explains itself, or
that a pie turns red.

    Panel(view=View.HEATMAP, empty="No orders in this time", …)      # bad: it says "No data"
    Panel(view=View.HEATMAP, …)                                      # good

Exempt: imported panels, which are as they were.

Source: https://github.com/grafana/grafana (public/app/plugins/panel/*/module.tsx)
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project

if TYPE_CHECKING:
    from toolkit.dashboards import Panel

# By the argument of `Panel`: the keys of Grafana's fieldConfig that it becomes, and its default.
_BECOMES: dict[str, tuple[str, object]] = {
    "empty": ("noValue", "No data"),
    "line_at": ("thresholds", None),
    "bad_below": ("thresholds", False),
    "states": ("mappings", ()),
    "minimum": ("min", 0),
    "maximum": ("max", None),
    "decimals": ("decimals", None),
}


def check(project: Project) -> Iterator[Finding]:
    """Flag every argument that was given and that its panel's view ignores."""
    for page in project.pages:
        for panel in page.dashboard.panels:
            if panel.as_written is not None:
                continue
            for argument in _without_effect(panel):
                yield RULE.at(
                    panel.defined.argument(argument),
                    panel.title,
                    f"a {panel.view.value} panel does not show `{argument}`, and Grafana drops "
                    "it when the dashboard is saved.",
                    fix="leave it out, or draw the panel with another view.",
                    allow=panel.allow,
                )


def _without_effect(panel: "Panel") -> Iterator[str]:
    from toolkit.dashboards import View
    from toolkit.grafana.write_field_config import IGNORED

    ignored = IGNORED.get(panel.view, frozenset())
    for argument, (key, default) in _BECOMES.items():
        if key in ignored and getattr(panel, argument) != default:
            yield argument
    if panel.stacked and panel.view is not View.TIME_SERIES:
        yield "stacked"


RULE = Rule("argument-without-effect", Level.WARNING, check)
