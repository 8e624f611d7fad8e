"""`duplicate-alert`: one alert has one rule."""

from pathlib import Path

import pytest

from tests.support import plain_rules, project_builder
from toolkit.alerts import Severity
from toolkit.lint.rules.duplicate_alert import RULE
from toolkit.lint.user_files_as_project import plain_project

ONE = "alert: A\nexpr: a > 1\nlabels:\n  severity: warning"


def test_flags_one_identity_twice(tmp_path: Path) -> None:
    found = plain_rules.project(tmp_path, ONE, ONE.replace("a > 1", "b > 2"))
    (finding,) = RULE.check(found)
    assert finding.message == "an alert of this name and these labels is also at line 4."
    assert finding.location is not None
    assert (finding.location.line, finding.location.column) == (8, 5)


def test_flags_one_condition_under_two_names(tmp_path: Path) -> None:
    found = plain_rules.project(
        tmp_path, ONE, ONE.replace("alert: A", "alert: B").replace(" > ", ">")
    )
    assert plain_rules.messages(RULE, found) == ["`A` asks for exactly the same."]


def test_flags_a_condition_that_differs_in_its_limit_alone(tmp_path: Path) -> None:
    other = ONE.replace("alert: A", "alert: B")
    found = plain_rules.project(tmp_path, ONE, other.replace("a > 1", "(a >= 5)"))
    assert plain_rules.messages(RULE, found) == [
        "it differs from `A` in its limit alone, so that both notify."
    ]
    for expr in ("a < 5", "b > 5", "a > b", "a == 5", "a > bool 5 == 1"):
        found = plain_rules.project(tmp_path, ONE, other.replace("a > 1", expr))
        assert plain_rules.messages(RULE, found) == []
    for change in (("warning", "critical"), ("a > 5", "a > 5\nfor: 5m")):
        longer = other.replace("a > 1", "a > 5").replace(*change)
        assert plain_rules.messages(RULE, plain_rules.project(tmp_path, ONE, longer)) == []


@pytest.mark.parametrize(("expr", "count"), [("a>1", 1), ("a > 2", 0)])
def test_one_alert_in_two_files(tmp_path: Path, expr: str, count: int) -> None:
    for name, rule in (("x.yml", "a > 1"), ("y.yml", expr)):
        (tmp_path / name).write_text(
            f"groups:\n- name: g\n  rules:\n  - {{alert: A, expr: '{rule}'}}\n"
        )
    messages = plain_rules.messages(RULE, plain_project(None, [tmp_path], None))
    wanted = f"the same alert is also in {tmp_path / 'x.yml'}, line 4."
    assert messages == [wanted] * count


def test_leaves_tiers_and_other_files_alone(tmp_path: Path) -> None:
    tiers = plain_rules.project(tmp_path, ONE, ONE.replace("warning", "critical"))
    assert plain_rules.messages(RULE, tiers) == []
    other = project_builder.alert("Other", severity=Severity.CRITICAL)
    assert (
        plain_rules.messages(RULE, project_builder.project(alerts=(project_builder.alert(), other)))
        == []
    )
