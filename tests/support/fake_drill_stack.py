"""A stack for drills that is a value: causes, alerts, notifications and time are made up.

Time passes only while something waits, so a test that waits for an hour takes no time.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import cast

from toolkit.drill import run_plan
from toolkit.drill.alert_observer import Observer
from toolkit.drill.apply_causes import Controls, ImpossibleError
from toolkit.drill.deadlines import USUAL_ALLOWANCE
from toolkit.drill.events import AlertState, DrillEvent, DrillFinished, StackEvent
from toolkit.drill.notifications import Notification
from toolkit.drill.own_or_running_stack import DrillStack
from toolkit.drill.plan import DrillPlan, StackPlan
from toolkit.drill.step_runner import StepRunner
from toolkit.drill.wait_for_condition import Poller
from toolkit.drill_causes import Applicable
from toolkit.errors import UnreachableError
from toolkit.project import Project
from toolkit.prometheus.client import History, Prometheus, Sample


class FakeTime(threading.Event):
    """A clock, and the event that a drill waits for: waiting is what moves the clock."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1000.0

    def time(self) -> float:
        return self.now

    monotonic = time

    def wait(self, timeout: float | None = None) -> bool:
        self.now = round(self.now + (timeout or 0.0), 3)
        return self.is_set()


@dataclass(frozen=True)
class Firing:
    """An alert fires `after` its cause was applied, `pending` before, until `lasts` after its end.

    Receivers are notified `notified_after` it fires, and as long after it has resolved.
    """

    alert: str
    after: float = 0.0
    pending: float = 0.0
    lasts: float = 0.0
    notified_after: float | None = 0.0


@dataclass
class FakeDrillStack:
    """A stack on which each cause fires what is given for its title."""

    fires: Mapping[str, tuple[Firing, ...]]
    dashboard_urls: Mapping[str, str] = field(default_factory=dict)
    receiver: str = "desk"
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    impossible: Mapping[str, str] = field(default_factory=dict)  # by title of cause, why
    failing_observations: int = 0  # of those that are still to come
    keeps_ending: bool = False
    ended: str = ""  # traffic that has ended by itself, and its last words
    up_after: float = 0.0  # seconds until every target is scraped
    done: list[str] = field(default_factory=list)
    time: FakeTime = field(default_factory=FakeTime)
    _applied: dict[str, float] = field(default_factory=dict)
    _cleared: dict[str, float] = field(default_factory=dict)
    _notified: set[tuple[str, bool]] = field(default_factory=set)

    def apply(self, cause: Applicable) -> float:
        if cause.title in self.impossible:
            raise ImpossibleError(self.impossible[cause.title])
        self.done.append(f"apply {cause.title}")
        self._applied[cause.title] = self.time.now
        return self.time.now

    def clear(self, cause: Applicable) -> float:
        self.done.append(f"clear {cause.title}")
        self._cleared[cause.title] = self.time.now
        return self.time.now

    def ended_traffic(self) -> str:
        return self.ended

    def restart_background(self) -> bool:
        was, self.ended = bool(self.ended), self.ended if self.keeps_ending else ""
        return was

    def history(self, _selector: str) -> tuple[History, ...]:
        if self.failing_observations:
            self.failing_observations -= 1
            raise UnreachableError("http://p: no answer in 5 s.")
        return tuple(
            History({"alertname": alert, "alertstate": state.value}, (self.time.now,))
            for alert, state in self._states().items()
        )

    def query(self, expr: str) -> tuple[Sample, ...]:
        now = self.time.now
        if expr == "up":
            value = float(now >= 1000.0 + self.up_after)
            return tuple(
                Sample({"job": job}, value, now) for job in ("app", "prometheus", "alertmanager")
            )
        return tuple(
            Sample({"alertname": alert, "alertstate": state.value}, 1.0, now)
            for alert, state in self._states().items()
        )

    def collect(self) -> tuple[Notification, ...]:
        fresh: list[Notification] = []
        for firing, _, since, until in self._firings():
            wait = firing.notified_after
            if wait is None:
                continue
            for resolved, at in ((False, since + wait), (True, until + wait)):
                key = (firing.alert, resolved)
                if self.time.now >= at and key not in self._notified:
                    self._notified.add(key)
                    fresh.append(self._notification(firing.alert, resolved=resolved))
        return tuple(fresh)

    def _firings(self) -> list[tuple[Firing, float, float, float]]:
        """Each firing with the times at which it is pending, firing and over."""
        found = []
        for title, applied in self._applied.items():
            cleared = self._cleared.get(title)
            for firing in self.fires.get(title, ()):
                since = applied + firing.after
                over = float("inf") if cleared is None else cleared + firing.lasts
                found.append((firing, since - firing.pending, since, max(over, since)))
        return found

    def _states(self) -> dict[str, AlertState]:
        states: dict[str, AlertState] = {}
        for firing, pending, since, until in self._firings():
            if pending <= self.time.now < until:
                is_firing = self.time.now >= since
                states[firing.alert] = AlertState.FIRING if is_firing else AlertState.PENDING
        return states

    def _notification(self, alert: str, *, resolved: bool) -> Notification:
        labels = {"alertname": alert, "severity": "warning", "component": "app"}
        annotations = {
            "summary": "There are too many.",
            "description": "7 a second.",
            "runbook_url": f"https://runbooks.example.com/{alert}",
            "dashboard_url": self.dashboard_urls.get(alert, ""),
        }
        return Notification(
            at=self.time.now,
            receiver=self.receiver,
            resolved=resolved,
            labels={**labels, **self.labels},
            annotations={**annotations, **self.annotations},
        )


def runner(
    project: Project, plan: StackPlan, fake: FakeDrillStack, heard: list[StackEvent]
) -> StepRunner:
    """What runs the plan's steps on the fake; its events are put into `heard`."""
    prometheus = cast("Prometheus", fake)
    stack = DrillStack(controls=cast("Controls", fake), prometheus=prometheus, notifications=fake)
    observer = Observer(plan.name, prometheus, fake, every_seconds=0.4, emit=heard.append)
    poller = Poller(observer=observer, stop=fake.time, allowance=USUAL_ALLOWANCE, clock=fake.time)
    return StepRunner(project=project, plan=plan, stack=stack, poller=poller, emit=heard.append)


def drilling(
    *firings: Firing, cause: str
) -> Callable[[Project, DrillPlan, object], Iterator[DrillEvent]]:
    """What stands for `parallel.run`: each stack of a plan is a fake on which `cause` fires these.

    Notifications carry the labels and annotations of the project's first alert.
    """

    def run(project: Project, plan: DrillPlan, _open_stack: object) -> Iterator[DrillEvent]:
        alert = project.alerts[0]
        results, seconds = [], 0.0
        for each in plan.stacks:
            heard: list[StackEvent] = []
            fake = FakeDrillStack(
                {cause: firings},
                dashboard_urls=project.dashboard_urls,
                labels={"severity": alert.severity.value, "component": alert.component},
                annotations={
                    "summary": alert.summary,
                    "runbook_url": project.config.runbook_url.format(alert=alert.name),
                },
            )
            began = fake.time.now
            steps = runner(project, each, fake, heard)
            results += [steps.background(), *map(steps.run, each.steps)]
            seconds += fake.time.now - began
            yield from heard
        yield DrillFinished(replace(run_plan._result(plan, results, (), seconds), load=0.1))

    return run
