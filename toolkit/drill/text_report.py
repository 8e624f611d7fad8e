"""A drill's result as text, and the words that all its reports share."""

from collections.abc import Sequence

from toolkit.drill.results import (
    AlertRecord,
    CauseRun,
    DrillResult,
    DrillVerdict,
    ObservedInhibition,
    SeenOnce,
)

MARKS = {
    DrillVerdict.PROVED: "✓",
    DrillVerdict.MISSED: "✗",
    DrillVerdict.EXCUSED: "-",
    DrillVerdict.IMPOSSIBLE: "?",
}
# Processes that wait for each core; above it, what is slow may be so for their sake.
BUSY = 1.2
# What a cell of the matrix says.
PROVED, MISSED, MAY, FALSE, NOTHING, UNTRIED = "✓", "✗", "o", "!", ".", "?"
ONCE = "~"  # what was seen beside other stacks, and not when it was repeated alone
LEGEND = (
    f"{PROVED} fired as it must   {MISSED} must fire, and was missed   "
    f"{MAY} fired, as it may   {FALSE} false alarm   {NOTHING} did not fire   {UNTRIED} not applied"
)


def as_text(result: DrillResult) -> str:
    """Everything that was found; the last line is `Drill: N/M alerts proved, …`."""
    lines = [*_records(result.records), "", *_matrix(result)]
    lines += [f"! {x.alert} fired falsely, with: {x.cause}" for x in result.false_alarms]
    lines += [_inhibition(inhibition) for inhibition in result.inhibitions]
    lines += [f"{ONCE} {x.alert} {seen_once_text(x)}" for x in result.seen_once]
    if result.false_alarms and result.load > BUSY:
        lines.append(
            f"The machine was busy (load {result.load:.1f} for each core): answers may have been "
            "slow for that reason. Drill again when it is idle."
        )
    return "\n".join([*lines, "", summary(result)]) + "\n"


def matrix(result: DrillResult) -> tuple[tuple[CauseRun, ...], dict[str, tuple[str, ...]]]:
    """The causes, and for each alert that was drilled or fired one mark a cause."""
    runs = result.cause_runs
    drilled = [
        record.alert for record in result.records if record.verdict is not DrillVerdict.EXCUSED
    ]
    others = sorted({name for each in runs for name in each.fired} - set(drilled))
    marks = {DrillVerdict.MISSED: MISSED, DrillVerdict.IMPOSSIBLE: UNTRIED}
    own = {record.alert: marks.get(record.verdict, PROVED) for record in result.records}
    false = {(alarm.alert, alarm.cause, alarm.stack) for alarm in result.false_alarms}
    rows = {
        alert: tuple(_mark(alert, each, own.get(alert, PROVED), false) for each in runs)
        for alert in (*drilled, *others)
    }
    return runs, rows


def _mark(alert: str, run: CauseRun, own: str, false: set[tuple[str, str, str]]) -> str:
    """The mark of one cell; `own` is that of the alert's own cause."""
    if alert in run.proving:
        return own
    if (alert, run.cause, run.stack) in false:
        return FALSE
    return MAY if alert in run.fired else NOTHING


def length(seconds: float | None) -> str:
    """A time span for a person: 7.2 s, 12 min, 3.5 h; a dash for none."""
    if seconds is None:
        return "-"
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds:.1f} s"
    if seconds < 7200:  # noqa: PLR2004 - two hours
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def summary(result: DrillResult) -> str:
    """One line: how many were proved, and what else was found."""
    counts = {verdict: len(result.of(verdict)) for verdict in DrillVerdict}
    judged = len(result.records) - counts[DrillVerdict.EXCUSED]
    extra = [
        f"{counts[verdict]} {word}"
        for verdict, word in (
            (DrillVerdict.MISSED, "missed"),
            (DrillVerdict.IMPOSSIBLE, "not drillable"),
            (DrillVerdict.EXCUSED, "excused"),
        )
        if counts[verdict]
    ]
    alarms = len(result.false_alarms)
    extra.append(f"{alarms or 'no'} false alarm{'s' * (alarms > 1)}")
    broken = sum(not inhibition.held for inhibition in result.inhibitions)
    if broken:
        extra.append(f"{broken} inhibition{'s' * (broken > 1)} failed")
    if result.seen_once:
        extra.append(f"{len(result.seen_once)} seen once and not again")
    return (
        f"Drill: {counts[DrillVerdict.PROVED]}/{judged} alerts proved, {', '.join(extra)}, "
        f"in {result.seconds:.0f} s"
    )


def _inhibition(inhibition: ObservedInhibition) -> str:
    mark = PROVED if inhibition.fired else "-"
    if not inhibition.held:
        mark = MISSED
    return f"{mark} while {inhibition.source} fires, {inhibition_text(inhibition)}"


def inhibition_text(inhibition: ObservedInhibition) -> str:
    """What became of the targets, after `while SOURCE fires,`."""
    if inhibition.notified:
        return f"notified though it should be inhibited: {', '.join(inhibition.notified)}"
    if inhibition.fired:
        return f"fired without a notification: {', '.join(inhibition.fired)}"
    return "nothing fired after it that it could inhibit"


def seen_once_text(found: SeenOnce) -> str:
    """What was seen of an alert, after its name, and why that is no finding."""
    return (
        f"{found.what}, with: {found.cause}. Seen once, while several stacks ran "
        f"(load {found.load:.1f} for each core); not seen when repeated alone"
    )


def _records(records: Sequence[AlertRecord]) -> list[str]:
    head = ("", "alert", "fired after", "at most", "in production", "at most", "notified")
    rows = [
        (
            MARKS[record.verdict],
            record.alert,
            length(record.measured_seconds),
            length(record.predicted_seconds or None),
            length(record.scaled_seconds),
            length(record.real_seconds or None),
            record.receiver or "-",
        )
        for record in records
    ]
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]

    def line(cells: tuple[str, ...]) -> str:
        padded = zip(cells, widths, strict=True)
        return "  ".join(cell.ljust(width) for cell, width in padded).rstrip()

    lines = [line(head)]
    for record, row in zip(records, rows, strict=True):
        lines.append(line(row))
        lines += [f"     {problem}" for problem in record.problems]
    return lines


def _matrix(result: DrillResult) -> list[str]:
    runs, rows = matrix(result)
    if not runs:
        return []
    width = max(map(len, rows), default=0)
    numbers = [str(number) for number in range(1, len(runs) + 1)]
    cells = max(map(len, numbers))
    lines = [" " * width + "  " + " ".join(number.rjust(cells) for number in numbers)]
    for alert, marks in rows.items():
        shown = " ".join(mark.rjust(cells) for mark in marks)
        lines.append(f"{alert.ljust(width)}  {shown}")
    lines += ["", LEGEND, ""]
    lines += [f"{n.rjust(3)} {each.cause}" for n, each in zip(numbers, runs, strict=True)]
    return [*lines, ""]
