"""Alerts are grouped by a label that has a value for each machine, or by all labels.

Why: grouping exists so that a fault of many machines is one notification. Grouped by `instance`
or `pod`, or by `...`, it is a notification for each of them, at the worst time.

    group_by: [alertname, instance]      # bad
    group_by: ['...']                    # bad
    group_by: [alertname, cluster]       # good

Exempt: other labels, whose number of values is not known here.

Source: https://prometheus.io/docs/alerting/latest/configuration/#route
"""

from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project

MANY_VALUES = frozenset({
    "instance", "pod", "pod_name", "container_id", "id", "uid", "pod_ip", "host_ip", "trace_id",
    "request_id", "user_id", "session_id", "path", "url",
})  # fmt: skip


def check(project: Project) -> Iterator[Finding]:
    """Flag `...`, and labels that are known to have many values."""
    for config in project.alertmanager_configs:
        for route in config.routes:
            given = route.fields.get("group_by")
            for item in given.items if given else ():
                if item.text == "...":
                    message = "`...` makes a notification for each alert: nothing is grouped."
                elif item.text in MANY_VALUES:
                    message = f"`{item.text}` makes a notification for each of its many values."
                else:
                    continue
                yield RULE.at(
                    item.location,
                    route.subject,
                    message,
                    fix="group by what one person handles at once, such as alertname and cluster.",
                    allow=config.allowed(item.location),
                )


RULE = Rule("group-by-many-values", Level.WARNING, check)
