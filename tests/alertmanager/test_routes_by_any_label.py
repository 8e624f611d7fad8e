"""Routes by any label, that continue, at some times, with severities of one's own."""

from dataclasses import replace
from enum import StrEnum
from pathlib import Path

import pytest
import yaml

from tests.support import project_builder, required_programs
from tests.support.small_routing import ALERTS, CHAT, GUARD, PAGER, ROUTES, SLOW
from toolkit.alertmanager.write_config import alertmanager_config
from toolkit.alertmanager.write_route_tree import route_tree
from toolkit.alerts import Alert, Severity
from toolkit.errors import DefinitionError
from toolkit.receivers import Receiver, Slack
from toolkit.routing import Delivery, Route, Routing
from toolkit.rule_tests import run_amtool
from toolkit.time_intervals import Period, TimeInterval

TEAM = Receiver("team", (Slack(channel="#team"),))
AUDIT = Receiver("audit", (Slack(channel="#audit"),))
NIGHT = TimeInterval("night", (Period(times=(("00:00", "06:00"),)),))
WEEK = TimeInterval("week", (Period(weekdays=("monday:friday",), location="Europe/Paris"),))
ROUTING = Routing(
    routes=(
        Route(matchers=('audited="yes"',), receiver=AUDIT, continues=True),
        Route(matchers=('team=~"db|web"', 'zone!="test"'), receiver=TEAM, repeat="2h"),
        *ROUTES,
        Route(
            severity=Severity.WARNING,
            matchers=('team="late"',),
            receiver=GUARD,
            continues=True,
            group_by=("alertname", "team"),
            muted=(NIGHT,),
            active=(WEEK,),
        ),
    )
)


def alert(severity: StrEnum = Severity.WARNING, **labels: str) -> Alert:
    return replace(SLOW, severity=severity, labels=labels)


REACHED: dict[str, tuple[Alert, tuple[Receiver, ...]]] = {
    "no label": (alert(), (CHAT,)),
    "a route before the severities": (alert(team="db"), (TEAM,)),
    "one whose other matcher does not fit": (alert(team="db", zone="test"), (CHAT,)),
    "one that continues to the severity": (alert(audited="yes"), (AUDIT, CHAT)),
    "one that continues to another": (alert(audited="yes", team="web"), (AUDIT, TEAM)),
    "a narrower one of a severity that continues": (alert(team="late"), (GUARD, CHAT)),
    "the same label at another severity": (alert(Severity.CRITICAL, team="late"), (PAGER,)),
}


@pytest.mark.parametrize(("fired", "wanted"), REACHED.values(), ids=REACHED)
def test_whom_an_alert_reaches(fired: Alert, wanted: tuple[Receiver, ...]) -> None:
    assert ROUTING.receivers_of(fired) == wanted
    assert ROUTING.receiver_of(fired) == wanted[-1]


@required_programs.AMTOOL
def test_amtool_says_the_same(tmp_path: Path) -> None:
    path = tmp_path / "alertmanager.yml"
    config = alertmanager_config(ROUTING) | {"templates": []}
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    for fired, wanted in REACHED.values():
        labels = {"alertname": fired.name, **fired.rule_labels}
        assert run_amtool.receivers(path, labels) == tuple(receiver.name for receiver in wanted)


@required_programs.AMTOOL
def test_a_delivery_may_name_several_receivers() -> None:
    fired = alert(audited="yes")
    routing = replace(ROUTING, deliveries=(Delivery((fired.name,), to=("audit", "chat")),))
    project = replace(project_builder.project(alerts=(fired,)), routing=routing)
    assert [x.problem for x in run_amtool.check(project, routing)] == ["", ""]


def test_the_tree() -> None:
    first, second, _, warning, _ = route_tree(ROUTING)["routes"]
    assert first == {"matchers": ['audited="yes"'], "receiver": "audit", "continue": True}
    assert second == {
        "matchers": ['team=~"db|web"', 'zone!="test"'],
        "receiver": "team",
        "repeat_interval": "2h",
    }
    assert warning["routes"] == [
        {
            "matchers": ['team="late"'],
            "receiver": "guard",
            "repeat_interval": "4h",
            "group_by": ["alertname", "team"],
            "continue": True,
            "active_time_intervals": ["week"],
            "mute_time_intervals": ["night"],
        },
        {"receiver": "chat", "repeat_interval": "4h"},
    ]


def test_times_are_written_once_and_left_out_of_a_stack_on_one_machine() -> None:
    assert alertmanager_config(ROUTING)["time_intervals"] == [
        {
            "name": "week",
            "time_intervals": [{"weekdays": ["monday:friday"], "location": "Europe/Paris"}],
        },
        {
            "name": "night",
            "time_intervals": [{"times": [{"start_time": "00:00", "end_time": "06:00"}]}],
        },
    ]
    local = alertmanager_config(ROUTING, deliver_to="http://127.0.0.1:9/")
    assert "time_intervals" not in local
    assert "night" not in str(local)


class Priority(StrEnum):
    """Severities of a project's own."""

    P1 = "p1"
    P2 = "p2"


OWN = Routing(
    routes=(
        Route(severity=Priority.P2, receiver=CHAT, repeat="1d"),
        Route(severity=Priority.P1, receiver=PAGER, repeat="1h"),
    )
)


def test_severities_of_ones_own_have_the_order_of_their_enumeration() -> None:
    tree = route_tree(OWN)
    assert [x["matchers"] for x in tree["routes"]] == [['severity="p1"'], ['severity="p2"']]
    assert (tree["receiver"], tree["repeat_interval"]) == ("chat", "1d")
    OWN.check((alert(Priority.P1),))
    assert OWN.receiver_of(alert(Priority.P1)) == PAGER


def test_a_severity_that_has_no_route_is_refused_at_the_alert() -> None:
    with pytest.raises(DefinitionError) as caught:
        OWN.check(ALERTS)
    assert caught.value.message == "Down: severity 'critical' has no route (known: p1, p2)"
    with pytest.raises(DefinitionError, match="0 routes for severity p1"):
        Routing(routes=OWN.routes[:1])
    with pytest.raises(DefinitionError, match="2 enumerations of severities: Priority, Severity"):
        Routing(routes=(*OWN.routes, *ROUTES))


def test_a_route_says_what_it_takes() -> None:
    with pytest.raises(DefinitionError) as caught:
        Route(receiver=CHAT)
    assert caught.value.message == "Route to 'chat': says nothing about the alerts that it takes."
    with pytest.raises(DefinitionError) as caught:
        Route(receiver=CHAT, matchers=("team",))
    assert caught.value.message == "Route(team): 'team' is not a matcher."
    with pytest.raises(DefinitionError) as caught:
        Route(receiver=CHAT, matchers='team="db"')  # type: ignore[arg-type]
    assert "it must be a tuple of text." in caught.value.message


def test_two_of_one_name_that_differ_are_refused() -> None:
    other = replace(TEAM, by=(Slack(channel="#other"),))
    route = Route(matchers=('a="b"',), receiver=other)
    with pytest.raises(DefinitionError, match="two receivers are named 'team'"):
        replace(ROUTING, routes=(*ROUTING.routes, route))
    route = Route(matchers=('a="b"',), receiver=TEAM, muted=(replace(NIGHT, name="week"),))
    with pytest.raises(DefinitionError, match="two time intervals are named 'week'"):
        replace(ROUTING, routes=(*ROUTING.routes, route))
