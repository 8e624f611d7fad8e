"""Runs one step on one stack: applies its cause, waits, clears it, waits again, judges."""

from dataclasses import dataclass

from toolkit.drill.apply_causes import ImpossibleError
from toolkit.drill.events import AlertJudged, CauseApplied, CauseCleared, Emit, StackProgressed
from toolkit.drill.judge_step import StepJudge
from toolkit.drill.own_or_running_stack import DrillStack
from toolkit.drill.plan import StackPlan
from toolkit.drill.results import AlertRecord, CauseRun, DrillVerdict, StepResult
from toolkit.drill.steps import EarlierCause, ExpectedInhibition, Step
from toolkit.drill.wait_for_condition import Poller
from toolkit.durations import seconds
from toolkit.project import Project

CALM_SCRAPES = 3  # for which the background alone is watched
BACKGROUND = "background alone"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRunner:
    """Runs the steps of one stack, one after another."""

    project: Project
    plan: StackPlan
    stack: DrillStack
    poller: Poller
    emit: Emit

    def background(self) -> StepResult:
        """What fires while nothing is wrong, once the alerts of a starting service are over."""
        self._say("waiting until every target is up and no alert fires")
        # Until the first scrape the service is rightly held to be absent, which fires its alert.
        self.poller.until(self._is_scraped, 0.0)
        self._wait_until_quiet(0.0)
        began = self._now()
        length = CALM_SCRAPES * self.plan.timing.compression.scrape_seconds
        self._say(f"watching {BACKGROUND} for {length:g} s")
        self.poller.until(lambda: self._now() >= began + length, length)
        if ended := self.stack.controls.ended_traffic():
            self._say(ended)
        alarms = self._judge().false_alarms(frozenset(), BACKGROUND, began)
        run = CauseRun(
            cause=BACKGROUND,
            stack=self.plan.name,
            applied=began,
            cleared=self._now(),
            fired=tuple(alarm.alert for alarm in alarms),
            proving=(),
            also=(),
        )
        return StepResult(cause_run=run, false_alarms=alarms)

    def run(self, step: Step) -> StepResult:
        """The step until its alerts have resolved. UnreachableError passes through."""
        began = self._now()
        try:
            if self.stack.controls.restart_background():
                self._say("the background had ended by itself, and was started again")
            applied = self._apply(step)
        except ImpossibleError as error:
            return self._impossible(step, error)
        longest = self.plan.timing.fire_seconds(*step.awaited)
        names = ", ".join(alert.name for alert in step.alerts)
        self._say(f"{names}: to fire within {longest:g} s")
        self.poller.until(lambda: self._is_shown(step, applied), longest)
        ended = self.stack.controls.ended_traffic()
        cleared = self._clear(step)
        longest = self.plan.timing.resolve_seconds(*step.alerts)
        self.poller.until(lambda: self._is_over(step, applied), longest)
        judge = self._judge()
        # Judged before the stack is quiet: an alert that resolves only then was too late.
        records = tuple(judge.record(step, alert, applied, cleared, ended) for alert in step.alerts)
        self._wait_until_quiet(longest)
        for record in records:
            self.emit(AlertJudged(self.plan.name, record))
        return StepResult(
            cause_run=judge.cause_run(step, applied, cleared),
            records=records,
            false_alarms=judge.false_alarms(step.expected, step.cause.title, began),
            inhibitions=tuple(
                judge.inhibition(expected, applied, self._now()) for expected in step.inhibitions
            ),
        )

    def _apply(self, step: Step) -> float:
        """Apply the step's causes; the time from which on its own one holds."""
        if step.earlier is not None:
            self._apply_earlier(step.earlier)
        try:
            applied = self.stack.controls.apply(step.cause)
        except ImpossibleError:
            if step.earlier is not None:
                self.stack.controls.clear(step.earlier.cause)
            raise
        self.emit(CauseApplied(self.plan.name, step.cause.title, applied))
        return applied

    def _apply_earlier(self, earlier: EarlierCause) -> None:
        """Apply what comes first, and wait until half of its alert's hold is over."""
        began = self.stack.controls.apply(earlier.cause)
        self.emit(CauseApplied(self.plan.name, earlier.cause.title, began))
        half = self.plan.timing.compression.hold_seconds(seconds(earlier.alert.hold)) / 2
        observed = self.poller.observer.of(earlier.alert.name)

        def is_half_over() -> bool:
            pending = observed.first_pending(began)
            return pending is not None and self._now() >= pending + half

        self.poller.until(is_half_over, self.plan.timing.fire_seconds(earlier.alert))

    def _clear(self, step: Step) -> float:
        """Clear the step's causes; the time from which on its own one holds no longer."""
        cleared = self.stack.controls.clear(step.cause)
        self.emit(CauseCleared(self.plan.name, step.cause.title, cleared))
        if step.earlier is not None:
            at = self.stack.controls.clear(step.earlier.cause)
            self.emit(CauseCleared(self.plan.name, step.earlier.cause.title, at))
        return cleared

    def _wait_until_quiet(self, predicted_seconds: float) -> None:
        """Wait until no alert is firing.

        Where time is compressed, none is pending either: in real time one may be for as long
        as its window, and no user waits for that.
        """
        observer = self.poller.observer
        is_real = self.plan.timing.compression.factor == 1
        self.poller.until(
            lambda: not (observer.firing if is_real else observer.active), predicted_seconds
        )

    def _is_scraped(self) -> bool:
        up = {x.labels["job"] for x in self.stack.prometheus.query("up") if x.value == 1}
        return up >= set(self.project.config.constant_jobs)

    def _is_shown(self, step: Step, applied: float) -> bool:
        observer = self.poller.observer
        return all(
            observer.of(alert.name).first_notification(applied) for alert in step.alerts
        ) and all(self._is_inhibited(expected, applied) for expected in step.inhibitions)

    def _is_inhibited(self, expected: ExpectedInhibition, applied: float) -> bool:
        """Whether a target has fired for so long that its notification is overdue."""
        routing = self.project.routing
        if routing is None:
            return True
        faster = self.plan.timing.compression.routing(routing)
        wait = seconds(faster.group_wait) + seconds(faster.group_interval)
        for name in expected.targets:
            at = self.poller.observer.of(name).first_firing(applied)
            # A second more, for Alertmanager's request to the receiver.
            if at is not None and self._now() > at + wait + 1:
                return True
        return False

    def _is_over(self, step: Step, applied: float) -> bool:
        """Whether each alert that fired has resolved, with a notification of that."""
        for alert in step.alerts:
            observed = self.poller.observer.of(alert.name)
            notified = observed.first_notification(applied) is not None
            if observed.is_firing or (notified and observed.notified_resolved(applied) is None):
                return False
        return True

    def _impossible(self, step: Step, error: ImpossibleError) -> StepResult:
        records = tuple(
            AlertRecord(
                alert=alert.name,
                severity=alert.severity.value,
                verdict=DrillVerdict.IMPOSSIBLE,
                cause=step.cause.title,
                stack=self.plan.name,
                problems=(error.message,),
            )
            for alert in step.alerts
        )
        for record in records:
            self.emit(AlertJudged(self.plan.name, record))
        now = self._now()
        return StepResult(cause_run=self._judge().cause_run(step, now, now), records=records)

    def _judge(self) -> StepJudge:
        return StepJudge(project=self.project, plan=self.plan, observer=self.poller.observer)

    def _now(self) -> float:
        return self.poller.clock.time()

    def _say(self, text: str) -> None:
        self.emit(StackProgressed(self.plan.name, text))
