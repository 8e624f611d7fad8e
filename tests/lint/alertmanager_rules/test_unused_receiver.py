"""`unused-receiver`: a receiver that no route names."""

from pathlib import Path

import pytest

from tests.support.alertmanager_files import messages, routed
from toolkit.lint.alertmanager_rules.unused_receiver import RULE

FLAGGED = {
    "one": (
        routed(receivers=("desk", "pager")),
        ["6:11 no route names this receiver, so it is never notified."],
    ),
}
LEFT_ALONE = {
    "the root's": routed(),
    "that of a route far below": routed(
        "{routes: [{routes: [{receiver: pager}]}]}", receivers=("desk", "pager")
    ),
    "a file without routes": "receivers: [{name: desk}]",
}


@pytest.mark.parametrize(("text", "wanted"), FLAGGED.values(), ids=FLAGGED)
def test_flags(tmp_path: Path, text: str, wanted: list[str]) -> None:
    assert messages(RULE, tmp_path, text) == wanted


@pytest.mark.parametrize("text", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_leaves_alone(tmp_path: Path, text: str) -> None:
    assert messages(RULE, tmp_path, text) == []
