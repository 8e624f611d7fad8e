"""`smoothed-and-held`: a burst is gone before the hold is over."""

from pathlib import Path

import pytest

from tests.support import plain_rules
from toolkit.lint.rules.smoothed_and_held import RULE

FLAGGED = {
    "held as long": ("increase(a[10m]) > 5", "10m", "10m"),
    "held longer": ("sum by (x) (changes(a[5m])) > 5", "15m", "5m"),
    "in brackets, next to another": ("(increase(a[10m]) > 5) and b > 1", "10m", "10m"),
}
LEFT_ALONE = {
    "held for less": ("increase(a[10m]) > 5", "9m"),
    "not held": ("increase(a[10m]) > 5", "0m"),
    "a rate": ("rate(a[5m]) > 5", "5m"),
    "a share of two counts": ("increase(a[5m]) / increase(b[5m]) > 0.1", "5m"),
    "too few": ("increase(a[10m]) < 5", "10m"),
    "a quantile of increases": ("histogram_quantile(0.9, increase(a_bucket[5m])) > 1", "5m"),
    "an average": ("avg_over_time(a[10m]) > 5", "10m"),
}


@pytest.mark.parametrize(("expr", "hold", "window"), FLAGGED.values(), ids=FLAGGED)
def test_flags(tmp_path: Path, expr: str, hold: str, window: str) -> None:
    found = plain_rules.project(tmp_path, f"alert: X\nexpr: {expr}\nfor: {hold}")
    assert plain_rules.messages(RULE, found) == [
        f"it counts over {window} and is held for {hold}: a burst has left the window before the "
        "hold is over."
    ]


@pytest.mark.parametrize(("expr", "hold"), LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_leaves_alone(tmp_path: Path, expr: str, hold: str) -> None:
    found = plain_rules.project(tmp_path, f"alert: X\nexpr: {expr}\nfor: {hold}")
    assert plain_rules.messages(RULE, found) == []


@pytest.mark.parametrize(
    "function", ["increase", "changes", "resets", "count_over_time", "sum_over_time"]
)
@pytest.mark.parametrize(("operator", "wanted"), [(">", 1), (">=", 1), ("<", 0), ("==", 0)])
def test_every_count_over_a_window_that_must_exceed_a_limit_is_judged(
    tmp_path: Path, function: str, operator: str, wanted: int
) -> None:
    rule = f"alert: X\nexpr: {function}(a[10m]) {operator} 5\nfor: 10m"
    assert len(plain_rules.messages(RULE, plain_rules.project(tmp_path, rule))) == wanted
