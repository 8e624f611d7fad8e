"""A drill's result as text: times, problems, the matrix, the count."""

from dataclasses import replace

import pytest

from tests.support.drill_results import (
    DELAY,
    EXCUSED,
    HELD,
    IMPOSSIBLE,
    NOT_HELD,
    ODD,
    ONCE,
    PROVED,
    STOP,
    WHOLE,
    drilled,
)
from toolkit.drill import text_report
from toolkit.drill.results import DrillResult, ObservedInhibition
from toolkit.errors import ExitStatus


def test_the_matrix_tells_four_kinds_of_firing_apart() -> None:
    runs, rows = text_report.matrix(WHOLE)
    assert [each.cause for each in runs] == ["delay", "stop service"]
    assert rows == {
        "Slow": ("✓", "."),
        "Down": (".", "✗"),
        "Cut": (".", "."),
        "Late": ("o", "."),
        "Odd": ("!", "."),
    }


def test_the_matrix_does_not_say_that_an_alert_fired_whose_cause_was_not_applied() -> None:
    cut = replace(STOP, cause="cut", proving=("Cut",))
    _, rows = text_report.matrix(drilled(PROVED, IMPOSSIBLE, runs=(DELAY, cut)))
    assert rows["Cut"] == (".", "?")


def test_text_says_what_was_missed_and_ends_with_the_count() -> None:
    lines = text_report.as_text(WHOLE).splitlines()
    assert lines[1] == "✓  Slow   7.0 s        14.0 s   5 min          10 min   desk"
    assert lines[2:4] == [
        "✗  Down   -            14.0 s   -              10 min   -",
        "     never fired",
    ]
    assert "! Odd fired falsely, with: delay" in lines
    assert "✓ while Down fires, fired without a notification: Slow" in lines
    assert lines[-1] == (
        "Drill: 1/3 alerts proved, 1 missed, 1 not drillable, 1 excused, 1 false alarm, in 61 s"
    )


INHIBITIONS = {
    "inhibited": (HELD, "✓ while Down fires, fired without a notification: Slow"),
    "notified": (NOT_HELD, "✗ while Down fires, notified though it should be inhibited: Slow"),
    "nothing to inhibit": (
        ObservedInhibition("Down", (), ()),
        "✗ while Down fires, nothing fired after it that it could inhibit",
    ),
    "nothing to inhibit, where none is required": (
        ObservedInhibition("Down", (), (), required=False),
        "- while Down fires, nothing fired after it that it could inhibit",
    ),
}


@pytest.mark.parametrize(("inhibition", "line"), INHIBITIONS.values(), ids=INHIBITIONS)
def test_inhibitions(inhibition: ObservedInhibition, line: str) -> None:
    assert line in text_report.as_text(drilled(PROVED, inhibitions=(inhibition,))).splitlines()


def test_the_matrix_numbers_its_causes() -> None:
    lines = text_report.as_text(WHOLE).splitlines()
    start = lines.index("      1 2")
    assert lines[start : start + 6] == [
        "      1 2",
        "Slow  ✓ .",
        "Down  . ✗",
        "Cut   . .",
        "Late  o .",
        "Odd   ! .",
    ]
    assert "  1 delay" in lines
    assert "  2 stop service" in lines


def test_without_a_cause_there_is_no_matrix() -> None:
    assert text_report.LEGEND not in text_report.as_text(drilled(EXCUSED))
    assert text_report.LEGEND in text_report.as_text(WHOLE)


BUSY = {
    "busy, with a false alarm": (replace(WHOLE, load=1.3), True),
    "idle, with a false alarm": (replace(WHOLE, load=1.2), False),
    "busy, without one": (replace(drilled(PROVED), load=9.0), False),
}


@pytest.mark.parametrize(("found", "is_said"), BUSY.values(), ids=BUSY)
def test_a_busy_machine_is_blamed_for_false_alarms_alone(
    found: DrillResult, *, is_said: bool
) -> None:
    assert (
        "The machine was busy (load 1.3 for each core)" in text_report.as_text(found)
    ) is is_said


def test_several_false_alarms_and_failed_inhibitions_are_counted() -> None:
    found = drilled(PROVED, alarms=(ODD, ODD), inhibitions=(NOT_HELD, NOT_HELD, HELD))
    assert text_report.summary(found) == (
        "Drill: 1/1 alerts proved, 2 false alarms, 2 inhibitions failed, in 61 s"
    )


def test_what_was_seen_once_is_told_and_is_no_finding() -> None:
    found = replace(drilled(PROVED), seen_once=(ONCE,))
    lines = text_report.as_text(found).splitlines()
    assert (
        "~ Odd fired falsely, with: delay. Seen once, while several stacks ran "
        "(load 2.5 for each core); not seen when repeated alone"
    ) in lines
    assert lines[-1] == (
        "Drill: 1/1 alerts proved, no false alarm, 1 seen once and not again, in 61 s"
    )
    assert found.status is ExitStatus.CLEAN


LENGTHS = {
    None: "-",
    7.24: "7.2 s",
    59.0: "59.0 s",
    60.0: "1 min",
    7199.0: "120 min",
    7200.0: "2.0 h",
    630.0: "10 min",
    90_000.0: "25.0 h",
}


@pytest.mark.parametrize(("seconds", "text"), LENGTHS.items())
def test_lengths(seconds: float | None, text: str) -> None:
    assert text_report.length(seconds) == text
