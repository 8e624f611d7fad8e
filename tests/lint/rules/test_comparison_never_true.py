"""`comparison-never-true`: limits that no value satisfies."""

from pathlib import Path

import pytest

from tests.support import plain_rules, project_builder
from toolkit.lint.rules.comparison_never_true import RULE

FLAGGED = {
    "count(x) == 0": "`count(x)` is never under 1, so that `== 0` is never true.",
    "1 > count by (a) (x)": "`1` is always 1, and `count by (a) (x)` is never under 1, so that "
    "`> count by (a) (x)` is never true.",
    "absent(x) == 0": "`absent(x)` is always 1, so that `== 0` is never true.",
    "vector(0) > 0": "`vector(0)` is always 0, so that `> 0` is never true.",
    "rate(x_total[5m]) < 0": "`rate(x_total[5m])` is never under 0, so that `< 0` is never true.",
    "sum(up == 1) == 0": "`sum(up == 1)` is never under 1, so that `== 0` is never true.",
    "(x < 3) > 5": "`(x < 3)` is never 3 or more, so that `> 5` is never true.",
    "x > 5 and x < 3": "no value satisfies both sides of `and`, so that the result is always "
    "empty.",
    "absent(x) == vector(0)": "`absent(x)` is always 1, and `vector(0)` is always 0, so that "
    "`== vector(0)` is never true.",
    "up == 0.5": "`up` is a whole number, so that `== 0.5` is never true.",
    "0.5 == up": "`up` is a whole number, so that `== up` is never true.",
    "count(x) * 2 == 2.5": "`count(x) * 2` is a whole number, so that `== 2.5` is never true.",
    "sum(up) == 1.5": "`sum(up)` is a whole number, so that `== 1.5` is never true.",
    "floor(x) == 0.1": "`floor(x)` is a whole number, so that `== 0.1` is never true.",
    "up > 0 and up < 1": "no value satisfies both sides of `and`, so that the result is always "
    "empty.",
    "clamp(x, 5, 1)": "the least, 5, is above the most, 1, so that `clamp` gives nothing.",
    "clamp(x, 5, -1) > 0": "the least, 5, is above the most, -1, so that `clamp` gives nothing.",
    "up > 1": "`up` is between 0 and 1, so that `> 1` is never true.",
}
LEFT_ALONE = [
    "count(x) > 0",
    "x < 0",
    "sum(x) == 0",
    "(count(x) or vector(0)) == 0",
    "x > 5 and y < 3",
    "x > 5 and on (a) x < 3",
    "x > 5 and x < 8",
    "x > 5 and x > bool 8",
    "rate(sum(x)[5m:]) < 0",
    "absent(x) == 1",
    "up == 1.0",
    "x == 0.5",
    "avg(up) == 0.5",
    "avg_over_time(up[5m]) == 0.5",
    "up / 2 == 0.5",
    "up * 0.5 == 0.5",
    "up + 0.5 == 1.5",
    "round(x, 0.5) == 0.5",
    "(up or vector(0.5)) == 0.5",
    "rate(x_total[5m]) == 0.5",
    "up > 0.5",
    "-up == -1",
    "clamp(x, 1, 5)",
    "clamp(x, 1, 1)",
    "clamp(x, scalar(y), 1)",
]


@pytest.mark.parametrize(("expr", "message"), FLAGGED.items(), ids=FLAGGED)
def test_flags(tmp_path: Path, expr: str, message: str) -> None:
    found = plain_rules.messages(RULE, plain_rules.project(tmp_path, f"alert: A\nexpr: {expr}"))
    assert found == ([message] if message else [])


@pytest.mark.parametrize("expr", LEFT_ALONE)
def test_leaves_alone(tmp_path: Path, expr: str) -> None:
    project = plain_rules.project(tmp_path, f"alert: A\nexpr: {expr}")
    assert plain_rules.messages(RULE, project) == []


def test_the_rate_of_a_gauge_may_be_negative() -> None:
    gauge = project_builder.project_with("rate(app_queue_depth[5m]) < 0")
    counter = project_builder.project_with("rate(app_events_total[5m]) < 0")
    assert plain_rules.messages(RULE, gauge) == []
    assert len(plain_rules.messages(RULE, counter)) == 1


def test_it_says_where_and_how_to_ask_for_nothing(tmp_path: Path) -> None:
    expr = "x > 1 and count(y) == 0"
    (finding,) = RULE.check(plain_rules.project(tmp_path, f"alert: A\nexpr: {expr}"))
    assert expr[slice(*finding.span or ())] == "count(y) == 0"
    assert finding.fix == (
        "ask with absent(…) whether there is nothing, or compare (… or vector(0))."
    )


def test_a_zero_beside_groups_is_no_way_to_ask_for_nothing(tmp_path: Path) -> None:
    """`count by (a) (x) or vector(0)` has a 0 without labels, whatever the groups have."""
    expr = "count by (a) (x) == 0"
    (finding,) = RULE.check(plain_rules.project(tmp_path, f"alert: A\nexpr: {expr}"))
    assert finding.fix == "ask with absent(…) for each group that must be there."


ONE = "is always 1, so that"
SAME = "a minimum is not above the maximum of the same samples, so that it is never true."
WITH_ITSELF = {
    "x / x > 1": f"`x / x` {ONE} `> 1` is never true.",
    "(x / (x)) == 2": f"`(x / (x))` {ONE} `== 2` is never true.",
    "2 <= x / x": "`2` is always 2, and `x / x` is always 1, so that `<= x / x` is never true.",
    "x - x > 0": "`x - x` is always 0, so that `> 0` is never true.",
    "count(absent(x)) > 1": f"`count(absent(x))` {ONE} `> 1` is never true.",
    "round(up) > 1": "`round(up)` is between 0 and 1, so that `> 1` is never true.",
    "min_over_time(x[5m]) > max_over_time(x[5m])": SAME,
    "(max_over_time(x[5m])) < min_over_time(x[5m])": SAME,
    "x / x != 1": "",  # NaN, of 0 / 0, is another
    "x - x >= 0": "",
    "x / on (a) x > 1": "",
    "x / y > 1": "",
    "x * x > 1": "",
    "x / x offset 5m > 1": "",
    "-x > 1": "",
    "min_over_time(x[5m]) >= max_over_time(x[5m])": "",
    "min_over_time(x[5m]) < max_over_time(x[5m])": "",
    "max_over_time(x[5m]) > min_over_time(x[5m])": "",
    "min_over_time(x[5m]) > max_over_time(x[10m])": "",
    "min_over_time(x[$__interval]) > max_over_time(x[$__range])": "",
    "min_over_time(x[5m]) > on (a) max_over_time(x[5m])": "",
    "min_over_time(x[5m]) > avg_over_time(x[5m])": "",
    "avg_over_time((x != 0)[5m:]) == 0": "",
    "x > x": "both sides of `>` are the same, so that it is never true.",
    "(x) < x": "both sides of `<` are the same, so that it is never true.",
    "max without (a) (x) > ignoring (a) max without (a) (x)":
        "both sides of `>` are the same, so that it is never true.",
    "sum by (a) (x) < on (a, b) sum by (a) (x)":
        "both sides of `<` are the same, so that it is never true.",
    "sum(x) > 5 and on () sum(x) < 3":
        "no value satisfies both sides of `and`, so that the result is always empty.",
    "sum by (a) (x) > 5 and on (a) sum by (a) (x) < 3":
        "no value satisfies both sides of `and`, so that the result is always empty.",
    "x > x offset 5m": "",
    "x offset 1s > x offset 0s": "",
    "increase(x[$__range]) > increase(x[$__rate_interval])": "",
    "increase(x[$__range]) > increase(x[$__range])":
        "both sides of `>` are the same, so that it is never true.",
    "x > on (a) x": "",
    "x > ignoring (a) x": "",
    "sum by (a, b) (x) > on (a) sum by (a, b) (x)": "",
    "sum by (a) (x) > ignoring (a) sum by (a) (x)": "",
    "max without (a) (x) > ignoring (b) max without (a) (x)": "",
    "max without (a) (x) > on (b) max without (a) (x)": "",
    "sum by (a) (x) > 5 and on () sum by (a) (x) < 3": "",
    "sum by (a) (x) > 5 and on (a) sum by (a) (x) < 30": "",
    "x > 5 and on (a) x < 3": "",
    "x >= x": "",
    "x != x": "",
}  # fmt: skip


@pytest.mark.parametrize(("expr", "message"), WITH_ITSELF.items(), ids=WITH_ITSELF)
def test_compares_a_series_with_itself(expr: str, message: str) -> None:
    found = plain_rules.messages(RULE, project_builder.project_with(expr))
    assert found == ([message] if message else [])
