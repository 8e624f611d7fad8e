"""`group-by-without-alertname`: alerts of different names in one notification."""

from pathlib import Path

import pytest

from tests.support.alertmanager_files import messages, routed
from toolkit.lint.alertmanager_rules.group_by_without_alertname import RULE

FLAGGED = {
    "nothing at all": (
        "route: {receiver: a}\nreceivers: [{name: a}]",
        ["1:8 groups by nothing: all its alerts come in one notification."],
    ),
    "an empty list": (
        routed("group_by: []"),
        ["5:7 groups by nothing: all its alerts come in one notification."],
    ),
    "other labels": (
        routed("group_by: [cluster, job]"),
        [("5:7 groups by cluster, job alone: alerts of different names come in one notification.")],
    ),
}
LEFT_ALONE = {
    "the name among others": routed("group_by: [cluster, alertname]"),
    "all labels": routed("group_by: ['...']"),
    "what is inherited": routed("receiver: desk"),
}


@pytest.mark.parametrize(("text", "wanted"), FLAGGED.values(), ids=FLAGGED)
def test_flags(tmp_path: Path, text: str, wanted: list[str]) -> None:
    assert messages(RULE, tmp_path, text) == wanted


@pytest.mark.parametrize("text", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_leaves_alone(tmp_path: Path, text: str) -> None:
    assert messages(RULE, tmp_path, text) == []
