"""`malformed-rules`: whatever is in a rule file, it is a finding with its line."""

from pathlib import Path
from textwrap import dedent

import pytest

from tests.support import project_builder
from toolkit.errors import UsageError
from toolkit.lint.plain_rule_files import plain_project
from toolkit.lint.rules.malformed_rules import RULE
from toolkit.prometheus import rules

RULES = """
    groups:
    - name: a
      rules:
      - {rule}
"""
FLAGGED: dict[str, tuple[str, str]] = {
    "a list": ("- a\n", "1:1 not a rule file: a list without `groups`."),
    "text": ("hello", "1:1 not a rule file: text without `groups`."),
    "nothing": ("", "1 not a rule file: empty."),
    "no YAML": ("groups: [\n", "2:1 not YAML: did not find expected node content."),
    "no rules": ("groups:\n- name: a\n  rules: null\n",
                 "3:10 `rules` must be a list, but is null."),
    "groups that are not a list": ("groups: 5\n", "1:9 `groups` must be a list, but is 5."),
    "a group without a name": ("groups:\n- rules: []\n", "2:3 a group without a name."),
    "a key twice": ("groups:\n- name: a\n  name: b\n",
                    "3:3 a group: the key 'name' is given twice."),
    "both kinds": (RULES.format(rule="{alert: X, record: a, expr: up}"),
                   "5:5 a rule has either `alert` or `record`."),
    "no expression": (RULES.format(rule="{alert: X}"), "5:5 X: has no expression."),
    "text that is not PromQL": (RULES.format(rule="{alert: X, expr: up ==}"),
                            "5:22 X: not PromQL: invalid promql query"),
    "nested past reading": (RULES.format(rule="{record: a:b:c, expr: " + "(" * 200 + "up"
                                         + ")" * 200 + "}"),
                            "5:27 a:b:c: nested 201 deep, and at most 100 are read."),
    "a hold that is not a duration": (RULES.format(rule="{alert: X, expr: up, for: 5 minutes}"),
                            "5:31 `for`: '5 minutes' is not a duration."),
    "labels that are a list": (RULES.format(rule="{alert: X, expr: up, labels: [a]}"),
                               "5:34 X: `labels` must be a mapping."),
}  # fmt: skip


def read(path: Path) -> list[str]:
    project = plain_project(project_builder.project(root=path.parent), [path], None)
    return [
        f"{str(x.location).rpartition('rules.yml:')[2]} {x.message}" for x in RULE.check(project)
    ]


@pytest.mark.parametrize(("text", "wanted"), FLAGGED.values(), ids=FLAGGED)
def test_flags(tmp_path: Path, text: str, wanted: str) -> None:
    path = tmp_path / "rules.yml"
    path.write_text(dedent(text), encoding="utf-8")
    assert read(path) == [wanted]


def test_flags_an_unknown_key_and_guesses(tmp_path: Path) -> None:
    path = tmp_path / "rules.yml"
    path.write_text(dedent(RULES.format(rule="{alert: X, expr: up, fro: 5m}")), encoding="utf-8")
    (message,) = read(path)
    assert message.startswith("5:26 a rule: unknown key 'fro'; did you mean 'for'? (known: alert")


def test_flags_what_is_not_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "rules.yml"
    path.write_bytes(b"groups: []\n# \xff\n")
    assert read(path) == ["2 not UTF-8: invalid start byte."]


def test_flags_a_file_that_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "rules.yml"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    assert read(path) == ["1 50 MB is too large for a rule file: at most 10 MB is read."]


def test_what_can_be_read_next_to_a_problem_is_read(tmp_path: Path) -> None:
    path = tmp_path / "rules.yml"
    text = "groups:\n- name: a\n  rules:\n  - {alert: X}\n  - {alert: Y, expr: up == 0}\n"
    path.write_text(text, encoding="utf-8")
    found = rules.read([path])
    assert [rule.name for rule in found.rules] == ["Y"]
    assert len(found.problems) == 1


def test_reads_the_operators_resources_and_several_documents(tmp_path: Path) -> None:
    path = tmp_path / "rules.yml"
    text = """\
        kind: ConfigMap
        ---
        kind: PrometheusRule
        spec:
          groups:
          - name: a
            rules:
            - record: a:b:c
              expr: up
    """
    path.write_text(dedent(text), encoding="utf-8")
    found = rules.read([tmp_path])
    assert [rule.name for rule in found.rules] == ["a:b:c"]
    assert found.problems == ()


def test_a_folder_is_read_for_its_rule_files_only(tmp_path: Path) -> None:
    (tmp_path / "other.yml").write_text("a: 5\n", encoding="utf-8")
    with pytest.raises(UsageError, match="holds no rule file"):
        rules.read([tmp_path])
    with pytest.raises(UsageError, match="no such file"):
        rules.read([tmp_path / "none.yml"])
    text = "groups: [{name: a, rules: [{record: a:b:c, expr: up}]}]\n"
    (tmp_path / "rules.yml").write_text(text, encoding="utf-8")
    found = rules.read([tmp_path])
    assert [rule.file for rule in found.rules] == [str(tmp_path / "rules.yml")]
    assert found.problems == ()
