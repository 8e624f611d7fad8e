"""The route tree of alertmanager.yml, whole, as Alertmanager reads it."""

from dataclasses import replace

import pytest

from tests.support.small_routing import GUARD, PAGER, ROUTES
from toolkit.alertmanager.write_route_tree import route_tree
from toolkit.alerts import Severity
from toolkit.routing import Receiver, Route, Routing, Slack

INBOX = Receiver("inbox", (Slack(channel="#inbox"),))
# Four receivers and repeats that all differ, so that no two branches can be mistaken.
DISTINCT = (
    *ROUTES[:3],
    Route(severity=Severity.WARNING, component="door", receiver=GUARD, repeat="2h"),
    Route(severity=Severity.WARNING, component="app", receiver=PAGER, repeat="5h"),
    Route(severity=Severity.INFO, receiver=INBOX, repeat="1d"),
)
ROUTING = Routing(
    routes=DISTINCT, group_by=("alertname", "kind"), group_wait="20s", group_interval="3m"
)


def branch(label: str, value: str, receiver: str, repeat: str) -> dict[str, object]:
    return {
        "matchers": [f'{label}="{value}"'],
        "receiver": receiver,
        "repeat_interval": repeat,
    }


CRITICAL = branch("severity", "critical", "pager", "1h") | {
    # It names no repeat of its own, and so inherits its severity's.
    "routes": [branch("component", "door", "guard", "1h")]
}
WARNING = branch("severity", "warning", "chat", "4h") | {
    "routes": [
        branch("component", "door", "guard", "2h"),
        branch("component", "app", "pager", "5h"),
    ]
}
INFO = branch("severity", "info", "inbox", "1d")


def test_each_severity_has_a_branch_with_its_components_below() -> None:
    assert route_tree(ROUTING) == {
        "receiver": "inbox",
        "group_by": ["alertname", "kind"],
        "group_wait": "20s",
        "group_interval": "3m",
        "repeat_interval": "1d",
        "routes": [CRITICAL, WARNING, INFO],
    }


def test_components_stand_in_the_order_of_their_routes_and_severities_in_their_own() -> None:
    tree = route_tree(replace(ROUTING, routes=DISTINCT[::-1]))
    assert [below["matchers"] for below in tree["routes"]] == [
        ['severity="critical"'],
        ['severity="warning"'],
        ['severity="info"'],
    ]
    assert [below["receiver"] for below in tree["routes"][1]["routes"]] == ["pager", "guard"]


@pytest.mark.parametrize("severity", [Severity.CRITICAL, Severity.WARNING])
def test_what_no_branch_takes_goes_where_information_goes(severity: Severity) -> None:
    """Also where a component's route for information is listed first."""
    own = Route(severity=Severity.INFO, component="app", receiver=GUARD, repeat="9h")
    urgent = Route(severity=severity, component="base", receiver=GUARD, repeat="8h")
    tree = route_tree(Routing(routes=(own, urgent, *DISTINCT)))
    assert (tree["receiver"], tree["repeat_interval"]) == ("inbox", "1d")
