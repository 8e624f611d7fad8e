"""A rule stands before the recording that it reads, in one group.

Why: the rules of a group are evaluated from top to bottom. What stands before the recording reads
its value of the evaluation before: an alert is late by one interval, for no gain.

    rules: [{alert: A, expr: a:b:c > 1}, {record: a:b:c, …}]      # bad
    rules: [{record: a:b:c, …}, {alert: A, expr: a:b:c > 1}]      # good

Exempt: recordings of other groups, whose order is not certain.

Source: https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/
"""

from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus.rules import WrittenRule
from toolkit.promql import selectors


def check(project: Project) -> Iterator[Finding]:
    """Flag every rule that reads what its group records further down."""
    groups: dict[tuple[str, str], list[WrittenRule]] = {}
    for rule in project.rules:
        groups.setdefault((rule.file, rule.group), []).append(rule)
    for rules in groups.values():
        last = {rule.name: n for n, rule in enumerate(rules) if not rule.is_alert}
        for number, rule in enumerate(rules):
            for name in dict.fromkeys(selector.name for selector in selectors(rule.expr)):
                if last.get(name, -1) > number:
                    yield RULE.at_field(
                        rule,
                        "expr",
                        f"`{name}` is recorded further down, so that its value is that of the "
                        "evaluation before.",
                        fix="put the recording first.",
                    )


RULE = Rule("read-before-recorded", Level.INFO, check)
