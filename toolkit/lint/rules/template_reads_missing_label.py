"""A label or an annotation shows a label that the expression's result cannot have.

Why: an aggregation drops every label that it does not name. The template then shows nothing,
in the one sentence that the person on call reads. What the rule itself sets, and the alert's name,
are not among `$labels` either.

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
from toolkit.prometheus.go_templates.reads import external_labels_read, labels_read
from toolkit.prometheus.label_flow.result_labels import all_possible, why_absent
from toolkit.prometheus.rules import WrittenRule


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
    result = project.flow(rule.expr).result
    for name in labels_read(text):
        why = None if name == "__name__" else why_absent(result, name)
        if why is None:
            continue
        carried = all_possible(result)
        has = ", ".join(f"`{label}`" for label in sorted(carried or ())) or "no label"
        known = "" if carried is None else f"; the expression results in {has}"
        message = f"`$labels.{name}` is shown, and it is {why.reason}{known}."
        fix = f"keep `{name}` in the aggregations, or do not show it."
        if name in {"alertname", *rule.labels}:
            message = f"`$labels.{name}` is shown, and templates see the expression's labels alone."
            fix = f"write the value of `{name}` as text."
        yield RULE.at_field(rule, key, message, fix=fix)


def _templates(rule: WrittenRule) -> Iterator[tuple[str, str]]:
    yield from ((f"labels.{name}", text) for name, text in rule.labels.items())
    yield from ((f"annotations.{name}", text) for name, text in rule.annotations.items())


RULE = Rule("template-reads-missing-label", Level.WARNING, check)
