"""Which alerts are drilled on which stack, and which are left out and why."""

from dataclasses import replace

import pytest

from tests.support import project_builder
from toolkit.alerts import Alert, Group, Recording, RuleFile
from toolkit.drill import plan
from toolkit.drill_causes import Cause, Fault, Load, Quiet, Stop, Undrillable
from toolkit.errors import DefinitionError
from toolkit.project import Project

SLOW = Fault("delay", seconds=1)


def alert(name: str, cause: Cause, window: str = "5m", hold: str = "5m") -> Alert:
    expr = f"sum(rate(app_events_total[{window}])) > 5"
    return project_builder.alert(name, expr, hold=hold, fired_by=cause)


def project(*alerts: Alert) -> Project:
    return project_builder.project(alerts=alerts)


def names(drilled: plan.DrillPlan) -> dict[str, list[list[str]]]:
    """By stack, the alerts of each of its steps."""
    return {
        stack.name: [[alert.name for alert in step.alerts] for step in stack.steps]
        for stack in drilled.stacks
    }


REACH = {
    "a short window": (alert("A", SLOW, window="59m"), "usual-1", 60),
    "a window of an hour": (alert("A", SLOW, window="1h"), "long-1", 3600),
    "a hold of an hour": (alert("A", SLOW, hold="1h"), "long-1", 3600),
    "a window of days": (alert("A", SLOW, window="3d"), "long-1", 3600),
}


@pytest.mark.parametrize(("given", "stack", "factor"), REACH.values(), ids=REACH)
def test_what_a_rule_reaches_back_to_decides_how_time_is_compressed(
    given: Alert, stack: str, factor: float
) -> None:
    (found,) = plan.on_own_stacks(project(given), (given,)).stacks
    assert (found.name, found.timing.compression.factor) == (stack, factor)
    assert (found.timing.compression.scrape_seconds, found.timing.every_seconds) == (1, 1)


def test_each_stack_loads_only_the_alerts_of_its_reach() -> None:
    given = project(alert("Short", SLOW), alert("Long", SLOW, window="1d"))
    drilled = plan.on_own_stacks(given, given.alerts)
    loaded = {s.name: [a.name for f in s.rule_files for a in f.alerts] for s in drilled.stacks}
    assert loaded == {"usual-1": ["Short"], "long-1": ["Long"]}
    (short,) = drilled.stacks[0].rule_files[0].alerts
    assert (short.expr, short.hold) == ("sum(rate(app_events_total[5s])) > 5", "5s")


def test_groups_of_recordings_are_loaded_where_time_runs_slowest() -> None:
    rate = Recording(name="app:a:rate5m", expr="sum(rate(a[5m]))", because="It is heavy.")
    short, long = alert("Short", SLOW), alert("Long", SLOW, window="1d")
    files = (
        RuleFile("app", (Group("r", "r.py", (rate,), ()), Group("s", "s.py", (), (short,)))),
        RuleFile("far", (Group("l", "l.py", (), (long,)),)),
    )
    given = replace(project(short, long), rule_files=files)
    drilled = plan.on_own_stacks(given, (short, long))
    loaded = {
        s.name: [(f.name, [g.name for g in f.groups]) for f in s.rule_files] for s in drilled.stacks
    }
    assert loaded == {"usual-1": [("app", ["r", "s"])], "long-1": [("far", ["l"])]}


SHORT = tuple(
    alert(name, Fault(name), window=window)
    for name, window in (("A", "5m"), ("B", "9m"), ("C", "6m"), ("D", "8m"))
)
LONG = tuple(alert(name, Fault(name), window="1d") for name in ("L", "M"))
SHARED = {
    "one stack": (SHORT, 1, {"usual-1": [["B"], ["D"], ["C"], ["A"]]}),
    "two stacks end together": (SHORT, 2, {"usual-1": [["B"], ["A"]], "usual-2": [["D"], ["C"]]}),
    "more stacks than steps": (SHORT[:2], 3, {"usual-1": [["B"]], "usual-2": [["A"]]}),
    "long windows have one stack": (
        (*SHORT[:2], *LONG),
        3,
        {"usual-1": [["B"]], "usual-2": [["A"]], "long-1": [["L"], ["M"]]},
    ),
    "long windows alone have all": (LONG, 2, {"long-1": [["L"]], "long-2": [["M"]]}),
    "each reach has a stack at least": (
        (SHORT[0], LONG[0]),
        1,
        {"usual-1": [["A"]], "long-1": [["L"]]},
    ),
}


@pytest.mark.parametrize(("alerts", "stacks", "shared"), SHARED.values(), ids=SHARED)
def test_steps_are_shared_out_the_longest_first(
    alerts: tuple[Alert, ...], stacks: int, shared: dict[str, list[list[str]]]
) -> None:
    assert names(plan.on_own_stacks(project(*alerts), alerts, stacks)) == shared


def test_three_stacks_are_usual() -> None:
    assert len(plan.on_own_stacks(project(*SHORT), SHORT).stacks) == 3


def test_what_cannot_be_drilled_is_excused_with_its_reason() -> None:
    given = project(alert("A", Undrillable("It needs a second data centre.")), alert("B", SLOW))
    drilled = plan.on_own_stacks(given, given.alerts)
    assert [a.name for a in drilled.alerts] == ["B"]
    assert [(a.name, why) for a, why in drilled.excused] == [
        ("A", "It needs a second data centre.")
    ]
    assert plan.on_own_stacks(given, given.alerts[:1]).stacks == ()


def test_on_a_running_stack_patience_decides() -> None:
    given = project(alert("Quick", SLOW, window="1m", hold="0s"), alert("Slow", SLOW))
    drilled = plan.on_running_stack(given, given.alerts, patience_seconds=120)
    assert names(drilled) == {"running": [["Quick"]]}
    assert drilled.stacks[0].rule_files == given.rule_files
    assert [(a.name, why) for a, why in drilled.excused] == [
        (
            "Slow",
            "may take 645 s to fire, and the patience is 120 s: say --patience 645, or drill it "
            "without --against",
        )
    ]
    assert plan.on_running_stack(given, given.alerts, patience_seconds=645).excused == ()


def test_on_a_running_stack_with_no_patience_nothing_is_drilled() -> None:
    given = project(alert("Slow", SLOW))
    drilled = plan.on_running_stack(given, given.alerts, patience_seconds=1)
    assert (drilled.stacks, [a.name for a, _ in drilled.excused]) == ((), ["Slow"])


@pytest.mark.parametrize(
    "cause",
    [
        Load(scenario="rush", also=("TooMayn",)),
        Stop("service", also=("TooMayn",)),
        Quiet(also=("TooMayn",)),
    ],
)
def test_a_cause_may_name_only_alerts_that_are_defined(cause: Cause) -> None:
    given = project(alert("TooMany", cause))
    message = "TooMany.fired_by: also names 'TooMayn'; did you mean 'TooMany'?"
    with pytest.raises(DefinitionError) as caught:
        plan.on_own_stacks(given, given.alerts)
    assert message in caught.value.message
    with pytest.raises(DefinitionError) as caught:
        plan.on_running_stack(given, given.alerts, patience_seconds=1)
    assert message in caught.value.message
