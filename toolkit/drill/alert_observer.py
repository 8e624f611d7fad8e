"""Follows every alert of one stack: Prometheus' states, and Alertmanager's notifications.

States come from `ALERTS`, which Prometheus writes at each evaluation: no state between two
observations is missed, and each time is the evaluation's own.
"""

from dataclasses import dataclass, field

from toolkit.drill.events import AlertState, AlertStateChanged, Emit, NotificationReceived
from toolkit.drill.notifications import Notification, NotificationSource
from toolkit.prometheus.client import Prometheus

LEAST_REACH_SECONDS = 15
"""One observation reaches back at least so far, and makes up for failed ones before it."""
# Prometheus' clock is ours, up to the rounding of both.
_SKEW_SECONDS = 0.05


@dataclass(slots=True)
class ObservedAlert:
    """What became of one alert. All times are Unix seconds, in order."""

    pending: list[float] = field(default_factory=list)
    firing: list[float] = field(default_factory=list)
    notifications: list[Notification] = field(default_factory=list)
    state: AlertState = AlertState.INACTIVE

    @property
    def is_firing(self) -> bool:
        """Whether it fires now."""
        return self.state is AlertState.FIRING

    def first_pending(self, since: float) -> float | None:
        """The first evaluation since then that found it pending."""
        return _first(self.pending, since)

    def first_firing(self, since: float) -> float | None:
        """The first evaluation since then that found it firing."""
        return _first(self.firing, since)

    def first_notification(self, since: float) -> Notification | None:
        """The first notification since then that it fires."""
        return next((n for n in self.notifications if not n.resolved and n.at >= since), None)

    def notified_resolved(self, since: float) -> float | None:
        """When the last series that was notified as firing was notified as resolved, or None."""
        open_series: set[tuple[tuple[str, str], ...]] = set()
        closed = None
        for notification in self.notifications:
            # What an earlier step has notified is that step's to resolve.
            if notification.at < since:
                continue
            series = tuple(sorted(notification.labels.items()))
            if not notification.resolved:
                open_series.add(series)
                closed = None
            elif series in open_series:
                open_series.discard(series)
                closed = None if open_series else notification.at
        return closed


def _first(times: list[float], since: float) -> float | None:
    return next((time for time in times if time >= since - _SKEW_SECONDS), None)


class Observer:
    """Observes the alerts of one stack, and emits an event for each change."""

    def __init__(
        self,
        stack: str,
        prometheus: Prometheus,
        notifications: NotificationSource,
        *,
        every_seconds: float,
        emit: Emit,
    ) -> None:
        self._stack, self._prometheus, self._notifications = stack, prometheus, notifications
        self._every, self._emit = every_seconds, emit
        self._alerts: dict[str, ObservedAlert] = {}

    def of(self, alert: str) -> ObservedAlert:
        """What is known of an alert so far."""
        return self._alerts.setdefault(alert, ObservedAlert())

    @property
    def names(self) -> tuple[str, ...]:
        """Every alert that was observed at all."""
        return tuple(sorted(self._alerts))

    @property
    def active(self) -> frozenset[str]:
        """The alerts that are pending or firing now."""
        return frozenset(
            name
            for name, observed in self._alerts.items()
            if observed.state is not AlertState.INACTIVE
        )

    @property
    def firing(self) -> frozenset[str]:
        """The alerts that are firing now."""
        return frozenset(name for name, observed in self._alerts.items() if observed.is_firing)

    def resolved(self, alert: str) -> float | None:
        """When the alert resolved: one evaluation after its last. None while it fires."""
        observed = self.of(alert)
        if observed.is_firing or not observed.firing:
            return None
        return observed.firing[-1] + self._every

    def observe(self) -> None:
        """Take in what happened since the last observation. UnreachableError passes through."""
        self._read_history()
        self._read_states()
        for notification in self._notifications.collect():
            self.of(notification.alert).notifications.append(notification)
            self._emit(
                NotificationReceived(
                    self._stack,
                    notification.alert,
                    notification.receiver,
                    notification.resolved,
                    notification.at,
                )
            )

    def _read_history(self) -> None:
        reach = max(LEAST_REACH_SECONDS, round(10 * self._every))
        for series in self._prometheus.history(f"ALERTS[{reach}s]"):
            observed = self.of(series.labels["alertname"])
            is_firing = series.labels["alertstate"] == AlertState.FIRING
            known = observed.firing if is_firing else observed.pending
            # Observations overlap, and several series of one alert have equal times.
            known[:] = sorted({*known, *series.times})

    def _read_states(self) -> None:
        """An alert fires while one of its series does, though others may be pending still."""
        now: dict[str, AlertState] = {}
        for sample in self._prometheus.query("ALERTS"):
            name, state = sample.labels["alertname"], AlertState(sample.labels["alertstate"])
            if now.get(name) is not AlertState.FIRING:
                now[name] = state
        for name in sorted({*self._alerts, *now}):
            self._change(name, now.get(name, AlertState.INACTIVE))

    def _change(self, name: str, state: AlertState) -> None:
        observed = self.of(name)
        if state is observed.state:
            return
        observed.state = state
        times = {AlertState.PENDING: observed.pending, AlertState.FIRING: observed.firing}
        over = (observed.firing or observed.pending or [0.0])[-1] + self._every
        at = times[state][-1] if times.get(state) else over
        self._emit(AlertStateChanged(self._stack, name, state, at))
