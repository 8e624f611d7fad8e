"""What a drill found: a record for each alert, each false alarm, each silence. Values only."""

from dataclasses import dataclass
from enum import StrEnum

from toolkit.errors import ExitStatus


class Verdict(StrEnum):
    """How an alert's drill ended."""

    PROVED = "proved"  # fired, told, ended, told again
    MISSED = "missed"
    EXCUSED = "excused"  # not drilled, for the reason that its definition or the caller gives
    IMPOSSIBLE = "impossible"  # its cause could not be applied here


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One alert's drill. Times are Unix seconds, None for what was not seen.

    `told` and `told_ended` are when the receiver heard. `predicted_seconds` is from the
    cause to firing, at most, in the stack's time, and `real_seconds` in the rules' own.
    """

    alert: str
    severity: str
    verdict: Verdict
    cause: str = ""
    stack: str = ""
    factor: float = 1.0
    applied: float | None = None
    pending: float | None = None
    firing: float | None = None
    told: float | None = None
    cleared: float | None = None
    ended: float | None = None
    told_ended: float | None = None
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
class Silenced:
    """Whether an inhibition held: which targets fired while the source did, and which were told.

    `must` says that the step was made to show it; elsewhere targets may fire before their
    source, and then there is nothing to see.
    """

    source: str
    fired: tuple[str, ...]
    told: tuple[str, ...]
    must: bool = True

    @property
    def held(self) -> bool:
        """Whether nothing was told, and something was silent where that was to be shown."""
        return not self.told and bool(self.fired or not self.must)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """One cause as it was applied: which alerts fired, and which of them were meant to."""

    cause: str
    stack: str
    applied: float
    cleared: float
    fired: tuple[str, ...]
    proving: tuple[str, ...]
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A whole drill."""

    records: tuple[Record, ...]
    ran: tuple[Ran, ...]
    false_alarms: tuple[FalseAlarm, ...]
    silenced: tuple[Silenced, ...]
    seconds: float
    load: float = 0.0  # of the machine at the end, for each core

    def of(self, verdict: Verdict) -> tuple[Record, ...]:
        """The records that ended so."""
        return tuple(record for record in self.records if record.verdict is verdict)

    @property
    def status(self) -> ExitStatus:
        """FINDINGS for anything missed, false or told in vain; UNKNOWN where a cause failed.

        A drill that proved nothing is nothing known.
        """
        broken = any(not silence.held for silence in self.silenced)
        if self.of(Verdict.MISSED) or self.false_alarms or broken:
            return ExitStatus.FINDINGS
        if self.of(Verdict.IMPOSSIBLE) or not self.of(Verdict.PROVED):
            return ExitStatus.UNKNOWN
        return ExitStatus.CLEAN
