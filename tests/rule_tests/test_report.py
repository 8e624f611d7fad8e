"""The results of rule tests as text, JSON and JUnit."""

import json
from xml.etree import ElementTree as ET

from toolkit.rule_tests.report import ReportFormat, RuleTestResult, render

RESULTS = (
    RuleTestResult("rules", "one"),
    RuleTestResult("rules", "two", "it <broke>", fix="change it."),
    RuleTestResult("routes", "three"),
)


def test_text_shows_failures_then_counts() -> None:
    assert render(RESULTS, ReportFormat.TEXT, ("coverage: all",)) == (
        "FAILED rules: two\n  it <broke>\n  fix: change it.\n"
        "rules: 1 of 2 passed\nroutes: 1 of 1 passed\ncoverage: all\n"
    )


def test_json_is_only_json() -> None:
    found = json.loads(render(RESULTS, ReportFormat.JSON, ("coverage: all",)))
    assert [(x["suite"], x["passed"], x["problem"]) for x in found] == [
        ("rules", True, ""),
        ("rules", False, "it <broke>"),
        ("routes", True, ""),
    ]


def test_junit_counts_by_suite() -> None:
    root = ET.fromstring(render(RESULTS, ReportFormat.JUNIT))
    suites = [(x.get("name"), x.get("tests"), x.get("failures")) for x in root]
    assert suites == [("rules", "2", "1"), ("routes", "1", "0")]
    (failure,) = root.iter("failure")
    assert (failure.get("message"), failure.text) == ("it <broke>", "change it.")
