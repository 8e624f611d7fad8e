"""`no-alert-pages`: what fires or fired, and what Alertmanager says of it."""

from dataclasses import replace
from typing import Any

import pytest

from tests.support.known_answers import knowing, vector, watching
from tests.support.watched_stack import PAGES, PROJECT
from toolkit.alertmanager.client import HeldAlert
from toolkit.alerts import Severity
from toolkit.findings import Level
from toolkit.project import Project
from toolkit.validate.check import CheckedStack, NotYet, Skip
from toolkit.validate.watch_checks.no_alert_pages import run

NOW = 'ALERTS{alertstate="firing"}'
THEN = 'max_over_time(ALERTS{alertstate="firing"}[60000ms])'
FULL = {"alertname": "QueueIsFull", "component": "app", "severity": "critical"}
LABELS = "component=app, severity=critical"
FIRES = f"QueueIsFull: fires ({LABELS}): There are too many."
FIRED = f"QueueIsFull: fired, and has resolved ({LABELS}): There are too many."
QUIET = f"QueueIsFull: fires, and is silenced or inhibited ({LABELS})."


def rules(last: str = "1970-01-01T00:16:40+00:00", health: str = "ok") -> dict[str, Any]:
    """Every paging alert in one group, which was evaluated at that moment (1000 s)."""
    names = [x.alertname for x in PROJECT.alerts if x.severity is Severity.CRITICAL]
    each = [{"name": x, "type": "alerting", "query": "x", "health": health} for x in names]
    group = {"file": "r.yml", "name": "g", "interval": 15.0, "evaluationTime": 0.1}
    return {"groups": [{**group, "lastEvaluation": last, "rules": each}]}


def stack(
    *now: dict[str, str],
    then: tuple[dict[str, str], ...] = (),
    held: tuple[HeldAlert, ...] | None = (),
    loaded: dict[str, Any] | None = None,
    project: Project = PROJECT,
) -> CheckedStack:
    firing = [({"__name__": "ALERTS", "alertstate": "firing", **labels}, 1.0) for labels in now]
    answers = {NOW: vector(*firing), THEN: vector(*((labels, 1.0) for labels in (*now, *then)))}
    return watching(project, knowing(answers, rules=loaded or rules()), held=held)


def said(made: CheckedStack) -> list[str]:
    return [f"{one.subject}: {one.message}" for one in run(made)]


def holding(state: str, **labels: str) -> HeldAlert:
    return HeldAlert({**FULL, "instance": "a:1", **labels}, {}, state, ())


def test_nothing_that_fires_is_nothing_wrong() -> None:
    assert said(stack()) == []


@pytest.mark.parametrize("held", [(holding("active"),), None], ids=["held", "no answer"])
def test_what_fires_is_an_error_where_nothing_excuses_it(
    held: tuple[HeldAlert, ...] | None,
) -> None:
    made = stack(FULL, held=held)
    assert said(made) == [FIRES]
    assert [one.level for one in run(made)] == [Level.ERROR]
    assert (made.window.suppressed, made.window.unheard) == (set(), set())


def test_what_resolved_in_the_window_is_one_too() -> None:
    assert said(stack(then=(FULL,))) == [FIRED]


def test_what_is_suppressed_pages_nobody_then_or_later() -> None:
    made = stack(FULL, held=(holding("suppressed"),))
    assert said(made) == [QUIET]
    assert [one.level for one in run(made)] == [Level.INFO]
    resolved = replace(stack(then=(FULL,)), watch=made.watch)
    assert said(resolved) == [QUIET]
    # The silence is over, and it still fires.
    both = replace(stack(FULL, held=(holding("active"),)), watch=made.watch)
    assert said(both) == [FIRES]


def test_what_is_held_may_have_more_labels_or_the_same() -> None:
    same = HeldAlert(FULL, {}, "suppressed", ())
    assert said(stack(FULL, held=(same,))) == [QUIET]
    assert said(stack({**FULL, "zone": "a"}, held=(same,))) == []


def test_one_of_other_labels_excuses_nothing() -> None:
    made = stack(FULL, held=(holding("active"), holding("suppressed", component="door")))
    assert said(made) == [FIRES]


def test_what_alertmanager_does_not_have_yet_has_one_look_more() -> None:
    made = stack(FULL)
    assert said(made) == []
    assert made.window.unheard == {frozenset(FULL.items())}
    assert said(made) == [FIRES]
    last = stack(FULL)
    last.window.is_last = True
    assert said(last) == [FIRES]


def test_less_urgent_alerts_and_those_of_others_are_not_judged() -> None:
    others = (
        {"alertname": "QueueGrows", "severity": "warning", "component": "app"},
        {"alertname": "TheirOwn", "severity": "critical", "component": "app"},
        {**FULL, "component": "door"},
    )
    assert said(stack(*others)) == []


@pytest.mark.parametrize(
    "loaded",
    [rules("1970-01-01T00:16:39.9+00:00"), rules(health="err"), {"groups": []}],
    ids=["before the watch", "fails", "not loaded"],
)
def test_what_was_not_evaluated_could_not_fire(loaded: dict[str, Any]) -> None:
    with pytest.raises(NotYet, match=r"QueueIsFull: not evaluated since the watch began"):
        said(stack(loaded=loaded))


def test_without_an_alert_that_pages_there_is_nothing_to_see() -> None:
    none = replace(PROJECT, rule_files=())
    with pytest.raises(Skip, match="no alert of the project has the most urgent severity"):
        said(stack(project=none))
    assert PAGES in PROJECT.alerts
