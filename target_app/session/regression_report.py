"""The regression as text that operators know, and as JSON and JUnit for programs."""

import json
from collections.abc import Mapping

from target_app.session.regression import Regression, RegressionTest, TestVerdict
from toolkit.formats.junit_xml import Case, Ending, Suite, junit_xml

_RULE = "=" * 40
_MARKS = {
    TestVerdict.PASS: "✓ PASS",
    TestVerdict.WARN: "⚠ WARN",
    TestVerdict.FAIL: "✗ FAIL",
}
FORMATS = ("text", "json", "junit")


def as_text(found: Regression) -> str:
    """The block. Its words and columns are fixed: people's scripts look for them."""
    lines = ["=== Trading Bot Regression Test ===", f"Duration: {_duration(found)}", ""]
    for test in found.tests:
        lines.append(f"[TEST {test.number}] {test.heading}...")
        lines += _figures(test.figures)
        lines += [f"  {_MARKS[test.verdict]}: {test.message}", ""]
    lines += [_RULE, _last(found), _RULE]
    return "\n".join(lines) + "\n"


def _duration(found: Regression) -> str:
    seconds = found.record.seconds
    return "unknown" if seconds is None else f"{seconds:g}s"


def _figures(figures: Mapping[str, int | float | str]) -> list[str]:
    # The column of `ERROR logs` is one to the left of its neighbour's; so it always was.
    widest = max((len(label) for label in figures if label != "ORDER_FAILED logs"), default=0)
    width = max(widest + 2, 18 if "ORDER_FAILED logs" in figures else 0)
    return [
        f"  {f'{label}:':{width}}{' ' * _touches(label, width)}{value}"
        for label, value in figures.items()
    ]


def _touches(label: str, width: int) -> int:
    """One space, where the label fills its column."""
    return int(len(label) + 1 >= width)


def _last(found: Regression) -> str:
    if not found.failed:
        return "✓ ALL TESTS PASSED"
    names = ", ".join(f"{test.number} ({test.name})" for test in found.failed)
    return f"✗ TESTS FAILED: {names}"


def as_json(found: Regression) -> str:
    """One object: `passed`, the session, and its `tests`."""
    record = found.record
    data = {
        "version": 1,
        "session": str(record.folder),
        "seconds": record.seconds,
        "seed": record.settings.get("seed"),
        "passed": not found.failed,
        "tests": [
            {
                "number": test.number,
                "name": test.name,
                "verdict": test.verdict.value,
                "message": test.message,
                "figures": dict(test.figures),
            }
            for test in found.tests
        ],
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def as_junit(found: Regression) -> str:
    """A suite of four cases."""
    cases = tuple(_case(test) for test in found.tests)
    return junit_xml(
        "trading session", (Suite(str(found.record.folder), cases, found.record.seconds),)
    )


def _case(test: RegressionTest) -> Case:
    is_failed = test.verdict is TestVerdict.FAIL
    figures = "\n".join(f"{label}: {value}" for label, value in test.figures.items())
    return Case(
        name=f"{test.number} {test.name}",
        ending=Ending.FAILED if is_failed else Ending.PASSED,
        message=test.message if test.verdict is not TestVerdict.PASS else "",
        text=figures if is_failed else "",
    )


WRITERS = {"text": as_text, "json": as_json, "junit": as_junit}
