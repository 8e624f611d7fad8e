"""A route repeats notifications more often than its groups are looked at.

Why: Alertmanager asks only every `group_interval` whether a notification is due again. A shorter
`repeat_interval` therefore repeats at every `group_interval`, which nobody wrote down.

    {group_interval: 5m, repeat_interval: 1m}       # bad: repeats every 5m
    {group_interval: 5m, repeat_interval: 4h}       # good

Exempt: nothing; intervals that a route inherits count as its own.

Source: https://prometheus.io/docs/alerting/latest/configuration/#route
"""

from collections.abc import Iterator

from toolkit.alertmanager.config_model import ConfigRoute
from toolkit.durations import seconds
from toolkit.errors import ConfigurationError
from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project

_INTERVALS = ("repeat_interval", "group_interval")


def check(project: Project) -> Iterator[Finding]:
    """Flag the route that sets one of the two so that the order is wrong."""
    for config in project.alertmanager_configs:
        for route in config.routes:
            own = [name for name in _INTERVALS if name in route.fields]
            if not own or not _too_often(route):
                continue
            place = route.fields[own[0]].location
            repeat, group = (route.interval(name) for name in _INTERVALS)
            yield RULE.at(
                place,
                route.subject,
                f"`repeat_interval` {repeat} is shorter than `group_interval` {group}, so that "
                f"notifications are repeated every {group}.",
                fix="make it a multiple of `group_interval`.",
                allow=config.allowed(place),
            )


def _too_often(route: ConfigRoute) -> bool:
    try:
        repeat, group = (seconds(route.interval(name)) for name in _INTERVALS)
    except ConfigurationError:
        return False  # what is not a duration is `malformed-alertmanager`'s finding
    return repeat < group


RULE = Rule("repeat-under-group-interval", Level.WARNING, check)
