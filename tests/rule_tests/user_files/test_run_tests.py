"""`toolkit test --tests`: other people's promtool tests, each a case; what is broken is said."""

import shutil
from pathlib import Path

import pytest

from tests.support import required_programs, written_files
from toolkit.errors import UnreachableError, UsageError
from toolkit.rule_tests.user_files import run_tests
from toolkit.rule_tests.user_files.run_tests import WrittenTestRun

FIRES, SILENT, FALSE = written_files.FIRES, written_files.SILENT, written_files.FALSE


def said(run: WrittenTestRun, folder: Path) -> list[tuple[str, str]]:
    """(name, problem) of every case."""
    return [
        (x.name, x.placed.replace(str(folder), "FOLDER") if x.problem else "") for x in run.results
    ]


@required_programs.PROMTOOL
def test_each_test_is_a_case_and_the_expectation_that_failed_is_named(tmp_path: Path) -> None:
    _, path = written_files.write(tmp_path, FIRES, FALSE, SILENT)
    found = run_tests.run([], [path], workers=2)
    assert said(found, tmp_path) == [
        ("it is down", ""),
        (
            "it says that it is not",
            "FOLDER/rules_test.yml:17:5: alertname: Down, time: 10m, exp:[], got:[ 0: "
            'Labels:{alertname="Down", instance="x", job="a", severity="page"} '
            'Annotations:{summary="x is down"} ]',
        ),
        ("test 3: Down", ""),
    ]
    assert found.tested[0].passing == (0, 2)


@required_programs.PROMTOOL
def test_rules_are_for_test_files_that_name_none(tmp_path: Path) -> None:
    rules, path = written_files.write(tmp_path, FIRES, head="evaluation_interval: 1m")
    assert said(run_tests.run([rules], [path], 1), tmp_path) == [("it is down", "")]
    ((_, problem),) = said(run_tests.run([], [path], 1), tmp_path)
    assert problem == (
        "FOLDER/rules_test.yml:1: not run: it names no rule files, and there is no --rules."
    )


@required_programs.PROMTOOL
def test_what_is_broken_does_not_keep_the_rest_from_running(tmp_path: Path) -> None:
    _, path = written_files.write(tmp_path, FIRES)
    helm = tmp_path / "helm.yml"
    helm.write_text("groups:\n{{- if .Values.on }}\n- name: g\n{{- end }}\n", "utf-8")
    of_helm = tmp_path / "helm_test.yml"
    of_helm.write_text("rule_files: [helm.yml]\ntests:\n" + FIRES, "utf-8")
    key = tmp_path / "key_test.yml"
    key.write_text("rule_files: [rules.yml]\ninterval: 5m\ntests:\n" + FIRES + SILENT, "utf-8")
    found = said(run_tests.run([], [of_helm, key, path], 2), tmp_path)
    assert found[1:] == [
        (
            "can be read",
            "FOLDER/helm_test.yml:1: not run: promtool refuses its rules, FOLDER/helm.yml.",
        ),
        (
            "can be read",
            "FOLDER/key_test.yml:2:1: promtool refuses it: field interval not found in type "
            "main.unitTestFile",
        ),
        ("it is down", ""),
    ]
    assert found[0][1].startswith("FOLDER/helm.yml:2: not YAML: ")
    assert found[0][1].endswith("; it is a template of Helm, which has '{{- if .Values.on }}'.")


@required_programs.PROMTOOL
def test_a_refused_file_without_tests_is_not_a_pass(tmp_path: Path) -> None:
    _, path = written_files.write(tmp_path, " []", head="rule_files: [rules.yml]\ninterval: 5m")
    ((name, problem),) = said(run_tests.run([], [path], 1), tmp_path)
    assert name == "can be read"
    assert problem.startswith("FOLDER/rules_test.yml:2:1: promtool refuses it: field interval")


@required_programs.PROMTOOL
def test_series_that_promtool_cannot_read(tmp_path: Path) -> None:
    _, path = written_files.write(tmp_path, "- input_series: [{series: 'up{', values: 1}]\n")
    ((name, problem),) = said(run_tests.run([], [path], 1), tmp_path)
    assert name == "test 1"
    assert problem.startswith("FOLDER/rules_test.yml:3:3: promtool refuses it: ")
    assert "parse error" in problem


@required_programs.PROMTOOL
def test_rules_of_the_prometheus_operator(tmp_path: Path) -> None:
    inner = "".join(f"  {line}\n" for line in written_files.RULES.splitlines())
    _, path = written_files.write(tmp_path, FIRES, rules=f"kind: PrometheusRule\nspec:\n{inner}")
    assert said(run_tests.run([], [path], 1), tmp_path) == [("it is down", "")]


@required_programs.PROMTOOL
def test_what_only_promtool_refuses_is_said_at_the_rule(tmp_path: Path) -> None:
    # No class of characters has this name, which nothing here looks up.
    rules = written_files.RULES.replace("up ", 'up{job=~"[[:letters:]]"} ')
    _, path = written_files.write(tmp_path, FIRES, rules=rules)
    (_, problem), _ = said(run_tests.run([], [path], 1), tmp_path)
    assert problem.startswith("FOLDER/rules.yml:6:5: promtool refuses it: ")
    assert "invalid character class range" in problem


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file or folder"):
        run_tests.run([tmp_path / "gone.yml"], [], 1)


def test_without_promtool_nothing_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    _, path = written_files.write(tmp_path, FIRES)
    with pytest.raises(UnreachableError, match="promtool is not on PATH"):
        run_tests.run([], [path], 1)
