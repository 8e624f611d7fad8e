"""A label of an alert holds the alert's value.

Why: labels are an alert's identity. With the value in one, every evaluation makes a new
alert: its hold starts again, and what fires is resolved and fires again, each time with a
notification.

    labels:      { current: "{{ $value }}" }                     # bad
    annotations: { description: "… is {{ $value }}" }            # good

Exempt: annotations, which are not part of the identity.

Source: https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/#templating
"""

from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus.go_templates.labels_and_queries_read import reads_value


def check(project: Project) -> Iterator[Finding]:
    """Flag every label whose template reads the value."""
    for rule in project.rules:
        for name, text in rule.labels.items() if rule.is_alert else ():
            if reads_value(text):
                yield RULE.at_field(
                    rule,
                    f"labels.{name}",
                    f"the label `{name}` holds the value, so that every change is a new alert.",
                    fix="show the value in an annotation.",
                )


RULE = Rule("value-in-label", Level.ERROR, check)
