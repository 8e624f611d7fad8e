"""Two alerting rules have the same identity, or the same condition.

Why: two rules with one name and the same labels are one alert to Alertmanager: whichever was
evaluated last decides whether it fires. Two names for one expression notify twice, and so do two
limits of one severity.

    - alert: SlowOrders   { expr: a > 1, labels: {severity: warning} }
    - alert: SlowOrders   { expr: b > 2, labels: {severity: warning} }     # bad
    - alert: SlowOrders   { expr: b > 2, labels: {severity: critical} }    # good
    - alert: SlowerOrders { expr: a > 2, labels: {severity: warning} }     # bad: only the limit

Exempt: rules of different files, unless name, labels and condition are the same; one condition
with another hold or other labels; limits in both directions.

Source: https://prometheus.io/docs/prometheus/latest/command-line/promtool/ (duplicate-rules)
"""

from collections.abc import Iterator

import promql_parser as parser

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus.promql_syntax_tree import Node
from toolkit.prometheus.rules import WrittenRule

LIMITS = frozenset({">", "<", ">=", "<="})


def check(project: Project) -> Iterator[Finding]:
    """Flag the second of two alerts with the same identity, condition, or all but the limit."""
    named: dict[object, WrittenRule] = {}
    asking: dict[object, WrittenRule] = {}
    anywhere: dict[object, WrittenRule] = {}
    limited: dict[object, WrittenRule] = {}
    for rule in project.rules:
        if not rule.is_alert:
            continue
        labels, expr = tuple(sorted(rule.labels.items())), str(rule.root.expr)
        first = named.setdefault((rule.file, rule.name, labels), rule)
        if first is not rule:
            yield RULE.at_field(
                rule,
                "",
                f"an alert of this name and these labels is also at line {first.location.line}.",
                fix="give one another severity or another name.",
            )
            continue
        first = asking.setdefault((rule.file, expr, rule.hold, labels), rule)
        if first is not rule:
            message, fix = f"`{first.name}` asks for exactly the same.", "drop one of the two."
            yield RULE.at_field(rule, "expr", message, fix=fix)
            continue
        first = anywhere.setdefault((rule.name, expr, rule.hold, labels), rule)
        if first is not rule:
            place = first.location.relative_to(project.config.root)
            message = f"the same alert is also in {place.path}, line {place.line}."
            yield RULE.at_field(rule, "", message, fix="drop one of the two.")
            continue
        key = _without_limit(rule.root)
        first = limited.setdefault((rule.file, key, rule.hold, labels), rule) if key else rule
        if first is not rule:
            yield RULE.at_field(
                rule,
                "expr",
                f"it differs from `{first.name}` in its limit alone, so that both notify.",
                fix="give the two severities of their own, or keep one.",
            )


def _without_limit(node: Node) -> str:
    """The expression without the number that it is compared with; empty for another one."""
    while isinstance(node.expr, parser.ParenExpr):
        node = node.below[0]
    if not isinstance(node.expr, parser.BinaryExpr) or node.operator not in LIMITS:
        return ""
    left, right = node.below
    if not isinstance(right.expr, parser.NumberLiteral):
        return ""
    return f"{left.expr} {node.operator[0]}"


RULE = Rule("duplicate-alert", Level.WARNING, check)
