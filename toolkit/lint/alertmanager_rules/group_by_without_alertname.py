"""Alerts of different names come in one notification, or all alerts in one.

Why: a route without any `group_by` puts all its alerts into one group, and a notification about
the disk is an update of one about the network. Grouping by other labels alone mixes the alerts of
one place, which may be meant.

    route: {receiver: desk}                                 # bad: one group for everything
    group_by: [cluster]                                     # a note
    group_by: [alertname, cluster]                          # good

Exempt: routes that inherit what they group by; `group_by: ['...']`.

Source: https://prometheus.io/docs/alerting/latest/alertmanager/#grouping
"""

from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Flag a root that groups by nothing, and any `group_by` without the alert's name."""
    for config in project.alertmanager_configs:
        for route in config.routes:
            given = route.fields.get("group_by")
            labels = [item.text for item in given.items] if given else []
            if given is None and route is not config.route:
                continue
            if {"alertname", "..."} & set(labels):
                continue
            place = (given.key or given.location) if given else route.location
            message = (
                f"groups by {', '.join(labels)} alone: alerts of different names come in one "
                "notification."
                if labels
                else "groups by nothing: all its alerts come in one notification."
            )
            yield RULE.at(
                place,
                route.subject,
                message,
                fix=f"write `group_by: [{', '.join(['alertname', *labels])}]`.",
                allow=config.allowed(place),
            )


RULE = Rule("group-by-without-alertname", Level.INFO, check)
