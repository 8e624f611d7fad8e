"""`malformed-rules`: what kept a rule file from being read is a finding at its place."""

from pathlib import Path

from tests.support import plain_rules, project_builder
from toolkit.findings import Location
from toolkit.lint.rules.malformed_rules import RULE


def test_flags_each_problem_at_its_place_with_its_way_out(tmp_path: Path) -> None:
    found = plain_rules.project(tmp_path, "alert: X", "alert: Y\nexpr: up\nfor: 5 minutes")
    first, second = RULE.check(found)
    path = str(tmp_path / "rules.yml")
    assert (first.location, first.message) == (Location(path, 4, 5), "X: has no expression.")
    assert first.fix == "give it an `expr`."
    assert second.location == Location(path, 7, 10)
    assert second.message == "`for`: '5 minutes' is not a duration."


def test_leaves_alone_what_could_be_read(tmp_path: Path) -> None:
    assert plain_rules.messages(RULE, plain_rules.project(tmp_path, "alert: X\nexpr: up")) == []
    assert plain_rules.messages(RULE, project_builder.project_with("up == 0")) == []
