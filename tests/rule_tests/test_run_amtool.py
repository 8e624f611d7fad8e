"""amtool is asked once about alerts that no matcher tells apart, and about each other one."""

import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support import project_builder, required_programs
from tests.support.small_routing import ALERTS, ROUTES, SLOW
from toolkit.imported.routing_as_written import RouteAsWritten, RoutingAsWritten
from toolkit.receivers import PagerDuty, Receiver, Slack, Teams
from toolkit.routing import Delivery, Route, Routing
from toolkit.rule_tests import run_amtool

TEAM = Receiver("team", (Slack(channel="#team"),))
LATE = replace(SLOW, name="Late")
LATER = replace(SLOW, name="Later", labels={"team": "db"})


def asked_about(
    routing: Routing, monkeypatch: pytest.MonkeyPatch
) -> tuple[list[str], dict[str, str]]:
    """The alerts about which amtool is asked, and each alert's problem."""
    asked: list[str] = []
    receivers = run_amtool.receivers

    def ask(path: Path, labels: Mapping[str, str]) -> tuple[str, ...]:
        asked.append(labels["alertname"])
        return receivers(path, labels)

    monkeypatch.setattr(run_amtool, "receivers", ask)
    alerts = (*ALERTS, LATE, LATER)
    given = replace(project_builder.project(alerts=alerts), routing=routing)
    found = run_amtool.check(given, routing)
    return asked, {result.name: result.problem for result in found if result.problem}


@required_programs.AMTOOL
def test_alerts_that_no_matcher_tells_apart_are_asked_about_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    deliveries = (
        Delivery(("Down",), to=("pager",)),
        Delivery(("Breach",), to=("guard",)),
        Delivery(("Slow", "Late"), to=("chat",)),
        Delivery(("Later",), to=("pager",)),
    )
    asked, problems = asked_about(Routing(routes=ROUTES, deliveries=deliveries), monkeypatch)
    assert asked == ["Down", "Breach", "Slow"]
    assert problems == {"Later reaches pager": "it reaches chat."}


@required_programs.AMTOOL
def test_a_label_that_a_matcher_names_is_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    routes = (Route(matchers=('team=~"d."',), receiver=TEAM), *ROUTES)
    deliveries = (
        Delivery(("Down",), to=("pager",)),
        Delivery(("Breach",), to=("guard",)),
        Delivery(("Slow", "Late", "Later"), to=("chat",)),
    )
    asked, problems = asked_about(Routing(routes=routes, deliveries=deliveries), monkeypatch)
    assert asked == ["Down", "Breach", "Slow", "Later"]
    assert problems == {"Later reaches chat": "it reaches team."}


@required_programs.AMTOOL
@pytest.mark.parametrize("key", ["match", "match_re"])
def test_so_is_one_that_an_imported_route_names_in_the_older_way(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = RouteAsWritten(receiver="team", settings={key: {"alertname": "Late"}})
    root = RouteAsWritten(receiver="chat", routes=(late,))
    chat = Receiver("chat", (Slack(channel="#later"),))
    written = RoutingAsWritten(route=root, receivers=(TEAM, chat))
    names = ("Down", "Breach", "Slow", "Late", "Later")
    routing = Routing(as_written=written, deliveries=(Delivery(names, to=("chat",)),))
    asked, problems = asked_about(routing, monkeypatch)
    assert asked == [*names]
    assert problems == {"Late reaches chat": "it reaches team."}


@pytest.mark.parametrize(
    ("ours", "newer"),
    [
        (
            (0, 24),
            ["0.25", "0.28"],
        ),
        ((0, 25), ["0.28"]),
        ((0, 28), []),
        ((1, 0), []),
    ],
)
def test_what_needs_a_newer_alertmanager_is_named_where_its_configuration_is_refused(
    ours: tuple[int, ...], newer: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = subprocess.CompletedProcess(["amtool"], 1, "FAILED: no such field\n", "")
    monkeypatch.setattr(run_amtool, "_ask", lambda *_: refused)
    monkeypatch.setattr(run_amtool, "version", lambda: ours)
    every = Receiver("all", (Slack(channel="#x"), PagerDuty(), Teams()))
    routing = Routing(routes=tuple(replace(route, receiver=every) for route in ROUTES))
    (result,) = run_amtool.check(project_builder.project(alerts=ALERTS), routing)
    assert result.problem == "FAILED: no such field"
    release = ".".join(map(str, ours))
    needs = [f"receiver 'all' needs Alertmanager {each}" for each in newer]
    assert result.fix == (
        f"{', '.join(needs)} and this amtool is {release}: install a newer one."
        if newer
        else "correct ROUTING."
    )


@pytest.mark.parametrize(
    ("said", "release"),
    [("amtool, version 0.25.0 (branch: x)", (0, 25)), ("version 1.2", (1, 2)), ("amtool", (0,))],
)
def test_the_release_is_what_amtool_says(
    said: str, release: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = subprocess.CompletedProcess(["amtool"], 0, said, "")
    monkeypatch.setattr(run_amtool, "_ask", lambda *_: answer)
    assert run_amtool.version() == release
