"""`duplicate-alert`: one alert has one rule."""

from pathlib import Path

from tests.support import plain_rules, project_builder
from toolkit.alerts import Severity
from toolkit.lint.rules.duplicate_alert import RULE

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


def test_leaves_tiers_and_other_files_alone(tmp_path: Path) -> None:
    tiers = plain_rules.project(tmp_path, ONE, ONE.replace("warning", "critical"))
    assert plain_rules.messages(RULE, tiers) == []
    other = project_builder.alert("Other", severity=Severity.CRITICAL)
    assert (
        plain_rules.messages(RULE, project_builder.project(alerts=(project_builder.alert(), other)))
        == []
    )
