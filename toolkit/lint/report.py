"""Findings as text, JSON, GitHub annotations, SARIF or JUnit. Shows, and judges nothing."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import StrEnum

from toolkit.findings import Edit, Finding, Level
from toolkit.formats import github_annotations
from toolkit.formats.github_annotations import Annotation
from toolkit.lint.rule import Rule


class Format(StrEnum):
    """How findings are written."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"
    JUNIT = "junit"


def render(findings: Sequence[Finding], rules: Sequence[Rule], form: Format) -> str:
    """The findings in one text, with a final newline where it is not empty."""
    return _FORMS[form](findings, rules)


def _text(findings: Sequence[Finding], rules: Sequence[Rule]) -> str:
    shown = [_one(finding) for finding in findings if not finding.allowed]
    allowed = sum(bool(finding.allowed) for finding in findings)
    counts = dict.fromkeys(Level, 0)
    for finding in findings:
        if not finding.allowed:
            counts[finding.level] += 1
    summary = ", ".join(f"{n} {level.value}{'s' * (n != 1)}" for level, n in counts.items() if n)
    summary = summary or "no findings"
    tail = f"; {allowed} allowed with a reason" if allowed else ""
    return "".join(shown) + f"{len(rules)} rules: {summary}{tail}\n"


_MOST_SHOWN = 2_000
"""Characters of an expression that are shown with each finding about it."""


def _shortened(finding: Finding) -> Finding:
    """The finding with the part of a long excerpt around what is at fault, and `…` for the rest.

    Thousands of findings in one long generated expression must not repeat it thousands of times.
    """
    text = finding.excerpt
    if len(text) <= _MOST_SHOWN:
        return finding
    first, last = finding.span or (0, 0)
    begin = max(0, first - max(0, _MOST_SHOWN - (last - first)) // 2)
    end = min(len(text), begin + _MOST_SHOWN)
    ahead = "…" if begin else ""
    shown = ahead + text[begin:end] + ("…" if end < len(text) else "")

    def moved(span: tuple[int, int]) -> tuple[int, int]:
        return span[0] - begin + len(ahead), min(span[1], end) - begin + len(ahead)

    edits = tuple(
        replace(edit, span=moved(edit.span))
        if edit.span and begin <= edit.span[0] and edit.span[1] <= end
        else replace(edit, span=None)
        for edit in finding.edits
    )
    span = moved(finding.span) if finding.span else None
    return replace(finding, excerpt=shown, span=span, edits=edits)


def _one(whole: Finding) -> str:
    finding = _shortened(whole)
    place = f" {finding.location}" if finding.location else ""
    subject = f" {finding.subject}" if finding.subject else ""
    lines = [f"{finding.level.value}[{finding.rule}]{place}{subject}", f"  {finding.message}"]
    if finding.span and finding.excerpt:
        lines += [f"    {line}" for line in _underlined(finding.excerpt, finding.span)]
    if finding.fix:
        lines.append(f"  fix: {finding.fix}")
    if finding.edited:
        lines += [f"    {line}" for line in _changed(finding)]
    return "\n".join(lines) + "\n\n"


def _underlined(text: str, span: tuple[int, int]) -> list[str]:
    start = text.rfind("\n", 0, span[0]) + 1
    end = text.find("\n", span[0])
    line = text[start : end if end >= 0 else len(text)]
    width = max(1, min(span[1] - start, len(line)) - (span[0] - start))
    return [line, " " * (span[0] - start) + "^" * width]


def _changed(finding: Finding) -> list[str]:
    """The lines of the excerpt that the edits change, as they are then."""
    before, after = finding.excerpt.split("\n"), finding.edited.split("\n")
    if len(before) != len(after):
        return after
    return [new for old, new in zip(before, after, strict=True) if new != old]


def _json(findings: Sequence[Finding], _rules: Sequence[Rule]) -> str:
    return json.dumps([_as_dict(finding) for finding in findings], indent=2) + "\n"


def _as_dict(whole: Finding) -> dict[str, object]:
    finding = _shortened(whole)
    place = finding.location
    return {
        "rule": finding.rule,
        "level": finding.level.value,
        "message": finding.message,
        "fix": finding.fix,
        "path": place.path if place else None,
        "line": place.line if place else None,
        "column": place.column or None if place else None,
        "subject": finding.subject,
        "excerpt": finding.excerpt,
        "span": finding.span,
        "allowed": finding.allowed or None,
        "fixes": [_edit(edit) for edit in finding.edits],
    }


def _edit(edit: Edit) -> dict[str, object]:
    """What takes the place of what; the end of the place is not included."""
    start, end = edit.start, edit.end
    return {
        "text": edit.text,
        "span": edit.span,
        "path": start.path if start else None,
        "start": [start.line, start.column] if start else None,
        "end": [end.line, end.column] if end else None,
    }


def _github(findings: Sequence[Finding], _rules: Sequence[Rule]) -> str:
    return github_annotations.annotations(
        Annotation(f.level, f.rule, f"{f.message} {f.fix}".strip(), f.location)
        for f in findings
        if not f.allowed
    )


def _sarif(findings: Sequence[Finding], rules: Sequence[Rule]) -> str:
    from toolkit.formats.sarif import DescribedRule, sarif

    described = [DescribedRule(rule.id, rule.title, rule.explanation, rule.level) for rule in rules]
    return sarif(findings, described)


def _junit(findings: Sequence[Finding], rules: Sequence[Rule]) -> str:
    from toolkit.formats.junit_xml import Case, Ending, Suite, junit_xml

    cases = []
    for rule in rules:
        found = [f for f in findings if f.rule == rule.id and not f.allowed]
        if any(f.level is not Level.INFO for f in found):
            text = "".join(map(_one, found))
            cases.append(Case(rule.id, Ending.FAILED, f"{len(found)} findings", text))
        else:
            cases.append(Case(rule.id))
    return junit_xml("toolkit lint", [Suite("lint", cases)])


_FORMS: dict[Format, Callable[[Sequence[Finding], Sequence[Rule]], str]] = {
    Format.TEXT: _text,
    Format.JSON: _json,
    Format.GITHUB: _github,
    Format.SARIF: _sarif,
    Format.JUNIT: _junit,
}
