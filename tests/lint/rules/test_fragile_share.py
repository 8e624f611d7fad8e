"""`fragile-share`: sums over targets that are not scraped at the same time."""

from pathlib import Path

import pytest

from tests.support import plain_rules
from toolkit.lint.rules.fragile_share import RULE

SHARE = 'sum(a{job="x"}) / sum(b{job="y"})'
FLAGGED = {
    f"{SHARE} > 0.1": (SHARE, "job x with job y"),
    'sum(a{job="x"}) - count(b{job=~"y|z"}) > 5': (
        'sum(a{job="x"}) - count(b{job=~"y|z"})',
        "job x with jobs y, z",
    ),
    'sum(rate(a{job="x"}[5m])) / (sum(rate(a{job="y"}[5m])) > 1) > 0.1': (
        'sum(rate(a{job="x"}[5m])) / (sum(rate(a{job="y"}[5m])) > 1)',
        "job x with job y",
    ),
}
LEFT_ALONE = [
    'sum(a{job="x"}) / sum(b{job="x"}) > 0.1',
    'sum(a{job="x"}) / sum(b{job=~"x|y"}) > 0.1',
    "sum(a) / sum(b) > 0.1",
    'sum(a{job="x"}) / sum(b) > 0.1',
    'sum(a{job="x"}) / sum(b{job=~"y.*"}) > 0.1',
    'a{job="x"} / on (instance) b{job="y"} > 0.1',
    'sum(a{job="x"}) > 1 and sum(b{job="y"}) > 1',
]


@pytest.mark.parametrize(("expr", "wanted"), FLAGGED.items(), ids=FLAGGED)
def test_flags(tmp_path: Path, expr: str, wanted: tuple[str, str]) -> None:
    (found,) = RULE.check(plain_rules.project(tmp_path, f"alert: A\nexpr: '{expr}'"))
    text, jobs = wanted
    assert found.message == f"it compares {jobs}, which are not scraped at the same time."
    assert expr[slice(*found.span or ())] == text


@pytest.mark.parametrize("expr", LEFT_ALONE)
def test_leaves_alone(tmp_path: Path, expr: str) -> None:
    project = plain_rules.project(tmp_path, f"alert: A\nexpr: '{expr}'")
    assert plain_rules.messages(RULE, project) == []


@pytest.mark.parametrize(("hold", "count"), [("for: 2m", 0), ("for: 0m", 1), ("for: 0", 1)])
def test_a_hold_waits_for_both(tmp_path: Path, hold: str, count: int) -> None:
    project = plain_rules.project(tmp_path, f"alert: A\nexpr: '{SHARE} > 1'\n{hold}")
    assert len(plain_rules.messages(RULE, project)) == count


def test_leaves_recordings_alone(tmp_path: Path) -> None:
    project = plain_rules.project(tmp_path, f"record: a\nexpr: '{SHARE}'")
    assert plain_rules.messages(RULE, project) == []
