"""Which alerts one cause must fire, and which inhibitions its step shows."""

import math
from dataclasses import replace

import pytest

from tests.support import project_builder
from toolkit.alerts import Alert, Recording, Severity
from toolkit.drill.deadlines import Timing, uncompressed
from toolkit.drill.steps import EarlierCause, ExpectedInhibition, Step, steps_of
from toolkit.drill.time_compression import Compression
from toolkit.drill_causes import Cause, Fault, Load, Quiet, Stop, Undrillable
from toolkit.project import Project
from toolkit.routing import Inhibition, Receiver, Route, Routing, Webhook

SLOW = Fault("delay", seconds=1)
STOP = Stop("service", also=("Slow",))
NOBODY = Receiver("nobody", (Webhook(url="http://127.0.0.1:9/"),))
ROUTES = tuple(Route(severity=s, receiver=NOBODY, repeat="4h") for s in Severity)
BY_DOWN = Inhibition(source="Down", components=("app",), because="It says it.")
DOWN = project_builder.alert("Down", "up == 0", hold="1m", fired_by=STOP)


def alert(name: str, cause: Cause, window: str = "5m", hold: str = "5m") -> Alert:
    expr = f"sum(rate(app_events_total[{window}])) > 5"
    return project_builder.alert(name, expr, hold=hold, fired_by=cause)


def project(*alerts: Alert, inhibitions: tuple[Inhibition, ...] = ()) -> Project:
    routing = Routing(routes=ROUTES, inhibitions=inhibitions)
    return replace(project_builder.project(alerts=alerts), routing=routing)


def steps(given: Project, patience: float = math.inf) -> dict[str, Step]:
    """The steps of all alerts in time that runs sixty times faster, by their cause."""
    timing = Timing(project=given, compression=Compression(factor=60), every_seconds=1)
    return {step.cause.title: step for step in steps_of(timing, given.alerts, patience)}


def test_alerts_of_an_equal_cause_are_drilled_together_in_their_order() -> None:
    given = project(
        alert("A", SLOW),
        alert("C", Quiet()),
        alert("B", Fault("delay", seconds=1)),
        alert("D", Undrillable("It is not run.")),
    )
    found = steps(given)
    assert {title: [a.name for a in step.alerts] for title, step in found.items()} == {
        "delay seconds=1": ["A", "B"],
        "no traffic": ["C"],
    }
    assert list(found) == ["delay seconds=1", "no traffic"]


def test_an_alert_of_the_same_cause_may_fire_though_it_is_not_drilled() -> None:
    given = project(alert("A", SLOW), alert("B", SLOW), alert("C", Quiet()))
    timing = Timing(project=given, compression=Compression(factor=60), every_seconds=1)
    (step,) = steps_of(timing, given.alerts[:1])
    assert [a.name for a in step.alerts] == ["A"]
    assert [a.name for a in step.awaited] == ["A"]
    assert step.expected == {"A", "B"}


def test_without_routing_nothing_is_inhibited() -> None:
    given = replace(project(DOWN, alert("Slow", SLOW)), routing=None)
    assert [step.inhibitions for step in steps(given).values()] == [(), ()]


def test_an_inhibition_is_shown_by_what_may_fire_with_its_source() -> None:
    rule = Inhibition(source="A", alerts=("B", "C"), because="A says it.")
    given = project(
        alert("A", Quiet(also=("B", "D"))),
        alert("B", SLOW),
        alert("C", SLOW),
        alert("D", SLOW),
        inhibitions=(rule,),
    )
    found = steps(given)
    assert found["no traffic"].inhibitions == (ExpectedInhibition("A", ("B",), required=False),)
    assert found["no traffic"].earlier is None
    assert found["no traffic"].expected == {"A", "B", "D"}
    assert found["delay seconds=1"].inhibitions == ()


def test_a_stopped_service_inhibits_what_was_pending_before() -> None:
    late = alert("Late", Fault("delay", seconds=1, also=("Odd",)), window="10m", hold="10m")
    found = steps(project(DOWN, late, inhibitions=(BY_DOWN,)))["stop service"]
    assert found.earlier == EarlierCause(late.fired_by, late)  # type: ignore[arg-type]
    assert found.inhibitions == (ExpectedInhibition("Down", ("Late",), required=True),)
    assert [alert.name for alert in found.awaited] == ["Down", "Late"]
    assert found.expected == {"Down", "Late", "Slow", "Odd"}


def test_of_two_that_were_pending_the_one_with_the_longer_window_shows_it() -> None:
    late = alert("Late", SLOW, window="10m", hold="10m")
    later = alert("Later", Fault("more"), window="12m", hold="10m")
    given = project(DOWN, late, later, inhibitions=(BY_DOWN,))
    assert steps(given)["stop service"].inhibitions == (
        ExpectedInhibition("Down", ("Later",), required=True),
    )


# Down takes 1 s of scrape, 1 s of evaluation, 1 s of hold and another evaluation: 4 s.
OUTLASTING = {
    "half a hold as long as the source takes to fire": ("8m", "8m", True),
    "half a hold that is shorter": ("8m", "7m", False),
    "a window that has forgotten by then": ("5m", "10m", False),
    "a window that just remembers": ("301s", "10m", True),
}


@pytest.mark.parametrize(("window", "hold", "shown"), OUTLASTING.values(), ids=OUTLASTING)
def test_what_shows_an_inhibition_by_a_stopped_service(
    window: str, hold: str, *, shown: bool
) -> None:
    given = project(DOWN, alert("Late", SLOW, window, hold), inhibitions=(BY_DOWN,))
    assert (steps(given)["stop service"].earlier is not None) is shown


NOT_EARLIER: dict[str, Cause] = {
    "the same cause": STOP,
    "a load, which the stopped service does not see": Load(scenario="rush"),
    "no cause at all": Undrillable("It is not run."),
}


@pytest.mark.parametrize("cause", NOT_EARLIER.values(), ids=NOT_EARLIER)
def test_what_cannot_be_applied_before_a_service_is_stopped(cause: Cause) -> None:
    given = project(DOWN, alert("Late", cause, "10m", "10m"), inhibitions=(BY_DOWN,))
    found = steps(given)["stop service"]
    assert (found.earlier, found.inhibitions) == (None, ())


def test_what_reads_a_recording_cannot_outlast_a_stopped_service() -> None:
    rate = Recording(name="app:a:rate10m", expr="sum(rate(a[10m]))", because="It is heavy.")
    late = project_builder.alert(
        "Late", f"max_over_time({rate}[10m]) > 5", hold="10m", fired_by=SLOW
    )
    bare = project_builder.project(alerts=(DOWN, late), recordings=(rate,))
    given = replace(bare, routing=Routing(routes=ROUTES, inhibitions=(BY_DOWN,)))
    found = steps(given)["stop service"]
    assert (found.earlier, found.inhibitions) == (None, ())


def test_what_reads_an_instant_cannot_outlast_a_stopped_service() -> None:
    late = project_builder.alert("Late", "app_queue_depth > 1", hold="10m", fired_by=SLOW)
    given = project(DOWN, late, inhibitions=(BY_DOWN,))
    assert steps(given)["stop service"].earlier is None


def test_two_inhibitions_of_one_source_have_one_earlier_cause() -> None:
    second = Inhibition(source="Down", alerts=("Slow", "Late"), because="It says it.")
    late = alert("Late", SLOW, window="10m", hold="10m")
    given = project(DOWN, late, alert("Slow", SLOW), inhibitions=(BY_DOWN, second))
    found = steps(given)["stop service"]
    assert found.inhibitions == (
        ExpectedInhibition("Down", ("Late",), required=True),
        ExpectedInhibition("Down", ("Slow",), required=False),
    )


def test_an_inhibition_that_takes_longer_than_the_patience_is_not_shown() -> None:
    given = project(
        DOWN, alert("Late", SLOW, "10m", "10m"), alert("Slow", SLOW), inhibitions=(BY_DOWN,)
    )
    timing = uncompressed(given)
    (step,) = steps_of(timing, (DOWN,), 120)
    assert (step.earlier, step.inhibitions) == (None, ())
    (step,) = steps_of(timing, (DOWN,), 1245)
    assert step.earlier is not None
    assert step.inhibitions == (ExpectedInhibition("Down", ("Late",), required=True),)
    (step,) = steps_of(timing, (DOWN,), 1244)
    assert step.inhibitions == (ExpectedInhibition("Down", ("Slow",), required=True),)
