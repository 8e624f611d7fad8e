"""`unknown-receiver`: a route to nobody."""

from pathlib import Path

import pytest

from tests.support.alertmanager_files import messages, routed
from toolkit.lint.alertmanager_rules.unknown_receiver import RULE

FLAGGED = {
    "a mistyped name": (
        routed("receiver: dsk"),
        ["5:17 unknown receiver 'dsk'; did you mean 'desk'? (known: desk)"],
    ),
    "the root's": (routed(receivers=("pager",)), ["2:13 unknown receiver 'desk' (known: pager)"]),
}
LEFT_ALONE = {
    "known ones": routed("receiver: pager", receivers=("desk", "pager")),
    "one that is inherited": routed("matchers: ['team=\"db\"']"),
}


@pytest.mark.parametrize(("text", "wanted"), FLAGGED.values(), ids=FLAGGED)
def test_flags(tmp_path: Path, text: str, wanted: list[str]) -> None:
    assert messages(RULE, tmp_path, text) == wanted


@pytest.mark.parametrize("text", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_leaves_alone(tmp_path: Path, text: str) -> None:
    assert messages(RULE, tmp_path, text) == []
