"""`duplicate-recording`: one series has one recording."""

from pathlib import Path

import pytest

from tests.support import plain_rules
from toolkit.lint.rules.duplicate_recording import RULE
from toolkit.lint.user_files_as_project import plain_project

ONE = "record: a:b:c\nexpr: sum by (job) (x)"
PAIRS = {
    "the same": (ONE, ONE, True),
    "written otherwise": (ONE, "record: a:b:c\nexpr: sum(x) by(job)", True),
    "without any label": (
        "record: a:b:c\nexpr: sum(x{z='1'})",
        "record: a:b:c\nexpr: max(y)",
        True,
    ),
    "another name": (ONE, ONE.replace("a:b:c", "a:b:d"), False),
    "another label": (ONE, ONE + "\nlabels: {z: a}", False),
    "the same label": (ONE + "\nlabels: {z: a}", ONE + "\nlabels: {z: a}", True),
    "other series": (ONE, "record: a:b:c\nexpr: sum by (job) (y)", False),
    "one that may have labels": ("record: a:b:c\nexpr: sum(x)", ONE, False),
    "an alert": (ONE, "alert: A\nexpr: sum by (job) (x)", False),
}


@pytest.mark.parametrize(("one", "other", "same"), PAIRS.values(), ids=PAIRS)
def test_pairs(tmp_path: Path, one: str, other: str, *, same: bool) -> None:
    messages = plain_rules.messages(RULE, plain_rules.project(tmp_path, one, other))
    assert messages == (["`a:b:c` is also recorded at line 4, with the same labels."] * same)


def test_of_several_files(tmp_path: Path) -> None:
    for name in ("x.yml", "y.yml"):
        (tmp_path / name).write_text(
            "groups:\n- name: g\n  rules:\n  - {record: a:b:c, expr: sum(up)}\n"
        )
    (message,) = plain_rules.messages(RULE, plain_project(None, [tmp_path], None))
    assert message == (
        f"`a:b:c` is also recorded in {tmp_path / 'x.yml'}:4:5, with the same labels."
    )
