"""What a drill found: a record of each alert, false alarms, inhibitions. Values only."""

from dataclasses import dataclass
from enum import StrEnum

from toolkit.errors import ExitStatus


class DrillVerdict(StrEnum):
    """What a drill says of an alert."""

    PROVED = "proved"  # it fired, its receiver was notified, it resolved, and was notified again
    MISSED = "missed"
    EXCUSED = "excused"  # not drilled, for the reason that its definition or the user gives
    IMPOSSIBLE = "impossible"  # its cause could not be applied here


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRecord:
    """One alert's drill. Times are Unix seconds, None for what was not seen.

    `notified` and `notified_resolved` are when the receiver was notified that it fires, and
    that it has resolved. `predicted_seconds` is from the cause to firing, at most, in the
    stack's time, and `real_seconds` in the rules' own.
    """

    alert: str
    severity: str
    verdict: DrillVerdict
    cause: str = ""
    stack: str = ""
    factor: float = 1.0
    applied: float | None = None
    pending: float | None = None
    firing: float | None = None
    notified: float | None = None
    cleared: float | None = None
    resolved: float | None = None
    notified_resolved: float | None = None
    receiver: str = ""
    predicted_seconds: float = 0.0
    real_seconds: float = 0.0
    problems: tuple[str, ...] = ()

    @property
    def measured_seconds(self) -> float | None:
        """From the cause to firing."""
        if self.firing is None or self.applied is None:
            return None
        return self.firing - self.applied

    @property
    def scaled_seconds(self) -> float | None:
        """The measured time in the rules' own time: the same share of what was predicted."""
        measured = self.measured_seconds
        if measured is None or not self.predicted_seconds:
            return None
        return measured / self.predicted_seconds * self.real_seconds


@dataclass(frozen=True, slots=True)
class FalseAlarm:
    """An alert that fired though neither the cause nor its `also` names it."""

    alert: str
    cause: str
    stack: str
    at: float


@dataclass(frozen=True, slots=True)
class ObservedInhibition:
    """Which targets fired while the source did, and of which a receiver was notified.

    `required` says that the step was made to show it; elsewhere targets may fire before their
    source, and then there is nothing to see.
    """

    source: str
    fired: tuple[str, ...]
    notified: tuple[str, ...]
    required: bool = True

    @property
    def held(self) -> bool:
        """Whether nothing was notified, and something was inhibited where that is required."""
        return not self.notified and bool(self.fired or not self.required)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenOnce:
    """A failure beside other stacks that was not seen when its cause was applied alone.

    `what` is said of the alert: "fired falsely". `load` was the machine's then, for each core.
    """

    alert: str
    what: str
    cause: str
    stack: str
    load: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseRun:
    """One cause as it was applied: which alerts fired, and which of them were meant to."""

    cause: str
    stack: str
    applied: float
    cleared: float
    fired: tuple[str, ...]
    proving: tuple[str, ...]
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResult:
    """What one step found."""

    cause_run: CauseRun
    records: tuple[AlertRecord, ...] = ()
    false_alarms: tuple[FalseAlarm, ...] = ()
    inhibitions: tuple[ObservedInhibition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillResult:
    """What a whole drill found. `load` is the machine's at the end, for each core.

    `seen_once` is no finding: it was repeated alone, and these results are of that.
    """

    records: tuple[AlertRecord, ...]
    cause_runs: tuple[CauseRun, ...]
    false_alarms: tuple[FalseAlarm, ...]
    inhibitions: tuple[ObservedInhibition, ...]
    seconds: float
    load: float
    seen_once: tuple[SeenOnce, ...] = ()

    def of(self, verdict: DrillVerdict) -> tuple[AlertRecord, ...]:
        """The records with this verdict."""
        return tuple(record for record in self.records if record.verdict is verdict)

    @property
    def status(self) -> ExitStatus:
        """FINDINGS for anything missed, false or not inhibited; UNKNOWN where a cause failed.

        A drill that proved nothing is UNKNOWN too.
        """
        broken = any(not inhibition.held for inhibition in self.inhibitions)
        if self.of(DrillVerdict.MISSED) or self.false_alarms or broken:
            return ExitStatus.FINDINGS
        if self.of(DrillVerdict.IMPOSSIBLE) or not self.of(DrillVerdict.PROVED):
            return ExitStatus.UNKNOWN
        return ExitStatus.CLEAN
