"""What `toolkit test` found out, one outcome a case; as text, JSON or JUnit."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from toolkit.formats.junit_xml import Case, Ending, Suite, junit_xml


class Form(StrEnum):
    """How outcomes are written."""

    TEXT = "text"
    JSON = "json"
    JUNIT = "junit"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One case: which suite, its sentence, and what was wrong; an empty problem is a pass."""

    suite: str
    name: str
    problem: str = ""
    fix: str = ""


def render(outcomes: Sequence[Outcome], form: Form, summary: Sequence[str] = ()) -> str:
    """The outcomes in one text. `summary` are lines for people, below the text form only."""
    return _FORMS[form](outcomes, summary)


def _text(outcomes: Sequence[Outcome], summary: Sequence[str]) -> str:
    lines = []
    for outcome in outcomes:
        if outcome.problem:
            lines += [f"FAILED {outcome.suite}: {outcome.name}", f"  {outcome.problem}"]
            lines += [f"  fix: {outcome.fix}"] if outcome.fix else []
    for suite in dict.fromkeys(outcome.suite for outcome in outcomes):
        own = [outcome for outcome in outcomes if outcome.suite == suite]
        failed = sum(bool(outcome.problem) for outcome in own)
        lines.append(f"{suite}: {len(own) - failed} of {len(own)} passed")
    return "".join(f"{line}\n" for line in (*lines, *summary))


def _json(outcomes: Sequence[Outcome], _summary: Sequence[str]) -> str:
    data = [
        {"suite": x.suite, "name": x.name, "passed": not x.problem, "problem": x.problem,
         "fix": x.fix}
        for x in outcomes
    ]  # fmt: skip
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _junit(outcomes: Sequence[Outcome], _summary: Sequence[str]) -> str:
    suites = []
    for suite in dict.fromkeys(outcome.suite for outcome in outcomes):
        own = [outcome for outcome in outcomes if outcome.suite == suite]
        suites.append(Suite(suite, [_case(outcome) for outcome in own]))
    return junit_xml("toolkit test", suites)


def _case(outcome: Outcome) -> Case:
    if not outcome.problem:
        return Case(outcome.name)
    return Case(outcome.name, Ending.FAILED, outcome.problem, outcome.fix)


_FORMS: dict[Form, Callable[[Sequence[Outcome], Sequence[str]], str]] = {
    Form.TEXT: _text,
    Form.JSON: _json,
    Form.JUNIT: _junit,
}
