"""A route names a receiver that is not there.

Why: Alertmanager refuses the whole file.

    route: {receiver: pagr}         # bad, where the receiver is named pager
    route: {receiver: pager}        # good

Exempt: nothing.

Source: https://prometheus.io/docs/alerting/latest/configuration/#route
"""

from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.unknown_name_did_you_mean import unknown_name


def check(project: Project) -> Iterator[Finding]:
    """Flag names of receivers that nothing defines."""
    for config in project.alertmanager_configs:
        known = [receiver.name for receiver in config.receivers]
        for route in config.routes:
            named = route.fields.get("receiver")
            if named is not None and named.text and named.text not in known:
                yield RULE.at(
                    named.location,
                    route.subject,
                    unknown_name("receiver", named.text, known),
                    fix="correct the name, or add the receiver.",
                    allow=config.allowed(named.location),
                )


RULE = Rule("unknown-receiver", Level.ERROR, check)
