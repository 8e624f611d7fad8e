"""Which alerts are drilled on which stack, in which compressed time, and which are excused.

What an alert's rules reach back to decides how much its time is compressed; each stack has
one compression and loads only the rules that it fits. Steps are shared out so that stacks end
together.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from toolkit.alerts import Alert, Group, RuleFile
from toolkit.drill.deadlines import Timing, uncompressed
from toolkit.drill.steps import Step, steps_of
from toolkit.drill.time_compression import Compression
from toolkit.drill_causes import Applicable, Undrillable
from toolkit.durations import seconds
from toolkit.errors import DefinitionError
from toolkit.project import Project
from toolkit.unknown_name_did_you_mean import did_you_mean

# The usual window of five minutes becomes five seconds: five scrapes.
USUAL_FACTOR = 60.0
# Rules that reach back for days: an hour becomes a second, three days seventy-two.
LONG_FACTOR = 3600.0
LONG_SECONDS = 3600.0
# In compressed time every target is scraped, and every rule evaluated, so often.
SCRAPE_SECONDS = 1.0
# One cannot hold the two compressions; a third halves the usual one's time on two cores.
STACKS = 3


def most_stacks(cores: int) -> int:
    """How many stacks run side by side: one that waits for each that computes, and one more."""
    return cores + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class StackPlan:
    """The steps of one stack, and the rules that it loads, compressed already.

    `started_for` are causes that are not applied, and whose services are started all the same.
    """

    name: str
    timing: Timing
    rule_files: tuple[RuleFile, ...]
    steps: tuple[Step, ...]
    started_for: tuple[Applicable, ...] = ()

    @property
    def causes(self) -> tuple[Applicable, ...]:
        """The causes for which the stack's services are started."""
        earlier = (step.earlier.cause for step in self.steps if step.earlier is not None)
        return (*(step.cause for step in self.steps), *earlier, *self.started_for)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillPlan:
    """A whole drill. `excused` are the alerts that it leaves out, with the reason."""

    stacks: tuple[StackPlan, ...]
    excused: tuple[tuple[Alert, str], ...]

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """Every alert that is drilled."""
        return tuple(a for stack in self.stacks for step in stack.steps for a in step.alerts)


def check(project: Project) -> None:
    """Raise DefinitionError where a cause names an alert that is not defined."""
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


def on_own_stacks(project: Project, alerts: Sequence[Alert], stacks: int = STACKS) -> DrillPlan:
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
    plans: list[StackPlan] = []
    for name, factor, chosen in kinds:
        compression = Compression(factor=factor, scrape_seconds=SCRAPE_SECONDS)
        timing = Timing(project=project, compression=compression, every_seconds=SCRAPE_SECONDS)
        # The long windows hold a stack busy for less than half as long as all the others.
        share = max(1, stacks - len(kinds) + 1) if name == "usual" or len(kinds) == 1 else 1
        files = _loaded(project, timing.compression, far=name == "long")
        parts = _shared_out(steps_of(timing, chosen), share, timing)
        plans += [
            StackPlan(name=f"{name}-{number}", timing=timing, rule_files=files, steps=steps)
            for number, steps in enumerate(parts, 1)
            if steps
        ]
    return DrillPlan(stacks=tuple(plans), excused=tuple(excused))


def on_running_stack(
    project: Project, alerts: Sequence[Alert], patience_seconds: float
) -> DrillPlan:
    """The drill of a stack that runs already, for the alerts that fire within the patience."""
    check(project)
    drilled, excused = _excuse(alerts)
    timing = uncompressed(project)
    fitting = []
    for alert in drilled:
        needed = timing.fire_seconds(alert)
        if needed <= patience_seconds:
            fitting.append(alert)
        else:
            reason = (
                f"may take {needed:g} s to fire, and the patience is {patience_seconds:g} s: "
                f"say --patience {needed:g}, or drill it without --against"
            )
            excused.append((alert, reason))
    steps = steps_of(timing, fitting, patience_seconds)
    plan = StackPlan(name="running", timing=timing, rule_files=project.rule_files, steps=steps)
    return DrillPlan(stacks=(plan,) if steps else (), excused=tuple(excused))


def _excuse(alerts: Iterable[Alert]) -> tuple[list[Alert], list[tuple[Alert, str]]]:
    drilled, excused = [], []
    for alert in alerts:
        if isinstance(alert.fired_by, Undrillable):
            excused.append((alert, alert.fired_by.reason))
        else:
            drilled.append(alert)
    return drilled, excused


def _reaches_far(project: Project, alert: Alert) -> bool:
    timing = uncompressed(project)
    return max(timing.window_seconds(alert.expr), seconds(alert.hold)) >= LONG_SECONDS


def _loaded(project: Project, compression: Compression, *, far: bool) -> tuple[RuleFile, ...]:
    """The groups that have alerts of this reach, and all whose recordings they read."""
    kept: list[tuple[RuleFile, Group]] = []
    for file in project.rule_files:
        for group in file.groups:
            # A group that mixes reaches is loaded twice, with other alerts each time. Groups of
            # recordings alone serve the usual alerts: rules that reach far bring their own.
            alerts = tuple(a for a in group.alerts if _reaches_far(project, a) is far)
            if alerts or (not group.alerts and not far):
                kept.append((file, replace(group, alerts=alerts)))
    files: dict[str, list[Group]] = {}
    for file, group in kept:
        files.setdefault(file.name, []).append(group)
    return tuple(compression.file(RuleFile(name, tuple(g))) for name, g in files.items())


def _shared_out(steps: Sequence[Step], stacks: int, timing: Timing) -> list[tuple[Step, ...]]:
    """The steps on so many stacks: the longest first, each to the stack that is free first."""

    def length(step: Step) -> float:
        return timing.fire_seconds(*step.awaited) + timing.resolve_seconds(*step.awaited)

    parts: list[list[Step]] = [[] for _ in range(stacks)]
    loads = [0.0] * stacks
    for step in sorted(steps, key=length, reverse=True):
        free = loads.index(min(loads))
        parts[free].append(step)
        loads[free] += length(step)
    return [tuple(part) for part in parts]
