"""Which causes are applied where, and what may fire with them."""

from dataclasses import replace

import pytest

from tests.support import project_builder
from toolkit.alerts import Alert, Recording, Severity
from toolkit.causes import Cause, Fault, Load, Quiet, Stop, Undrillable
from toolkit.drill import plan
from toolkit.drill.compression import Compression
from toolkit.drill.deadlines import Clock, uncompressed
from toolkit.drill.plan import Silence
from toolkit.errors import DefinitionError
from toolkit.project import Project
from toolkit.routing import Inhibition, Receiver, Route, Routing, Webhook

SLOW = Fault("delay", seconds=1)
NOBODY = Receiver("nobody", (Webhook(url="http://127.0.0.1:9/"),))
ROUTES = tuple(Route(severity=s, receiver=NOBODY, repeat="4h") for s in Severity)


def alert(name: str, cause: Cause, window: str = "5m", hold: str = "5m") -> Alert:
    expr = f"sum(rate(app_events_total[{window}])) > 5"
    return project_builder.alert(name, expr, hold=hold, fired_by=cause)


def project(*alerts: Alert, inhibitions: tuple[Inhibition, ...] = ()) -> Project:
    routing = Routing(routes=ROUTES, inhibitions=inhibitions)
    return replace(project_builder.project(alerts=alerts), routing=routing)


def test_alerts_of_an_equal_cause_are_drilled_together() -> None:
    given = project(alert("A", SLOW), alert("B", Fault("delay", seconds=1)), alert("C", Quiet()))
    drilled = plan.compressed(given, given.alerts, stacks=1)
    (lane,) = drilled.lanes
    assert {tuple(a.name for a in step.alerts) for step in lane.steps} == {("A", "B"), ("C",)}


def test_windows_of_days_get_a_stack_and_a_compression_of_their_own() -> None:
    given = project(alert("Short", SLOW), alert("Long", SLOW, window="1d"))
    drilled = plan.compressed(given, given.alerts)
    found = {
        lane.name: (lane.clock.compression.factor, [a.name for f in lane.files for a in f.alerts])
        for lane in drilled.lanes
    }
    assert found == {"usual-1": (60, ["Short"]), "long-1": (3600, ["Long"])}


def test_what_cannot_be_drilled_is_excused_with_its_reason() -> None:
    given = project(alert("A", Undrillable("It needs a second data centre.")))
    drilled = plan.compressed(given, given.alerts)
    assert drilled.lanes == ()
    assert [(a.name, why) for a, why in drilled.excused] == [
        ("A", "It needs a second data centre.")
    ]


def test_without_compression_patience_decides() -> None:
    given = project(alert("Quick", SLOW, window="1m", hold="0s"), alert("Slow", SLOW))
    drilled = plan.against(given, given.alerts, patience_seconds=120)
    assert [a.name for a in drilled.alerts] == ["Quick"]
    assert [(a.name, why) for a, why in drilled.excused] == [
        (
            "Slow",
            "may take 645 s to fire, and the patience is 120 s: say --patience 645, or drill it "
            "without --against",
        )
    ]


def test_a_cause_may_name_only_alerts_that_there_are() -> None:
    given = project(alert("TooMany", Load(scenario="rush", also=("TooMayn",))))
    with pytest.raises(DefinitionError) as caught:
        plan.compressed(given, given.alerts)
    assert "TooMany.fired_by: also names 'TooMayn'; did you mean 'TooMany'?" in str(caught.value)


def test_a_silence_is_shown_by_what_may_fire_with_its_source() -> None:
    rule = Inhibition(source="A", alerts=("B",), because="A says it.")
    given = project(alert("A", Quiet(also=("B",))), alert("B", SLOW), inhibitions=(rule,))
    drilled = plan.compressed(given, given.alerts, stacks=1)
    steps = {step.cause.title: step for step in drilled.lanes[0].steps}
    assert steps["no traffic"].silences == (Silence("A", ("B",)),)
    assert steps["no traffic"].before is None
    assert steps["delay seconds=1"].silences == ()


def test_a_stopped_service_silences_what_was_pending_before() -> None:
    rule = Inhibition(source="Down", components=("app",), because="It says it.")
    down = project_builder.alert("Down", "up == 0", hold="1m", fired_by=Stop("service"))
    given = project(down, alert("Late", SLOW, window="10m", hold="10m"), inhibitions=(rule,))
    drilled = plan.compressed(given, given.alerts, stacks=1)
    (step,) = (s for s in drilled.lanes[0].steps if s.cause == Stop("service"))
    assert (step.before, step.awaited and step.awaited.name) == (SLOW, "Late")
    assert step.silences == (Silence("Down", ("Late",), must=True),)
    assert step.expected == {"Down", "Late"}


def test_a_silence_for_which_nobody_is_patient_is_not_waited_for() -> None:
    rule = Inhibition(source="Down", components=("app",), because="It says it.")
    stop = Stop("service", also=("Slow",))
    down = project_builder.alert("Down", "up == 0", hold="1m", fired_by=stop)
    late = alert("Late", SLOW, window="10m", hold="10m")
    given = project(down, late, alert("Slow", SLOW), inhibitions=(rule,))
    (step,) = plan.against(given, (down,), patience_seconds=120).lanes[0].steps
    assert (step.before, step.silences) == (None, ())
    (step,) = plan.against(given, (down,), patience_seconds=2000).lanes[0].steps
    assert step.before == SLOW
    assert step.silences == (Silence("Down", ("Late",), must=True),)


def test_what_reads_a_recording_cannot_outlast_a_stopped_service() -> None:
    rule = Inhibition(source="Down", components=("app",), because="It says it.")
    down = project_builder.alert("Down", "up == 0", hold="1m", fired_by=Stop("service"))
    rate = Recording(name="app:a:rate10m", expr="sum(rate(a[10m]))", because="It is heavy.")
    late = project_builder.alert("Late", f"{rate} > 5", hold="10m", fired_by=SLOW)
    bare = project_builder.project(alerts=(down, late), recordings=(rate,))
    given = replace(bare, routing=Routing(routes=ROUTES, inhibitions=(rule,)))
    drilled = plan.compressed(given, given.alerts, stacks=1)
    (step,) = (s for s in drilled.lanes[0].steps if s.cause == Stop("service"))
    assert (step.before, step.silences) == (None, ())


def test_the_time_to_fire_is_scrape_window_evaluation_and_hold() -> None:
    given = project(alert("A", SLOW))
    (known,) = given.alerts
    fast = Clock(project=given, compression=Compression(factor=60), every_seconds=1)
    assert fast.to_fire(known) == 1 + 5 + 1 + 5 + 1
    assert uncompressed(given).to_fire(known) == 15 + 300 + 15 + 300 + 15
    late = replace(known, fired_by=Fault("delay", takes_seconds=2.5))
    assert fast.to_fire(late) == 2.5 + fast.to_fire(known)
    assert uncompressed(given).to_fire(late) == 2.5 + uncompressed(given).to_fire(known)


def test_a_reason_is_asked_for() -> None:
    with pytest.raises(DefinitionError, match="Undrillable\\(\\) has no reason"):
        Undrillable(" ")
