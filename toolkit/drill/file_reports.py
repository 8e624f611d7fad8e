"""A drill's result for other programs: JSON, JUnit, GitHub. `html_report` writes for people."""

import json
from collections.abc import Callable
from dataclasses import asdict

from toolkit.drill.results import DrillResult, DrillVerdict
from toolkit.drill.text_report import (
    FALSE,
    MARKS,
    ONCE,
    inhibition_text,
    length,
    seen_once_text,
    summary,
)
from toolkit.findings import Level
from toolkit.formats import github_annotations
from toolkit.formats.github_annotations import Annotation
from toolkit.formats.junit_xml import Case, Ending, Suite, junit_xml
from toolkit.formats.tables import markdown_table

_ENDINGS = {
    DrillVerdict.MISSED: Ending.FAILED,
    DrillVerdict.IMPOSSIBLE: Ending.UNKNOWN,
    DrillVerdict.EXCUSED: Ending.SKIPPED,
}
_LEVELS = {DrillVerdict.MISSED: Level.ERROR, DrillVerdict.IMPOSSIBLE: Level.WARNING}


def as_json(result: DrillResult) -> str:
    """Everything that was found, with what follows from the times. Times are Unix seconds."""
    data = {
        "status": int(result.status),
        "seconds": round(result.seconds, 1),
        "alerts": [
            {
                **asdict(record),
                "verdict": record.verdict.value,
                "measured_seconds": record.measured_seconds,
                "scaled_seconds": record.scaled_seconds,
            }
            for record in result.records
        ],
        "causes": [asdict(run) for run in result.cause_runs],
        "false_alarms": [asdict(alarm) for alarm in result.false_alarms],
        "inhibitions": [
            asdict(inhibition) | {"held": inhibition.held} for inhibition in result.inhibitions
        ],
        "seen_once": [asdict(found) for found in result.seen_once],
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def as_junit(result: DrillResult) -> str:
    """Suites with a case for each alert, false alarm and inhibition, and what was seen once."""
    alerts = [
        Case(
            record.alert,
            _ENDINGS.get(record.verdict, Ending.PASSED),
            "; ".join(record.problems),
            seconds=record.measured_seconds or 0.0,
        )
        for record in result.records
    ]
    alarms = [
        Case(alarm.alert, Ending.FAILED, f"fired falsely, with: {alarm.cause}")
        for alarm in result.false_alarms
    ]
    inhibitions = [
        Case(inhibition.source)
        if inhibition.held
        else Case(inhibition.source, Ending.FAILED, inhibition_text(inhibition))
        for inhibition in result.inhibitions
    ]
    suites = [
        Suite("alerts", alerts),
        Suite("false alarms", alarms),
        Suite("inhibitions", inhibitions),
    ]
    if result.seen_once:
        once = [Case(x.alert, Ending.SKIPPED, seen_once_text(x)) for x in result.seen_once]
        suites.append(Suite("seen once", once))
    return junit_xml("toolkit drill", suites)


def as_github(result: DrillResult) -> str:
    """An annotation for everything that went wrong, and the summary's line."""
    shown = [
        Annotation(
            _LEVELS[record.verdict],
            f"{record.alert}: {record.verdict.value}",
            "\n".join(record.problems),
        )
        for record in result.records
        if record.verdict in _LEVELS
    ]
    shown += [
        Annotation(
            Level.ERROR, f"{alarm.alert}: false alarm", f"fired falsely, with: {alarm.cause}"
        )
        for alarm in result.false_alarms
    ]
    shown += [
        Annotation(
            Level.ERROR, f"{inhibition.source}: inhibition failed", inhibition_text(inhibition)
        )
        for inhibition in result.inhibitions
        if not inhibition.held
    ]
    shown += [
        Annotation(Level.WARNING, f"{x.alert}: seen once", seen_once_text(x))
        for x in result.seen_once
    ]
    return f"{github_annotations.annotations(shown)}{summary(result)}\n"


def as_markdown(result: DrillResult) -> str:
    """A table, for the summary of a job."""
    rows = [
        (
            f"`{record.alert}`",
            f"{MARKS[record.verdict]} {record.verdict.value}",
            length(record.measured_seconds),
            length(record.predicted_seconds or None),
            record.receiver or "-",
            "\n".join(record.problems),
        )
        for record in result.records
    ]
    rows += [
        (f"`{alarm.alert}`", f"{FALSE} false alarm", "-", "-", "-", f"with: {alarm.cause}")
        for alarm in result.false_alarms
    ]
    rows += [
        (f"`{x.alert}`", f"{ONCE} seen once", "-", "-", "-", seen_once_text(x))
        for x in result.seen_once
    ]
    header = ("alert", "verdict", "fired after", "at most", "notified", "problems")
    return f"### toolkit drill\n\n{summary(result)}\n\n{markdown_table(header, rows)}\n"


WRITERS: dict[str, Callable[[DrillResult], str]] = {
    "json": as_json,
    "junit": as_junit,
    "github": as_github,
}
