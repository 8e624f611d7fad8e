"""The route tree of alertmanager.yml: a branch for each severity, and its components below.

Source: https://prometheus.io/docs/alerting/latest/configuration/#route
"""

from typing import Any

from toolkit.alerts import Severity
from toolkit.routing import Route, Routing


def route_tree(routing: Routing) -> dict[str, Any]:
    """The root: alerts whose severity no branch takes go where information goes."""
    fallback = _of_severity(routing, Severity.INFO)
    return {
        "receiver": fallback.receiver.name,
        "group_by": list(routing.group_by),
        "group_wait": routing.group_wait,
        "group_interval": routing.group_interval,
        "repeat_interval": fallback.repeat,
        "routes": [_branch(routing, severity) for severity in Severity],
    }


def _of_severity(routing: Routing, severity: Severity) -> Route:
    return next(x for x in routing.routes if x.severity is severity and not x.component)


def _branch(routing: Routing, severity: Severity) -> dict[str, Any]:
    route = _of_severity(routing, severity)
    made: dict[str, Any] = {
        "matchers": [f'severity="{severity.value}"'],
        "receiver": route.receiver.name,
        "repeat_interval": route.repeat,
    }
    below = [
        {
            "matchers": [f'component="{special.component}"'],
            "receiver": special.receiver.name,
            "repeat_interval": special.repeat or route.repeat,
        }
        for special in routing.routes
        if special.severity is severity and special.component
    ]
    return made | ({"routes": below} if below else {})
