"""Several stacks at once: what they found is put together, and all end with one that fails."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import cast

import pytest

from tests.support import project_builder
from toolkit.drill import plan, run_plan
from toolkit.drill.apply_causes import Controls
from toolkit.drill.events import DrillFinished, StackProgressed
from toolkit.drill.notifications import NotificationSource
from toolkit.drill.own_or_running_stack import DrillStack
from toolkit.drill.plan import DrillPlan, StackPlan
from toolkit.drill.results import (
    AlertRecord,
    CauseRun,
    DrillVerdict,
    FalseAlarm,
    ObservedInhibition,
    StepResult,
)
from toolkit.drill.steps import Step
from toolkit.drill.wait_for_condition import DrillInterrupted, Poller
from toolkit.drill_causes import Fault, Undrillable
from toolkit.errors import UnreachableError
from toolkit.prometheus.client import Prometheus

# The longer an alert's window, the earlier it is planned.
FIRST, SECOND, THIRD = (
    project_builder.alert(
        name, f"sum(rate(app_events_total[{window}])) > 5", fired_by=Fault(name.lower())
    )
    for name, window in (("First", "9m"), ("Second", "7m"), ("Third", "5m"))
)
EXCUSED = project_builder.alert("Excused", fired_by=Undrillable("It needs a fire."))
PROJECT = project_builder.project(alerts=(FIRST, SECOND, THIRD, EXCUSED))
PLAN: DrillPlan = plan.on_own_stacks(PROJECT, PROJECT.alerts, stacks=2)

# Not in the order of the plan.
APPLIED = {"First": 10.0, "Second": 30.0, "Third": 20.0}


class Stacks:
    """Opens stacks that are empty, and remembers which are open."""

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.open: set[str] = set()
        self.open_beside: dict[str, frozenset[str]] = {}

    @contextmanager
    def __call__(self, each: StackPlan, say: Callable[[str], None]) -> Iterator[DrillStack]:
        self.open_beside[each.name] = frozenset(self.open)
        self.opened.append(each.name)
        self.open.add(each.name)
        say("starts")
        try:
            yield DrillStack(
                controls=cast("Controls", None),
                prometheus=cast("Prometheus", None),
                notifications=cast("NotificationSource", None),
            )
        finally:
            self.open.discard(each.name)


class Runner:
    """Finds at once what a step is made to find: its alert is proved at the time given."""

    failing = ""
    endless = False
    odd: frozenset[str] = frozenset()  # on stacks whose names end so, each step has a false alarm

    def __init__(self, *, plan: StackPlan, poller: Poller, **_: object) -> None:
        self._plan, self._poller = plan, poller

    def background(self) -> StepResult:
        return StepResult(cause_run=self._run("background alone", 0.0))

    def run(self, step: Step) -> StepResult:
        (alert,) = step.alerts
        if alert.name == self.failing:
            raise UnreachableError(f"{alert.name}: no answer.")
        if self.endless or (self.failing and self._plan.name == "usual-2"):
            assert self._poller.stop.wait(60), "nobody ended the drill"
            raise DrillInterrupted
        return StepResult(
            cause_run=self._run(step.cause.title, APPLIED[alert.name]),
            records=(
                AlertRecord(alert=alert.name, severity="warning", verdict=DrillVerdict.PROVED),
            ),
            false_alarms=(FalseAlarm(f"Odd{alert.name}", step.cause.title, self._plan.name, 1.0),)
            if self._plan.name.rsplit("-", 1)[1] in self.odd
            else (),
            inhibitions=(ObservedInhibition(alert.name, (), (), required=False),),
        )

    def _run(self, cause: str, applied: float) -> CauseRun:
        return CauseRun(
            cause=cause,
            stack=self._plan.name,
            applied=applied,
            cleared=applied,
            fired=(),
            proving=(),
            also=(),
        )


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch) -> type[Runner]:
    class Own(Runner):
        """One whose settings no other test sees."""

    monkeypatch.setattr(run_plan, "StepRunner", Own)
    return Own


def test_what_all_stacks_found_is_put_together(runner: type[Runner]) -> None:
    runner.odd = frozenset({"1", "2", "alone"})
    stacks = Stacks()
    *events, last = run_plan.run(PROJECT, PLAN, stacks)
    assert isinstance(last, DrillFinished)
    found = last.result
    assert [(r.alert, r.verdict, r.problems) for r in found.records] == [
        ("First", DrillVerdict.PROVED, ()),
        ("Second", DrillVerdict.PROVED, ()),
        ("Third", DrillVerdict.PROVED, ()),
        ("Excused", DrillVerdict.EXCUSED, ("It needs a fire.",)),
    ]
    assert [(run.cause, run.applied) for run in found.cause_runs][3:] == [
        ("first", 10.0),
        ("third", 20.0),
        ("second", 30.0),
    ]
    assert {alarm.alert for alarm in found.false_alarms} == {"OddFirst", "OddSecond", "OddThird"}
    assert {x.source for x in found.inhibitions} == {"First", "Second", "Third"}
    assert found.seen_once == ()
    assert (sorted(stacks.opened[:2]), stacks.opened[2:]) == (
        ["usual-1", "usual-2"],
        ["usual-alone"],
    )
    for name in stacks.opened:
        said = [e.text for e in events if isinstance(e, StackProgressed) and e.stack == name]
        assert said[-2:] == ["starts", "done; stopping what the drill has started"]


def test_a_false_alarm_beside_other_stacks_is_repeated_when_they_are_gone(
    runner: type[Runner],
) -> None:
    runner.odd = frozenset({"1"})
    stacks = Stacks()
    *events, last = run_plan.run(PROJECT, PLAN, stacks)
    assert isinstance(last, DrillFinished)
    assert last.result.false_alarms == ()
    assert {x.alert for x in last.result.seen_once} == {"OddFirst"}
    assert [x.alert for x in last.result.records] == ["First", "Second", "Third", "Excused"]
    assert (sorted(stacks.opened[:2]), stacks.opened[2:]) == (
        ["usual-1", "usual-2"],
        ["usual-alone"],
    )
    assert stacks.open_beside["usual-alone"] == frozenset()
    said = [e.text for e in events if isinstance(e, StackProgressed) and e.stack == "usual-alone"]
    assert said[0] == ("something failed while several stacks ran, so it is repeated alone: first")


def test_what_one_stack_finds_was_seen_alone_and_is_not_repeated(runner: type[Runner]) -> None:
    runner.odd = frozenset({"1"})
    stacks = Stacks()
    one = plan.on_own_stacks(PROJECT, PROJECT.alerts, stacks=1)
    *_, last = run_plan.run(PROJECT, one, stacks)
    assert isinstance(last, DrillFinished)
    assert {x.alert for x in last.result.false_alarms} == {"OddFirst", "OddSecond", "OddThird"}
    assert (last.result.seen_once, stacks.opened) == ((), ["usual-1"])


def test_what_goes_wrong_on_one_stack_ends_them_all(runner: type[Runner]) -> None:
    runner.failing = "First"
    stacks = Stacks()
    with pytest.raises(UnreachableError, match="First: no answer"):
        list(run_plan.run(PROJECT, PLAN, stacks))
    assert stacks.open == set()


def test_an_interrupted_drill_ends_its_stacks(runner: type[Runner]) -> None:
    runner.endless = True
    stacks = Stacks()
    events = run_plan.run(PROJECT, PLAN, stacks)
    assert isinstance(next(events), StackProgressed)
    events.close()  # type: ignore[attr-defined]
    assert (sorted(stacks.opened), stacks.open) == (["usual-1", "usual-2"], set())


@pytest.mark.usefixtures("runner")
def test_a_drill_of_nothing_excuses_everything() -> None:
    (last,) = run_plan.run(PROJECT, replace(PLAN, stacks=()), Stacks())
    assert isinstance(last, DrillFinished)
    assert [record.alert for record in last.result.records] == ["Excused"]
