"""Two alerting rules of one file have the same identity, or the same condition.

Why: two rules with one name and the same labels are one alert to Alertmanager: whichever was
evaluated last decides whether it fires. Two names for one expression notify twice.

    - alert: SlowOrders   { expr: a > 1, labels: {severity: warning} }
    - alert: SlowOrders   { expr: b > 2, labels: {severity: warning} }     # bad
    - alert: SlowOrders   { expr: b > 2, labels: {severity: critical} }    # good

Exempt: rules of different files, which may be loaded by different servers; one condition with
another hold or other labels.

Source: https://prometheus.io/docs/prometheus/latest/command-line/promtool/ (duplicate-rules)
"""

from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus.rules import WrittenRule
from toolkit.promql import parse


def check(project: Project) -> Iterator[Finding]:
    """Flag the second of two alerts with the same identity or the same condition."""
    named: dict[object, WrittenRule] = {}
    asking: dict[object, WrittenRule] = {}
    for rule in project.rules:
        if not rule.is_alert:
            continue
        labels = tuple(sorted(rule.labels.items()))
        first = named.setdefault((rule.file, rule.name, labels), rule)
        if first is not rule:
            yield RULE.at_field(
                rule,
                "",
                f"an alert of this name and these labels is also at line {first.location.line}.",
                fix="give one another severity or another name.",
            )
            continue
        condition = (rule.file, str(parse(rule.expr)), rule.hold, labels)
        first = asking.setdefault(condition, rule)
        if first is not rule:
            yield RULE.at_field(
                rule,
                "expr",
                f"`{first.name}` asks for exactly the same.",
                fix="drop one of the two.",
            )


RULE = Rule("duplicate-alert", Level.WARNING, check)
