"""`unknown-time-interval`: times that no route or no definition names."""

from pathlib import Path

import pytest

from tests.support.alertmanager_files import findings, messages, routed
from toolkit.lint.alertmanager_rules.unknown_time_interval import RULE

FLAGGED = {
    "a mistyped name": (
        routed("mute_time_intervals: [weekend]", more="time_intervals: [{name: weekends}]"),
        [
            ("5:29 unknown time interval 'weekend'; did you mean 'weekends'? (known: weekends)"),
            "8:25 no route names this time interval, so it mutes nothing.",
        ],
    ),
    "active ones": (
        routed("active_time_intervals: [x]"),
        ["5:31 unknown time interval 'x' (none are known)"],
    ),
}
LEFT_ALONE = {
    "a known one": routed(
        "mute_time_intervals: [w]", "active_time_intervals: [w]", more="time_intervals: [{name: w}]"
    ),
    "the old list of them": routed(
        "mute_time_intervals: [w]", more="mute_time_intervals: [{name: w}]"
    ),
}


@pytest.mark.parametrize(("text", "wanted"), FLAGGED.values(), ids=FLAGGED)
def test_flags(tmp_path: Path, text: str, wanted: list[str]) -> None:
    assert messages(RULE, tmp_path, text) == wanted


@pytest.mark.parametrize("text", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_leaves_alone(tmp_path: Path, text: str) -> None:
    assert messages(RULE, tmp_path, text) == []


def test_an_unknown_one_is_an_error_and_an_unused_one_a_warning(tmp_path: Path) -> None:
    text = routed("mute_time_intervals: [x]", more="time_intervals: [{name: y}]")
    assert [x.level.value for x in findings(RULE, tmp_path, text)] == ["error", "warning"]
