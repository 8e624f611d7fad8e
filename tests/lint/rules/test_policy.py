"""`policy`: what a team wrote down is asked of the rules that it is about."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support import plain_rules
from toolkit.config.lint_settings import LintSettings, Policy
from toolkit.findings import Level
from toolkit.lint.rules.policy import RULE
from toolkit.lint.user_files_as_project import plain_project
from toolkit.project import Project

GOOD = (
    "alert: High\nexpr: sum by (cluster) (x{cluster='a'}) > 1\nfor: 5m\nkeep_firing_for: 1m\n"
    "labels: {severity: page, team: shop}\nannotations: {summary: Too high.}"
)
BROKEN: dict[str, tuple[dict[str, Any], str, str]] = {
    "the name": ({"require_name": "[A-Z][a-z]+[A-Z].*"}, GOOD,
        "the name does not match '[A-Z][a-z]+[A-Z].*'."),
    "a label that is not there": ({"require_labels": {"tier": ".+"}}, GOOD,
        "has no label `tier`."),
    "a label's value": ({"require_labels": {"team": "desk"}}, GOOD,
        "the label `team` is 'shop', which does not match 'desk'."),
    "an annotation": ({"require_annotations": {"summary": ".*!"}}, GOOD,
        "the annotation `summary` is 'Too high.', which does not match '.*!'."),
    "a label too many": ({"forbid_labels": ("team",)}, GOOD, "has the label `team`."),
    "an annotation too many": ({"forbid_annotations": ("summary",)}, GOOD,
        "has the annotation `summary`."),
    "a hold that is too short": ({"least_hold": "10m"}, GOOD, "`for` is 5m, less than 10m."),
    "no hold": ({"least_hold": "1m"}, GOOD.replace("for: 5m\n", ""),
        "`for` is not given, less than 1m."),
    "a hold that is too long": ({"most_hold": "1m"}, GOOD, "`for` is 5m, more than 1m."),
    "kept too long": ({"most_keep_firing_for": "30s"}, GOOD,
        "`keep_firing_for` is 1m, more than 30s."),
    "a label that is lost": ({"keep_labels": ("cluster", "job")}, GOOD,
        "the result has lost `job`: it is removed by `sum by (cluster)`."),
    "a label that is not asked for": ({"select_labels": ("cluster", "job")}, GOOD,
        "`x{cluster='a'}` does not say which `job`."),
}  # fmt: skip
KEPT: dict[str, dict[str, Any]] = {
    "the name": {"require_name": "High"},
    "a label": {"require_labels": {"team": "shop|desk"}},
    "an annotation": {"require_annotations": {"summary": "Too.+"}},
    "what is not there": {"forbid_labels": ("page",), "forbid_annotations": ("text",)},
    "holds": {"least_hold": "5m", "most_hold": "5m", "most_keep_firing_for": "1m"},
    "an interval of nobody": {"least_interval": "1h", "most_interval": "1s"},
    "labels": {"keep_labels": ("cluster",), "select_labels": ("cluster",)},
    "another rule": {"names": "Low", "require_labels": {"none": ".+"}},
}


def about(folder: Path, rule: str, **asked: Any) -> Project:
    policy = Policy(name="ours", because="The rota is by team", level="error", **asked)
    project = plain_rules.project(folder, rule)
    settings = LintSettings(policies=(policy,))
    return replace(project, config=replace(project.config, lint_settings=settings))


@pytest.mark.parametrize(("asked", "rule", "message"), BROKEN.values(), ids=BROKEN)
def test_flags(tmp_path: Path, asked: dict[str, Any], rule: str, message: str) -> None:
    project = about(tmp_path, rule, **asked)
    (found,) = RULE.check(project)
    assert found.message == f"ours: {message}"
    assert found.fix == "The rota is by team."
    assert found.subject.startswith(f"{project.rules[0].name}")
    if "keep_labels" in asked or "select_labels" in asked:
        assert found.subject == f"{project.rules[0].name}.expr"
    assert found.level is Level.ERROR


@pytest.mark.parametrize("asked", KEPT.values(), ids=KEPT)
def test_leaves_alone(tmp_path: Path, asked: dict[str, Any]) -> None:
    assert plain_rules.messages(RULE, about(tmp_path, GOOD, **asked)) == []


@pytest.mark.parametrize(("limit", "wanted"), [("1m", 0), ("30s", 1)])
def test_the_interval_of_a_group(tmp_path: Path, limit: str, wanted: int) -> None:
    project = about(tmp_path, GOOD, most_interval=limit)
    path = tmp_path / "rules.yml"
    path.write_text(path.read_text().replace("- name: group\n", "- name: group\n  interval: 1m\n"))
    again = plain_project(None, [path], None, settings=project.config.lint_settings)
    assert len(list(RULE.check(again))) == wanted


def test_a_template_is_not_compared_with_a_pattern(tmp_path: Path) -> None:
    rule = GOOD.replace("team: shop", "team: '{{ $labels.team }}'")
    assert plain_rules.messages(RULE, about(tmp_path, rule, require_labels={"team": "x"})) == []


def test_nothing_is_asked_where_nothing_is_written(tmp_path: Path) -> None:
    assert plain_rules.messages(RULE, plain_rules.project(tmp_path, GOOD)) == []
