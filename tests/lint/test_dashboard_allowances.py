"""Findings in dashboards that are accepted, each with a reason."""

from pathlib import Path

import pytest

from tests.support.written_dashboards import board, panel, project
from toolkit.errors import UsageError
from toolkit.lint.dashboard_allowances import accepted, read_allowances
from toolkit.lint.dashboard_file_rules.panel_without_title import RULE

RULES = frozenset({"panel-without-title", "panel-without-unit"})


def judged(tmp_path: Path, text: str) -> list[tuple[str, str]]:
    file = tmp_path / "allow.yml"
    file.write_text(text, encoding="utf-8")
    made = project(board(panel(title="", id=3), panel(title="", id=4)))
    found = accepted(RULE.check(made), read_allowances(file, RULES), made.dashboard_files)
    return [(finding.rule, finding.allowed) for finding in found]


@pytest.mark.parametrize("name", ["shop", "Shop"], ids=["by uid", "by title"])
def test_one_panel_is_accepted(tmp_path: Path, name: str) -> None:
    text = f"- rule: panel-without-title\n  dashboard: {name}\n  panel: panel 3\n  reason: blank\n"
    assert judged(tmp_path, text) == [("panel-without-title", "blank"), ("panel-without-title", "")]


def test_a_rule_is_accepted_everywhere(tmp_path: Path) -> None:
    text = "- rule: panel-without-title\n  reason: art\n"
    assert judged(tmp_path, text) == [("panel-without-title", "art")] * 2


def test_an_entry_that_accepts_nothing_is_found(tmp_path: Path) -> None:
    text = "- rule: panel-without-unit\n  reason: none left\n"
    assert judged(tmp_path, text)[-1] == ("unused-allow", "")


BAD = {
    "no list": ("rule: x", "must be a list"),
    "too deep": ("[\n" * 1500, "maximum recursion depth exceeded"),
    "no reason": ("- rule: panel-without-title", "entry 1: has no reason"),
    "no such rule": ("- rule: panel-without-titel\n  reason: x", "unknown rule"),
    "no such key": ("- rule: panel-without-title\n  becaus: x", "unknown key"),
}


@pytest.mark.parametrize(("text", "words"), BAD.values(), ids=BAD)
def test_what_is_wrong_is_told(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        judged(tmp_path, text)
