"""Follows every alert of one stack: Prometheus' states, and what was told to whom.

States come from `ALERTS`, which Prometheus writes at each evaluation: no state between two
looks is missed, and each time is the evaluation's own.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from toolkit.drill.events import Event, State, Told, Turned
from toolkit.drill.notifications import Notice, Notices
from toolkit.prometheus.client import Prometheus

Emit = Callable[[Event], None]
LEAST_REACH_SECONDS = 15
"""One look reaches back at least so far: looks that fail for no longer are made up for."""
# Prometheus' clock is ours, up to the rounding of both.
_SKEW_SECONDS = 0.05


@dataclass(slots=True)
class Seen:
    """What became of one alert. All times are Unix seconds, in order."""

    pending: list[float] = field(default_factory=list)
    firing: list[float] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    is_firing: bool = False
    state: State = State.ENDED

    def first(self, times: list[float], since: float) -> float | None:
        """The first of `times` that is not before `since`."""
        return next((time for time in times if time >= since - _SKEW_SECONDS), None)

    def told(self, since: float) -> Notice | None:
        """The first notice since then that it fires."""
        return next((n for n in self.notices if not n.resolved and n.at >= since), None)

    def told_ended(self, since: float) -> float | None:
        """When the last of what was told as firing was told as ended, or None."""
        open_series: set[tuple[tuple[str, str], ...]] = set()
        ended = None
        for notice in self.notices:
            if notice.at < since:
                continue
            series = tuple(sorted(notice.labels.items()))
            if not notice.resolved:
                open_series.add(series)
                ended = None
            elif series in open_series:
                open_series.discard(series)
                ended = None if open_series else notice.at
        return ended


class Watch:
    """Looks at one stack; `emit` hears of everything that is new."""

    def __init__(
        self, stack: str, prometheus: Prometheus, notices: Notices, *, every: float, emit: Emit
    ) -> None:
        self._stack, self._prometheus, self._notices = stack, prometheus, notices
        self._every, self._emit = every, emit
        self._alerts: dict[str, Seen] = {}

    def of(self, alert: str) -> Seen:
        """What is known of an alert so far."""
        return self._alerts.setdefault(alert, Seen())

    @property
    def names(self) -> tuple[str, ...]:
        """Every alert that was seen at all."""
        return tuple(sorted(self._alerts))

    @property
    def active(self) -> frozenset[str]:
        """The alerts that are pending or firing now."""
        return frozenset(n for n, seen in self._alerts.items() if seen.state is not State.ENDED)

    @property
    def firing(self) -> frozenset[str]:
        """The alerts that are firing now."""
        return frozenset(name for name, seen in self._alerts.items() if seen.is_firing)

    def ended(self, alert: str) -> float | None:
        """When the alert, which fires no longer, ended: one evaluation after its last."""
        seen = self.of(alert)
        return None if seen.is_firing or not seen.firing else seen.firing[-1] + self._every

    def look(self) -> None:
        """Take in what happened since the last look. UnreachableError passes through."""
        reach = max(LEAST_REACH_SECONDS, round(10 * self._every))
        for series in self._prometheus.history(f"ALERTS[{reach}s]"):
            seen = self.of(series.labels["alertname"])
            known = seen.firing if series.labels["alertstate"] == "firing" else seen.pending
            known[:] = sorted({*known, *series.times})
        now: dict[str, State] = {}
        for sample in self._prometheus.query("ALERTS"):
            name, state = sample.labels["alertname"], State(sample.labels["alertstate"])
            if now.get(name) is not State.FIRING:
                now[name] = state
        for name in sorted({*self._alerts, *now}):
            self._turn(name, now.get(name, State.ENDED))
        for notice in self._notices.news():
            self.of(notice.alert).notices.append(notice)
            self._emit(Told(self._stack, notice.alert, notice.receiver, notice.resolved, notice.at))

    def _turn(self, name: str, state: State) -> None:
        seen = self.of(name)
        seen.is_firing = state is State.FIRING
        if state is seen.state:
            return
        seen.state = state
        times = {State.PENDING: seen.pending, State.FIRING: seen.firing}.get(state)
        last = (seen.firing or seen.pending or [0.0])[-1] + self._every
        self._emit(Turned(self._stack, name, state, times[-1] if times else last))
