"""`toolkit test --write-cases`: boundary cases of other people's alerts, confirmed by promtool."""

import subprocess
from pathlib import Path

import pytest
import yaml

from tests.support import required_programs, written_files
from toolkit.errors import UsageError
from toolkit.rule_tests.user_files import rule_file_variants, write_boundary_tests
from toolkit.rule_tests.user_files.write_boundary_tests import AlertCases


def made(folder: Path, rules: str) -> tuple[AlertCases, ...]:
    path, _ = written_files.write(folder, rules=rules)
    return write_boundary_tests.make(rule_file_variants.load([path], 1).files, workers=2)


def written(folder: Path, rules: str) -> list[Path]:
    path, _ = written_files.write(folder, rules=rules)
    files = rule_file_variants.load([path], 1).files
    return list(
        write_boundary_tests.write(write_boundary_tests.make(files, 2), files, folder / "cases")
    )


def rule(expr: str, more: str = "") -> str:
    return f"groups:\n- name: g\n  rules:\n  - alert: A\n    expr: {expr}\n{more}"


@required_programs.PROMTOOL
def test_promtool_passes_the_files_and_notices_another_threshold(tmp_path: Path) -> None:
    (path,) = written(tmp_path, written_files.RULES)
    assert path == tmp_path / "cases/rules_cases.yml"
    assert yaml.safe_load(path.read_text("utf-8"))["rule_files"] == ["../rules.yml"]
    command = ["promtool", "test", "rules", str(path)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    (tmp_path / "rules.yml").write_text(written_files.RULES.replace("< 1", "<= 1"), "utf-8")
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1


@required_programs.PROMTOOL
def test_an_alert_that_cannot_be_solved_says_why(tmp_path: Path) -> None:
    found = made(tmp_path, rule("predict_linear(free[1h], 3600) < 0"))
    assert found[0].cases == ()
    assert found[0].unsolved == "`predict_linear()` cannot be read backwards"
    lines = write_boundary_tests.sentences(found, ())
    assert lines == [
        f"no cases for {tmp_path}/rules.yml:4:5: A: {found[0].unsolved}",
        "wrote 0 cases of 0 of 1 alerts:",
    ]


@required_programs.PROMTOOL
def test_a_case_of_which_the_rule_does_otherwise_is_left_out_and_said(tmp_path: Path) -> None:
    found = made(tmp_path, rule("sum(rate(sales_total[5m])) == 0"))
    assert [case.id for case in found[0].otherwise] == ["no-traffic"]
    assert "no-traffic" not in [case.id for case in found[0].cases]
    said = write_boundary_tests.sentences(found, ())[0]
    assert said.endswith(": no-traffic: its counters stand still: the rule fires.")


@required_programs.PROMTOOL
def test_two_alerts_of_one_name_are_told_apart_by_their_labels(tmp_path: Path) -> None:
    labels = "    labels: {severity: page}\n"
    second = "  - alert: A\n    expr: depth > 5\n    labels: {severity: ticket}\n"
    found = made(tmp_path, rule("depth > 10", labels + second))
    assert [len(one.otherwise) for one in found] == [0, 0]
    assert all(one.cases for one in found)


@required_programs.PROMTOOL
def test_buckets_that_nobody_declares_are_made_up(tmp_path: Path) -> None:
    expr = "histogram_quantile(0.9, sum by (le) (rate(t_bucket[5m]))) > 0.3"
    found = made(tmp_path, rule(expr))
    assert {"just-under-0.3", "just-over-0.3"} <= {case.id for case in found[0].cases}


@required_programs.PROMTOOL
def test_long_windows_are_evaluated_rarely(tmp_path: Path) -> None:
    found = made(tmp_path, rule("sum(increase(sales_total[7d])) > 5"))
    assert found[0].every == "6h"
    assert found[0].cases


@required_programs.PROMTOOL
def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "cases").write_text("a file", "utf-8")
    with pytest.raises(UsageError, match="--write-cases"):
        written(tmp_path, written_files.RULES)
