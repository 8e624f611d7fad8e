"""One step on a made-up stack: what is waited for, for how long, and what comes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pytest

from tests.support import project_builder
from tests.support.fake_drill_stack import FakeDrillStack, Firing, runner
from toolkit.alerts import Severity
from toolkit.drill import plan
from toolkit.drill.events import (
    AlertJudged,
    AlertState,
    AlertStateChanged,
    CauseApplied,
    CauseCleared,
    NotificationReceived,
    StackEvent,
    StackProgressed,
)
from toolkit.drill.results import DrillVerdict, FalseAlarm, ObservedInhibition, StepResult
from toolkit.drill.wait_for_condition import DrillInterrupted
from toolkit.drill_causes import Fault, Stop
from toolkit.errors import UnreachableError
from toolkit.project import Project
from toolkit.routing import Inhibition, Receiver, Route, Routing, Webhook

DESK = Receiver("desk", (Webhook(url="http://127.0.0.1:9/"),))
CAUSE = Fault("delay", also=("Other",))
TOO_MANY = project_builder.alert(fired_by=CAUSE)
OTHER = project_builder.alert("Other", fired_by=Fault("other"))
ROUTING = Routing(
    routes=tuple(Route(severity=s, receiver=DESK, repeat="4h") for s in Severity),
    inhibitions=(Inhibition(source="TooMany", alerts=("Other",), because="It says it."),),
    group_wait="1m",
    group_interval="2m",
)
PROJECT: Project = replace(project_builder.project(alerts=(TOO_MANY, OTHER)), routing=ROUTING)
# Scrape 1 s, window 5 s, evaluation 1 s, hold 5 s and one more evaluation.
PREDICTED = 13.0
TIMELY = Firing("TooMany", after=10.0, pending=5.0, lasts=6.0, notified_after=0.5)
NEVER = Firing("TooMany", after=1e9)


@dataclass
class Run:
    """What came of one step, and what happened meanwhile."""

    result: StepResult
    events: list[StackEvent]
    fake: FakeDrillStack
    seconds: float
    problems: tuple[str, ...] = field(init=False)
    verdict: DrillVerdict = field(init=False)

    def __post_init__(self) -> None:
        (record,) = self.result.records
        self.problems, self.verdict = record.problems, record.verdict


def run(
    *firings: Firing,
    project: Project = PROJECT,
    impossible: Mapping[str, str] | None = None,
    failing: int = 0,
) -> Run:
    """The step of TooMany, whose cause fires the given alerts."""
    fake = FakeDrillStack(
        {"delay": firings},
        dashboard_urls=PROJECT.dashboard_urls,
        impossible=impossible or {},
        failing_observations=failing,
    )
    (stack_plan,) = plan.on_own_stacks(project, (TOO_MANY,), stacks=1).stacks
    events: list[StackEvent] = []
    began = fake.time.now
    result = runner(project, stack_plan, fake, events).run(stack_plan.steps[0])
    return Run(result, events, fake, fake.time.now - began)


def without_inhibitions() -> Project:
    return replace(PROJECT, routing=replace(ROUTING, inhibitions=()))


def test_an_alert_that_fires_notifies_and_resolves_is_proved() -> None:
    done = run(TIMELY, project=without_inhibitions())
    (record,) = done.result.records
    assert (record.verdict, record.problems, record.receiver) == (DrillVerdict.PROVED, (), "desk")
    assert record.applied == 1000.0
    assert record.pending == pytest.approx(1005.2)
    assert record.firing == pytest.approx(1010.0)
    assert record.notified == pytest.approx(1010.8)
    # What is cleared when is the drill's own doing: as soon as the receiver was notified.
    assert record.cleared == pytest.approx(1010.8)
    assert record.resolved == pytest.approx(1016.8)
    assert record.notified_resolved == pytest.approx(1017.6)
    assert (record.predicted_seconds, record.real_seconds) == (PREDICTED, 645.0)
    assert (done.result.cause_run.proving, done.result.cause_run.also) == (("TooMany",), ("Other",))
    assert done.result.cause_run.fired == ("TooMany",)
    assert done.result.false_alarms == ()


def test_every_event_is_emitted_in_the_order_of_what_happened() -> None:
    events = run(TIMELY, project=without_inhibitions()).events
    assert [type(event) for event in events] == [
        CauseApplied,
        StackProgressed,
        AlertStateChanged,
        AlertStateChanged,
        NotificationReceived,
        CauseCleared,
        AlertStateChanged,
        NotificationReceived,
        AlertJudged,
    ]
    assert events[1] == StackProgressed("usual-1", "TooMany: to fire within 13 s")
    states = [event.state for event in events if isinstance(event, AlertStateChanged)]
    assert states == [AlertState.PENDING, AlertState.FIRING, AlertState.INACTIVE]


MISSED = {
    "never fires": ((NEVER,), ("never fired",)),
    "fires too late": ((replace(TIMELY, after=2 * PREDICTED + 21),), ("never fired",)),
    "notifies nobody": (
        (replace(TIMELY, notified_after=None),),
        ("fired, but notified no receiver",),
    ),
    "does not resolve": (
        (replace(TIMELY, lasts=1e9),),
        (
            "did not resolve after its cause was cleared",
            "notified no receiver that it has resolved",
        ),
    ),
}


@pytest.mark.parametrize(("firings", "problems"), MISSED.values(), ids=MISSED)
def test_an_alert_is_missed_that(firings: tuple[Firing, ...], problems: tuple[str, ...]) -> None:
    done = run(*firings, project=without_inhibitions())
    assert (done.verdict, done.problems) == (DrillVerdict.MISSED, problems)


def test_an_alert_counts_as_missed_after_twice_the_predicted_time_and_twenty_seconds() -> None:
    waited = 2 * PREDICTED + 20
    late = replace(TIMELY, after=waited - 0.5, pending=0.0, notified_after=0.0)
    assert run(late, project=without_inhibitions()).verdict is DrillVerdict.PROVED
    done = run(NEVER, project=without_inhibitions())
    # The causes are cleared at the first look after the deadline; nothing else was to be seen.
    assert done.result.cause_run.cleared == pytest.approx(1000 + waited, abs=0.41)
    assert done.seconds == pytest.approx(waited, abs=0.41)


def test_what_neither_the_cause_nor_its_also_names_is_a_false_alarm() -> None:
    done = run(TIMELY, Firing("Other"), Firing("Odd"))
    assert done.result.false_alarms == (FalseAlarm("Odd", "delay", "usual-1", 1000.0),)
    assert done.result.cause_run.fired == ("Odd", "Other", "TooMany")


def test_a_target_that_fires_without_a_notification_is_inhibited() -> None:
    target = Firing("Other", after=11.0, notified_after=None)
    done = run(TIMELY, target)
    assert done.result.inhibitions == (
        ObservedInhibition("TooMany", ("Other",), (), required=False),
    )
    # Its notification would have come after the shortened waits of 1 s and 2 s, and a second.
    assert done.result.cause_run.cleared == pytest.approx(1011.2 + 4, abs=0.41)


def test_a_target_whose_receiver_is_notified_is_not_inhibited() -> None:
    target = Firing("Other", after=11.0, notified_after=1.0)
    (found,) = run(TIMELY, target).result.inhibitions
    assert (found.fired, found.notified, found.held) == (("Other",), ("Other",), False)


def test_observations_that_fail_are_made_up_for_by_the_next() -> None:
    assert run(TIMELY, failing=30, project=without_inhibitions()).verdict is DrillVerdict.PROVED


def test_observations_that_fail_for_longer_than_one_reaches_back_end_the_drill() -> None:
    with pytest.raises(UnreachableError, match="no answer"):
        run(TIMELY, failing=40, project=without_inhibitions())


def test_a_cause_that_cannot_be_applied_says_why() -> None:
    done = run(TIMELY, impossible={"delay": "POST /faults answers 404"})
    assert (done.verdict, done.problems) == (
        DrillVerdict.IMPOSSIBLE,
        ("POST /faults answers 404",),
    )
    assert [type(event) for event in done.events] == [AlertJudged]
    assert done.fake.done == []


STOP = Stop("service")
DOWN = project_builder.alert("Down", "up == 0", hold="1m", fired_by=STOP)
LATE = project_builder.alert(
    "Late", "sum(rate(app_events_total[10m])) > 5", hold="10m", fired_by=CAUSE
)
OUTLASTED: Project = replace(
    project_builder.project(alerts=(DOWN, LATE, OTHER)),
    routing=replace(
        ROUTING,
        inhibitions=(Inhibition(source="Down", alerts=("Late",), because="It says it."),),
    ),
)


def outlasted(impossible: Mapping[str, str] | None = None) -> tuple[FakeDrillStack, StepResult]:
    """The step of Down, with an earlier cause so that Late is pending when the service stops."""
    fake = FakeDrillStack(
        {
            "delay": (Firing("Late", after=14.0, pending=10.0, notified_after=None),),
            "stop service": (Firing("Down", after=2.0, pending=1.0, lasts=1.0),),
        },
        dashboard_urls=OUTLASTED.dashboard_urls,
        impossible=impossible or {},
    )
    (stack_plan,) = plan.on_own_stacks(OUTLASTED, (DOWN,), stacks=1).stacks
    events: list[StackEvent] = []
    return fake, runner(OUTLASTED, stack_plan, fake, events).run(stack_plan.steps[0])


def test_an_earlier_cause_is_applied_until_half_of_its_alerts_hold_is_over() -> None:
    fake, result = outlasted()
    assert fake.done == [
        "apply delay",
        "apply stop service",
        "clear stop service",
        "clear delay",
    ]
    # Late is pending 4 s after its cause, and its hold of 10 s is half over 5 s later.
    assert result.cause_run.applied == pytest.approx(1009.0, abs=0.41)
    assert result.inhibitions == (ObservedInhibition("Down", ("Late",), (), required=True),)
    assert result.false_alarms == ()


def test_an_earlier_cause_is_cleared_when_its_steps_cause_is_impossible() -> None:
    fake, result = outlasted({"stop service": "Another started it."})
    assert fake.done == ["apply delay", "clear delay"]
    assert [(x.alert, x.verdict) for x in result.records] == [("Down", DrillVerdict.IMPOSSIBLE)]


def test_an_earlier_cause_that_is_impossible_is_the_steps_problem() -> None:
    fake, result = outlasted({"delay": "There is no fault endpoint."})
    assert fake.done == []
    assert result.records[0].problems == ("There is no fault endpoint.",)


def background(*firings: Firing, up_after: float = 0.0) -> tuple[FakeDrillStack, StepResult]:
    fake = FakeDrillStack({"delay": firings}, up_after=up_after)
    fake.apply(CAUSE)
    (stack_plan,) = plan.on_own_stacks(PROJECT, (TOO_MANY,), stacks=1).stacks
    return fake, runner(PROJECT, stack_plan, fake, []).background()


def test_the_background_is_watched_for_three_scrapes_once_every_target_is_up() -> None:
    _, result = background(up_after=10.0)
    assert result.cause_run.cause == "background alone"
    assert result.cause_run.applied == pytest.approx(1010.0, abs=0.41)
    assert result.cause_run.cleared - result.cause_run.applied == pytest.approx(3.0, abs=0.41)
    assert (result.records, result.false_alarms) == ((), ())


def test_whatever_fires_with_the_background_alone_is_a_false_alarm() -> None:
    _, result = background(Firing("Odd", after=1.0))
    assert [alarm.alert for alarm in result.false_alarms] == ["Odd"]
    assert result.cause_run.fired == ("Odd",)


def test_the_background_is_watched_only_when_no_alert_is_pending_any_more() -> None:
    _, result = background(Firing("Odd", after=1e9, pending=1e9))
    # It stays pending; the drill waits for as long as for anything that takes no time.
    assert result.cause_run.applied == pytest.approx(1020.4)


def test_a_drill_that_is_to_end_ends_between_two_observations() -> None:
    fake = FakeDrillStack({"delay": (NEVER,)})
    fake.time.set()
    (stack_plan,) = plan.on_own_stacks(PROJECT, (TOO_MANY,), stacks=1).stacks
    with pytest.raises(DrillInterrupted):
        runner(PROJECT, stack_plan, fake, []).run(stack_plan.steps[0])
    assert fake.time.now == pytest.approx(1000.4)


def test_traffic_that_ended_by_itself_is_why_an_alert_never_fired() -> None:
    ended = "the scenario background ended by itself with status 7:\n    no more signals"
    fake = FakeDrillStack(
        {"delay": (NEVER,)}, dashboard_urls=PROJECT.dashboard_urls, ended=ended, keeps_ending=True
    )
    (stack_plan,) = plan.on_own_stacks(PROJECT, (TOO_MANY,), stacks=1).stacks
    result = runner(PROJECT, stack_plan, fake, []).run(stack_plan.steps[0])
    assert result.records[0].problems == (f"never fired: {ended}",)


def test_a_background_that_ended_is_started_again_for_the_next_step() -> None:
    fake = FakeDrillStack(
        {"delay": (TIMELY,)}, dashboard_urls=PROJECT.dashboard_urls, ended="it ended"
    )
    (stack_plan,) = plan.on_own_stacks(PROJECT, (TOO_MANY,), stacks=1).stacks
    events: list[StackEvent] = []
    result = runner(PROJECT, stack_plan, fake, events).run(stack_plan.steps[0])
    assert result.records[0].verdict is DrillVerdict.PROVED
    said = [event.text for event in events if isinstance(event, StackProgressed)]
    assert "the background had ended by itself, and was started again" in said
