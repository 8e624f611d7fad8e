"""A panel draws its line elsewhere than at the bound of the alerts that it shows.

Why: the person on call opens the panel to see how far over the line it is. A line that the
alert does not know says that all is well, or that it has been bad for days.

    Alert(expr=f"{P95} > 0.1", panel="Latency", …)
    Panel(title="Latency", line_at=0.2, …)                # bad
    Panel(title="Latency", line_at=0.1, …)                # good

Exempt: panels without a line, since an alert may watch another quantity than its panel draws;
panels of alerts that do not compare with a plain number, such as those on burn rates.

Source: https://sre.google/workbook/monitoring/
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import promql_parser as parser

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.promql import parse

if TYPE_CHECKING:
    from toolkit.dashboards import Panel

COMPARISONS = frozenset({">", ">=", "<", "<="})


def check(project: Project) -> Iterator[Finding]:
    """Flag every line that none of its panel's alerts has for a bound."""
    watched: dict[int, tuple[Panel, dict[str, float | None]]] = {}
    for alert in project.alerts:
        if alert.name not in project.panel_of:
            continue
        _, panel = project.panel_of[alert.name]
        _, bounds = watched.setdefault(id(panel), (panel, {}))
        bounds[alert.name] = bound(alert.expr)
    for panel, bounds in watched.values():
        if panel.line_at is None or None in bounds.values() or panel.line_at in bounds.values():
            continue
        fires = ", ".join(f"{name} at {value:g}" for name, value in bounds.items())
        yield RULE.at(
            panel.defined.argument("line_at"),
            panel.title,
            f"the line is at {panel.line_at:g}, and the alert fires elsewhere: {fires}.",
            fix="take both numbers from one place, such as an objective.",
            allow=panel.allow,
        )


def bound(expr: str) -> float | None:
    """The plain number that `expr` compares with at its top, or None."""
    node: parser.Expr = parse(expr)
    while isinstance(node, parser.ParenExpr):
        node = node.expr
    if not isinstance(node, parser.BinaryExpr) or str(node.op) not in COMPARISONS:
        return None
    return node.rhs.val if isinstance(node.rhs, parser.NumberLiteral) else None


RULE = Rule("line-off-alert", Level.WARNING, check)
