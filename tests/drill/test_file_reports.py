"""A drill's result for other programs: JSON, JUnit, GitHub."""

import json
from dataclasses import replace
from xml.etree import ElementTree as ET

from tests.support.drill_results import NOT_HELD, ONCE, PROVED, WHOLE, drilled
from toolkit.drill import file_reports


def test_json_holds_the_times_and_what_follows_from_them() -> None:
    data = json.loads(file_reports.as_json(WHOLE))
    assert data["status"] == 1
    slow = data["alerts"][0]
    assert (slow["measured_seconds"], slow["scaled_seconds"]) == (7.0, 315.0)
    assert data["false_alarms"] == [
        {"alert": "Odd", "cause": "delay", "stack": "usual-1", "at": 103.0}
    ]
    assert data["inhibitions"] == [
        {"source": "Down", "fired": ["Slow"], "notified": [], "required": True, "held": True}
    ]


def test_junit_counts_failures_errors_and_skips() -> None:
    suite = ET.fromstring(file_reports.as_junit(WHOLE))
    counts = {key: suite.get(key) for key in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "6", "failures": "2", "errors": "1", "skipped": "1"}
    cases = suite.iter("testcase")
    failures = [case.get("name") for case in cases if case.find("failure") is not None]
    assert failures == ["Down", "Odd"]


def test_github_annotates_what_was_missed_impossible_and_false() -> None:
    loud = replace(WHOLE, inhibitions=(NOT_HELD,))
    assert file_reports.as_github(loud).splitlines() == [
        "::error title=Down%3A missed::never fired",
        "::error title=Odd%3A false alarm::fired falsely, with: delay",
        "::error title=Down%3A inhibition failed::notified though it should be inhibited: Slow",
        "::warning title=Cut%3A impossible::POST /faults answers 404",
        "Drill: 1/3 alerts proved, 1 missed, 1 not drillable, 1 excused, 1 false alarm, "
        "1 inhibition failed, in 61 s",
    ]
    assert file_reports.as_github(drilled(PROVED)) == (
        "Drill: 1/1 alerts proved, no false alarm, in 61 s\n"
    )


def test_a_jobs_summary_has_a_row_for_every_alert_and_false_alarm() -> None:
    lines = file_reports.as_markdown(WHOLE).splitlines()
    assert lines[4:] == [
        "| alert | verdict | fired after | at most | notified | problems |",
        "| --- | --- | --- | --- | --- | --- |",
        "| `Slow` | ✓ proved | 7.0 s | 14.0 s | desk |  |",
        "| `Down` | ✗ missed | - | 14.0 s | - | never fired |",
        "| `Cut` | ? impossible | - | 14.0 s | - | POST /faults answers 404 |",
        "| `Fire` | - excused | - | - | - | It needs a fire. |",
        "| `Odd` | ! false alarm | - | - | - | with: delay |",
        "",
    ]


def test_what_was_seen_once_is_in_every_form_and_fails_none() -> None:
    found = replace(drilled(PROVED), seen_once=(ONCE,))
    said = "fired falsely, with: delay. Seen once, while several stacks ran"
    (once,) = json.loads(file_reports.as_json(found))["seen_once"]
    assert (once["alert"], once["what"], once["load"]) == ("Odd", "fired falsely", 2.46)
    suite = ET.fromstring(file_reports.as_junit(found))
    assert (suite.get("failures"), suite.get("skipped")) == ("0", "1")
    (skipped,) = suite.iter("skipped")
    assert skipped.get("message", "").startswith(said)
    assert file_reports.as_github(found).startswith(f"::warning title=Odd%3A seen once::{said}")
    assert f"| `Odd` | ~ seen once | - | - | - | {said}" in file_reports.as_markdown(found)
