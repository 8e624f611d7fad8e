"""Results of `toolkit validate` as text, JSON, JUnit or GitHub annotations."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence

from toolkit.findings import Level
from toolkit.formats import github_annotations
from toolkit.formats.github_annotations import Annotation
from toolkit.formats.junit_xml import Case, Ending, Suite, junit_xml
from toolkit.formats.tables import markdown_table
from toolkit.validate.check import Check, CheckGroup, CheckOutcome, CheckResult

_MARKS = {
    CheckOutcome.PASSED: "✓",
    CheckOutcome.FAILED: "✗",
    CheckOutcome.SKIPPED: "-",
    CheckOutcome.UNKNOWN: "?",
}
# A group has passed only when all of its checks have: what was skipped was not seen.
_WORST_FIRST = (
    CheckOutcome.FAILED,
    CheckOutcome.UNKNOWN,
    CheckOutcome.SKIPPED,
    CheckOutcome.PASSED,
)
TITLES = {
    CheckGroup.PROMETHEUS_RUNS: "Prometheus runs",
    CheckGroup.PROMETHEUS_IS_CONFIGURED: "Prometheus is configured",
    CheckGroup.GRAFANA_RUNS: "Grafana runs",
    CheckGroup.DASHBOARDS: "Dashboards are as generated and show data",
    CheckGroup.CATALOGUE: "The catalogue and the scrape agree",
    CheckGroup.INSTRUMENTATION: "The code is instrumented",
    CheckGroup.TESTS: "Tests exist",
    CheckGroup.DOCUMENTATION: "Documentation exists",
    CheckGroup.WATCH: "Nothing went wrong in the watch",
}


def render(results: Sequence[CheckResult], form: str) -> str:
    """The results in the format named; the last line of the text is that of `summary`."""
    return {"text": _text, "json": _json, "junit": _junit, "github": _github}[form](results)


def _text(results: Sequence[CheckResult]) -> str:
    lines: list[str] = []
    for group in CheckGroup:
        found = [result for result in results if result.check.group is group]
        if found:
            lines.append(f"{group.value} {TITLES[group]}{_left_out(found)}")
            lines += [line for result in found for line in _lines(result)]
    return "\n".join([*lines, "", single_checks(results), summary(results)]) + "\n"


def _left_out(results: Sequence[CheckResult]) -> str:
    """For a group's own line: how much of it was skipped, and why."""
    skipped = [result for result in results if result.outcome is CheckOutcome.SKIPPED]
    if not skipped:
        return ""
    share = f"{len(skipped)} of {len(results)} " if len(skipped) < len(results) else ""
    reasons = "; ".join(dict.fromkeys(result.reason for result in skipped))
    return f" [{share}skipped: {reasons}]"


def _lines(result: CheckResult) -> list[str]:
    lines = [f"  {_MARKS[result.outcome]} {result.check.id}: {result.check.claim}"]
    if result.outcome is CheckOutcome.SKIPPED:
        lines[0] += f" [skipped: {result.reason}]"
    elif result.outcome is not CheckOutcome.PASSED:
        lines[0] += f" [{result.outcome.value}]"
        lines += [f"      {line}" for line in result.reason.splitlines()]
    return lines + [f"      {line}" for line in _found(result)]


def _found(result: CheckResult) -> list[str]:
    lines = []
    for finding in result.findings:
        subject = f"{finding.subject}: " if finding.subject else ""
        lines.append(f"{subject}{finding.message}")
        if finding.fix:
            lines.append(f"  fix: {finding.fix}")
    return lines


def listing(checks: Sequence[Check]) -> str:
    """What each check claims, and what to do where it fails."""
    lines: list[str] = []
    for group in CheckGroup:
        found = [check for check in checks if check.group is group]
        if found:
            lines.append(f"{group.value} {TITLES[group]}")
        for check in found:
            lines += [f"  {check.id}: {check.claim}", f"      fix: {check.fix}"]
    return "".join(f"{line}\n" for line in lines)


def single_checks(results: Sequence[CheckResult]) -> str:
    """How many checks, counted singly, have each outcome."""
    counts = Counter(result.outcome for result in results)
    return f"Single checks: {_counted(counts)}"


def summary(results: Sequence[CheckResult]) -> str:
    """One line that counts the groups, of which there are eight, and a ninth in a watch.

    `8/8 checks passed` only when every check of every group has. `8/8 checks: 6 passed,
    2 skipped (…)` when nothing was wrong, and a part could not be checked here. Else how
    many passed, and by name which did not.
    """
    groups = outcomes(results)
    counts = Counter(groups.values())
    passed, skipped = counts[CheckOutcome.PASSED], counts[CheckOutcome.SKIPPED]
    rest = [
        f"{counts[outcome]} {outcome.value} ({_named(groups, outcome)})"
        for outcome in (CheckOutcome.FAILED, CheckOutcome.UNKNOWN, CheckOutcome.SKIPPED)
        if counts[outcome]
    ]
    if passed and skipped and passed + skipped == len(groups):
        return f"Results: {len(groups)}/{len(groups)} checks: {passed} passed, {rest[0]}"
    return ", ".join([f"Results: {passed}/{len(groups)} checks passed", *rest])


def outcomes(results: Sequence[CheckResult]) -> dict[CheckGroup, CheckOutcome]:
    """How each group ended: as the worst of its checks, where skipped is worse than passed."""
    found = {}
    for group in CheckGroup:
        ended = {result.outcome for result in results if result.check.group is group}
        if ended:
            found[group] = next(outcome for outcome in _WORST_FIRST if outcome in ended)
    return found


def _named(groups: Mapping[CheckGroup, CheckOutcome], outcome: CheckOutcome) -> str:
    return ", ".join(
        f"{group.value} {TITLES[group]}" for group, ended in groups.items() if ended is outcome
    )


def _counted(counts: Mapping[CheckOutcome, int]) -> str:
    return ", ".join(f"{counts[o]} {o.value}" for o in CheckOutcome if counts[o]) or "none"


def _json(results: Sequence[CheckResult]) -> str:
    data = [
        {
            "check": result.check.id,
            "claim": result.check.claim,
            "group": result.check.group.value,
            "outcome": result.outcome.value,
            "reason": result.reason,
            "findings": [
                {"subject": f.subject, "message": f.message, "fix": f.fix} for f in result.findings
            ],
        }
        for result in results
    ]
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


_ENDINGS = {
    CheckOutcome.PASSED: Ending.PASSED,
    CheckOutcome.FAILED: Ending.FAILED,
    CheckOutcome.UNKNOWN: Ending.UNKNOWN,
    CheckOutcome.SKIPPED: Ending.SKIPPED,
}


def _junit(results: Sequence[CheckResult]) -> str:
    suites = []
    for group in CheckGroup:
        found = [result for result in results if result.check.group is group]
        if found:
            suites.append(Suite(group.name.lower(), [_case(result) for result in found]))
    return junit_xml("toolkit validate", suites)


def _case(result: CheckResult) -> Case:
    message = result.reason or result.check.claim
    text = "\n".join(_lines(result))
    return Case(result.check.id, _ENDINGS[result.outcome], message, text)


def _github(results: Sequence[CheckResult]) -> str:
    levels = {CheckOutcome.FAILED: Level.ERROR, CheckOutcome.UNKNOWN: Level.WARNING}
    shown = (
        Annotation(
            levels[result.outcome],
            f"{result.check.id}: {result.outcome.value}",
            _why(result),
            next((f.location for f in result.findings if f.location), None),
        )
        for result in results
        if result.outcome in levels
    )
    return f"{github_annotations.annotations(shown)}{summary(results)}\n"


def markdown(results: Sequence[CheckResult]) -> str:
    """The results as a table, for the summary of a job."""
    rows = (
        (
            str(result.check.group.value),
            f"`{result.check.id}`",
            f"{_MARKS[result.outcome]} {result.outcome.value}",
            result.check.claim if result.outcome is CheckOutcome.PASSED else _why(result),
        )
        for result in results
    )
    table = markdown_table(("group", "check", "outcome", "claim, or what is wrong"), rows)
    return f"### toolkit validate\n\n{summary(results)}\n\n{table}\n"


def _why(result: CheckResult) -> str:
    return "\n".join([*result.reason.splitlines(), *_found(result)])
