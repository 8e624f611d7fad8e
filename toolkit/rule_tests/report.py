"""The results of `toolkit test`, one for each case; as text, JSON or JUnit."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from toolkit.formats.junit_xml import Case, Ending, Suite, junit_xml


class ReportFormat(StrEnum):
    """How results are written."""

    TEXT = "text"
    JSON = "json"
    JUNIT = "junit"


@dataclass(frozen=True, slots=True)
class RuleTestResult:
    """One case: which suite, its sentence, and what was wrong; an empty problem is a pass.

    `location` is `FILE:LINE` of what it is about, where that is a file that the user wrote.
    """

    suite: str
    name: str
    problem: str = ""
    fix: str = ""
    location: str = ""

    @property
    def placed(self) -> str:
        """The problem behind its location, where it has one."""
        return f"{self.location}: {self.problem}" if self.location else self.problem


def render(
    results: Sequence[RuleTestResult], form: ReportFormat, summary: Sequence[str] = ()
) -> str:
    """The results in one text. `summary` are lines for people, below the text format only."""
    return _WRITERS[form](results, summary)


def _text(results: Sequence[RuleTestResult], summary: Sequence[str]) -> str:
    lines = []
    for result in results:
        if result.problem:
            lines += [f"FAILED {result.suite}: {result.name}", f"  {result.placed}"]
            lines += [f"  fix: {result.fix}"] if result.fix else []
    for suite in dict.fromkeys(result.suite for result in results):
        own = [result for result in results if result.suite == suite]
        failed = sum(bool(result.problem) for result in own)
        lines.append(f"{suite}: {len(own) - failed} of {len(own)} passed")
    return "".join(f"{line}\n" for line in (*lines, *summary))


def _json(results: Sequence[RuleTestResult], _summary: Sequence[str]) -> str:
    data = [
        {
            "suite": result.suite,
            "name": result.name,
            "passed": not result.problem,
            "problem": result.problem,
            "fix": result.fix,
        }
        | ({"location": result.location} if result.location else {})
        for result in results
    ]
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _junit(results: Sequence[RuleTestResult], _summary: Sequence[str]) -> str:
    suites = []
    for suite in dict.fromkeys(result.suite for result in results):
        own = [result for result in results if result.suite == suite]
        suites.append(Suite(suite, [_case(result) for result in own]))
    return junit_xml("toolkit test", suites)


def _case(result: RuleTestResult) -> Case:
    if not result.problem:
        return Case(result.name)
    return Case(result.name, Ending.FAILED, result.placed, result.fix)


_WRITERS: dict[ReportFormat, Callable[[Sequence[RuleTestResult], Sequence[str]], str]] = {
    ReportFormat.TEXT: _text,
    ReportFormat.JSON: _json,
    ReportFormat.JUNIT: _junit,
}
