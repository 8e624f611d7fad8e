"""`repeat-under-group-interval`: notifications that are repeated later than it says."""

from pathlib import Path

import pytest

from tests.support.alertmanager_files import messages, routed
from toolkit.lint.alertmanager_rules.repeat_under_group_interval import RULE

FLAGGED = {
    "both given": (
        routed("{group_interval: 10m, repeat_interval: 1m}"),
        [
            (
                "5:46 `repeat_interval` 1m is shorter than `group_interval` 10m, so "
                "that notifications are repeated every 10m."
            )
        ],
    ),
    "under the default": (
        routed("repeat_interval: 4m59s"),
        [
            (
                "5:24 `repeat_interval` 4m59s is shorter than `group_interval` 5m, "
                "so that notifications are repeated every 5m."
            )
        ],
    ),
    "over the inherited": (
        routed("{repeat_interval: 1h, routes: [{group_interval: 2h}]}"),
        [
            (
                "5:55 `repeat_interval` 1h is shorter than `group_interval` 2h, so "
                "that notifications are repeated every 2h."
            )
        ],
    ),
}
LEFT_ALONE = {
    "the same": routed("{group_interval: 10m, repeat_interval: 10m}"),
    "the defaults": routed(),
    "what is not a duration": routed("repeat_interval: soon"),
}


@pytest.mark.parametrize(("text", "wanted"), FLAGGED.values(), ids=FLAGGED)
def test_flags(tmp_path: Path, text: str, wanted: list[str]) -> None:
    assert messages(RULE, tmp_path, text) == wanted


@pytest.mark.parametrize("text", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_leaves_alone(tmp_path: Path, text: str) -> None:
    assert messages(RULE, tmp_path, text) == []
