"""One step with a stack of fakes: missed, wrongly told, false, or silent as it should be."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import cast

import pytest

from tests.support import project_builder
from toolkit.alerts import Severity
from toolkit.causes import Applicable, Fault
from toolkit.drill import plan, step_runner
from toolkit.drill.apply_causes import Controls, ImpossibleError
from toolkit.drill.events import Event
from toolkit.drill.notifications import Notice
from toolkit.drill.observer import Watch
from toolkit.drill.plan import Lane
from toolkit.drill.results import Verdict
from toolkit.drill.stacks import Stage
from toolkit.drill.step_runner import Found, Scene
from toolkit.errors import UnreachableError
from toolkit.project import Project
from toolkit.prometheus.client import History, Prometheus, Sample
from toolkit.routing import Inhibition, Receiver, Route, Routing, Webhook

DESK = Receiver("desk", (Webhook(url="http://127.0.0.1:9/"),))
CAUSE = Fault("delay", also=("Other",))
TOO_MANY = project_builder.alert(fired_by=CAUSE)
OTHER = project_builder.alert("Other", fired_by=Fault("other"))
ROUTING = Routing(
    routes=tuple(Route(severity=s, receiver=DESK, repeat="4h") for s in Severity),
    inhibitions=(Inhibition(source="TooMany", alerts=("Other",), because="It says it."),),
    group_wait="0s",
    group_interval="1s",
)
PROJECT: Project = replace(project_builder.project(alerts=(TOO_MANY, OTHER)), routing=ROUTING)


@dataclass
class World:
    """A stack in which `fires` fire while the cause holds, and `tells` are told."""

    fires: tuple[str, ...] = ("TooMany",)
    tells: tuple[str, ...] = ("TooMany",)
    receiver: str = "desk"
    summary: str = TOO_MANY.summary
    ends: bool = True
    impossible: str = ""
    applied: float = 0.0
    cleared: float = 0.0
    failing_looks: int = 0  # of those that are still to come
    told: list[tuple[str, bool]] = field(default_factory=list)
    undone: list[Applicable] = field(default_factory=list)

    def apply(self, _cause: Applicable) -> float:
        if self.impossible:
            raise ImpossibleError(self.impossible)
        self.applied = time.time()
        return self.applied

    def clear(self, cause: Applicable) -> float:
        self.undone.append(cause)
        self.cleared = time.time()
        return self.cleared

    @property
    def firing(self) -> tuple[str, ...]:
        return self.fires if self.applied and not (self.cleared and self.ends) else ()

    def history(self, _selector: str) -> tuple[History, ...]:
        if self.failing_looks:
            self.failing_looks -= 1
            raise UnreachableError("http://p: no answer in 5 s.")
        labels = ({"alertname": name, "alertstate": "firing"} for name in self.firing)
        return tuple(History(each, (time.time(),)) for each in labels)

    def query(self, _expr: str) -> tuple[Sample, ...]:
        now = time.time()
        labels = ({"alertname": name, "alertstate": "firing"} for name in self.firing)
        return tuple(Sample(each, 1.0, now) for each in labels)

    def news(self) -> tuple[Notice, ...]:
        now = [name for name in self.tells if name in self.firing]
        over = [name for name, ended in self.told if not ended and name not in self.firing]
        fresh = [(n, False) for n in now if (n, False) not in self.told]
        fresh += [(n, True) for n in over if (n, True) not in self.told]
        self.told += fresh
        return tuple(self._notice(name, resolved=resolved) for name, resolved in fresh)

    def _notice(self, name: str, *, resolved: bool) -> Notice:
        return Notice(
            at=time.time(),
            receiver=self.receiver,
            resolved=resolved,
            labels={"alertname": name, "severity": "warning", "component": "app"},
            annotations={
                "summary": self.summary,
                "description": "7 a second.",
                "runbook_url": f"https://runbooks.example.com/{name}",
                "dashboard_url": PROJECT.dashboard_urls[name],
            },
        )


@pytest.fixture
def play(monkeypatch: pytest.MonkeyPatch) -> Callable[[World], Found]:
    """Plays the first alert's step in a world where nobody is patient."""
    monkeypatch.setattr(step_runner, "PATIENCE_SECONDS", 0.3)
    monkeypatch.setattr(step_runner, "PATIENCE_FACTOR", 0.0)
    monkeypatch.setattr(step_runner, "_LOOK_SECONDS", 0.01)

    def run(world: World) -> Found:
        (lane,) = plan.compressed(PROJECT, (TOO_MANY,), stacks=1).lanes
        heard: list[Event] = []
        watch = Watch(lane.name, cast("Prometheus", world), world, every=0.01, emit=heard.append)
        stage = Stage(
            controls=cast("Controls", world), prometheus=cast("Prometheus", world), notices=world
        )
        return _scene(lane, stage, watch, heard).play(lane.steps[0])

    return run


def _scene(lane: Lane, stage: Stage, watch: Watch, heard: list[Event]) -> Scene:
    return Scene(PROJECT, lane, stage, watch, heard.append, threading.Event())


def test_fired_told_ended_and_told_so_is_proved(play: Callable[[World], Found]) -> None:
    found = play(World())
    (record,) = found.records
    assert (record.verdict, record.problems) == (Verdict.PROVED, ())
    assert (record.receiver, record.alert, found.false_alarms) == ("desk", "TooMany", ())
    assert found.ran.proving == ("TooMany",)


MISSED = {
    "it never fires": (World(fires=(), tells=()), ("never fired",)),
    "nobody is told": (World(tells=()), ("fired, and nobody was told",)),
    "it does not end": (
        World(ends=False),
        ("did not end after its cause had", "nobody was told that it ended"),
    ),
    "another is told": (World(receiver="log"), ("was told to log, not to desk",)),
    "something else is said": (
        World(summary="All is well."),
        ("summary says 'All is well.', not 'There are too many.'",),
    ),
}


@pytest.mark.parametrize(("world", "problems"), MISSED.values(), ids=MISSED)
def test_missed(play: Callable[[World], Found], world: World, problems: tuple[str, ...]) -> None:
    (record,) = play(world).records
    assert (record.verdict, record.problems) == (Verdict.MISSED, problems)


def test_what_neither_the_cause_nor_its_also_names_is_a_false_alarm(
    play: Callable[[World], Found],
) -> None:
    found = play(World(fires=("TooMany", "Other", "Odd")))
    assert [alarm.alert for alarm in found.false_alarms] == ["Odd"]


def test_what_is_silenced_fires_and_is_not_told(play: Callable[[World], Found]) -> None:
    (silenced,) = play(World(fires=("TooMany", "Other"))).silenced
    assert (silenced.source, silenced.told) == ("TooMany", ())
    assert silenced.held


def test_a_silence_that_is_broken_is_found(play: Callable[[World], Found]) -> None:
    world = World(fires=("TooMany", "Other"), tells=("TooMany", "Other"))
    (silenced,) = play(world).silenced
    assert silenced.told == ("Other",)
    assert not silenced.held


def test_a_look_that_finds_nobody_is_made_up_for_by_the_next(
    play: Callable[[World], Found],
) -> None:
    (record,) = play(World(failing_looks=3)).records
    assert record.verdict is Verdict.PROVED


def test_looks_that_find_nobody_for_longer_than_one_reaches_back_end_the_drill(
    play: Callable[[World], Found], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(step_runner, "LEAST_REACH_SECONDS", 0.05)
    with pytest.raises(UnreachableError, match="no answer"):
        play(World(failing_looks=1_000_000))


def test_a_cause_that_cannot_be_applied_says_why(play: Callable[[World], Found]) -> None:
    (record,) = play(World(impossible="POST /faults answers 404")).records
    assert (record.verdict, record.problems) == (
        Verdict.IMPOSSIBLE,
        ("POST /faults answers 404",),
    )
