"""`evaluation-fails`: what Prometheus loads and cannot evaluate."""

from pathlib import Path

import pytest

from tests.support import plain_rules
from toolkit.lint.rules.evaluation_fails import RULE
from toolkit.lint.user_files_as_project import plain_project

RANGE = "the result is a range of samples, with which a rule cannot do anything."
FLAGGED = {
    "up[5m]": RANGE,
    "(up[5m:1m])": RANGE,
    '"text"': "the result is a text, with which a rule cannot do anything.",
    'label_replace(up, "a", "$1", "b", "(")': '`label_replace` fails: "(" is not a pattern.',
    'label_replace(up, "a-b", "x", "", "")': '"a-b" is not a label\'s name for Prometheus 2, so '
    "that the evaluation fails.",
    'label_join(up, "a b", "", "x")': '"a b" is not a label\'s name for Prometheus 2, so that the '
    "evaluation fails.",
    'count_values("a.b", up)': '"a.b" is not a label\'s name for Prometheus 2, so that the '
    "evaluation fails.",
}
LEFT_ALONE = [
    "max_over_time(up[5m]) > 1",
    "up > 1",
    "1",
    'label_replace(up, "a", "$1", "b", "(?i)(.*)x")',
    'count_values("ab", up)',
    'label_join(up, "a", "", "x-y")',
]


@pytest.mark.parametrize(("expr", "message"), FLAGGED.items(), ids=FLAGGED)
def test_flags(tmp_path: Path, expr: str, message: str) -> None:
    project = plain_rules.project(tmp_path, f"alert: A\nexpr: |-\n  {expr}")
    assert plain_rules.messages(RULE, project) == [message]


@pytest.mark.parametrize("expr", LEFT_ALONE)
def test_leaves_alone(tmp_path: Path, expr: str) -> None:
    project = plain_rules.project(tmp_path, f"alert: A\nexpr: |-\n  {expr}")
    assert plain_rules.messages(RULE, project) == []


def test_prometheus_3_takes_names_in_utf8(tmp_path: Path) -> None:
    path = tmp_path / "r.yml"
    path.write_text(
        "groups:\n- name: g\n  rules:\n  - {alert: A, expr: 'count_values(\"a.b\", up) > 1'}\n"
    )
    for release, count in (("2.42", 1), ("3.0", 0)):
        project = plain_project(None, [path], None, release=release)
        assert len(plain_rules.messages(RULE, project)) == count


def test_templates_of_recordings(tmp_path: Path) -> None:
    label = "labels: {a: '{{ $value }}', b: c}"
    for kind, wanted in (
        ("record", ["`a` is a template, and a recording writes it as it is."]),
        ("alert", []),
    ):
        project = plain_rules.project(tmp_path, f"{kind}: A\nexpr: sum(up)\n{label}")
        assert plain_rules.messages(RULE, project) == wanted
