"""What is said of a step, by what was observed of its alerts."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import cast

import pytest

from tests.support import project_builder
from toolkit.alerts import Severity
from toolkit.drill import plan
from toolkit.drill.alert_observer import Observer
from toolkit.drill.events import AlertState
from toolkit.drill.judge_step import StepJudge
from toolkit.drill.notifications import Notification, NotificationSource
from toolkit.drill.results import DrillVerdict, FalseAlarm, ObservedInhibition
from toolkit.drill.steps import ExpectedInhibition
from toolkit.drill_causes import Fault
from toolkit.prometheus.client import Prometheus
from toolkit.routing import Receiver, Route, Routing, Webhook

DESK = Receiver("desk", (Webhook(url="http://127.0.0.1:9/"),))
ROUTING = Routing(
    routes=tuple(Route(severity=s, receiver=DESK, repeat="4h") for s in Severity),
)
TOO_MANY = project_builder.alert(fired_by=Fault("delay", also=("Other",)))
OTHER = project_builder.alert("Other")
PROJECT = replace(project_builder.project(alerts=(TOO_MANY, OTHER)), routing=ROUTING)
(PLAN,) = plan.on_own_stacks(PROJECT, (TOO_MANY,), stacks=1).stacks
(STEP,) = PLAN.steps
APPLIED, CLEARED = 100.0, 110.0

ANNOTATIONS = {
    "summary": "There are too many.",
    "description": "7 a second.",
    "runbook_url": "https://runbooks.example.com/TooMany",
    "dashboard_url": PROJECT.dashboard_urls["TooMany"],
}


def notification(
    at: float,
    alert: str = "TooMany",
    *,
    resolved: bool = False,
    receiver: str = "desk",
    labels: Mapping[str, str] | None = None,
    annotations: Mapping[str, str] | None = None,
) -> Notification:
    own = {"alertname": alert, "severity": "warning", "component": "app"}
    return Notification(
        at=at,
        receiver=receiver,
        resolved=resolved,
        labels={**own, **(labels or {})},
        annotations={**ANNOTATIONS, **(annotations or {})},
    )


@pytest.fixture
def judge() -> StepJudge:
    """A judge of a stack on which TooMany did all that it must."""
    observer = Observer(
        "s",
        cast("Prometheus", None),
        cast("NotificationSource", None),
        every_seconds=1.0,
        emit=lambda _event: None,
    )
    observed = observer.of("TooMany")
    observed.pending, observed.firing = [90.0, 103.0], [91.0, 107.0, 111.0]
    observed.notifications = [
        notification(92.0),
        notification(108.0),
        notification(113.0, resolved=True),
    ]
    return StepJudge(project=PROJECT, plan=PLAN, observer=observer)


def test_what_was_before_the_cause_was_applied_does_not_count(judge: StepJudge) -> None:
    record = judge.record(STEP, TOO_MANY, APPLIED, CLEARED)
    assert (record.verdict, record.problems) == (DrillVerdict.PROVED, ())
    assert (record.applied, record.pending, record.firing, record.notified) == (
        100.0,
        103.0,
        107.0,
        108.0,
    )
    assert (record.cleared, record.resolved, record.notified_resolved) == (110.0, 112.0, 113.0)
    assert (record.alert, record.severity, record.cause) == ("TooMany", "warning", "delay")
    assert (record.stack, record.factor, record.receiver) == ("usual-1", 60.0, "desk")
    assert (record.predicted_seconds, record.real_seconds) == (13.0, 645.0)


def test_an_alert_that_fired_only_before_never_fired(judge: StepJudge) -> None:
    record = judge.record(STEP, TOO_MANY, 120.0, 130.0)
    assert (record.verdict, record.problems) == (DrillVerdict.MISSED, ("never fired",))
    assert (record.pending, record.firing, record.notified, record.resolved) == (None,) * 4
    assert record.receiver == ""


def _only_fires(judge: StepJudge) -> None:
    judge.observer.of("TooMany").notifications.clear()


def _fires_on(judge: StepJudge) -> None:
    judge.observer.of("TooMany").state = AlertState.FIRING


def _is_not_notified_of_the_end(judge: StepJudge) -> None:
    judge.observer.of("TooMany").notifications.pop()


MISSED: dict[str, tuple[Callable[[StepJudge], None], str]] = {
    "no notification": (_only_fires, "fired, but notified no receiver"),
    "no end": (_fires_on, "did not resolve after its cause was cleared"),
    "no notification of the end": (
        _is_not_notified_of_the_end,
        "notified no receiver that it has resolved",
    ),
}


@pytest.mark.parametrize(("change", "problem"), MISSED.values(), ids=MISSED)
def test_missed(judge: StepJudge, change: Callable[[StepJudge], None], problem: str) -> None:
    change(judge)
    record = judge.record(STEP, TOO_MANY, APPLIED, CLEARED)
    assert (record.verdict, record.problems) == (DrillVerdict.MISSED, (problem,))


DIFFERENT = {
    "another receiver": (notification(108.0, receiver="log"), "notified log, not desk"),
    "another severity": (
        notification(108.0, labels={"severity": "info"}),
        "severity says 'info', not 'warning'",
    ),
    "another component": (
        notification(108.0, labels={"component": "door"}),
        "component says 'door', not 'app'",
    ),
    "another summary": (
        notification(108.0, annotations={"summary": "All is well."}),
        "summary says 'All is well.', not 'There are too many.'",
    ),
    "another runbook": (
        notification(108.0, annotations={"runbook_url": "x"}),
        "runbook_url says 'x', not 'https://runbooks.example.com/TooMany'",
    ),
    "another dashboard": (
        notification(108.0, annotations={"dashboard_url": "x"}),
        f"dashboard_url says 'x', not '{ANNOTATIONS['dashboard_url']}'",
    ),
    "no description": (notification(108.0, annotations={"description": ""}), "description says ''"),
    "a description whose label is missing": (
        notification(108.0, annotations={"description": "At <no value>."}),
        "description says 'At <no value>.'",
    ),
    "a description that failed": (
        notification(108.0, annotations={"description": "error executing template: x"}),
        "description says 'error executing template: x'",
    ),
}


@pytest.mark.parametrize(("given", "problem"), DIFFERENT.values(), ids=DIFFERENT)
def test_a_notification_that_differs_from_the_definition(
    judge: StepJudge, given: Notification, problem: str
) -> None:
    over = replace(given, at=113.0, resolved=True)
    judge.observer.of("TooMany").notifications[:] = [given, over]
    record = judge.record(STEP, TOO_MANY, APPLIED, CLEARED)
    assert (record.verdict, record.problems) == (DrillVerdict.MISSED, (problem,))


def test_where_nothing_is_routed_any_receiver_will_do(judge: StepJudge) -> None:
    notifications = judge.observer.of("TooMany").notifications
    notifications[:] = [replace(each, receiver="nobody") for each in notifications]
    unrouted = replace(judge, project=replace(PROJECT, routing=None))
    assert unrouted.record(STEP, TOO_MANY, APPLIED, CLEARED).problems == ()


def test_false_alarms_are_what_fired_and_was_not_expected(judge: StepJudge) -> None:
    judge.observer.of("Other").firing = [104.0]
    judge.observer.of("Odd").firing = [90.0, 105.0]
    judge.observer.of("Early").firing = [90.0]
    judge.observer.of("Almost").pending = [105.0]
    assert judge.false_alarms(STEP.expected, "delay", APPLIED) == (
        FalseAlarm("Odd", "delay", "usual-1", 105.0),
    )
    run = judge.cause_run(STEP, APPLIED, CLEARED)
    assert (run.fired, run.proving, run.also) == (
        ("Odd", "Other", "TooMany"),
        ("TooMany",),
        ("Other",),
    )
    assert (run.cause, run.stack, run.applied, run.cleared) == ("delay", "usual-1", 100.0, 110.0)


EXPECTED = ExpectedInhibition("TooMany", ("Other",), required=True)
# TooMany is notified at 108 and resolved at 112.
TARGETS: dict[str, tuple[float, float | None, tuple[str, ...], tuple[str, ...]]] = {
    "fires and is not notified": (109.0, None, ("Other",), ()),
    "fires before and is not notified": (101.0, None, ("Other",), ()),
    "fires and is notified": (109.0, 110.0, ("Other",), ("Other",)),
    "is notified with its source": (107.0, 108.0, ("Other",), ("Other",)),
    "was notified before its source": (105.0, 107.9, (), ()),
    "is notified once its source is over": (109.0, 112.0, ("Other",), ()),
    "fires once its source is over": (112.0, 113.0, (), ()),
    "fired before the cause": (90.0, 91.0, (), ()),
}


@pytest.mark.parametrize(
    ("firing", "notified", "fired", "let_through"), TARGETS.values(), ids=TARGETS
)
def test_a_target_that(
    judge: StepJudge,
    firing: float,
    notified: float | None,
    fired: tuple[str, ...],
    let_through: tuple[str, ...],
) -> None:
    other = judge.observer.of("Other")
    other.firing = [firing]
    other.notifications = [] if notified is None else [notification(notified, "Other")]
    assert judge.inhibition(EXPECTED, APPLIED, now=120.0) == ObservedInhibition(
        "TooMany", fired, let_through, required=True
    )


def test_a_source_that_still_fires_inhibits_until_now(judge: StepJudge) -> None:
    judge.observer.of("TooMany").state = AlertState.FIRING
    other = judge.observer.of("Other")
    other.firing, other.notifications = [109.0], [notification(119.0, "Other")]
    assert judge.inhibition(EXPECTED, APPLIED, now=119.0).notified == ()
    assert judge.inhibition(EXPECTED, APPLIED, now=119.5).notified == ("Other",)


def test_a_source_without_a_notification_inhibits_nothing(judge: StepJudge) -> None:
    judge.observer.of("TooMany").notifications.clear()
    judge.observer.of("Other").firing = [109.0]
    assert judge.inhibition(EXPECTED, APPLIED, now=120.0).fired == ()
