"""A variable is defined and nothing uses it.

Why: the reader chooses a value and believes that the panels follow.

    $cluster is listed; no query names it       # bad
    up{cluster=~"$cluster"}                     # good

Exempt: ad-hoc filters, which reach every query by themselves.

Source: https://grafana.com/docs/grafana/latest/dashboards/variables/
"""

import json
from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.grafana.promql_variables import variables_in
from toolkit.lint.rule import Rule
from toolkit.project import Project

_ALWAYS_USED = frozenset({"adhoc", "groupby"})


def check(project: Project) -> Iterator[Finding]:
    """Flag every variable whose name occurs nowhere outside its own definition."""
    for dashboard in project.dashboard_files.dashboards:
        model = dict(dashboard.model)
        templating = model.pop("templating", None)
        used = set(variables_in(json.dumps(model))) | dashboard.condition_variables
        used |= {str(panel.get("repeat")) for panel in model.get("panels") or []}
        used |= {str(panel.model.get("repeat")) for panel in dashboard.panels}
        for each in (templating or {}).get("list") or []:
            used |= variables_in(json.dumps(each)) - {str(each.get("name"))}
        for variable in dashboard.variables:
            if variable.name not in used and variable.kind not in _ALWAYS_USED:
                yield RULE.at(
                    variable.location,
                    f"{dashboard.subject}: ${variable.name}",
                    "nothing uses it.",
                    fix="use it in the queries, or take it away.",
                )


RULE = Rule("unused-variable", Level.WARNING, check)
