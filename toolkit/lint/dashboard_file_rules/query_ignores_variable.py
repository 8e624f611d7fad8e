"""A query does not match a label that the dashboard has a variable for.

Why: the reader chooses one job and believes that the panel shows that job. It shows all of them.

    rate(http_requests_total[5m])                        # bad, where $job can be chosen
    rate(http_requests_total{job=~"$job"}[5m])           # good

Exempt: variables other than `job` and `instance`, whose labels a metric may lack; a label that is
matched in any way; metrics of another program than those that the variable's values come from and
that it is matched with, by the first word of their names: `kube_pod_info` has another job than
`label_values(node_uname_info, job)`.

Source: https://github.com/grafana/dashboard-linter (target-job-rule, target-instance-rule)
"""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.promql import selectors

if TYPE_CHECKING:
    from toolkit.grafana.dashboard_files.dashboard_positions import (
        WrittenDashboard,
        WrittenVariable,
    )

_ASKED = re.compile(r"\s*label_values\(\s*([A-Za-z_:][\w:]*)\s*[{,]")


def check(project: Project) -> Iterator[Finding]:
    """Flag every selector that leaves out `job` or `instance` where a variable chooses it."""
    for dashboard in project.dashboard_files.dashboards:
        chosen = {x.name: x for x in dashboard.variables if x.name in {"job", "instance"}}
        words = {name: _words_of(dashboard, variable) for name, variable in chosen.items()}
        for query in dashboard.queries() if chosen else ():
            if not query.is_promql or not query.readable:
                continue
            for each in selectors(query.readable):
                word = each.name.partition("_")[0]
                left_out = sorted(
                    name
                    for name in chosen.keys() - {match.label for match in each.matches}
                    if not words[name] or word in words[name]
                )
                if left_out:
                    yield RULE.at(
                        query.location,
                        query.subject,
                        f"what the reader chooses in ${left_out[0]} does not reach `{each.name}`.",
                        fix=f'match {left_out[0]}=~"${left_out[0]}".',
                        excerpt=query.expr,
                        span=each.span,
                    )


def _words_of(dashboard: "WrittenDashboard", variable: "WrittenVariable") -> frozenset[str]:
    """The first words of the metrics that have the variable's values; empty where any may."""
    found = _ASKED.match(_text(variable.model.get("query")))
    if found is None or found[1] == "up":
        return frozenset()
    matched = {
        each.name
        for query in dashboard.queries()
        if query.is_promql and query.readable
        for each in selectors(query.readable)
        if variable.name in {match.label for match in each.matches}
    }
    return frozenset(name.partition("_")[0] for name in {found[1], *matched})


def _text(query: object) -> str:
    """A variable's query, which newer dashboards keep in a table."""
    found = query.get("query") if isinstance(query, Mapping) else query
    return found if isinstance(found, str) else ""


RULE = Rule("query-ignores-variable", Level.WARNING, check)
