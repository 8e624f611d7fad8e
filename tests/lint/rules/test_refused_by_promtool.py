"""`refused-by-promtool`: Prometheus' own checker reads what is generated for it, and no more."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support import plain_rules, project_builder, required_programs
from toolkit.findings import Level
from toolkit.generate import write
from toolkit.grafana import dashboard_json
from toolkit.lint.rules.refused_by_promtool import RULE
from toolkit.rule_tests import boundaries


def test_promtool_being_absent_is_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    (finding,) = RULE.check(project_builder.project_with("up == 0"))
    assert finding.level is Level.INFO
    assert finding.message == "promtool is not on PATH, so its verdict is not known."


@required_programs.PROMTOOL
def test_promtools_words_are_findings() -> None:
    good = project_builder.project(alerts=(project_builder.alert(),))
    assert plain_rules.messages(RULE, good) == []
    wrong = project_builder.project(
        alerts=(
            project_builder.alert(expr="sum(up) > up"),
            project_builder.alert("Other", description="{{ $valeu }}"),
        )
    )
    messages = plain_rules.messages(RULE, wrong)
    assert any("undefined variable" in message for message in messages)


@required_programs.PROMTOOL
def test_nothing_else_is_generated_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise AssertionError("this is not for Prometheus")

    monkeypatch.setattr(write, "render", fail)
    monkeypatch.setattr(dashboard_json, "dashboard_json", fail)
    monkeypatch.setattr(boundaries, "generated_proofs", fail)
    nowhere = project_builder.alert(panel="on no dashboard")
    assert plain_rules.messages(RULE, project_builder.project(alerts=(nowhere,))) == []


@required_programs.PROMTOOL
def test_a_prometheus_yml_that_is_refused_is_a_finding() -> None:
    project = project_builder.project()
    wrong = replace(project, config=replace(project.config, job="prometheus"))
    found = plain_rules.messages(RULE, wrong)
    assert 'found multiple scrape configs with job name "prometheus"' in found[0]


def test_rule_files_that_the_user_wrote_are_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    found = plain_rules.project(tmp_path, "alert: X\nexpr: up", catalogue=True)
    assert plain_rules.messages(RULE, found) == []
