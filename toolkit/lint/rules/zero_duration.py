"""A duration of nothing is written out.

Why: without `for` an alert is not held, and without `keep_firing_for` it ends at once. A line that
says so looks like a decision, and says nothing.

    for: 0m      # bad
    for: 5m      # good, and so is no `for` at all

Said once, at the first of them.

Exempt: `absent`, whose missing hold `absent-without-hold` is about.

Source: https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/
"""

import re
from collections.abc import Iterator

from toolkit.durations import seconds
from toolkit.findings import Edit, Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus.rules import WrittenRule

KEYS = ("for", "keep_firing_for")


def check(project: Project) -> Iterator[Finding]:
    """Flag the first duration of nothing, with the lines of all others as edits."""
    found: list[tuple[WrittenRule, str, str]] = []
    for rule in project.rules:
        for key, text in zip(KEYS, (rule.hold, rule.keep_firing_for), strict=True):
            if text and (text == "0" or seconds(text) == 0):
                found.append((rule, key, text))
    for rule, key, text in found[:1]:
        # No number: a baseline knows the finding by its message.
        more = "; others like it follow" if len(found) > 1 else ""
        yield RULE.at_field(
            rule,
            key,
            f"`{key}: {text}` is what holds without it{more}.",
            fix="drop the line." if len(found) == 1 else "drop the lines.",
            edits=tuple(edit for each in found for edit in _edit(*each[:2])),
        )


def _edit(rule: WrittenRule, key: str) -> Iterator[Edit]:
    line = rule.sources.get(key)
    if line is not None and re.fullmatch(rf"\s*{key}:\s*[\"']?\w+[\"']?\s*", line.text):
        yield Edit(text="", start=line.start, end=line.end)


RULE = Rule("zero-duration", Level.INFO, check)
