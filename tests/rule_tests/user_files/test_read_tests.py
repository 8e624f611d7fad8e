"""promtool test files of any origin: what is read of them, and what is said of broken ones."""

from pathlib import Path

import pytest
import yaml

from tests.support import written_files
from toolkit.rule_tests.user_files import read_tests
from toolkit.rule_tests.user_files.read_tests import UnreadableError


def problem(folder: Path, text: str) -> str:
    path = folder / "broken_test.yml"
    path.write_text(text, "utf-8")
    with pytest.raises(UnreadableError) as error:
        read_tests.read(path)
    found = error.value.problem
    return f"{found.location}: {found.message} {found.fix}".replace(str(folder), "FOLDER").strip()


def test_a_test_has_its_name_or_its_number_and_what_it_asks(tmp_path: Path) -> None:
    rules, path = written_files.write(tmp_path, written_files.FIRES, written_files.SILENT)
    found = read_tests.read(path)
    assert found.rule_files == (rules,)
    assert [test.name for test in found.tests] == ["it is down", "test 2: Down"]
    assert [test.location.line for test in found.tests] == [3, 12]
    assert found.tests[0].expectations[0].location.line == 7


def test_a_pattern_of_rule_files_is_what_it_matches(tmp_path: Path) -> None:
    rules, path = written_files.write(tmp_path, written_files.FIRES, head="rule_files: ['r*s.yml']")
    assert read_tests.read(path).rule_files == (rules,)


def test_values_are_written_again_as_they_were(tmp_path: Path) -> None:
    _, path = written_files.write(tmp_path, written_files.SUM, written_files.FIRES)
    text = read_tests.read(path).text(["other.yml"], [0])
    assert "value: 1e0" in text, "in quotes promtool would refuse it"
    read = yaml.safe_load(text)
    assert read["rule_files"] == ["other.yml"]
    assert [test["name"] for test in read["tests"]] == ["the sum"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tests: [", "FOLDER/broken_test.yml:2:1: not YAML: did not find expected node content."),
        ("", "FOLDER/broken_test.yml:1: not a test file: it has no `tests`."),
        (
            "groups: []",
            "FOLDER/broken_test.yml:1:1: not a test file: it has `groups`, so it is a rule file. "
            "name it with --rules.",
        ),
        ("tests:\n- 5", "FOLDER/broken_test.yml:2:3: a test must be a mapping."),
        (
            "rule_files: [{a: b}]\ntests: []",
            "FOLDER/broken_test.yml:1:14: a rule file must be a path.",
        ),
        ("tests: 5", "FOLDER/broken_test.yml:1:8: `tests` must be a list."),
        (
            "rule_files:\n- gone.yml\ntests: []",
            "FOLDER/broken_test.yml:2:3: no file matches 'gone.yml' below FOLDER. correct "
            "`rule_files`, or leave it out and name the files with --rules.",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    assert problem(tmp_path, text) == said


def test_bytes_that_are_not_text(tmp_path: Path) -> None:
    path = tmp_path / "latin.yml"
    path.write_bytes(b"tests:\n- name: caf\xe9")
    with pytest.raises(UnreadableError, match="not UTF-8"):
        read_tests.read(path)
    with pytest.raises(UnreadableError, match="No such file or directory"):
        read_tests.read(tmp_path / "gone.yml")


@pytest.mark.parametrize(
    ("expr", "asked"),
    [
        ('ALERTS{alertname="Down"}', ["alert"]),
        ('ALERTS{alertname=~"Up|Down"}', ["alert"]),
        ('ALERTS{alertname="Up"}', []),
        ("count(ALERTS)", ["alert"]),
        ("rate(Down[5m])", ["recording"]),
        ("up", []),
        ("up +", ["alert", "recording"]),
    ],
)
def test_which_rules_a_test_asks_for(tmp_path: Path, expr: str, asked: list[str]) -> None:
    test = f"- promql_expr_test:\n  - expr: '{expr}'\n"
    _, path = written_files.write(tmp_path, test)
    (found,) = read_tests.read(path).tests
    assert found.asks_for("Down", is_alert=True) is ("alert" in asked)
    assert found.asks_for("Down", is_alert=False) is ("recording" in asked)


def test_a_key_that_is_a_list_is_left_to_promtool(tmp_path: Path) -> None:
    _, path = written_files.write(tmp_path, written_files.FIRES, head="? [a]\n: b")
    assert "? - a" in read_tests.read(path).text(["other.yml"], [0]).replace("[a]", "- a")


def test_what_is_nested_too_deep_is_said_with_its_place(tmp_path: Path) -> None:
    said = problem(tmp_path, "tests: " + "[" * 100_000)
    assert said == "FOLDER/broken_test.yml:1:1007: not YAML: nested more than 1000 deep."
