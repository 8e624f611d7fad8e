"""Which routings are refused, and whom a routing notifies and inhibits."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.support.small_routing import (
    ALERTS,
    BREACH,
    CHAT,
    DOWN,
    GUARD,
    PAGER,
    ROUTES,
    ROUTING,
    SLOW,
)
from toolkit.alerts import Alert, Severity
from toolkit.errors import DefinitionError
from toolkit.routing import Delivery, Inhibition, Receiver, Route, Routing

REFUSED: dict[str, tuple[Callable[[], object], str, str]] = {
    "a severity without a route": (
        lambda: Routing(routes=ROUTES[:3]),
        "routing: 0 routes for severity info.",
        "give each severity one route without a component.",
    ),
    "a severity with two routes": (
        lambda: Routing(routes=(*ROUTES, ROUTES[0])),
        "routing: 2 routes for severity critical.",
        "give each severity one route without a component.",
    ),
    "a component with two routes": (
        lambda: Routing(routes=(*ROUTES, ROUTES[1])),
        "routing: critical alerts of 'door' have two routes.",
        "keep one of them.",
    ),
    "a receiver that nothing notifies": (
        lambda: Receiver("x", ()),
        "receiver 'x': has no integration, so nobody would be notified.",
        "give it one, such as a Slack, a PagerDuty or an Email; or say silent=True.",
    ),
    "an inhibition without targets": (
        lambda: Inhibition(source="Down", because="It is tested."),
        "inhibition by Down: needs either alerts or components to inhibit.",
        "set one of the two.",
    ),
    "an inhibition with both kinds of targets": (
        lambda: Inhibition(
            source="Down", because="It is tested.", alerts=("Slow",), components=("app",)
        ),
        "inhibition by Down: needs either alerts or components to inhibit.",
        "set one of the two.",
    ),
    "an inhibition without a reason": (
        lambda: Inhibition(source="Down", because=" ", alerts=("Slow",)),
        "inhibition by Down: because is empty.",
        "say why the source makes its targets needless; runbooks show it.",
    ),
}


@pytest.mark.parametrize(("define", "message", "fix"), REFUSED.values(), ids=REFUSED)
def test_refused(define: Callable[[], object], message: str, fix: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        define()
    assert (caught.value.message, caught.value.fix) == (message, fix)


NO_DURATIONS: dict[str, tuple[Callable[[], object], str]] = {
    "a severity's route that does not say how often": (
        lambda: Route(severity=Severity.INFO, receiver=CHAT),
        "Route(info): repeat: '' is not a duration",
    ),
    "a component's route that says it wrongly": (
        lambda: Route(severity=Severity.INFO, component="app", receiver=CHAT, repeat="soon"),
        'Route("chat"): repeat is "soon"; it must be a duration above 0',
    ),
    "a wait": (
        lambda: Routing(routes=ROUTES, group_wait="10"),
        'group_wait is "10"; it must be a duration',
    ),
    "an interval": (
        lambda: Routing(routes=ROUTES, group_interval="1 m"),
        'group_interval is "1 m"; it must be a duration above 0',
    ),
}


@pytest.mark.parametrize(("define", "message"), NO_DURATIONS.values(), ids=NO_DURATIONS)
def test_what_is_not_a_duration_is_refused(define: Callable[[], object], message: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        define()
    assert message in caught.value.message


UNKNOWN = {
    "an alert that is delivered": (
        Routing(routes=ROUTES, deliveries=(Delivery(("Slow", "Slwo"), to=("chat",)),)),
        "routing: there is no alert 'Slwo'; did you mean 'Slow'? (known: Breach, Down, Slow)",
    ),
    "a receiver": (
        Routing(routes=ROUTES, deliveries=(Delivery(("Slow",), to=("pager", "caht")),)),
        "routing: there is no receiver 'caht'; did you mean 'chat'? (known: chat, guard, pager)",
    ),
    "a source": (
        Routing(
            routes=ROUTES, inhibitions=(Inhibition(source="Dwn", alerts=("Slow",), because="x"),)
        ),
        "routing: there is no alert 'Dwn'; did you mean 'Down'? (known: Breach, Down, Slow)",
    ),
    "a target": (
        Routing(
            routes=ROUTES, inhibitions=(Inhibition(source="Down", alerts=("Slwo",), because="x"),)
        ),
        "routing: there is no alert 'Slwo'; did you mean 'Slow'? (known: Breach, Down, Slow)",
    ),
    "a component of targets": (
        Routing(
            routes=ROUTES,
            inhibitions=(Inhibition(source="Down", components=("dor",), because="x"),),
        ),
        "routing: there is no component 'dor'; did you mean 'door'? (known: app, door, service)",
    ),
    "a component of a route": (
        Routing(
            routes=(*ROUTES, Route(severity=Severity.INFO, component="serivce", receiver=CHAT))
        ),
        "routing: there is no component 'serivce'; did you mean 'service'? "
        "(known: app, door, service)",
    ),
}


@pytest.mark.parametrize(("routing", "message"), UNKNOWN.values(), ids=UNKNOWN)
def test_a_name_that_belongs_to_nothing_is_refused(routing: Routing, message: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        routing.check(ALERTS)
    assert caught.value.message == message


def test_names_that_belong_to_something_are_taken() -> None:
    ROUTING.check(ALERTS)


NOTIFIED: dict[str, tuple[Alert, Receiver]] = {
    "a component with a route of its own": (BREACH, GUARD),
    "a component without one, by its severity": (DOWN, PAGER),
    "another severity": (SLOW, CHAT),
    "a component whose route is for another severity": (
        replace(SLOW, component="door"),
        CHAT,
    ),
}


@pytest.mark.parametrize(("alert", "receiver"), NOTIFIED.values(), ids=NOTIFIED)
@pytest.mark.parametrize("routes", [ROUTES, ROUTES[::-1]], ids=["in order", "in reverse"])
def test_who_is_notified(routes: tuple[Route, ...], alert: Alert, receiver: Receiver) -> None:
    """A component's route decides before its severity's, wherever the two are listed."""
    assert Routing(routes=routes).receiver_of(alert) == receiver


def test_every_receiver_is_listed_once_in_the_order_of_the_routes() -> None:
    assert ROUTING.receivers == (PAGER, GUARD, CHAT)
    assert Routing(routes=ROUTES[::-1]).receivers == (CHAT, GUARD, PAGER)


def test_an_inhibition_by_component_spares_its_source() -> None:
    rule = Inhibition(source="Down", components=("service", "app"), because="It is tested.")
    assert not rule.inhibits(DOWN)
    assert rule.inhibits(SLOW)
    assert not rule.inhibits(BREACH)


def test_an_inhibition_by_name_concerns_the_named_alerts_alone() -> None:
    rule = Inhibition(source="Down", alerts=("Down", "Breach"), because="It is tested.")
    assert not rule.inhibits(DOWN)
    assert rule.inhibits(BREACH)
    assert not rule.inhibits(SLOW)
