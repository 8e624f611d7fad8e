"""What a drill does: which causes, on which stack, in which order, and what may fire.

Alerts that name an equal cause are drilled together. What its rules reach back to decides
how much an alert's time is compressed; each stack has one compression and loads only the
rules that it fits. Steps are shared out so that stacks end together.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from toolkit.alerts import Alert, Group, RuleFile
from toolkit.causes import Applicable, Load, Undrillable
from toolkit.drill.compression import Compression
from toolkit.drill.deadlines import Clock, uncompressed
from toolkit.durations import seconds
from toolkit.errors import DefinitionError, did_you_mean
from toolkit.project import Project
from toolkit.promql import selectors
from toolkit.routing import Inhibition

# The usual window of five minutes becomes five seconds: five scrapes.
USUAL_FACTOR = 60.0
# Rules that reach back for days: an hour becomes a second, three days seventy-two.
LONG_FACTOR = 3600.0
LONG_SECONDS = 3600.0
# One cannot hold the two compressions; a third halves the usual one's time on two cores.
STACKS = 3


@dataclass(frozen=True, slots=True)
class Silence:
    """While `source` fires, none of `targets` is told; where it `must` be shown, one fires."""

    source: str
    targets: tuple[str, ...]
    must: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One cause, and the alerts that it must fire.

    `before` is applied first, half an alert's hold earlier, so that an alert fires after the
    one that must silence it.
    """

    cause: Applicable
    alerts: tuple[Alert, ...]
    silences: tuple[Silence, ...] = ()
    before: Applicable | None = None
    awaited: Alert | None = None  # whose hold must be half over before the cause is applied

    @property
    def expected(self) -> frozenset[str]:
        """The names of all alerts that may fire; any other is a false alarm."""
        names = {alert.name for alert in self.alerts} | set(self.cause.also)
        if self.before is not None and self.awaited is not None:
            names |= {self.awaited.name, *self.before.also}
        return frozenset(names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """The steps of one stack, and the rules that it loads, compressed already."""

    name: str
    clock: Clock
    files: tuple[RuleFile, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A whole drill. `excused` are the alerts that it leaves out, with the reason."""

    lanes: tuple[Lane, ...]
    excused: tuple[tuple[Alert, str], ...]

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """Every alert that is drilled."""
        return tuple(a for lane in self.lanes for step in lane.steps for a in step.alerts)


def check(project: Project) -> None:
    """Raise DefinitionError where a cause names an alert that there is not."""
    known = {alert.name for alert in project.alerts}
    for alert in project.alerts:
        if not isinstance(alert.fired_by, Undrillable):
            for name in alert.fired_by.also:
                if name not in known:
                    where = alert.defined.argument("fired_by").relative_to(project.config.root)
                    raise DefinitionError(
                        f"{where}: {alert.name}.fired_by: also names {name!r}"
                        f"{did_you_mean(name, known)}"
                    )


def compressed(project: Project, alerts: Sequence[Alert], stacks: int = STACKS) -> Plan:
    """The drill of `alerts` on stacks of its own, in compressed time."""
    check(project)
    drilled, excused = _excuse(alerts)
    long = [alert for alert in drilled if _reaches_far(project, alert)]
    kinds = [
        (name, factor, chosen)
        for name, factor, chosen in (
            ("usual", USUAL_FACTOR, [alert for alert in drilled if alert not in long]),
            ("long", LONG_FACTOR, long),
        )
        if chosen
    ]
    lanes: list[Lane] = []
    for name, factor, chosen in kinds:
        clock = Clock(project=project, compression=Compression(factor=factor), every_seconds=1.0)
        # The long windows hold a stack busy for less than half as long as all the others.
        share = max(1, stacks - len(kinds) + 1) if name == "usual" or len(kinds) == 1 else 1
        files = _loaded(project, clock.compression, far=name == "long")
        parts = _shared_out(_steps(project, clock, chosen), share, clock)
        lanes += [
            Lane(name=f"{name}-{number}", clock=clock, files=files, steps=steps)
            for number, steps in enumerate(parts, 1)
            if steps
        ]
    return Plan(lanes=tuple(lanes), excused=tuple(excused))


def against(project: Project, alerts: Sequence[Alert], patience_seconds: float) -> Plan:
    """The drill of a stack that runs already, for the alerts that fire within the patience."""
    check(project)
    drilled, excused = _excuse(alerts)
    clock = uncompressed(project)
    fitting = []
    for alert in drilled:
        needed = clock.to_fire(alert)
        if needed <= patience_seconds:
            fitting.append(alert)
        else:
            reason = (
                f"may take {needed:g} s to fire, and the patience is {patience_seconds:g} s: "
                f"say --patience {needed:g}, or drill it without --against"
            )
            excused.append((alert, reason))
    steps = _steps(project, clock, fitting, patience_seconds)
    lane = Lane(name="running", clock=clock, files=project.rule_files, steps=steps)
    return Plan(lanes=(lane,) if steps else (), excused=tuple(excused))


def _excuse(alerts: Iterable[Alert]) -> tuple[list[Alert], list[tuple[Alert, str]]]:
    drilled, excused = [], []
    for alert in alerts:
        if isinstance(alert.fired_by, Undrillable):
            excused.append((alert, alert.fired_by.reason))
        else:
            drilled.append(alert)
    return drilled, excused


def _reaches_far(project: Project, alert: Alert) -> bool:
    clock = uncompressed(project)
    return max(clock.fill(alert.expr), seconds(alert.hold)) >= LONG_SECONDS


def _steps(
    project: Project, clock: Clock, alerts: Sequence[Alert], patience_seconds: float = math.inf
) -> tuple[Step, ...]:
    causes: list[Applicable] = []
    for alert in alerts:
        if not isinstance(alert.fired_by, Undrillable) and alert.fired_by not in causes:
            causes.append(alert.fired_by)
    steps = []
    for cause in causes:
        proved = tuple(alert for alert in alerts if alert.fired_by == cause)
        step = Step(cause=cause, alerts=proved)
        for source in proved:
            for rule in project.routing.inhibitions if project.routing else ():
                if rule.source == source.name:
                    step = _with_silence(step, source, rule, clock, patience_seconds)
        steps.append(step)
    return tuple(steps)


def _with_silence(
    step: Step, source: Alert, rule: Inhibition, clock: Clock, patience_seconds: float
) -> Step:
    """The step that shows the inhibition too, where one of its targets fires in time."""
    named = set(step.cause.also)
    targets = [
        alert
        for alert in clock.project.alerts
        if rule.silences(alert) and clock.to_fire(alert) <= patience_seconds
    ]
    together = tuple(alert.name for alert in targets if alert.name in named)
    outlasting = [t for t in targets if _outlasts(t, source, clock)]
    shown: Alert | None = max(outlasting, key=lambda t: clock.fill(t.expr), default=None)
    if shown is not None and step.before is None and not isinstance(shown.fired_by, Undrillable):
        silence = Silence(source.name, (shown.name,), must=True)
        return replace(
            step, silences=(*step.silences, silence), before=shown.fired_by, awaited=shown
        )
    if together:
        return replace(step, silences=(*step.silences, Silence(source.name, together)))
    return step


def _outlasts(target: Alert, source: Alert, clock: Clock) -> bool:
    """Whether `target`, half-way through its hold, fires only after `source` has.

    Its windows must then still hold what made it fire, since the source may stop the service;
    and what they read must not be a recording, which goes stale at once.
    """
    half = clock.compression.hold_seconds(seconds(target.hold)) / 2
    if isinstance(target.fired_by, Undrillable | Load) or target.fired_by == source.fired_by:
        return False
    recorded = clock.project.recording_rules.names
    direct = all(
        selector.range_seconds is not None and selector.name not in recorded
        for selector in selectors(target.expr)
    )
    return direct and half >= clock.to_fire(source) and clock.fill(target.expr) > half


def _loaded(project: Project, compression: Compression, *, far: bool) -> tuple[RuleFile, ...]:
    """The groups that have alerts of this reach, and all whose recordings they read."""
    kept: list[tuple[RuleFile, Group]] = []
    for file in project.rule_files:
        for group in file.groups:
            alerts = tuple(a for a in group.alerts if _reaches_far(project, a) is far)
            if alerts or (not group.alerts and not far):
                kept.append((file, replace(group, alerts=alerts)))
    files: dict[str, list[Group]] = {}
    for file, group in kept:
        files.setdefault(file.name, []).append(group)
    return tuple(compression.file(RuleFile(name, tuple(g))) for name, g in files.items())


def _shared_out(steps: Sequence[Step], stacks: int, clock: Clock) -> list[tuple[Step, ...]]:
    """The steps on so many stacks: the longest first, each to the stack that is free first."""
    parts: list[list[Step]] = [[] for _ in range(stacks)]
    loads = [0.0] * stacks
    for step in sorted(steps, key=lambda step: -_length(step, clock)):
        free = loads.index(min(loads))
        parts[free].append(step)
        loads[free] += _length(step, clock)
    return [tuple(part) for part in parts]


def _length(step: Step, clock: Clock) -> float:
    named = step.alerts if step.awaited is None else (*step.alerts, step.awaited)
    return max(clock.to_fire(a) for a in named) + max(clock.to_end(a) for a in named)
