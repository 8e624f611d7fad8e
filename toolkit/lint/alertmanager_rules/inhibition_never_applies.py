"""An inhibition compares a label that its matchers make differ.

Why: `equal` asks for the same value on both sides, and the matchers for two different ones. The
inhibition does nothing, and the notifications that it was written against keep coming.

    {source_matchers: ['severity="critical"'], target_matchers: ['severity="warning"'],
     equal: [severity]}                                                        # bad
    {source_matchers: ['severity="critical"'], target_matchers: ['severity="warning"'],
     equal: [alertname]}                                                       # good

Exempt: labels whose values the matchers do not list.

Source: https://prometheus.io/docs/alerting/latest/configuration/#inhibition-related-settings
"""

from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.label_matchers.alertmanager_matchers import values_of
from toolkit.lint.rule import Rule
from toolkit.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Flag labels of `equal` that can never be equal."""
    for config in project.alertmanager_configs:
        for rule in config.inhibitions:
            for label in rule.equal:
                sources = values_of(rule.sources, label.text)
                targets = values_of(rule.targets, label.text)
                if sources and targets and not set(sources) & set(targets):
                    yield RULE.at(
                        label.location,
                        rule.subject,
                        f"`{label.text}` is never equal: the source has "
                        f"{' or '.join(map(repr, sources))}, the target "
                        f"{' or '.join(map(repr, targets))}.",
                        fix=f"take `{label.text}` out of `equal`.",
                        allow=config.allowed(label.location),
                    )


RULE = Rule("inhibition-never-applies", Level.ERROR, check)
