"""The steps of a drill: which cause makes which alerts fire, and which inhibitions it shows.

Alerts that name an equal cause are drilled together.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from toolkit.alerts import Alert
from toolkit.drill.deadlines import Timing
from toolkit.drill_causes import Applicable, Load, Undrillable
from toolkit.durations import seconds
from toolkit.promql import selectors
from toolkit.routing import Inhibition


@dataclass(frozen=True, slots=True)
class ExpectedInhibition:
    """While `source` fires, no receiver is notified of `targets`.

    Where that is `required` to be shown, one of them must fire.
    """

    source: str
    targets: tuple[str, ...]
    required: bool = False


@dataclass(frozen=True, slots=True)
class EarlierCause:
    """Applied first, until half of the hold of its alert is over.

    The alert then fires after the one that must inhibit it.
    """

    cause: Applicable
    alert: Alert


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One cause, and the alerts that it must fire.

    `unchosen` are alerts of the same cause that are not drilled now; they may fire.
    """

    cause: Applicable
    alerts: tuple[Alert, ...]
    unchosen: tuple[Alert, ...] = ()
    inhibitions: tuple[ExpectedInhibition, ...] = ()
    earlier: EarlierCause | None = None

    @property
    def awaited(self) -> tuple[Alert, ...]:
        """The alerts that are waited for."""
        return self.alerts if self.earlier is None else (*self.alerts, self.earlier.alert)

    @property
    def expected(self) -> frozenset[str]:
        """The names of all alerts that may fire; any other is a false alarm."""
        also = self.cause.also
        if self.earlier is not None:
            also = (*also, *self.earlier.cause.also)
        named = {alert.name for alert in (*self.awaited, *self.unchosen)}
        return frozenset(named | set(also))


def steps_of(
    timing: Timing, alerts: Sequence[Alert], patience_seconds: float = math.inf
) -> tuple[Step, ...]:
    """A step for each cause of `alerts`, in their order; equal causes are applied once.

    Inhibitions are shown by targets that fire within `patience_seconds`.
    """
    routing = timing.project.routing
    causes: list[Applicable] = []
    for alert in alerts:
        if not isinstance(alert.fired_by, Undrillable) and alert.fired_by not in causes:
            causes.append(alert.fired_by)
    steps = []
    for cause in causes:
        proved = tuple(alert for alert in alerts if alert.fired_by == cause)
        others = (alert for alert in timing.project.alerts if alert.fired_by == cause)
        unchosen = tuple(alert for alert in others if alert not in proved)
        step = Step(cause=cause, alerts=proved, unchosen=unchosen)
        for source in proved:
            for rule in routing.inhibitions if routing else ():
                if rule.source == source.name:
                    step = _with_inhibition(step, source, rule, timing, patience_seconds)
        steps.append(step)
    return tuple(steps)


def _with_inhibition(
    step: Step, source: Alert, rule: Inhibition, timing: Timing, patience_seconds: float
) -> Step:
    """The step that shows the inhibition too, where one of its targets fires in time."""
    targets = [
        alert
        for alert in timing.project.alerts
        if rule.inhibits(alert) and timing.fire_seconds(alert) <= patience_seconds
    ]
    outlasting = [target for target in targets if _outlasts(target, source, timing)]
    # The longest window has forgotten least when the source fires at last.
    shown = max(outlasting, key=lambda t: timing.window_seconds(t.expr), default=None)
    if shown is not None and step.earlier is None and not isinstance(shown.fired_by, Undrillable):
        expected = ExpectedInhibition(source.name, (shown.name,), required=True)
        earlier = EarlierCause(shown.fired_by, shown)
        return replace(step, inhibitions=(*step.inhibitions, expected), earlier=earlier)
    # These may fire too early to be inhibited, so nothing is required of them.
    together = tuple(alert.name for alert in targets if alert.name in step.cause.also)
    if together:
        expected = ExpectedInhibition(source.name, together)
        return replace(step, inhibitions=(*step.inhibitions, expected))
    return step


def _outlasts(target: Alert, source: Alert, timing: Timing) -> bool:
    """Whether `target`, half-way through its hold, fires only after `source` has.

    Its windows must then still hold what made it fire, since the source may stop the service;
    and what they read must not be a recording, which goes stale at once.
    """
    half = timing.compression.hold_seconds(seconds(target.hold)) / 2
    if isinstance(target.fired_by, Undrillable | Load) or target.fired_by == source.fired_by:
        return False
    recorded = {rule.name for rule in timing.project.recordings}
    direct = all(
        selector.range_seconds is not None and selector.name not in recorded
        for selector in selectors(target.expr)
    )
    in_time = half >= timing.fire_seconds(source)
    return direct and in_time and timing.window_seconds(target.expr) > half
