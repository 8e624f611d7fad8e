"""`inhibition-never-applies`: labels that matchers make differ."""

from pathlib import Path

import pytest

from tests.support.alertmanager_files import inhibiting, messages
from toolkit.lint.alertmanager_rules.inhibition_never_applies import RULE

FLAGGED = {
    "the severity": (
        inhibiting(
            "{source_matchers: ['s=\"1\"'], target_matchers: ['s=~\"2|3\"'], equal: [job, s]}"
        ),
        ["7:78 `s` is never equal: the source has '1', the target '2' or '3'."],
    ),
}
LEFT_ALONE = {
    "lists that meet": inhibiting(
        "{source_matchers: ['s=\"1\"'], target_matchers: ['s=~\"1|2\"'], equal: [s]}"
    ),
    "a label that one side names": inhibiting(
        "{source_matchers: ['s=\"1\"'], target_matchers: ['t=\"2\"'], equal: [s]}"
    ),
}


@pytest.mark.parametrize(("text", "wanted"), FLAGGED.values(), ids=FLAGGED)
def test_flags(tmp_path: Path, text: str, wanted: list[str]) -> None:
    assert messages(RULE, tmp_path, text) == wanted


@pytest.mark.parametrize("text", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_leaves_alone(tmp_path: Path, text: str) -> None:
    assert messages(RULE, tmp_path, text) == []
