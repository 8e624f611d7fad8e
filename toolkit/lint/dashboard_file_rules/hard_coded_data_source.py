"""A panel names one data source of one Grafana, where a variable would let the reader choose.

Why: the uid is of that server. Elsewhere the dashboard opens with "data source not found".

    "datasource": {"type": "prometheus", "uid": "P1809F7CD0C75ACF3"}       # bad
    "datasource": {"type": "prometheus", "uid": "${datasource}"}           # good

Exempt: inputs of exported files; Grafana's own sources.

Source: https://grafana.com/docs/grafana/latest/dashboards/variables/add-template-variables/
"""

from collections.abc import Iterator
from typing import Any

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project

_OWN = frozenset(
    {"grafana", "-- Grafana --", "-- Mixed --", "-- Dashboard --", "__expr__", "default", ""}
)
_OWN_KINDS = frozenset({"grafana", "datasource", "__expr__"})


def check(project: Project) -> Iterator[Finding]:
    """Flag every panel with a data source that is named outright, once a panel."""
    for dashboard in project.dashboard_files.dashboards:
        for panel in dashboard.panels:
            asked = [panel.model.get("datasource")]
            asked += [query.model.get("datasource") for query in panel.queries]
            names = [name for each in asked if (name := _named(each))]
            if names and not names[0].startswith(("DS_", "VAR_")):
                yield RULE.at(
                    panel.location,
                    panel.subject,
                    f"its data source is always {names[0]!r}.",
                    fix="ask through a variable of the type data source.",
                )


def _named(datasource: Any) -> str:
    """The name or uid that is written out; empty for a variable and for Grafana's own."""
    if isinstance(datasource, dict):
        if str(datasource.get("type") or "") in _OWN_KINDS:
            return ""
        datasource = datasource.get("uid")
    name = str(datasource or "")
    return "" if name in _OWN or name.startswith(("$", "[[")) else name


RULE = Rule("hard-coded-data-source", Level.WARNING, check)
