"""`absent-without-hold`: absence outlasts a restart before anyone is notified."""

from pathlib import Path

import pytest

from tests.support import plain_rules, project_builder
from toolkit.lint.rules.absent_without_hold import RULE

ABSENT = 'absent(up{job="app"})'
START = "a start of Prometheus, before its first scrape,"


@pytest.mark.parametrize(
    ("hold", "wanted"),
    [
        ("0s", [f"`absent()` is held for no time: {START} fires it."]),
        ("15s", [f"`absent()` is held for 15s: {START} fires it."]),
        ("30s", []),
        ("1m", []),
    ],
)
def test_two_scrapes_are_the_least(hold: str, wanted: list[str]) -> None:
    found = project_builder.project(
        alerts=(project_builder.alert(expr=f"x == 0 or {ABSENT}", hold=hold),)
    )
    assert plain_rules.messages(RULE, found) == wanted


def test_leaves_absence_over_time_and_other_alerts_alone() -> None:
    for expr in ("absent_over_time(up[10m])", "app_queue_depth > 1"):
        found = project_builder.project(alerts=(project_builder.alert(expr=expr, hold="0s"),))
        assert plain_rules.messages(RULE, found) == []


def test_without_a_known_interval_only_no_hold_is_flagged(tmp_path: Path) -> None:
    held = plain_rules.project(tmp_path, f"alert: X\nexpr: {ABSENT}\nfor: 5s")
    assert plain_rules.messages(RULE, held) == []
    zero = plain_rules.project(tmp_path, f"alert: X\nexpr: {ABSENT}\nfor: 0m")
    assert plain_rules.messages(RULE, zero) == [f"`absent()` is held for 0m: {START} fires it."]


@pytest.mark.parametrize(
    ("expr", "cause"),
    [
        ("absent(a)", "one missed scrape"),
        ("absent(up == 1)", "one missed scrape"),
        ("absent(up) or absent(a)", "one missed scrape"),
        ('absent({__name__="up"})', START),
    ],
)
def test_a_scrape_that_fails_writes_an_up_of_0(tmp_path: Path, expr: str, cause: str) -> None:
    found = plain_rules.project(tmp_path, f"alert: X\nexpr: '{expr}'")
    assert plain_rules.messages(RULE, found) == [
        f"`absent()` is held for no time: {cause} fires it."
    ]
