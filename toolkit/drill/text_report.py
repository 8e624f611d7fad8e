"""A drill's outcome as text, JSON, JUnit or GitHub annotations."""

import json
from collections.abc import Sequence
from dataclasses import asdict

from toolkit.drill.results import Outcome, Ran, Record, Silenced, Verdict
from toolkit.findings import Level
from toolkit.formats import github_annotations
from toolkit.formats.github_annotations import Annotation
from toolkit.formats.junit_xml import Case, Ending, Suite, junit_xml
from toolkit.formats.tables import markdown_table

FORMATS = ("text", "json", "junit", "github")
MARKS = {
    Verdict.PROVED: "✓",
    Verdict.MISSED: "✗",
    Verdict.EXCUSED: "-",
    Verdict.IMPOSSIBLE: "?",
}
# Processes that wait for each core; above it, what is slow may be so for their sake.
BUSY = 1.2
# What a cell of the matrix says.
PROVED, MISSED, MAY, FALSE, NOTHING, UNTRIED = "✓", "✗", "o", "!", ".", "?"
LEGEND = (
    f"{PROVED} fired as it must   {MISSED} must fire, and was missed   "
    f"{MAY} fired, as it may   {FALSE} false alarm   {NOTHING} silent   {UNTRIED} not applied"
)


def render(outcome: Outcome, form: str) -> str:
    """The outcome in the format named; the text ends with `Drill: N/M alerts proved`."""
    return {"text": _text, "json": _json, "junit": _junit, "github": _github}[form](outcome)


def matrix(outcome: Outcome) -> tuple[tuple[Ran, ...], dict[str, tuple[str, ...]]]:
    """The causes, and for each alert that was drilled or fired one mark a cause."""
    ran = outcome.ran
    drilled = [record.alert for record in outcome.records if record.verdict is not Verdict.EXCUSED]
    others = sorted({name for each in ran for name in each.fired} - set(drilled))
    marks = {Verdict.MISSED: MISSED, Verdict.IMPOSSIBLE: UNTRIED}
    own = {record.alert: marks.get(record.verdict, PROVED) for record in outcome.records}
    false = {(alarm.alert, alarm.cause, alarm.stack) for alarm in outcome.false_alarms}
    rows = {
        alert: tuple(_mark(alert, each, own.get(alert, PROVED), false) for each in ran)
        for alert in (*drilled, *others)
    }
    return ran, rows


def _mark(alert: str, ran: Ran, own: str, false: set[tuple[str, str, str]]) -> str:
    """The mark of one cell; `own` is that of the alert's own cause."""
    if alert in ran.proving:
        return own
    if (alert, ran.cause, ran.stack) in false:
        return FALSE
    return MAY if alert in ran.fired else NOTHING


def length(seconds: float | None) -> str:
    """A time span for a person: 7.2 s, 12 min, 3.5 h; a dash for none."""
    if seconds is None:
        return "-"
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds:.1f} s"
    if seconds < 7200:  # noqa: PLR2004 - two hours
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def summary(outcome: Outcome) -> str:
    """One line: how many were proved, and what else was found."""
    counts = {verdict: len(outcome.of(verdict)) for verdict in Verdict}
    judged = len(outcome.records) - counts[Verdict.EXCUSED]
    extra = [
        f"{counts[verdict]} {word}"
        for verdict, word in (
            (Verdict.MISSED, "missed"),
            (Verdict.IMPOSSIBLE, "not drillable"),
            (Verdict.EXCUSED, "excused"),
        )
        if counts[verdict]
    ]
    alarms = len(outcome.false_alarms)
    extra.append(f"{alarms or 'no'} false alarm{'s' * (alarms > 1)}")
    broken = sum(not silence.held for silence in outcome.silenced)
    if broken:
        extra.append(f"{broken} inhibition{'s' * (broken > 1)} failed")
    return (
        f"Drill: {counts[Verdict.PROVED]}/{judged} alerts proved, {', '.join(extra)}, "
        f"in {outcome.seconds:.0f} s"
    )


def _text(outcome: Outcome) -> str:
    lines = [*_records(outcome.records), "", *_matrix(outcome)]
    lines += [f"! {x.alert} fired falsely, with: {x.cause}" for x in outcome.false_alarms]
    for silence in outcome.silenced:
        mark = MISSED if not silence.held else PROVED if silence.fired else "-"
        held = f"fired and nobody was told: {', '.join(silence.fired)}"
        what = held if silence.fired and not silence.told else _unheld(silence)
        lines.append(f"{mark} while {silence.source} fires, {what}")
    if outcome.false_alarms and outcome.load > BUSY:
        lines.append(
            f"The machine was busy (load {outcome.load:.1f} for each core): answers may have been "
            "slow for that reason. Drill again when it is idle."
        )
    return "\n".join([*lines, "", summary(outcome)]) + "\n"


def _unheld(silence: Silenced) -> str:
    if silence.told:
        return f"told though it should be silent: {', '.join(silence.told)}"
    return "nothing fired after it that it could silence"


def _records(records: Sequence[Record]) -> list[str]:
    head = ("", "alert", "fired after", "at most", "in production", "at most", "told")
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


def _matrix(outcome: Outcome) -> list[str]:
    ran, rows = matrix(outcome)
    if not ran:
        return []
    width = max(map(len, rows), default=0)
    numbers = [str(number) for number in range(1, len(ran) + 1)]
    cells = max(map(len, numbers))
    lines = [" " * width + "  " + " ".join(number.rjust(cells) for number in numbers)]
    for alert, marks in rows.items():
        shown = " ".join(mark.rjust(cells) for mark in marks)
        lines.append(f"{alert.ljust(width)}  {shown}")
    lines += ["", LEGEND, ""]
    lines += [f"{n.rjust(3)} {each.cause}" for n, each in zip(numbers, ran, strict=True)]
    return [*lines, ""]


def _json(outcome: Outcome) -> str:
    data = {
        "status": int(outcome.status),
        "seconds": round(outcome.seconds, 1),
        "alerts": [
            {
                **asdict(record),
                "verdict": record.verdict.value,
                "measured_seconds": record.measured_seconds,
                "scaled_seconds": record.scaled_seconds,
            }
            for record in outcome.records
        ],
        "causes": [asdict(ran) for ran in outcome.ran],
        "false_alarms": [asdict(alarm) for alarm in outcome.false_alarms],
        "silenced": [asdict(silence) | {"held": silence.held} for silence in outcome.silenced],
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


_ENDINGS = {
    Verdict.MISSED: Ending.FAILED,
    Verdict.IMPOSSIBLE: Ending.UNKNOWN,
    Verdict.EXCUSED: Ending.SKIPPED,
}


def _junit(outcome: Outcome) -> str:
    alerts = [
        Case(
            record.alert,
            _ENDINGS.get(record.verdict, Ending.PASSED),
            "; ".join(record.problems),
            seconds=record.measured_seconds or 0.0,
        )
        for record in outcome.records
    ]
    alarms = [
        Case(alarm.alert, Ending.FAILED, f"fired falsely, with: {alarm.cause}")
        for alarm in outcome.false_alarms
    ]
    inhibitions = [
        Case(silence.source)
        if silence.held
        else Case(silence.source, Ending.FAILED, _unheld(silence))
        for silence in outcome.silenced
    ]
    suites = [
        Suite("alerts", alerts),
        Suite("false alarms", alarms),
        Suite("inhibitions", inhibitions),
    ]
    return junit_xml("toolkit drill", suites)


def _github(outcome: Outcome) -> str:
    levels = {Verdict.MISSED: Level.ERROR, Verdict.IMPOSSIBLE: Level.WARNING}
    shown = [
        Annotation(levels[record.verdict], f"{record.alert}: {record.verdict.value}",
                   "\n".join(record.problems))
        for record in outcome.records
        if record.verdict in levels
    ]  # fmt: skip
    shown += [
        Annotation(
            Level.ERROR, f"{alarm.alert}: false alarm", f"fired falsely, with: {alarm.cause}"
        )
        for alarm in outcome.false_alarms
    ]
    shown += [
        Annotation(Level.ERROR, f"{silence.source}: inhibition failed", _unheld(silence))
        for silence in outcome.silenced
        if not silence.held
    ]
    return f"{github_annotations.annotations(shown)}{summary(outcome)}\n"


def markdown(outcome: Outcome) -> str:
    """The outcome as a table, for the summary of a job."""
    rows = [
        (
            f"`{record.alert}`",
            f"{MARKS[record.verdict]} {record.verdict.value}",
            length(record.measured_seconds),
            length(record.predicted_seconds or None),
            record.receiver or "-",
            "\n".join(record.problems),
        )
        for record in outcome.records
    ]
    rows += [
        (f"`{alarm.alert}`", f"{FALSE} false alarm", "-", "-", "-", f"with: {alarm.cause}")
        for alarm in outcome.false_alarms
    ]
    header = ("alert", "verdict", "fired after", "at most", "told", "problems")
    return f"### toolkit drill\n\n{summary(outcome)}\n\n{markdown_table(header, rows)}\n"
