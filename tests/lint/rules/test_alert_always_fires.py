"""`alert-always-fires`: an alert needs a condition on a value."""

from pathlib import Path

import pytest

from tests.support import plain_rules, project_builder
from toolkit.lint.rules.alert_always_fires import RULE

FLAGGED = {
    "a rate without a comparison": "sum(rate(app_events_total[5m]))",
    "a comparison that returns 0 or 1": "sum(rate(app_events_total[5m])) > bool 5",
    "a default behind `or`": "app_queue_depth > 5 or vector(0)",
    "a bare series": "app_queue_depth",
    "a sum of two": "app_queue_depth + app_queue_depth",
    "a comparison that is always true": "sum(rate(app_events_total[5m])) >= 0",
    "a count that is never 0": "count(app_queue_depth) > 0",
    "only told where": 'app_queue_depth{job="app"}',
}
LEFT_ALONE = {
    "a comparison": "sum(rate(app_events_total[5m])) > 5",
    "a count of what is in a state": 'count(ALERTS{alertstate="firing"}) > 0',
    "a count of those over a limit, above 0": "count(app_queue_depth > 5) > 0",
    "a count of those over a limit": "count(app_queue_depth > 5)",
    "absence": 'absent(app_queue_depth{kind="read"})',
    "a state in a label": 'ALERTS{alertstate="firing"}',
    "both, of which one compares": "app_queue_depth and app_queue_depth > 5",
    "unless": "app_queue_depth unless app_events_total",
    "a dead man's switch": "vector(1)",
}


@pytest.mark.parametrize("expr", FLAGGED.values(), ids=FLAGGED)
def test_flags(expr: str) -> None:
    assert plain_rules.messages(RULE, project_builder.project_with(expr)) == [
        "`TooMany` has no condition, so that it fires for every series."
    ]


@pytest.mark.parametrize("expr", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_leaves_alone(expr: str) -> None:
    assert plain_rules.messages(RULE, project_builder.project_with(expr)) == []


def test_leaves_recordings_and_what_reads_them_alone(tmp_path: Path) -> None:
    found = plain_rules.project(tmp_path, "record: a:b:c\nexpr: b > 1", "alert: X\nexpr: a:b:c")
    assert plain_rules.messages(RULE, found) == []


@pytest.mark.parametrize("expr", ["a[5m]", "a[5m:1m]", '"a"'])
def test_what_fails_never_fires(tmp_path: Path, expr: str) -> None:
    found = plain_rules.project(tmp_path, f"alert: X\nexpr: '{expr}'")
    assert plain_rules.messages(RULE, found) == []


@pytest.mark.parametrize("operator", [">", "<", ">=", "<=", "==", "!="])
def test_every_comparison_is_a_condition_unless_it_says_bool(operator: str) -> None:
    for text, wanted in (("", 0), ("bool ", 1)):
        found = project_builder.project_with(f"app_queue_depth {operator} {text}5")
        assert len(plain_rules.messages(RULE, found)) == wanted


@pytest.mark.parametrize("label", ["job", "instance", "namespace", "cluster"])
def test_a_label_that_only_says_where_is_not_a_condition(label: str) -> None:
    found = project_builder.project_with(f'app_queue_depth{{{label}="a"}}')
    assert len(plain_rules.messages(RULE, found)) == 1
