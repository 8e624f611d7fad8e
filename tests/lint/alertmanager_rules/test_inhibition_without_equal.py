"""`inhibition-without-equal`: one alert that inhibits those of everyone."""

from pathlib import Path

import pytest

from tests.support.alertmanager_files import inhibiting, messages
from toolkit.lint.alertmanager_rules.inhibition_without_equal import RULE

FLAGGED = {
    "by severity": (
        inhibiting("{source_matchers: ['s=\"1\"'], target_matchers: ['s=\"2\"']}"),
        [
            (
                "7:5 one alert that fits the source inhibits all that fit the "
                "target, wherever they come from."
            )
        ],
    ),
}
LEFT_ALONE = {
    "with equal": inhibiting(
        "{source_matchers: ['s=\"1\"'], target_matchers: ['s=\"2\"'], equal: [job]}"
    ),
    "a source by name": inhibiting(
        "{source_matchers: ['alertname=\"Down\"'], target_matchers: ['s=\"2\"']}"
    ),
}


@pytest.mark.parametrize(("text", "wanted"), FLAGGED.values(), ids=FLAGGED)
def test_flags(tmp_path: Path, text: str, wanted: list[str]) -> None:
    assert messages(RULE, tmp_path, text) == wanted


@pytest.mark.parametrize("text", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_leaves_alone(tmp_path: Path, text: str) -> None:
    assert messages(RULE, tmp_path, text) == []
