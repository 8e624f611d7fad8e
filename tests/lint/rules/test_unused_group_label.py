"""`unused-group-label`: what group_left takes, and nothing shows."""

import pytest

from tests.support import project_builder
from toolkit.lint.rules.unused_group_label import RULE

JOINED = "a * on (i) group_left (v) b"
FLAGGED = {
    f"sum by (job) ({JOINED}) > 1": ["v"],
    f"sum({JOINED}) > 1": ["v"],
    f"sum without (v) ({JOINED}) > 1": ["v"],
    "a and on (i) (b > 1) * on (c) group_left (e, l) d": ["e", "l"],
    "a unless on (i) (b * on (c) group_left (e) d)": ["e"],
    f"sum(max by (v) ({JOINED})) > 1": ["v"],
    "absent(a * on (i) group_left (v) b)": ["v"],
    "x / on (i) (b * on (i) group_right (v) a) > 1": ["v"],
    "x * on (i) group_left (w) (b * on (c) group_left (v) d) > 1": ["v"],
}
LEFT_ALONE = [
    f"{JOINED} > 1",
    f"sum by (v) ({JOINED}) > 1",
    f"sum without (job) ({JOINED}) > 1",
    f"topk(3, {JOINED}) > 1",
    f"({JOINED}) and on (i) c",
    f"c and on (v) ({JOINED})",
    f"c and ({JOINED})",
    f"c or ({JOINED})",
    "x * on (i) group_left (v) (b * on (c) group_left (v) d) > 1",
    "x * on (i) group_right (w) (b * on (c) group_left (v) d) > 1",
    f"sum by (n) (label_replace({JOINED}, 'n', '$1', 'v', '(.*)')) > 1",
]


@pytest.mark.parametrize(("expr", "labels"), FLAGGED.items(), ids=FLAGGED)
def test_flags(expr: str, labels: list[str]) -> None:
    found = list(RULE.check(project_builder.project_with(expr)))
    assert [expr[slice(*x.span or ())] for x in found] == labels
    clause = "group_right" if "group_right" in expr else "group_left"
    assert found[0].message == f"`{clause} ({labels[0]})` takes a label that is dropped again."


@pytest.mark.parametrize("expr", LEFT_ALONE)
def test_leaves_alone(expr: str) -> None:
    assert list(RULE.check(project_builder.project_with(expr))) == []
