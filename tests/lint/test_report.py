"""Findings in every form: what a person reads, and what a machine needs."""

import json
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from toolkit.findings import Edit, Finding, Level, Location
from toolkit.lint import report
from toolkit.lint import run as linting
from toolkit.lint.report import Format

RULES = tuple(
    x for x in linting.rules(linting.RULES) if x.id in {"unknown-metric", "rate-of-gauge"}
)
FOUND = Finding(
    rule="unknown-metric",
    level=Level.ERROR,
    message="`app` is not declared.",
    fix="correct the name.",
    location=Location("rules/a.yml", 7, 11),
    subject="Down.expr",
    excerpt="sum by (x) (app)\n  > 5",
    span=(12, 15),
)
WARNED = replace(FOUND, level=Level.WARNING, location=Location("b.py", 3), span=None)
ALLOWED = replace(FOUND, allowed="It comes with the next release.")


def shown(form: Format, *findings: Finding) -> str:
    return report.render(findings, RULES, form)


def test_text_underlines_what_is_wrong() -> None:
    assert shown(Format.TEXT, FOUND) == (
        "error[unknown-metric] rules/a.yml:7:11 Down.expr\n"
        "  `app` is not declared.\n"
        "    sum by (x) (app)\n"
        "                ^^^\n"
        "  fix: correct the name.\n"
        "\n"
        "2 rules: 1 error\n"
    )


def test_text_counts_by_level_and_says_how_many_are_allowed() -> None:
    text = shown(Format.TEXT, FOUND, WARNED, WARNED, ALLOWED)
    assert text.endswith("2 rules: 1 error, 2 warnings; 1 allowed with a reason\n")
    assert shown(Format.TEXT) == "2 rules: no findings\n"


LONG = "a + " * 1_000 + "wrong" + " + b" * 1_000
IN_LONG = replace(
    FOUND, excerpt=LONG, span=(4_000, 4_005), edits=(Edit(text="x", span=(4_000, 4_005)),)
)


def test_a_long_expression_is_shown_around_what_is_at_fault() -> None:
    (one,) = json.loads(shown(Format.JSON, IN_LONG))
    excerpt, span = one["excerpt"], one["span"]
    assert (excerpt[slice(*span)], one["fixes"][0]["span"]) == ("wrong", span)
    assert excerpt.strip("…") in LONG
    assert (excerpt[0], excerpt[-1], len(excerpt)) == ("…", "…", 2_002)
    text = shown(Format.TEXT, IN_LONG).splitlines()
    assert text[3].index("^") == text[2].index("wrong")
    assert text[5].count("x") == 1


def test_a_fault_as_long_as_the_expression_is_shown_from_its_beginning() -> None:
    (one,) = json.loads(shown(Format.JSON, replace(IN_LONG, span=(0, len(LONG)))))
    assert (one["excerpt"], one["span"]) == (LONG[:2_000] + "…", [0, 2_000])
    assert one["fixes"][0]["span"] is None  # what it would replace is not shown


def test_json_has_line_and_column() -> None:
    (one,) = json.loads(shown(Format.JSON, FOUND))
    assert (one["path"], one["line"], one["column"], one["span"]) == (
        "rules/a.yml",
        7,
        11,
        [12, 15],
    )
    assert (one["level"], one["rule"], one["allowed"]) == ("error", "unknown-metric", None)


EDITED = replace(
    FOUND,
    edits=(
        Edit(
            text="up",
            span=(12, 15),
            start=Location("rules/a.yml", 7, 11),
            end=Location("rules/a.yml", 7, 14),
        ),
    ),
)


def test_text_shows_the_lines_that_an_edit_changes() -> None:
    assert shown(Format.TEXT, EDITED).splitlines()[4:6] == [
        "  fix: correct the name.",
        "    sum by (x) (up)",
    ]


def test_text_shows_all_of_it_where_an_edit_changes_the_number_of_lines() -> None:
    (edit,) = EDITED.edits
    longer = replace(EDITED, edits=(replace(edit, text="a\nb"),))
    assert shown(Format.TEXT, longer).splitlines()[5:8] == [
        "    sum by (x) (a",
        "    b)",
        "      > 5",
    ]


def test_json_has_the_edits() -> None:
    (one,) = json.loads(shown(Format.JSON, EDITED))
    assert one["fixes"] == [
        {"text": "up", "span": [12, 15], "path": "rules/a.yml", "start": [7, 11], "end": [7, 14]}
    ]
    (none,) = json.loads(shown(Format.JSON, FOUND))
    assert none["fixes"] == []
    (nowhere,) = json.loads(shown(Format.JSON, replace(FOUND, edits=(Edit(text="x"),))))
    assert nowhere["fixes"] == [
        {"text": "x", "span": None, "path": None, "start": None, "end": None}
    ]


def test_sarif_has_the_edits_as_replacements() -> None:
    (run,) = json.loads(shown(Format.SARIF, EDITED, FOUND))["runs"]
    found, other = run["results"]
    region = {"startLine": 7, "startColumn": 11, "endLine": 7, "endColumn": 14}
    assert found["fixes"] == [
        {
            "description": {"text": "correct the name."},
            "artifactChanges": [
                {
                    "artifactLocation": {"uri": "rules/a.yml"},
                    "replacements": [{"deletedRegion": region, "insertedContent": {"text": "up"}}],
                }
            ],
        }
    ]
    assert "fixes" not in other


def test_github_points_at_the_line_and_escapes() -> None:
    broken = replace(FOUND, message="50% of\nthem", fix="")
    assert shown(Format.GITHUB, broken) == (
        "::error file=rules/a.yml,line=7,col=11,title=unknown-metric::50%25 of%0Athem\n"
    )
    assert "line=3,title" in shown(Format.GITHUB, WARNED)
    assert shown(Format.GITHUB, ALLOWED) == ""


def test_github_shows_ten_of_each_level_and_counts_the_rest() -> None:
    lines = shown(Format.GITHUB, *[FOUND] * 12, *[WARNED] * 3).splitlines()
    assert len(lines) == 14
    assert lines[10] == "2 more of level error are not shown as annotations."


@pytest.fixture
def log() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(shown(Format.SARIF, FOUND, WARNED, ALLOWED))
    return loaded


def test_sarif_is_built_as_the_standard_says(log: dict[str, Any]) -> None:
    """The properties that SARIF 2.1.0 requires, and those that code scanning asks for."""
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "toolkit"
    assert [rule["id"] for rule in driver["rules"]] == ["rate-of-gauge", "unknown-metric"]
    for rule in driver["rules"]:
        assert rule["shortDescription"]["text"]
        assert rule["fullDescription"]["text"].startswith(rule["shortDescription"]["text"][:20])
        assert rule["defaultConfiguration"]["level"] in {"error", "warning", "note"}
    for result in run["results"]:
        assert result["ruleId"] == driver["rules"][result["ruleIndex"]]["id"]
        assert result["level"] in {"error", "warning", "note"}
        assert result["message"]["text"]
        place = result["locations"][0]["physicalLocation"]
        assert not place["artifactLocation"]["uri"].startswith("/")
        assert place["region"]["startLine"] >= 1


def test_sarif_has_the_column_and_the_reason(log: dict[str, Any]) -> None:
    found, warned, allowed = log["runs"][0]["results"]
    region = found["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 7, "startColumn": 11, "endColumn": 14}
    assert warned["locations"][0]["physicalLocation"]["region"] == {"startLine": 3}
    assert allowed["suppressions"] == [
        {"kind": "inSource", "justification": "It comes with the next release."}
    ]
    assert "suppressions" not in found


def test_sarif_knows_a_finding_again_when_it_moves() -> None:
    def prints(finding: Finding) -> str:
        (run,) = json.loads(shown(Format.SARIF, finding))["runs"]
        found: str = run["results"][0]["partialFingerprints"]["definition/v1"]
        return found

    assert prints(FOUND) == prints(replace(FOUND, location=Location("rules/a.yml", 99, 1)))
    assert prints(FOUND) != prints(replace(FOUND, subject="Up.expr"))


def test_junit_has_a_case_for_every_rule() -> None:
    root = ET.fromstring(shown(Format.JUNIT, FOUND, ALLOWED))
    assert (root.get("tests"), root.get("failures")) == ("2", "1")
    (failure,) = root.iter("failure")
    assert failure.get("message") == "1 findings"
    assert "rules/a.yml:7:11" in (failure.text or "")


def test_a_note_fails_no_junit_case() -> None:
    note = replace(FOUND, level=Level.INFO)
    assert ET.fromstring(shown(Format.JUNIT, note)).get("failures") == "0"
