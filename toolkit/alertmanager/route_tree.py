"""The route tree of alertmanager.yml: a branch for each severity, and its components below.

Alertmanager takes the first branch that matches, so a component's own route stands below its
severity's and is tried before it.
Source: https://prometheus.io/docs/alerting/latest/configuration/#route
"""

from typing import Any

from toolkit.alerts import Severity
from toolkit.routing import Routing


def route_tree(routing: Routing) -> dict[str, Any]:
    """The value of `route`, as plain data.

    The root takes what no branch takes, such as an alert without a severity, and sends it
    where information goes.
    """
    fallback = routing.route_of(Severity.INFO)
    return {
        "receiver": fallback.receiver.name,
        "group_by": list(routing.group_by),
        "group_wait": routing.group_wait,
        "group_interval": routing.group_interval,
        "repeat_interval": fallback.repeat,
        "routes": [_severity_branch(routing, severity) for severity in Severity],
    }


def _severity_branch(routing: Routing, severity: Severity) -> dict[str, Any]:
    route = routing.route_of(severity)
    branch: dict[str, Any] = {
        "matchers": [f'severity="{severity.value}"'],
        "receiver": route.receiver.name,
        "repeat_interval": route.repeat,
    }
    components = [
        {
            "matchers": [f'component="{below.component}"'],
            "receiver": below.receiver.name,
            "repeat_interval": below.repeat or route.repeat,
        }
        for below in routing.routes
        if below.severity is severity and below.component
    ]
    return branch | ({"routes": components} if components else {})
