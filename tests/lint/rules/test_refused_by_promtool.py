"""`refused-by-promtool`: Prometheus' own checker reads what is generated for it, and no more."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support import plain_rules, project_builder, promtool_verdicts, required_programs
from toolkit.findings import Level, Location
from toolkit.generate import write
from toolkit.grafana import write_classic_json
from toolkit.lint.rules.refused_by_promtool import RULE
from toolkit.lint.user_files_as_project import plain_project
from toolkit.project import Project
from toolkit.prometheus import promtool_check
from toolkit.prometheus.promtool_check import Sentence
from toolkit.rule_tests import boundary_cases


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
    monkeypatch.setattr(write_classic_json, "dashboard_json", fail)
    monkeypatch.setattr(boundary_cases, "generated_proofs", fail)
    nowhere = project_builder.alert(panel="on no dashboard")
    assert plain_rules.messages(RULE, project_builder.project(alerts=(nowhere,))) == []


@required_programs.PROMTOOL
def test_a_prometheus_yml_that_is_refused_is_a_finding() -> None:
    project = project_builder.project()
    wrong = replace(project, config=replace(project.config, job="prometheus"))
    found = plain_rules.messages(RULE, wrong)
    assert 'found multiple scrape configs with job name "prometheus"' in found[0]


def plain(folder: Path, text: str, release: str = "") -> Project:
    path = folder / "r.yml"
    path.write_text(text)
    return plain_project(None, [path], None, release=release)


GROUP = "groups:\n- name: g\n  {key}\n  rules:\n  - {{alert: A, expr: '{expr}'}}\n"


def test_without_promtool_rule_files_are_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    assert list(RULE.check(plain(tmp_path, "groups:\n- {name: g, rulez: []}\n"))) == []


@required_programs.PROMTOOL
def test_what_is_only_promtools_age_is_an_info(tmp_path: Path) -> None:
    found, *others = [
        *RULE.check(plain(tmp_path, GROUP.format(key="query_offset: 1m", expr="up == 0"))),
        None,
    ]
    if promtool_verdicts.release() >= (2, 53):
        assert found is None
        return
    assert found is not None
    assert others == [None]
    assert (found.level, found.message) == (
        Level.INFO,
        "`query_offset` needs Prometheus 2.53; the promtool here is older.",
    )
    assert found.location == Location(str(tmp_path / "r.yml"), 3)


NEWER = (
    "rate(x[5m] anchored)", "rate(x[5m * 2])", "x offset (5m)", "x >/ 1", "x > 1_000", "x > 5m",
    "start()", "step()", "a + fill(0) b", "integral(x[5m])", "rate(x[300])", "limitk(2, x)",
    '{"a.b"}', 'sum by ("a.b") (x)',
)  # fmt: skip


@required_programs.PROMTOOL
def test_promtools_age_is_never_an_error(tmp_path: Path) -> None:
    rules = "".join(f"  - {{record: 'a', expr: '{expr}'}}\n" for expr in NEWER)
    found = list(RULE.check(plain(tmp_path, f"groups:\n- name: g\n  rules:\n{rules}")))
    assert [(x.level, x.message) for x in found if x.level is not Level.INFO] == []


TWICE = (
    "record: a:b:c\n    expr: a\n    keep_firing_for: 5m",
    "record: a:b:c\n    expr: a\n    annotations: {a: b}",
    "alert: A\n    record: a\n    expr: a",
)


@required_programs.PROMTOOL
@pytest.mark.parametrize("rule", TWICE)
def test_a_key_at_another_line_is_not_said_twice(tmp_path: Path, rule: str) -> None:
    text = f"groups:\n- name: g\n  rules:\n  - {rule}\n  - alert: B\n    expr: up\n    for: x\n"
    project = plain(tmp_path, text)
    assert project.plain is not None
    assert len(project.plain.problems) > 1
    assert plain_rules.messages(RULE, project) == []


def test_another_fault_of_the_file_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = str(tmp_path / "r.yml")
    said = Sentence(path, 6, 11, 'group "g", rule 2, "B": no')
    monkeypatch.setattr(shutil, "which", lambda name: name)
    monkeypatch.setattr(promtool_check, "check_rules", lambda *_: (said,))
    text = "groups:\n- name: g\n  rules:\n  - {record: a, expr: a, for: 5m}\n"
    assert plain_rules.messages(RULE, plain(tmp_path, text)) == [
        'promtool: group "g", rule 2, "B": no.'
    ]


def test_what_needs_a_flag_alone_is_another_rules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = Sentence(str(tmp_path / "r.yml"), 5, 11, 'function "info" is not enabled')
    monkeypatch.setattr(shutil, "which", lambda name: name)
    monkeypatch.setattr(promtool_check, "check_rules", lambda *_: (said,))
    assert list(RULE.check(plain(tmp_path, GROUP.format(key="limit: 1", expr="info(x)")))) == []


def test_an_older_prometheus_that_is_named_refuses_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = Sentence(str(tmp_path / "r.yml"), 5, 11, "unknown function", "`info`", (3, 0))
    monkeypatch.setattr(shutil, "which", lambda name: name)
    monkeypatch.setattr(promtool_check, "check_rules", lambda *_: (said,))
    levels = {}
    for release in ("2.42", "3.0", ""):
        project = plain(tmp_path, GROUP.format(key="limit: 1", expr="up == 0"), release)
        levels[release] = [x.level for x in RULE.check(project)]
    assert levels == {"2.42": [Level.ERROR], "3.0": [Level.INFO], "": [Level.INFO]}


def test_what_is_said_already_is_not_said_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = plain(tmp_path, "groups:\n- name: g\n  rulez: []\n")
    path = str(tmp_path / "r.yml")
    said = [Sentence(path, line, 0, f"no {line}") for line in (0, 3, 2)]
    monkeypatch.setattr(shutil, "which", lambda name: name)
    monkeypatch.setattr(promtool_check, "check_rules", lambda *_: said)
    assert plain_rules.messages(RULE, project) == ["promtool: no 2."]


def test_a_promtool_that_does_not_answer_is_a_note(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: name)
    monkeypatch.setattr(promtool_check, "check_rules", lambda *_: None)
    (found,) = RULE.check(plain(tmp_path, "groups: []\n"))
    assert found.level is Level.INFO


OTHERS = {
    "Thanos' key": GROUP.format(key="partial_response_strategy: warn", expr="up == 0"),
    "LogQL": GROUP.format(key="limit: 1", expr='rate({a="b"} |= "c" [5m]) > 1'),
    "the operator's": "spec:\n  groups:\n  - {name: g, rules: []}\n",
}


@pytest.mark.parametrize("text", OTHERS.values(), ids=OTHERS)
def test_promtool_is_not_asked_about_files_of_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    asked: list[Path] = []

    def check(_promtool: str, paths: Sequence[Path]) -> tuple[Sentence, ...]:
        asked.extend(paths)
        return ()

    monkeypatch.setattr(shutil, "which", lambda name: name)
    monkeypatch.setattr(promtool_check, "check_rules", check)
    list(RULE.check(plain(tmp_path, text)))
    assert asked == []
    list(RULE.check(plain(tmp_path, "groups: []\n")))
    assert asked == [tmp_path / "r.yml"]


def test_what_has_no_place_is_at_the_first_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(tmp_path / "r.yml")
    said = (Sentence(path, 0, 0, "it is refused."), Sentence(path, 4, 2, "and so is this"))
    monkeypatch.setattr(shutil, "which", lambda name: name)
    monkeypatch.setattr(promtool_check, "check_rules", lambda *_: said)
    found = list(RULE.check(plain(tmp_path, GROUP.format(key="limit: 1", expr="up == 0"))))
    assert [(x.message, x.location) for x in found] == [
        ("promtool: it is refused.", Location(path, 1, 0)),
        ("promtool: and so is this.", Location(path, 4, 2)),
    ]
