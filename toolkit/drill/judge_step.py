"""Judges one step by what was observed: each alert, the inhibitions, and false alarms."""

from collections.abc import Iterator
from dataclasses import dataclass

from toolkit.alerts import Alert
from toolkit.drill.alert_observer import Observer
from toolkit.drill.deadlines import uncompressed
from toolkit.drill.notifications import Notification
from toolkit.drill.plan import StackPlan
from toolkit.drill.results import (
    AlertRecord,
    CauseRun,
    DrillVerdict,
    FalseAlarm,
    ObservedInhibition,
)
from toolkit.drill.steps import ExpectedInhibition, Step
from toolkit.project import Project


@dataclass(frozen=True, slots=True, kw_only=True)
class StepJudge:
    """Compares what was observed on a stack with what its plan says. Times are Unix seconds."""

    project: Project
    plan: StackPlan
    observer: Observer

    def record(
        self, step: Step, alert: Alert, applied: float, cleared: float, ended: str = ""
    ) -> AlertRecord:
        """One of the step's alerts: its times, and its problems where it was missed.

        `ended` is traffic that ended by itself meanwhile: an alert that did not fire proves
        nothing then.
        """
        observed = self.observer.of(alert.name)
        # An alert that fired for another cause before this one was applied proves nothing.
        firing = observed.first_firing(applied)
        notification = observed.first_notification(applied)
        # Without having fired it is not firing now, which is no sign that it has resolved.
        resolved = None if firing is None else self.observer.resolved(alert.name)
        notified_resolved = observed.notified_resolved(applied)
        problems = []
        if firing is None:
            problems.append(f"never fired: {ended}" if ended else "never fired")
        else:
            if notification is None:
                problems.append("fired, but notified no receiver")
            if resolved is None:
                problems.append("did not resolve after its cause was cleared")
        if notification is not None and notified_resolved is None:
            problems.append("notified no receiver that it has resolved")
        if notification is not None:
            problems += self._differences(alert, notification)
        return AlertRecord(
            alert=alert.name,
            severity=alert.severity.value,
            verdict=DrillVerdict.MISSED if problems else DrillVerdict.PROVED,
            cause=step.cause.title,
            stack=self.plan.name,
            factor=self.plan.timing.compression.factor,
            applied=applied,
            pending=observed.first_pending(applied),
            firing=firing,
            notified=notification.at if notification else None,
            cleared=cleared,
            resolved=resolved,
            notified_resolved=notified_resolved,
            receiver=notification.receiver if notification else "",
            predicted_seconds=self.plan.timing.fire_seconds(alert),
            real_seconds=uncompressed(self.project).fire_seconds(alert),
            problems=tuple(problems),
        )

    def cause_run(self, step: Step, applied: float, cleared: float) -> CauseRun:
        """What fired with the step's cause."""
        proving = tuple(alert.name for alert in step.alerts)
        return CauseRun(
            cause=step.cause.title,
            stack=self.plan.name,
            applied=applied,
            cleared=cleared,
            fired=tuple(name for name, _ in self._fired(applied)),
            proving=proving,
            also=tuple(sorted(step.expected - set(proving))),
        )

    def false_alarms(
        self, expected: frozenset[str], cause: str, since: float
    ) -> tuple[FalseAlarm, ...]:
        """Every alert that has fired since then and is not among the expected."""
        return tuple(
            FalseAlarm(name, cause, self.plan.name, at)
            for name, at in self._fired(since)
            if name not in expected
        )

    def inhibition(
        self, expected: ExpectedInhibition, applied: float, now: float
    ) -> ObservedInhibition:
        """Which targets fired between the notification of the source and its end.

        A target that was notified before its source was is not inhibited yet.
        """
        source = self.observer.of(expected.source).first_notification(applied)
        if source is None:
            return ObservedInhibition(expected.source, (), (), expected.required)
        fired: list[str] = []
        notified: list[str] = []
        over = self.observer.resolved(expected.source) or now
        for name in expected.targets:
            observed = self.observer.of(name)
            at = observed.first_firing(applied)
            first = observed.first_notification(applied)
            # Alertmanager inhibits notifications, not alerts: one that left before the source's
            # own is in order, and so is one after it has resolved.
            if at is None or at >= over or (first is not None and first.at < source.at):
                continue
            fired.append(name)
            if first is not None and first.at < over:
                notified.append(name)
        return ObservedInhibition(expected.source, tuple(fired), tuple(notified), expected.required)

    def _fired(self, since: float) -> Iterator[tuple[str, float]]:
        for name in self.observer.names:
            at = self.observer.of(name).first_firing(since)
            if at is not None:
                yield name, at

    def _annotations(self, alert: Alert) -> dict[str, str]:
        """What the notification must be annotated with, the description left out."""
        if alert.as_written is not None:
            return {"summary": alert.summary} if alert.summary else {}
        return {
            "summary": alert.summary,
            "runbook_url": self.project.config.runbook_url.format(alert=alert.name),
            "dashboard_url": self.project.dashboard_urls[alert.name],
        }

    def _differences(self, alert: Alert, notification: Notification) -> Iterator[str]:
        """What the notification says that the alert's definition does not."""
        routing = self.project.routing
        receivers = [receiver.name for receiver in routing.receivers_of(alert)] if routing else []
        if routing and notification.receiver not in receivers:
            yield f"notified {notification.receiver}, not {', '.join(receivers)}"
        for wanted, given in (
            (alert.rule_labels, notification.labels),
            (self._annotations(alert), notification.annotations),
        ):
            for key, value in wanted.items():
                if "{{" not in value and given.get(key) != value:
                    yield f"{key} says {given.get(key)!r}, not {value!r}"
        if not alert.description:
            return
        description = notification.annotations.get("description", "")
        # What Prometheus writes where a template reads a label that is missing, or fails.
        if not description or "<no value>" in description or "error executing" in description:
            yield f"description says {description!r}"
