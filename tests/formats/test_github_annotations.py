"""What GitHub reads: annotations with their escapes and limits, tables, the summary's file."""

from pathlib import Path

import pytest

from toolkit.errors import ConfigurationError
from toolkit.findings import Level, Location
from toolkit.formats import github_annotations
from toolkit.formats.github_annotations import Annotation

PLAIN = Annotation(Level.ERROR, "rule", "It is wrong.")

LINES = {
    "without a place": (PLAIN, "::error title=rule::It is wrong."),
    "with a line": (
        Annotation(Level.WARNING, "rule", "It is.", Location("a.py", 7)),
        "::warning file=a.py,line=7,title=rule::It is.",
    ),
    "with a column": (
        Annotation(Level.INFO, "rule", "It is.", Location("a.py", 7, 3)),
        "::notice file=a.py,line=7,col=3,title=rule::It is.",
    ),
    "what ends a text is escaped": (
        Annotation(Level.ERROR, "rule", "50%: a,\nb\r"),
        "::error title=rule::50%25: a,%0Ab%0D",
    ),
    "what ends a property is escaped": (
        Annotation(Level.ERROR, "rule: 5%, failed", "x", Location("a,b:c.py", 1)),
        "::error file=a%2Cb%3Ac.py,line=1,title=rule%3A 5%25%2C failed::x",
    ),
}


@pytest.mark.parametrize(("annotation", "line"), LINES.values(), ids=LINES)
def test_annotations(annotation: Annotation, line: str) -> None:
    assert github_annotations.annotations([annotation]) == f"{line}\n"


def test_ten_of_each_level_are_shown_the_worst_first_and_the_rest_is_counted() -> None:
    warned = Annotation(Level.WARNING, "rule", "It may be.")
    lines = github_annotations.annotations([warned, *[PLAIN] * 12]).splitlines()
    assert lines[:10] == ["::error title=rule::It is wrong."] * 10
    assert lines[10:] == [
        "2 more of level error are not shown as annotations.",
        "::warning title=rule::It may be.",
    ]
    assert github_annotations.annotations([]) == ""


def test_a_summary_is_added_to_what_stands_there(tmp_path: Path) -> None:
    file = tmp_path / "summary.md"
    file.write_text("before\n", encoding="utf-8")
    github_annotations.add_to_summary("ours\n", {"GITHUB_STEP_SUMMARY": str(file)})
    assert file.read_text(encoding="utf-8") == "before\nours\n"


def test_without_the_variable_nothing_is_written() -> None:
    github_annotations.add_to_summary("ours\n", {})
    github_annotations.add_to_summary("ours\n", {"GITHUB_STEP_SUMMARY": ""})


def test_a_summary_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"GITHUB_STEP_SUMMARY: .*: Is a directory\."):
        github_annotations.add_to_summary("ours\n", {"GITHUB_STEP_SUMMARY": str(tmp_path)})
