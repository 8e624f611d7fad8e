"""Errors say what to do, and guess at what was meant."""

import pytest

from toolkit.errors import (
    ConfigurationError,
    DefinitionError,
    ExitStatus,
    RefusedError,
    StackError,
    ToolkitError,
    UnreachableError,
    UsageError,
)
from toolkit.unknown_name_did_you_mean import MOST_LISTED, did_you_mean

STATUS = {
    UsageError: ExitStatus.WRONG,
    ConfigurationError: ExitStatus.WRONG,
    DefinitionError: ExitStatus.WRONG,
    RefusedError: ExitStatus.FINDINGS,
    UnreachableError: ExitStatus.UNKNOWN,
    StackError: ExitStatus.UNKNOWN,
}


@pytest.mark.parametrize(("kind", "status"), STATUS.items())
def test_each_error_has_its_exit_status(kind: type[ToolkitError], status: ExitStatus) -> None:
    assert kind("x").status is status


def test_the_statuses_are_what_scripts_rely_on() -> None:
    assert [int(status) for status in ExitStatus] == [0, 1, 2, 3, 4]


def test_an_error_shows_its_fix_on_a_line_of_its_own() -> None:
    assert str(UsageError("it is wrong.", fix="correct it.")) == "it is wrong.\n  fix: correct it."
    assert str(UsageError("it is wrong.")) == "it is wrong."


@pytest.mark.parametrize(
    ("word", "known", "wanted"),
    [
        (
            "exchagne",
            {"status", "exchange"},
            "; did you mean 'exchange'? (known: exchange, status)",
        ),
        ("volume", {"status", "exchange"}, " (known: exchange, status)"),
        ("volume", set(), " (none are known)"),
    ],
    ids=["near", "far", "none known"],
)
def test_a_guess_is_made_where_something_is_near(word: str, known: set[str], wanted: str) -> None:
    assert did_you_mean(word, known) == wanted


def test_a_long_list_is_left_out_where_the_guess_says_enough() -> None:
    known = [f"name-{letter}{other}" for letter in "abcdefg" for other in "abcdefg"]
    assert len(known) > MOST_LISTED
    assert did_you_mean("name-aaa", known) == "; did you mean 'name-aa'?"
    assert did_you_mean("else", known).startswith(" (known: name-aa, name-ab, ")
    assert did_you_mean("name-aaa", known[:MOST_LISTED]).startswith("; did you mean 'name-aa'? (k")
