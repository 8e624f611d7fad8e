"""A definition remembers its line, and so does each of its arguments."""

from pathlib import Path

import pytest

from tests.support.project_builder import alert
from toolkit.alerts import Alert, Proof, Severity
from toolkit.drill_causes import Undrillable
from toolkit.errors import DefinitionError
from toolkit.findings import Allow, Finding, Level, Location, are_clean

HERE = Path(__file__)
LINES = HERE.read_text(encoding="utf-8").splitlines()


def line_of(marker: str) -> int:
    return next(n for n, line in enumerate(LINES, 1) if line.endswith(f"# {marker}"))


DEFINED = Alert(  # the definition
    name="X",
    expr="up == 0",  # the expression
    severity=Severity.INFO,
    component="app",
    summary="It is down.",
    description="{{ $value }}",
    impact="None.",
    response="None.",
    because="None.",
    panel="Up",
    fired_by=Undrillable("It is not run."),
    proof=(Proof("no series", {}, at="1m", fires=False),),
)


def test_a_definition_remembers_the_line_that_made_it() -> None:
    assert DEFINED.defined == Location(str(HERE), line_of("the definition"))


def test_an_argument_is_found_at_its_own_line() -> None:
    assert DEFINED.defined.argument("expr").line == line_of("the expression")
    assert DEFINED.defined.argument("hold") == DEFINED.defined


def test_an_argument_without_its_name_is_found_by_its_position(tmp_path: Path) -> None:
    file = tmp_path / "made.py"
    file.write_text('made(\n    "first",\n    [\n        1,\n    ],\n    last=5,\n)\n')
    call = Location(str(file), 1)
    assert [call.argument("x", n).line for n in (0, 1, 2)] == [2, 3, 1]
    assert call.argument("last", 0).line == 6


def test_a_definition_made_by_a_helper_points_at_the_helper() -> None:
    assert alert().defined.path.endswith("project_builder.py")


def test_a_path_outside_the_root_stays_whole(tmp_path: Path) -> None:
    inside = Location(str(tmp_path / "a" / "b.py"), 3, 7)
    assert str(inside.relative_to(tmp_path)) == "a/b.py:3:7"
    assert inside.relative_to(tmp_path / "other") == inside


def test_a_file_that_cannot_be_read_gives_the_place_itself(tmp_path: Path) -> None:
    gone = Location(str(tmp_path / "gone.py"), 1)
    assert gone.argument("expr") == gone


def test_an_allowance_without_a_reason_is_refused() -> None:
    assert Allow("some-rule", reason="seen").reason == "seen"
    with pytest.raises(DefinitionError, match=r"Allow\('some-rule'\) has no reason"):
        Allow("some-rule", reason=" ")


def finding(level: Level, allowed: str = "") -> Finding:
    return Finding(rule="r", level=level, message="m", allowed=allowed)


def test_only_errors_and_warnings_that_nobody_accepted_count() -> None:
    assert are_clean([])
    assert are_clean([finding(Level.INFO), finding(Level.ERROR, allowed="known")])
    assert not are_clean([finding(Level.WARNING)])
    assert not are_clean([finding(Level.ERROR)])
