"""An inhibition compares no label, and its source is not one alert by name.

Why: any one alert that fits the source then inhibits every alert that fits the target, of every
team, cluster and service.

    {source_matchers: ['severity="critical"'], target_matchers: ['severity="warning"']}     # bad
    {source_matchers: ['severity="critical"'], target_matchers: ['severity="warning"'],
     equal: [alertname, cluster]}                                                           # good

Exempt: sources that name their alerts, such as one that says that the whole service is down.

Source: https://prometheus.io/docs/alerting/latest/configuration/#inhibition-related-settings
"""

from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.label_matchers.alertmanager_matchers import values_of
from toolkit.lint.rule import Rule
from toolkit.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Flag inhibitions without `equal` whose sources are not named."""
    for config in project.alertmanager_configs:
        for rule in config.inhibitions:
            if rule.equal or values_of(rule.sources, "alertname"):
                continue
            yield RULE.at(
                rule.location,
                rule.subject,
                "one alert that fits the source inhibits all that fit the target, wherever they "
                "come from.",
                fix="add `equal` with the labels that both must share, such as "
                "[alertname, cluster].",
                allow=config.allowed(rule.location),
            )


RULE = Rule("inhibition-without-equal", Level.WARNING, check)
