"""Which steps are repeated alone, and which of their failures still hold after that."""

from dataclasses import replace

import pytest

from tests.support import project_builder
from toolkit.drill import plan, repeat_alone
from toolkit.drill.repeat_alone import StepRun
from toolkit.drill.results import (
    AlertRecord,
    CauseRun,
    DrillVerdict,
    FalseAlarm,
    ObservedInhibition,
    SeenOnce,
    StepResult,
)
from toolkit.drill_causes import Fault

CAUSE = Fault("first")
FIRST = project_builder.alert("First", fired_by=CAUSE)
SECOND = project_builder.alert("Second", fired_by=Fault("second"))
FAR = project_builder.alert("Far", "sum(rate(app_events_total[6h])) > 5", fired_by=Fault("far"))
PROJECT = project_builder.project(alerts=(FIRST, SECOND, FAR))
PLAN = plan.on_own_stacks(PROJECT, PROJECT.alerts, stacks=3)
STACKS = {stack.name: stack for stack in PLAN.stacks}
PROVED = AlertRecord(alert="First", severity="warning", verdict=DrillVerdict.PROVED)
MISSED = replace(PROVED, verdict=DrillVerdict.MISSED, problems=("never fired",))
IMPOSSIBLE = replace(PROVED, verdict=DrillVerdict.IMPOSSIBLE, problems=("no endpoint",))
ODD = FalseAlarm("Odd", "first", "usual-1", 1.0)
NOT_HELD = ObservedInhibition("First", ("Second",), ("Second",))
HELD = replace(NOT_HELD, notified=())


def ran(
    record: AlertRecord | None = PROVED,
    *,
    stack: str = "usual-1",
    alarms: tuple[FalseAlarm, ...] = (),
    inhibitions: tuple[ObservedInhibition, ...] = (),
    alone: bool = False,
) -> StepRun:
    """A run of the stack's first step; without a record, of the background alone."""
    planned = STACKS[stack]
    step = None if record is None else planned.steps[0]
    if alone:
        planned = replace(planned, name=f"{stack.rsplit('-', 1)[0]}-alone")
    run = CauseRun(
        cause="background alone" if step is None else step.cause.title,
        stack=planned.name,
        applied=1.0,
        cleared=2.0,
        fired=(),
        proving=(),
        also=(),
    )
    result = StepResult(
        cause_run=run,
        records=() if record is None else (record,),
        false_alarms=alarms,
        inhibitions=inhibitions,
    )
    return StepRun(plan=planned, step=step, result=result, load=2.5)


def test_the_stacks_are_of_two_compressions() -> None:
    assert [(x.name, [a.name for s in x.steps for a in s.alerts]) for x in PLAN.stacks] == [
        ("usual-1", ["First"]),
        ("usual-2", ["Second"]),
        ("long-1", ["Far"]),
    ]


REPEATED = {
    "a false alarm": ran(alarms=(ODD,)),
    "a missed alert": ran(MISSED),
    "an inhibition that did not hold": ran(inhibitions=(NOT_HELD,)),
}


@pytest.mark.parametrize("run", REPEATED.values(), ids=REPEATED)
def test_one_stack_repeats_the_steps_that_failed(run: StepRun) -> None:
    (alone,) = repeat_alone.plans([ran(None), run, ran(stack="usual-2"), ran(stack="long-1")])
    first = STACKS["usual-1"]
    assert (alone.name, alone.steps) == ("usual-alone", first.steps)
    assert (alone.timing, alone.rule_files) == (first.timing, first.rule_files)
    # The stack is the same as before: it starts what the steps of both stacks need.
    assert {cause.title for cause in alone.causes} == {"first", "second"}


NOT_REPEATED = {
    "an alert that was proved": ran(inhibitions=(HELD,)),
    "a cause that could not be applied": ran(IMPOSSIBLE),
    "a quiet background": ran(None),
}


@pytest.mark.parametrize("run", NOT_REPEATED.values(), ids=NOT_REPEATED)
def test_nothing_is_repeated_for(run: StepRun) -> None:
    assert repeat_alone.plans([run]) == ()


def test_each_compression_has_a_stack_of_its_own_and_the_background_needs_no_step() -> None:
    failing = [ran(None, alarms=(ODD,)), ran(MISSED, stack="long-1")]
    found = repeat_alone.plans(failing)
    assert [(x.name, len(x.steps)) for x in found] == [("usual-alone", 0), ("long-alone", 1)]


ONCE = {
    "a false alarm": (ran(alarms=(ODD,)), "Odd", "fired falsely"),
    "a missed alert": (ran(MISSED), "First", "was missed (never fired)"),
    "an inhibition": (
        ran(inhibitions=(NOT_HELD,)),
        "First",
        "fired, and notified though it should be inhibited: Second",
    ),
}


@pytest.mark.parametrize(("run", "alert", "what"), ONCE.values(), ids=ONCE)
def test_what_is_not_seen_alone_was_seen_once(run: StepRun, alert: str, what: str) -> None:
    again = ran(inhibitions=(HELD,), alone=True)
    results, once = repeat_alone.settled([run], [again])
    assert results == (again.result,)
    assert once == (SeenOnce(alert=alert, what=what, cause="first", stack="usual-1", load=2.5),)


@pytest.mark.parametrize("run", REPEATED.values(), ids=REPEATED)
def test_what_is_seen_alone_too_is_reported(run: StepRun) -> None:
    again = replace(run, plan=replace(run.plan, name="usual-alone"))
    assert repeat_alone.settled([run], [again]) == ((again.result,), ())


def test_another_failure_alone_is_reported_next_to_what_was_seen_once() -> None:
    again = ran(alarms=(replace(ODD, alert="Other"),), alone=True)
    results, once = repeat_alone.settled([ran(alarms=(ODD,))], [again])
    assert [alarm.alert for alarm in results[0].false_alarms] == ["Other"]
    assert [found.alert for found in once] == ["Odd"]


def test_a_failure_whose_cause_could_not_be_applied_again_stands() -> None:
    first = ran(alarms=(ODD,))
    assert repeat_alone.settled([first], [ran(IMPOSSIBLE, alone=True)]) == ((first.result,), ())


def test_what_did_not_fail_is_kept_and_the_background_of_the_repetition_counts() -> None:
    first = [ran(None), ran(MISSED), ran(stack="usual-2")]
    again = [ran(None, alone=True, alarms=(ODD,)), ran(alone=True)]
    results, once = repeat_alone.settled(first, again)
    assert results == (first[0].result, first[2].result, again[0].result, again[1].result)
    assert [found.alert for found in once] == ["First"]


def test_two_causes_that_are_called_the_same_are_told_apart() -> None:
    """They differ in what else may fire with them, which their name does not say."""
    other = project_builder.alert("Other", fired_by=Fault("first", also=("Second",)))
    project = project_builder.project(alerts=(FIRST, other, SECOND))
    planned = plan.on_own_stacks(project, (FIRST, other), stacks=3)
    steps = [(stack, step) for stack in planned.stacks for step in stack.steps]
    assert {step.cause.title for _, step in steps} == {"first"}
    runs, again = [], []
    for stack, step in steps:
        (alert,) = step.alerts
        missed = replace(ran(MISSED), plan=stack, step=step)
        record = replace(MISSED, alert=alert.name)
        runs.append(replace(missed, result=replace(missed.result, records=(record,))))
        verdict = DrillVerdict.PROVED if alert is other else DrillVerdict.MISSED
        record = replace(record, verdict=verdict)
        alone = replace(stack, name="usual-alone")
        repeated = replace(missed.result, records=(record,))
        again.append(StepRun(plan=alone, step=step, result=repeated, load=1.0))
    results, once = repeat_alone.settled(runs, again)
    found = {record.alert: record.verdict for each in results for record in each.records}
    assert found == {"First": DrillVerdict.MISSED, "Other": DrillVerdict.PROVED}
    assert [seen.alert for seen in once] == ["Other"]
