"""A rule reads a recording before it is written.

Why: the rules of a group are evaluated from top to bottom. What stands before the recording reads
its value of the evaluation before: an alert is late by one interval, for no gain. The groups of a
recording and of another one that reads it are not in step, so that the two do not fit together.

    rules: [{alert: A, expr: a:b:c > 1}, {record: a:b:c, …}]      # bad
    rules: [{record: a:b:c, …}, {alert: A, expr: a:b:c > 1}]      # good

Exempt: alerts that read a recording of another group, since they may be late.

Source: https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/
"""

from collections.abc import Iterator

from toolkit.findings import Edit, Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus.rules import WrittenRule


def check(project: Project) -> Iterator[Finding]:
    """Flag every rule that reads what is recorded further down, in another group, or by itself."""
    groups: dict[tuple[str, str], list[WrittenRule]] = {}
    for rule in project.rules:
        groups.setdefault((rule.file, rule.group), []).append(rule)
    for rules in groups.values():
        last = {rule.name: n for n, rule in enumerate(rules) if not rule.is_alert}
        for number, rule in enumerate(rules):
            for name in dict.fromkeys(selector.name for selector in rule.root.selectors()):
                if name == rule.name and not rule.is_alert:
                    yield RULE.at_field(
                        rule,
                        "expr",
                        f"`{name}` reads what it records itself, its value of the evaluation "
                        "before.",
                        fix="give the recording another name, or compute it from the metrics.",
                    )
                elif last.get(name, -1) > number:
                    yield RULE.at_field(
                        rule,
                        "expr",
                        f"`{name}` is recorded further down, so that its value is that of the "
                        "evaluation before.",
                        fix="put the recording first.",
                        edits=_moved(rules, number, last[name]),
                    )
                elif not rule.is_alert and name not in last:
                    yield from _of_another_group(project, rule, name)


def _of_another_group(project: Project, rule: WrittenRule, name: str) -> Iterator[Finding]:
    recorded = [other for other in project.recorded.named(name) if other.group]
    if recorded:
        yield RULE.at_field(
            rule,
            "expr",
            f"`{name}` is recorded by the group {recorded[0].group!r}, whose evaluations are not "
            "in step with those of this one: its value is up to one interval old.",
            fix="put both recordings into one group, in order.",
        )


def _moved(rules: list[WrittenRule], reader: int, recording: int) -> tuple[Edit, ...]:
    """The edits that put a recording before its first reader, where it needs nothing between."""
    moved = rules[recording]
    between = {rule.name for rule in rules[reader:recording] if not rule.is_alert}
    if between & {selector.name for selector in moved.root.selectors()}:
        return ()
    old, new = moved.sources.get(""), rules[reader].sources.get("")
    if old is None or new is None or not old.text or not new.text:
        return ()
    return (
        Edit(text=old.text, start=new.start, end=new.start),
        Edit(text="", start=old.start, end=old.end),
    )


RULE = Rule("read-before-recorded", Level.INFO, check)
