"""A query of Loki looks back a fixed time where `$__auto` follows the zoom.

Why: zoomed out, lines between two points are not counted; zoomed in, they are counted twice.

    sum(rate({app="shop"} [5m]))            # bad
    sum(rate({app="shop"} [$__auto]))       # good

Exempt: windows by variable.

Source: https://github.com/grafana/dashboard-linter (target-logql-rule, target-logql-auto-rule)
"""

import re
from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project

_STRING = re.compile(r'"(?:\\.|[^"\\])*"|`[^`]*`')
_WINDOW = re.compile(r"\[\s*\d+(?:ms|[smhdwy])\s*\]")


def check(project: Project) -> Iterator[Finding]:
    """Flag every fixed window in queries of Loki."""
    if not project.dashboard_files:
        return
    from toolkit.grafana.dashboard_files.dashboard_positions import LOKI

    for dashboard in project.dashboard_files.dashboards:
        for query in dashboard.queries():
            if query.kind != LOKI or not query.expr:
                continue
            plain = _STRING.sub(lambda match: " " * len(match[0]), query.expr)
            for found in _WINDOW.finditer(plain):
                yield RULE.at(
                    query.location,
                    query.subject,
                    f"the window {found[0]} does not follow the zoom.",
                    fix="write [$__auto].",
                    excerpt=query.expr,
                    span=found.span(),
                )


RULE = Rule("logql-fixed-window", Level.WARNING, check)
