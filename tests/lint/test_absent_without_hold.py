"""`absent-without-hold`: absence outlasts a restart before it is told."""

from pathlib import Path

import pytest

from tests import builders
from tests.lint import plain
from toolkit.lint.absent_without_hold import RULE

ABSENT = 'absent(up{job="app"})'


@pytest.mark.parametrize(
    ("hold", "wanted"),
    [
        ("0s", ["`absent()` is held for no time: one missed scrape fires it."]),
        ("15s", ["`absent()` is held for 15s: one missed scrape fires it."]),
        ("30s", []),
        ("1m", []),
    ],
)
def test_two_scrapes_are_the_least(hold: str, wanted: list[str]) -> None:
    found = builders.project(alerts=(builders.alert(expr=f"x == 0 or {ABSENT}", hold=hold),))
    assert plain.told(RULE, found) == wanted


def test_leaves_absence_over_time_and_other_alerts_alone() -> None:
    for expr in ("absent_over_time(up[10m])", "app_queue_depth > 1"):
        found = builders.project(alerts=(builders.alert(expr=expr, hold="0s"),))
        assert plain.told(RULE, found) == []


def test_without_a_known_interval_only_no_hold_is_flagged(tmp_path: Path) -> None:
    held = plain.project(tmp_path, f"alert: X\nexpr: {ABSENT}\nfor: 5s")
    assert plain.told(RULE, held) == []
    zero = plain.project(tmp_path, f"alert: X\nexpr: {ABSENT}\nfor: 0m")
    assert plain.told(RULE, zero) == ["`absent()` is held for 0m: one missed scrape fires it."]
