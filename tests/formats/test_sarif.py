"""SARIF: a whole log, word for word, and what of it depends on the finding."""

import json
from dataclasses import replace
from typing import Any

import pytest

from toolkit.findings import Finding, Level, Location
from toolkit.formats.sarif import DescribedRule, sarif

RULES = (
    DescribedRule("too-loud", "It is loud.", "It is loud.\n\nWhy: ears.", Level.WARNING),
    DescribedRule("too-low", "It is low.", "It is low.", Level.INFO),
)
FOUND = Finding(
    rule="too-low",
    level=Level.ERROR,
    message="it hums.",
    fix="raise it.",
    location=Location("a.yml", 3, 9),
    subject="Bell",
    excerpt="hum",
    span=(0, 3),
)


def result(finding: Finding) -> dict[str, Any]:
    (run,) = json.loads(sarif([finding], RULES))["runs"]
    (found,) = run["results"]
    assert isinstance(found, dict)
    return found


def test_a_log_names_the_tool_its_rules_and_the_findings() -> None:
    text = sarif([FOUND], RULES)
    assert text.endswith("}\n")
    (run,) = json.loads(text)["runs"]
    assert run["tool"] == {
        "driver": {
            "name": "toolkit",
            "rules": [
                {
                    "id": "too-loud",
                    "shortDescription": {"text": "It is loud."},
                    "fullDescription": {"text": "It is loud.\n\nWhy: ears."},
                    "defaultConfiguration": {"level": "warning"},
                },
                {
                    "id": "too-low",
                    "shortDescription": {"text": "It is low."},
                    "fullDescription": {"text": "It is low."},
                    "defaultConfiguration": {"level": "note"},
                },
            ],
        }
    }
    (found,) = run["results"]
    assert len(found.pop("partialFingerprints")["definition/v1"]) == 32
    assert found == {
        "ruleId": "too-low",
        "ruleIndex": 1,
        "level": "error",
        "message": {"text": "it hums. raise it."},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "a.yml"},
                    "region": {"startLine": 3, "startColumn": 9, "endColumn": 12},
                }
            }
        ],
    }


REGIONS = {
    "no column": (replace(FOUND, location=Location("a.yml", 3)), {"startLine": 3}),
    "no span": (replace(FOUND, span=None), {"startLine": 3, "startColumn": 9}),
    "a span over several lines": (
        replace(FOUND, excerpt="h\nm"),
        {"startLine": 3, "startColumn": 9},
    ),
    "a span on a later line": (
        replace(FOUND, excerpt="a\nhum", span=(2, 5)),
        {"startLine": 3, "startColumn": 9, "endColumn": 12},
    ),
}


@pytest.mark.parametrize(("finding", "region"), REGIONS.values(), ids=REGIONS)
def test_a_region_is_as_narrow_as_is_known(finding: Finding, region: dict[str, int]) -> None:
    assert result(finding)["locations"][0]["physicalLocation"]["region"] == region


def test_a_finding_without_a_place_or_a_fix_says_neither() -> None:
    found = result(replace(FOUND, location=None, fix=""))
    assert "locations" not in found
    assert found["message"] == {"text": "it hums."}


def test_an_allowed_finding_is_suppressed_with_its_reason() -> None:
    assert result(replace(FOUND, allowed="at night only"))["suppressions"] == [
        {"kind": "inSource", "justification": "at night only"}
    ]


CHANGED = {
    "the rule": replace(FOUND, rule="too-loud"),
    "the definition": replace(FOUND, subject="Horn"),
    "the text": replace(FOUND, excerpt="hums"),
    "the message": replace(FOUND, message="it whirs."),
}


@pytest.mark.parametrize("changed", CHANGED.values(), ids=CHANGED)
def test_the_fingerprint_changes_with_what_the_finding_is_about(changed: Finding) -> None:
    assert result(changed)["partialFingerprints"] != result(FOUND)["partialFingerprints"]


def test_the_fingerprint_stays_when_the_definition_moves() -> None:
    moved = replace(FOUND, location=Location("b.yml", 99), fix="lower it.")
    assert result(moved)["partialFingerprints"] == result(FOUND)["partialFingerprints"]
