"""The route tree of alertmanager.yml: a branch for each severity, and what is narrower below.

Alertmanager takes the first branch that matches, so a component's own route stands below its
severity's and is tried before it. Routes without a severity stand before all branches.
Source: https://prometheus.io/docs/alerting/latest/configuration/#route
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from toolkit.routing import Route, Routing
from toolkit.time_intervals import TimeInterval


def route_tree(routing: Routing, *, at_all_times: bool = False) -> dict[str, Any]:
    """The value of `route`, as plain data; `at_all_times` leaves the time intervals out.

    The root takes what no branch takes, such as an alert without a severity, and sends it
    where information goes.
    """
    fallback = routing.route_of(routing.severities[-1])
    return {
        "receiver": fallback.receiver.name,
        "group_by": list(routing.group_by),
        "group_wait": routing.group_wait,
        "group_interval": routing.group_interval,
        "repeat_interval": fallback.repeat,
        "routes": [
            *(
                _narrower(route, route.repeat, at_all_times=at_all_times)
                for route in routing.routes
                if route.severity is None
            ),
            *(
                _severity_branch(routing, severity, at_all_times=at_all_times)
                for severity in routing.severities
            ),
        ],
    }


def _severity_branch(routing: Routing, severity: StrEnum, *, at_all_times: bool) -> dict[str, Any]:
    route = routing.route_of(severity)
    branch: dict[str, Any] = {
        "matchers": [f'severity="{severity.value}"'],
        "receiver": route.receiver.name,
        "repeat_interval": route.repeat,
    } | _choices(route, at_all_times=at_all_times)
    narrower = [below for below in routing.routes_of(severity) if below.is_narrower]
    below = [_narrower(x, x.repeat or route.repeat, at_all_times=at_all_times) for x in narrower]
    if any(each.continues for each in narrower):
        # Alertmanager asks a branch itself only where nothing below it took the alert.
        below.append({key: x for key, x in branch.items() if key not in {"matchers", "continue"}})
    return branch | ({"routes": below} if below else {})


def _narrower(route: Route, repeat: str, *, at_all_times: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "matchers": [str(matcher) for matcher in route.narrowing],
        "receiver": route.receiver.name,
    }
    repeated = {"repeat_interval": repeat} if repeat else {}
    return found | repeated | _choices(route, at_all_times=at_all_times)


def _choices(route: Route, *, at_all_times: bool) -> dict[str, Any]:
    """What a route says only where it was chosen."""
    found: dict[str, Any] = {"group_by": list(route.group_by)} if route.group_by else {}
    if route.continues:
        found["continue"] = True
    if not at_all_times:
        if route.active:
            found["active_time_intervals"] = _names(route.active)
        if route.muted:
            found["mute_time_intervals"] = _names(route.muted)
    return found


def _names(intervals: Iterable[TimeInterval]) -> list[str]:
    return [interval.name for interval in intervals]
