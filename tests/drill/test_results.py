"""What a drill found, and how it is told: text, JSON, JUnit and a page."""

import json
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from toolkit.drill import html_report, text_report
from toolkit.drill.results import FalseAlarm, Outcome, Ran, Record, Silenced, Verdict
from toolkit.errors import ExitStatus

PROVED = Record(
    alert="Slow", severity="warning", verdict=Verdict.PROVED, cause="delay", stack="usual-1",
    factor=60, applied=100.0, pending=102.0, firing=107.0, told=107.5, cleared=108.0, ended=114.0,
    told_ended=115.0, receiver="desk", predicted_seconds=14.0, real_seconds=630.0,
)  # fmt: skip
MISSED = replace(
    PROVED, alert="Down", severity="critical", verdict=Verdict.MISSED, cause="stop service",
    firing=None, told=None, ended=None, told_ended=None, receiver="", problems=("never fired",),
)  # fmt: skip
EXCUSED = Record(
    alert="Fire", severity="info", verdict=Verdict.EXCUSED, problems=("It needs a fire.",)
)
IMPOSSIBLE = replace(
    MISSED, alert="Cut", verdict=Verdict.IMPOSSIBLE, problems=("POST /faults answers 404",)
)
DELAY = Ran(
    cause="delay", stack="usual-1", applied=100.0, cleared=108.0, fired=("Late", "Odd", "Slow"),
    proving=("Slow",), also=("Late",),
)  # fmt: skip
STOP = Ran(
    cause="stop service", stack="usual-1", applied=120.0, cleared=130.0, fired=(),
    proving=("Down",), also=(),
)  # fmt: skip
ODD = FalseAlarm("Odd", "delay", "usual-1", 103.0)
HELD = Silenced("Down", ("Slow",), ())


def outcome(
    *records: Record,
    ran: tuple[Ran, ...] = (),
    alarms: tuple[FalseAlarm, ...] = (),
    silenced: tuple[Silenced, ...] = (),
) -> Outcome:
    return Outcome(records=records, ran=ran, false_alarms=alarms, silenced=silenced, seconds=61.2)


STATUS = {
    "all proved": (outcome(PROVED), ExitStatus.CLEAN),
    "proved and excused": (outcome(PROVED, EXCUSED), ExitStatus.CLEAN),
    "one missed": (outcome(PROVED, MISSED), ExitStatus.FINDINGS),
    "a false alarm": (outcome(PROVED, alarms=(ODD,)), ExitStatus.FINDINGS),
    "told though silenced": (
        outcome(PROVED, silenced=(Silenced("Down", ("Slow",), ("Slow",)),)),
        ExitStatus.FINDINGS,
    ),
    "nothing there to silence": (
        outcome(PROVED, silenced=(Silenced("Down", (), ()),)),
        ExitStatus.FINDINGS,
    ),
    "nothing there to silence, where it need not be shown": (
        outcome(PROVED, silenced=(Silenced("Down", (), (), must=False),)),
        ExitStatus.CLEAN,
    ),
    "silenced as it should be": (outcome(PROVED, silenced=(HELD,)), ExitStatus.CLEAN),
    "a cause that could not be applied": (outcome(PROVED, IMPOSSIBLE), ExitStatus.UNKNOWN),
    "nothing proved is nothing known": (outcome(EXCUSED), ExitStatus.UNKNOWN),
}


@pytest.mark.parametrize(("found", "status"), STATUS.values(), ids=STATUS)
def test_status(found: Outcome, status: ExitStatus) -> None:
    assert found.status is status


WHOLE = outcome(
    PROVED, MISSED, IMPOSSIBLE, EXCUSED, ran=(DELAY, STOP), alarms=(ODD,), silenced=(HELD,)
)


def test_the_matrix_tells_four_kinds_of_firing_apart() -> None:
    ran, rows = text_report.matrix(WHOLE)
    assert [each.cause for each in ran] == ["delay", "stop service"]
    assert rows == {
        "Slow": ("✓", "."),
        "Down": (".", "✗"),
        "Cut": (".", "."),
        "Late": ("o", "."),
        "Odd": ("!", "."),
    }


def test_the_matrix_does_not_say_that_an_alert_fired_whose_cause_was_not_applied() -> None:
    cut = replace(STOP, cause="cut", proving=("Cut",))
    _, rows = text_report.matrix(outcome(PROVED, IMPOSSIBLE, ran=(DELAY, cut)))
    assert rows["Cut"] == (".", "?")


def test_text_says_what_was_missed_and_ends_with_the_count() -> None:
    lines = text_report.render(WHOLE, "text").splitlines()
    assert lines[1] == "✓  Slow   7.0 s        14.0 s   5 min          10 min   desk"
    assert lines[2:4] == ["✗  Down   -            14.0 s   -              10 min   -",
                          "     never fired"]  # fmt: skip
    assert "! Odd fired falsely, with: delay" in lines
    assert "✓ while Down fires, fired and nobody was told: Slow" in lines
    assert lines[-1] == (
        "Drill: 1/3 alerts proved, 1 missed, 1 not drillable, 1 excused, 1 false alarm, in 61 s"
    )


def test_json_holds_the_times_and_what_follows_from_them() -> None:
    data = json.loads(text_report.render(WHOLE, "json"))
    assert data["status"] == 1
    slow = data["alerts"][0]
    assert (slow["measured_seconds"], slow["scaled_seconds"]) == (7.0, 315.0)
    assert data["false_alarms"] == [
        {"alert": "Odd", "cause": "delay", "stack": "usual-1", "at": 103.0}
    ]
    assert data["silenced"][0]["held"] is True


def test_junit_counts_failures_errors_and_skips() -> None:
    suite = ET.fromstring(text_report.render(WHOLE, "junit"))
    counts = {key: suite.get(key) for key in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "6", "failures": "2", "errors": "1", "skipped": "1"}
    cases = suite.iter("testcase")
    failures = [case.get("name") for case in cases if case.find("failure") is not None]
    assert failures == ["Down", "Odd"]


def test_github_is_told_what_was_missed_impossible_and_false() -> None:
    loud = replace(WHOLE, silenced=(Silenced("Down", ("Slow",), ("Slow",)),))
    assert text_report.render(loud, "github").splitlines() == [
        "::error title=Down%3A missed::never fired",
        "::error title=Odd%3A false alarm::fired falsely, with: delay",
        "::error title=Down%3A inhibition failed::told though it should be silent: Slow",
        "::warning title=Cut%3A impossible::POST /faults answers 404",
        "Drill: 1/3 alerts proved, 1 missed, 1 not drillable, 1 excused, 1 false alarm, "
        "1 inhibition failed, in 61 s",
    ]
    assert text_report.render(outcome(PROVED), "github") == (
        "Drill: 1/1 alerts proved, no false alarm, in 61 s\n"
    )


def test_a_jobs_summary_has_a_row_for_every_alert_and_false_alarm() -> None:
    lines = text_report.markdown(WHOLE).splitlines()
    assert lines[4:] == [
        "| alert | verdict | fired after | at most | told | problems |",
        "| --- | --- | --- | --- | --- | --- |",
        "| `Slow` | ✓ proved | 7.0 s | 14.0 s | desk |  |",
        "| `Down` | ✗ missed | - | 14.0 s | - | never fired |",
        "| `Cut` | ? impossible | - | 14.0 s | - | POST /faults answers 404 |",
        "| `Fire` | - excused | - | - | - | It needs a fire. |",
        "| `Odd` | ! false alarm | - | - | - | with: delay |",
        "",
    ]


def test_the_page_draws_a_timeline_for_each_alert_that_fired() -> None:
    text = html_report.page(WHOLE)
    assert text.count("<svg") == 3  # the excused alert was not applied
    assert "<title>pending: 2.0 to 7.0 s</title>" in text
    assert "<title>told that it ended: 15.0 s</title>" in text
    assert "http" not in text.replace("http-equiv", "")


def test_the_page_escapes_what_definitions_say() -> None:
    text = html_report.page(outcome(replace(PROVED, cause="<script>")))
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


LENGTHS = {None: "-", 7.24: "7.2 s", 59.0: "59.0 s", 630.0: "10 min", 90_000.0: "25.0 h"}


@pytest.mark.parametrize(("seconds", "text"), LENGTHS.items())
def test_lengths(seconds: float | None, text: str) -> None:
    assert text_report.length(seconds) == text
