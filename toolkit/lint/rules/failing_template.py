"""A template fails, or shows an error, when the alert fires.

Why: Prometheus loads the rule. When the alert fires, its annotation says "error expanding template"
in place of the sentence that somebody wrote for the night.

    summary: "{{ .Instance }} is down"               # bad
    summary: "{{ if gt $value 1 }}…{{ end }}"         # bad: a float and an integer
    summary: '{{ printf "%d" $value }}'              # bad: %!d(float64=2)
    summary: "{{ $value | toUpper }}"                # bad: not a text
    summary: "{{ $labels.instance }} is down"        # good
    summary: "{{ if gt $value 1.0 }}…{{ end }}"       # good
    labels: {alertname: Down}                        # bad: the rule's name takes its place

Exempt: what only fails with some values.

Source: https://prometheus.io/docs/prometheus/latest/configuration/template_reference/
"""

from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus.go_templates.labels_and_queries_read import (
    failures,
    fields_of_texts,
    unknown_fields,
)
from toolkit.prometheus.rules import WrittenRule


def check(project: Project) -> Iterator[Finding]:
    """Flag every unknown field, and a label that the alert's name replaces."""
    for rule in project.rules:
        if not rule.is_alert:
            continue
        for table, texts in (("labels", rule.labels), ("annotations", rule.annotations)):
            for name, text in texts.items():
                for field in unknown_fields(text):
                    yield RULE.at_field(
                        rule,
                        f"{table}.{name}",
                        f"`.{field}` is not there: an alert has Labels, ExternalLabels, "
                        "ExternalURL and Value.",
                        fix=f"write $labels.{field.lower()} for a label.",
                    )
                yield from _calls(rule, f"{table}.{name}", text)
        if "alertname" in rule.labels:
            yield RULE.at_field(
                rule,
                "labels.alertname",
                "`alertname` is always the name of the alert, whatever is set here.",
                fix="drop it.",
            )


def _calls(rule: WrittenRule, key: str, text: str) -> Iterator[Finding]:
    """Calls that fail, and fields of what has none."""
    if "{{" not in text:
        return
    for failed in failures(text):
        yield RULE.at_field(rule, key, f"{failed.message}.", fix=f"{failed.fix}.")
    for read in fields_of_texts(text):
        yield RULE.at_field(
            rule,
            key,
            f"`{read}` reads a field of what is a text or a number.",
            fix="drop the last field.",
        )


RULE = Rule("failing-template", Level.WARNING, check)
