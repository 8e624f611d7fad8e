"""A query uses a variable that the dashboard does not define.

Why: Grafana asks Prometheus with the dollar sign in it, and the panel is empty or an error.

    up{job=~"$jobs"}       # bad, where the variable is `job`
    up{job=~"$job"}        # good

Exempt: Grafana's own, which begin with two underscores; groups of a replacement, such as `$1`.

Source: https://grafana.com/docs/grafana/latest/dashboards/variables/
"""

from collections.abc import Iterator

from toolkit.did_you_mean import did_you_mean
from toolkit.findings import Finding, Level
from toolkit.grafana.promql_variables import variables_in
from toolkit.lint.rule import Rule
from toolkit.project import Project

_OWN = frozenset({"interval", "timeFilter"})  # Grafana's oldest


def check(project: Project) -> Iterator[Finding]:
    """Flag every name that neither the dashboard nor Grafana defines."""
    for dashboard in project.dashboard_files.dashboards:
        known = {each.name for each in dashboard.variables} | _OWN
        for panel in dashboard.panels:
            known |= {str(panel.model.get("repeat") or "")}
        for query in dashboard.queries():
            for name in sorted(variables_in(query.expr) - known):
                if name.startswith("__") or name.isdigit() or not query.is_promql:
                    continue
                yield RULE.at(
                    query.location,
                    query.subject,
                    f"${name} is not defined{did_you_mean(name, known)}",
                    fix="define the variable, or correct its name.",
                    excerpt=query.expr,
                )


RULE = Rule("undefined-variable", Level.ERROR, check)
