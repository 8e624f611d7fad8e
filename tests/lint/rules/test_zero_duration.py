"""`zero-duration`: what holds without it."""

from pathlib import Path

import pytest

from tests.support import plain_rules
from toolkit.lint.rules.zero_duration import RULE


@pytest.mark.parametrize("text", ["0m", "0s", "0", "0h0m"])
@pytest.mark.parametrize("key", ["for", "keep_firing_for"])
def test_flags(tmp_path: Path, key: str, text: str) -> None:
    project = plain_rules.project(tmp_path, f"alert: A\nexpr: up == 0\n{key}: {text}")
    assert plain_rules.messages(RULE, project) == [f"`{key}: {text}` is what holds without it."]


def test_several_are_one_finding(tmp_path: Path) -> None:
    rules = ("alert: A\nexpr: up == 0\nfor: 0m", "alert: B\nexpr: up == 1\nfor: 0s")
    (finding,) = RULE.check(plain_rules.project(tmp_path, *rules))
    assert finding.message == "`for: 0m` is what holds without it; others like it follow."
    assert finding.location
    assert finding.location.line == 6
    assert len(finding.edits) == 2


@pytest.mark.parametrize("line", ["for: 5m", "for: 1ms", "labels: {for: 0m}", ""])
def test_leaves_alone(tmp_path: Path, line: str) -> None:
    project = plain_rules.project(tmp_path, f"alert: A\nexpr: up == 0\n{line}".strip())
    assert plain_rules.messages(RULE, project) == []


def test_a_line_with_other_things_in_it_is_not_dropped(tmp_path: Path) -> None:
    (finding,) = RULE.check(plain_rules.project(tmp_path, "{alert: A, expr: up == 0, for: 0m}"))
    assert finding.edits == ()
