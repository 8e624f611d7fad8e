"""No route names a receiver.

Why: whoever stands there is never notified, and believes to be. Often a route was renamed, or
lost in a merge.

    receivers: [{name: team-db}]                # bad, where no route has `receiver: team-db`
    routes: [{receiver: team-db, …}]            # good

Exempt: nothing; a receiver that is kept for later is better kept in a comment.

Source: https://prometheus.io/docs/alerting/latest/configuration/#receiver
"""

from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Flag receivers that no route names."""
    for config in project.alertmanager_configs:
        if config.route is None:
            continue
        named = {x.fields["receiver"].text for x in config.routes if "receiver" in x.fields}
        for receiver in config.receivers:
            if receiver.name not in named:
                yield RULE.at(
                    receiver.location,
                    receiver.name,
                    "no route names this receiver, so it is never notified.",
                    fix="name it in a route, or take it away.",
                    allow=config.allowed(receiver.location),
                )


RULE = Rule("unused-receiver", Level.WARNING, check)
