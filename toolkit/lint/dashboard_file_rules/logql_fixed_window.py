"""A query of Loki is not balanced, or looks back a fixed time where `$__auto` follows the zoom.

Why: zoomed out, lines between two points are not counted; zoomed in, they are counted twice.

    sum(rate({app="shop"} [5m]))            # bad
    sum(rate({app="shop"} [$__auto]))       # good

Exempt: windows by variable. LogQL is not parsed here: only brackets and windows are looked at.

Source: https://github.com/grafana/dashboard-linter (target-logql-rule, target-logql-auto-rule)
"""

import re
from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project

_STRING = re.compile(r'"(?:\\.|[^"\\])*"|`[^`]*`')
_WINDOW = re.compile(r"\[\s*\d+(?:ms|[smhdwy])\s*\]")
_PAIRS = {")": "(", "]": "[", "}": "{"}


def check(project: Project) -> Iterator[Finding]:
    """Flag both in every query of Loki."""
    for dashboard in project.dashboard_files.dashboards:
        for query in dashboard.queries():
            if query.kind != "loki" or not query.expr:
                continue
            plain = _STRING.sub(lambda match: " " * len(match[0]), query.expr)
            if not _is_balanced(plain):
                yield RULE.at(
                    query.location, query.subject, "its brackets do not match.",
                    fix="correct the query.", excerpt=query.expr,
                )  # fmt: skip
            for found in _WINDOW.finditer(plain):
                yield RULE.at(
                    query.location, query.subject,
                    f"the window {found[0]} does not follow the zoom.",
                    fix="write [$__auto].", excerpt=query.expr, span=found.span(),
                )  # fmt: skip


def _is_balanced(text: str) -> bool:
    opened = []
    for letter in text:
        if letter in _PAIRS.values():
            opened.append(letter)
        elif letter in _PAIRS and (not opened or opened.pop() != _PAIRS[letter]):
            return False
    return not opened


RULE = Rule("logql-fixed-window", Level.WARNING, check)
