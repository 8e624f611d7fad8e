"""SARIF 2.1.0, as code scanning reads it: rules, and results at lines.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.findings import Finding, Level, Location

_LEVELS = {Level.ERROR: "error", Level.WARNING: "warning", Level.INFO: "note"}


@dataclass(frozen=True, slots=True)
class DescribedRule:
    """A rule as SARIF lists it."""

    id: str
    title: str
    explanation: str
    level: Level


def sarif(findings: Sequence[Finding], rules: Sequence[DescribedRule]) -> str:
    """One run of the toolkit. Every finding's rule is among `rules`."""
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "toolkit", "rules": [_rule(rule) for rule in rules]}},
                "results": [_result(finding, rules) for finding in findings],
            }
        ],
    }
    return json.dumps(log, indent=2) + "\n"


def _rule(rule: DescribedRule) -> dict[str, object]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.explanation},
        "defaultConfiguration": {"level": _LEVELS[rule.level]},
    }


def _result(finding: Finding, rules: Sequence[DescribedRule]) -> dict[str, object]:
    identity = f"{finding.rule}\0{finding.subject}\0{finding.excerpt}\0{finding.message}"
    result: dict[str, object] = {
        "ruleId": finding.rule,
        "ruleIndex": [rule.id for rule in rules].index(finding.rule),
        "level": _LEVELS[finding.level],
        "message": {"text": f"{finding.message} {finding.fix}".strip()},
        "partialFingerprints": {
            "definition/v1": hashlib.sha256(identity.encode()).hexdigest()[:32]
        },
    }
    if finding.location:
        place = finding.location
        result["locations"] = [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": place.path},
                    "region": _region(finding, place),
                }
            }
        ]
    if finding.edits and all(edit.start and edit.end for edit in finding.edits):
        result["fixes"] = [_fix(finding)]
    if finding.allowed:
        result["suppressions"] = [{"kind": "inSource", "justification": finding.allowed}]
    return result


def _fix(finding: Finding) -> dict[str, object]:
    """What to replace, file by file, as an editor can do it."""
    files: dict[str, list[dict[str, object]]] = {}
    for edit in finding.edits:
        if edit.start is None or edit.end is None:
            continue
        region = {
            "startLine": edit.start.line,
            "startColumn": edit.start.column,
            "endLine": edit.end.line,
            "endColumn": edit.end.column,
        }
        files.setdefault(edit.start.path, []).append(
            {"deletedRegion": region, "insertedContent": {"text": edit.text}}
        )
    return {
        "description": {"text": finding.fix},
        "artifactChanges": [
            {"artifactLocation": {"uri": path}, "replacements": replacements}
            for path, replacements in files.items()
        ],
    }


def _region(finding: Finding, place: Location) -> dict[str, int]:
    """The line, and the columns where they are known; `endColumn` is the one after the last."""
    region = {"startLine": place.line}
    if place.column:
        region["startColumn"] = place.column
        if finding.span and "\n" not in finding.excerpt[slice(*finding.span)]:
            region["endColumn"] = place.column + finding.span[1] - finding.span[0]
    return region
