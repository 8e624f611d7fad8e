"""One step on one stage: apply the cause, see its alerts through, clear it, see them end."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from toolkit.alerts import Alert
from toolkit.drill.apply_causes import ImpossibleError
from toolkit.drill.deadlines import uncompressed
from toolkit.drill.events import Applied, Judged, Said
from toolkit.drill.notifications import Notice
from toolkit.drill.observer import LEAST_REACH_SECONDS, Emit, Watch
from toolkit.drill.plan import Lane, Silence, Step
from toolkit.drill.results import FalseAlarm, Ran, Record, Silenced, Verdict
from toolkit.drill.stacks import Stage
from toolkit.durations import seconds
from toolkit.errors import UnreachableError
from toolkit.project import Project

# A machine that does other things may be this much slower than predicted before an alert
# counts as missed.
PATIENCE_FACTOR, PATIENCE_SECONDS = 2.0, 20.0
_LOOK_SECONDS = 0.4
CALM_SCRAPES = 3  # for which the background alone is watched
BACKGROUND = "background alone"


class Interrupted(Exception):  # noqa: N818 - it is no error: somebody ended the drill
    """Raised between two looks, once the drill is to end."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one step found."""

    records: tuple[Record, ...]
    ran: Ran
    false_alarms: tuple[FalseAlarm, ...]
    silenced: tuple[Silenced, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """Plays the steps of a lane, one after another."""

    project: Project
    lane: Lane
    stage: Stage
    watch: Watch
    emit: Emit
    stop: threading.Event

    def quiet(self, limit_seconds: float) -> bool:
        """Wait until no alert is firing; whether that came about.

        Where time is compressed, none is pending either: in real time one may be for as long
        as its window, and nobody waits for that.
        """
        real = self.lane.clock.compression.factor == 1

        def is_quiet() -> bool:
            return not (self.watch.firing if real else self.watch.active)

        return self._until(is_quiet, limit_seconds)

    def background(self) -> Found:
        """What fires while nothing is wrong: a service that starts may have its alerts first."""
        self.emit(Said(self.lane.name, "waiting until every target is up and no alert fires"))
        # Until the first scrape the service is rightly held to be absent.
        self._until(self._is_scraped, 0.0)
        self.quiet(0.0)
        began = time.time()
        length = CALM_SCRAPES * self.lane.clock.compression.scrape_seconds
        self.emit(Said(self.lane.name, f"watching {BACKGROUND} for {length:g} s"))
        calm = began + length
        self._until(lambda: time.time() >= calm, calm - began)
        alarms = self.false_alarms(frozenset(), BACKGROUND, began)
        ran = Ran(
            cause=BACKGROUND,
            stack=self.lane.name,
            applied=began,
            cleared=time.time(),
            fired=tuple(alarm.alert for alarm in alarms),
            proving=(),
            also=(),
        )
        return Found((), ran, alarms, ())

    def _is_scraped(self) -> bool:
        up = {x.labels["job"] for x in self.stage.prometheus.query("up") if x.value == 1}
        return up >= set(self.project.config.jobs)

    def play(self, step: Step) -> Found:
        """The step from its cause to the last alert's end. UnreachableError passes through."""
        began = time.time()
        try:
            self._prelude(step)
        except ImpossibleError as error:
            return self._impossible(step, error)
        try:
            applied = self.stage.controls.apply(step.cause)
        except ImpossibleError as error:
            if step.before is not None:
                self.stage.controls.clear(step.before)
            return self._impossible(step, error)
        self.emit(Applied(self.lane.name, step.cause.title, cleared=False, at=applied))
        longest = max(self.lane.clock.to_fire(alert) for alert in step.alerts)
        if step.awaited is not None:
            longest = max(longest, self.lane.clock.to_fire(step.awaited))
        names = ", ".join(alert.name for alert in step.alerts)
        self.emit(Said(self.lane.name, f"{names}: to fire within {longest:g} s"))
        self._until(lambda: self._is_shown(step, applied), longest)
        cleared = self.stage.controls.clear(step.cause)
        if step.before is not None:
            before = self.stage.controls.clear(step.before)
            self.emit(Applied(self.lane.name, step.before.title, cleared=True, at=before))
        self.emit(Applied(self.lane.name, step.cause.title, cleared=True, at=cleared))
        longest = max(self.lane.clock.to_end(alert) for alert in step.alerts)
        self._until(lambda: self._is_over(step, applied), longest)
        records = tuple(self._record(step, alert, applied, cleared) for alert in step.alerts)
        self.quiet(longest)
        for record in records:
            self.emit(Judged(self.lane.name, record))
        return Found(
            records=records,
            ran=self._ran(step, applied, cleared),
            false_alarms=self.false_alarms(step.expected, step.cause.title, began),
            silenced=tuple(self._silenced(silence, applied) for silence in step.silences),
        )

    def false_alarms(
        self, expected: frozenset[str], cause: str, since: float
    ) -> tuple[FalseAlarm, ...]:
        """Every alert that has fired since then and is not among the expected."""
        found = []
        for name in self.watch.names:
            seen = self.watch.of(name)
            at = seen.first(seen.firing, since)
            if at is not None and name not in expected:
                found.append(FalseAlarm(name, cause, self.lane.name, at))
        return tuple(found)

    def _prelude(self, step: Step) -> None:
        """Apply what comes first, and wait until half of the awaited alert's hold is over."""
        if step.before is None or step.awaited is None:
            return
        began = self.stage.controls.apply(step.before)
        self.emit(Applied(self.lane.name, step.before.title, cleared=False, at=began))
        half = self.lane.clock.compression.hold_seconds(seconds(step.awaited.hold)) / 2
        seen = self.watch.of(step.awaited.name)

        def half_over() -> bool:
            pending = seen.first(seen.pending, began)
            return pending is not None and time.time() >= pending + half

        self._until(half_over, self.lane.clock.to_fire(step.awaited))

    def _until(self, condition: Callable[[], bool], predicted_seconds: float) -> bool:
        """Look again and again until the condition holds, or far longer than predicted.

        A look that finds nobody is made up for by the next, as long as that reaches back so far.
        """
        heard = time.monotonic()
        deadline = heard + PATIENCE_FACTOR * predicted_seconds + PATIENCE_SECONDS
        while True:
            try:
                self.watch.look()
                if condition():
                    return True
                heard = time.monotonic()
            except UnreachableError:
                if time.monotonic() > heard + LEAST_REACH_SECONDS:
                    raise
            if time.monotonic() > deadline:
                return False
            if self.stop.wait(_LOOK_SECONDS):
                raise Interrupted

    def _is_shown(self, step: Step, applied: float) -> bool:
        told = all(self.watch.of(alert.name).told(applied) for alert in step.alerts)
        return told and all(self._is_silent(silence, applied) for silence in step.silences)

    def _is_silent(self, silence: Silence, applied: float) -> bool:
        """Whether a target has fired for so long that it would have been told by now."""
        routing = self.project.routing
        if routing is None:
            return True
        faster = self.lane.clock.compression.routing(routing)
        wait = seconds(faster.group_wait) + seconds(faster.group_interval)
        for name in silence.targets:
            seen = self.watch.of(name)
            at = seen.first(seen.firing, applied)
            if at is not None and time.time() > at + wait + 1:
                return True
        return False

    def _is_over(self, step: Step, applied: float) -> bool:
        """Whether each alert that fired has ended, and each that was told was told so."""
        for alert in step.alerts:
            seen = self.watch.of(alert.name)
            if seen.is_firing or (seen.told(applied) and seen.told_ended(applied) is None):
                return False
        return True

    def _silenced(self, silence: Silence, applied: float) -> Silenced:
        source = self.watch.of(silence.source)
        notice = source.told(applied)
        if notice is None:
            return Silenced(silence.source, (), (), silence.must)
        end = self.watch.ended(silence.source) or time.time()
        fired, told = [], []
        for name in silence.targets:
            seen = self.watch.of(name)
            at = seen.first(seen.firing, applied)
            first = seen.told(applied)
            if at is None or at >= end or (first is not None and first.at < notice.at):
                continue
            fired.append(name)
            if first is not None and first.at < end:
                told.append(name)
        return Silenced(silence.source, tuple(fired), tuple(told), silence.must)

    def _ran(self, step: Step, applied: float, cleared: float) -> Ran:
        fired = tuple(
            name
            for name in self.watch.names
            if self.watch.of(name).first(self.watch.of(name).firing, applied) is not None
        )
        proving = tuple(alert.name for alert in step.alerts)
        return Ran(
            cause=step.cause.title,
            stack=self.lane.name,
            applied=applied,
            cleared=cleared,
            fired=fired,
            proving=proving,
            also=tuple(sorted(step.expected - set(proving))),
        )

    def _impossible(self, step: Step, error: ImpossibleError) -> Found:
        records = tuple(
            Record(
                alert=alert.name,
                severity=alert.severity.value,
                verdict=Verdict.IMPOSSIBLE,
                cause=step.cause.title,
                stack=self.lane.name,
                problems=(error.message,),
            )
            for alert in step.alerts
        )
        for record in records:
            self.emit(Judged(self.lane.name, record))
        now = time.time()
        return Found(records, self._ran(step, now, now), (), ())

    def _record(self, step: Step, alert: Alert, applied: float, cleared: float) -> Record:
        seen = self.watch.of(alert.name)
        firing = seen.first(seen.firing, applied)
        notice = seen.told(applied)
        ended = None if firing is None else self.watch.ended(alert.name)
        told_ended = seen.told_ended(applied)
        problems = tuple(
            text
            for is_so, text in (
                (firing is None, "never fired"),
                (firing is not None and notice is None, "fired, and nobody was told"),
                (firing is not None and ended is None, "did not end after its cause had"),
                (notice is not None and told_ended is None, "nobody was told that it ended"),
            )
            if is_so
        )
        if notice is not None:
            problems += self._wrong(alert, notice)
        return Record(
            alert=alert.name,
            severity=alert.severity.value,
            verdict=Verdict.MISSED if problems else Verdict.PROVED,
            cause=step.cause.title,
            stack=self.lane.name,
            factor=self.lane.clock.compression.factor,
            applied=applied,
            pending=seen.first(seen.pending, applied),
            firing=firing,
            told=notice.at if notice else None,
            cleared=cleared,
            ended=ended,
            told_ended=told_ended,
            receiver=notice.receiver if notice else "",
            predicted_seconds=self.lane.clock.to_fire(alert),
            real_seconds=uncompressed(self.project).to_fire(alert),
            problems=problems,
        )

    def _wrong(self, alert: Alert, notice: Notice) -> tuple[str, ...]:
        """What the notification says that its definition does not."""
        wrong = []
        routing = self.project.routing
        receiver = routing.receiver_of(alert).name if routing else notice.receiver
        if notice.receiver != receiver:
            wrong.append(f"was told to {notice.receiver}, not to {receiver}")
        labels = {"severity": alert.severity.value, "component": alert.component}
        annotations = {
            "summary": alert.summary,
            "runbook_url": self.project.config.runbook_url.format(alert=alert.name),
            "dashboard_url": self.project.dashboard_urls[alert.name],
        }
        for wanted, given in ((labels, notice.labels), (annotations, notice.annotations)):
            wrong += [
                f"{key} says {given.get(key)!r}, not {value!r}"
                for key, value in wanted.items()
                if given.get(key) != value
            ]
        description = notice.annotations.get("description", "")
        if not description or "<no value>" in description or "error executing" in description:
            wrong.append(f"description says {description!r}")
        return tuple(wrong)
