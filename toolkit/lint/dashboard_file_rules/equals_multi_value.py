"""A variable of several values is matched with `=`.

Why: with two values chosen the query asks for a series whose label is literally `(a|b)`, and the
panel is empty. Even one value is escaped for a regular expression.

    up{instance="$instance"}       # bad
    up{instance=~"$instance"}      # good

Exempt: variables that hold one value; formats such as `${instance:raw}`.

Source: https://grafana.com/docs/grafana/latest/dashboards/variables/variable-syntax/
"""

import re
from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project

_EQUALS = re.compile(r"\w+\s*(!?=)\s*([\"'])[^\"']*(?:\$(\w+)|\$\{(\w+)\}|\[\[(\w+)\]\])[^\"']*\2")


def check(project: Project) -> Iterator[Finding]:
    """Flag every equality with a variable that may hold several values."""
    for dashboard in project.dashboard_files.dashboards:
        several = {
            each.name
            for each in dashboard.variables
            if each.model.get("multi") or each.model.get("includeAll")
        }
        for query in dashboard.queries():
            for found in _EQUALS.finditer(query.expr) if query.is_promql else ():
                name = found[3] or found[4] or found[5]
                if name in several:
                    yield RULE.at(
                        query.location,
                        query.subject,
                        f"${name} may hold several values, and `{found[1]}` compares with one.",
                        fix=f"match with {'!~' if found[1] == '!=' else '=~'}.",
                        excerpt=query.expr,
                        span=found.span(),
                    )


RULE = Rule("equals-multi-value", Level.ERROR, check)
