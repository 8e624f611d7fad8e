"""`silent-when-gone`: a count of nothing is nothing, and an alert on it says nothing."""

from pathlib import Path

import pytest

from tests.support import plain_rules
from toolkit.lint.rules.silent_when_gone import RULE

FLAGGED = {
    "count(x) < 2": ("count", "count(x) < 2"),
    "count by (zone) (x) <= 1": ("count", "count by (zone) (x) <= 1"),
    "sum(x) < 5": ("sum", "sum(x) < 5"),
    "5 > sum(x)": ("sum", "5 > sum(x)"),
    "(sum(x)) == 0": ("sum", "(sum(x)) == 0"),
    "sum(rate(x[5m])) == 0 and hour() > 8": ("sum", "sum(rate(x[5m])) == 0"),
}
LEFT_ALONE = (
    "count(x) > 2",
    "2 < count(x)",
    "count(x) == 1",
    "count(x) == 0",
    "count(x) < 1",
    "sum(x == 1) == 0",
    "(count(x) or vector(0)) < 2",
    "count(x) < 2 or absent(x)",
    "sum by (zone) (x) < 1",
    "avg(x) < 1",
    "x < 1",
    "count(x) < count(y)",
)


def found(folder: Path, expr: str, *others: str) -> list[tuple[str, str]]:
    rules = [f"alert: A\nexpr: '{expr}'", *(f"alert: B\nexpr: '{other}'" for other in others)]
    findings = RULE.check(plain_rules.project(folder, *rules))
    return [(x.message, expr[slice(*x.span)] if x.span else "") for x in findings]


@pytest.mark.parametrize(("expr", "wanted"), FLAGGED.items(), ids=FLAGGED)
def test_flags(tmp_path: Path, expr: str, wanted: tuple[str, str]) -> None:
    message = f"`{wanted[0]}` of nothing is nothing: the alert is silent once all of it is gone."
    assert found(tmp_path, expr) == [(message, wanted[1])]


@pytest.mark.parametrize("expr", LEFT_ALONE)
def test_leaves_alone(tmp_path: Path, expr: str) -> None:
    assert found(tmp_path, expr) == []


def test_leaves_alone_what_another_alert_watches(tmp_path: Path) -> None:
    assert found(tmp_path, "count(x) < 2", "absent(y)") != []
    assert found(tmp_path, "count(x) < 2", "absent(x)") == []
    assert found(tmp_path, "count(x) < 2", "absent(up)") != []
    assert found(tmp_path, "sum(rate(x[5m])) == 0", "absent(up)") == []


def test_the_way_out_can_be_followed(tmp_path: Path) -> None:
    fixes = {}
    for expr in ("count(x) < 2", "count by (zone) (x) < 2"):
        (finding,) = RULE.check(plain_rules.project(tmp_path, f"alert: A\nexpr: {expr}"))
        fixes[expr] = finding.fix
    assert fixes == {
        "count(x) < 2": "compare (count(x) or vector(0)), or add `or absent(…)`.",
        "count by (zone) (x) < 2": "add an alert on absent(…) of what is counted.",
    }


def test_recordings_are_left_alone(tmp_path: Path) -> None:
    project = plain_rules.project(tmp_path, "record: a\nexpr: count(x) < 2")
    assert plain_rules.messages(RULE, project) == []
