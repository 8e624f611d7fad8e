"""What promtool says about rule files: where, and what is only its age."""

from pathlib import Path

import pytest

from tests.support.required_programs import PROMTOOL
from toolkit.prometheus.promtool_check import Sentence, check_rules

pytestmark = pytest.mark.programs

SAID = {
    '{file}: 5:11: group "g", rule 1, "A": could not parse expression: 1:5: parse error: no': (
        5, 11, 'group "g", rule 1, "A": no', "", None),
    '{file}: 5:11: unknown function with name "histogram_avg"': (
        5, 11, 'unknown function with name "histogram_avg"', "`histogram_avg`", (2, 51)),
    "{file}: 5:11: invalid recording rule name: a.b": (
        5, 11, "invalid recording rule name: a.b", "a name in UTF-8", (3, 0)),
    '{file}: 5:11: unexpected string "a.b" in grouping opts': (
        5, 11, 'unexpected string "a.b" in grouping opts', "a name in quotes", (3, 0)),
    '{file}: 5:11: unknown function with name "summ"': (
        5, 11, 'unknown function with name "summ"', "", None),
    "{file}: yaml: unmarshal errors:\n  line 3: field labels not found in type rulefmt.RuleGroup": (
        3, 0, "field labels not found in type rulefmt.RuleGroup", "`labels` of a group", (3, 0)),
    '{file}: 5:13: 4:12: group "g", rule 1, "A": only one of': (
        4, 12, 'group "g", rule 1, "A": only one of', "", None),
    '{file}: 5:11: unexpected duration "5m".': (
        5, 11, 'unexpected duration "5m".', "a duration as a number", (2, 54)),
    '{file}: 5:11: bad number or duration syntax: "1_"': (
        5, 11, 'bad number or duration syntax: "1_"', "`_` in a number", (2, 54)),
    '{file}: 5:11: unknown function with name "fill_left"': (
        5, 11, 'unknown function with name "fill_left"', "`fill`", (3, 10)),
    '{file}: 5:11: group "g", rule 1, "A": unexpected "("': (
        5, 11, 'group "g", rule 1, "A": unexpected "("', "`start()` or `end()`", (3, 12)),
    "{file}: yaml: line 1: did not find expected node content": (
        1, 0, "did not find expected node content", "", None),
    "{file}: not a valid duration string: 5x": (
        0, 0, "not a valid duration string: 5x", "", None),
    "Checking {file}\n  SUCCESS: 1 rules found": None,
    "elsewhere.yml: 5:11: no": None,
}  # fmt: skip


def promtool(folder: Path, text: str) -> str:
    """A program that says the text whatever it is asked."""
    program = folder / "promtool"
    program.write_text(f"#!/bin/sh\ncat >&2 <<'END'\n{text}\nEND\nexit 1\n")
    program.chmod(0o755)
    return str(program)


@pytest.mark.parametrize(("text", "wanted"), SAID.items(), ids=range(len(SAID)))
def test_sentences(
    tmp_path: Path, text: str, wanted: tuple[int, int, str, str, tuple[int, int] | None] | None
) -> None:
    file = tmp_path / "r.yml"
    program = promtool(tmp_path, text.replace("{file}", str(file)))
    found = check_rules(program, [file])
    assert found == (() if wanted is None else (Sentence(str(file), *wanted),))


@pytest.mark.parametrize(
    ("message", "rule"),
    [
        ('group "g", rule 1, "A": no', "A"),
        ('group "a, b", rule 12, "a:b:c": no "x": y', "a:b:c"),
        ('unknown "A": no', ""),
    ],
)
def test_the_rule_that_it_is_about(message: str, rule: str) -> None:
    assert Sentence("r.yml", 1, 1, message).rule == rule


@pytest.mark.parametrize(
    ("message", "is_of_a_flag"),
    [
        ('function "info" is not enabled', True),
        ("limitk() is experimental and must be enabled with --enable-feature=x", True),
        ("binop fill modifiers are experimental and not enabled", True),
        ('unknown function with name "enabled"', False),
    ],
)
def test_what_a_flag_would_allow(message: str, *, is_of_a_flag: bool) -> None:
    assert Sentence("r.yml", 1, 1, message).is_of_a_flag is is_of_a_flag


def test_one_that_does_not_run_has_no_verdict(tmp_path: Path) -> None:
    assert check_rules(str(tmp_path / "none"), [tmp_path / "r.yml"]) is None
    assert check_rules(str(tmp_path / "none"), []) == ()


@PROMTOOL
def test_the_real_one_is_understood(tmp_path: Path) -> None:
    for name, text in (
        ("good", "groups:\n- {name: g, rules: [{alert: A, expr: up == 0}]}\n"),
        ("bad", "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: up ==\n"),
        ("key", "groups:\n- name: g\n  rulez: []\n"),
    ):
        (tmp_path / name).write_text(text)
    found = check_rules("promtool", sorted(tmp_path.iterdir()))
    assert found is not None
    assert [(Path(x.path).name, x.line, x.since) for x in found] == [
        ("bad", 5, None),
        ("key", 3, None),
    ]
