"""A query, a legend or a repetition uses a variable that the dashboard does not define.

Why: Grafana asks Prometheus with the dollar sign in it, and the panel is empty or an error; a
legend shows the dollar sign, and nothing is repeated.

    up{job=~"$jobs"}       # bad, where the variable is `job`
    up{job=~"$job"}        # good

Exempt: Grafana's own, which begin with two underscores; groups of a replacement, such as `$1`.

Source: https://grafana.com/docs/grafana/latest/dashboards/variables/
"""

from collections.abc import Collection, Iterator

from toolkit.findings import Finding, Level, Location
from toolkit.grafana.promql_variables import variables_in
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.unknown_name_did_you_mean import did_you_mean

_OWN = frozenset({"interval", "timeFilter"})  # Grafana's oldest


def check(project: Project) -> Iterator[Finding]:
    """Flag every name that neither the dashboard nor Grafana defines."""
    for dashboard in project.dashboard_files.dashboards:
        known = {each.name for each in dashboard.variables}
        for panel in dashboard.panels:
            name = str(panel.model.get("repeat") or "")
            if name and name not in known:
                yield _finding(panel.location, panel.subject, name, known)
        for query in dashboard.queries():
            texts = (query.expr, str(query.model.get("legendFormat") or ""))
            for text in texts if query.is_promql else ():
                for name in sorted(variables_in(text) - known - _OWN):
                    if not name.startswith("__") and not name.isdigit():
                        yield _finding(query.location, query.subject, name, known, text)


def _finding(
    location: Location, subject: str, name: str, known: Collection[str], excerpt: str = ""
) -> Finding:
    return RULE.at(
        location,
        subject,
        f"${name} is not defined{did_you_mean(name, known)}",
        fix="define the variable, or correct its name.",
        excerpt=excerpt,
    )


RULE = Rule("undefined-variable", Level.ERROR, check)
