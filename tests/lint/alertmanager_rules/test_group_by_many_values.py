"""`group-by-many-values`: a notification for each machine."""

from pathlib import Path

import pytest

from tests.support.alertmanager_files import messages, routed
from toolkit.lint.alertmanager_rules.group_by_many_values import RULE

FLAGGED = {
    "an instance": (
        routed("group_by: [alertname, instance]"),
        ["5:29 `instance` makes a notification for each of its many values."],
    ),
    "all labels": (
        routed("group_by: ['...']"),
        ["5:18 `...` makes a notification for each alert: nothing is grouped."],
    ),
}
LEFT_ALONE = {
    "few values": routed("group_by: [alertname, cluster]"),
}


@pytest.mark.parametrize(("text", "wanted"), FLAGGED.values(), ids=FLAGGED)
def test_flags(tmp_path: Path, text: str, wanted: list[str]) -> None:
    assert messages(RULE, tmp_path, text) == wanted


@pytest.mark.parametrize("text", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_leaves_alone(tmp_path: Path, text: str) -> None:
    assert messages(RULE, tmp_path, text) == []


MANY = (
    "pod pod_name container_id id uid pod_ip host_ip trace_id request_id user_id session_id path "
    "url instance"
)


@pytest.mark.parametrize("label", MANY.split())
def test_labels_of_many_values(tmp_path: Path, label: str) -> None:
    (told,) = messages(RULE, tmp_path, routed(f"group_by: [alertname, {label}]"))
    assert told == f"5:29 `{label}` makes a notification for each of its many values."
