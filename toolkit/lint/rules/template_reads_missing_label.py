"""A label or an annotation shows a label that the alert cannot have.

Why: an aggregation drops every label that it does not name. The template then shows nothing,
in the one sentence that the person on call reads.

    sum by (exchange) (…) > 1      "{{ $labels.instance }} fails"      # bad
    sum by (exchange) (…) > 1      "{{ $labels.exchange }} fails"      # good

Checks `$externalLabels` too, where prometheus.yml is known.

Exempt: expressions whose labels are not known; templates with `range` or `with`, from there on.

Source: https://prometheus.io/docs/prometheus/latest/configuration/template_reference/
"""

from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus.go_templates import external_labels_read, labels_read
from toolkit.prometheus.label_flow import result_labels
from toolkit.prometheus.rules import WrittenRule
from toolkit.promql import parse


def check(project: Project) -> Iterator[Finding]:
    """Flag every label read that the result does not carry."""
    external = project.server.external_labels
    for rule in project.rules:
        if not rule.is_alert:
            continue
        for key, text in _templates(rule):
            if "{{" not in text:
                continue
            yield from _missing(project, rule, key, text)
            for name in external_labels_read(text) if external is not None else ():
                if name not in (external or ()):
                    yield RULE.at_field(
                        rule,
                        key,
                        f"`$externalLabels.{name}` is shown, and prometheus.yml sets none of that "
                        "name.",
                        fix="set it under global.external_labels, or drop it.",
                    )


def _missing(project: Project, rule: WrittenRule, key: str, text: str) -> Iterator[Finding]:
    carried = result_labels(parse(rule.expr), project.labels_of)
    if carried is None:
        return
    known = carried | {"alertname"} | (rule.labels.keys() if key.startswith("anno") else set())
    for name in labels_read(text):
        if name not in known:
            has = ", ".join(f"`{label}`" for label in sorted(carried)) or "no label"
            yield RULE.at_field(
                rule,
                key,
                f"`$labels.{name}` is shown, and the expression results in {has}.",
                fix=f"keep `{name}` in the aggregations, or do not show it.",
            )


def _templates(rule: WrittenRule) -> Iterator[tuple[str, str]]:
    yield from ((f"labels.{name}", text) for name, text in rule.labels.items())
    yield from ((f"annotations.{name}", text) for name, text in rule.annotations.items())


RULE = Rule("template-reads-missing-label", Level.WARNING, check)
