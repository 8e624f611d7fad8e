"""Which values a result can have, as its expression says."""

import math

import pytest

from toolkit.prometheus.promql_syntax_tree import tree
from toolkit.prometheus.value_flow.ranges import ANY, NEVER_NEGATIVE, POSITIVE, Range
from toolkit.prometheus.value_flow.values import ValueFlow

KNOWN = {
    "5": Range(5, 5),
    "-5": Range(-5, -5),
    "(2 + 3) * 4 - 1": Range(19, 19),
    "nan": ANY,
    "x + Inf": ANY,
    "Inf - x": ANY,
    "floor(x - Inf)": ANY,
    "up + Inf - Inf == up": Range(0, 1),
    "x": ANY,
    "up": Range(0, 1),
    "up[5m]": Range(0, 1),
    'ALERTS{alertname="A"}': Range(1, 1),
    "vector(0)": Range(0, 0),
    "scalar(vector(3))": Range(3, 3),
    "count(x)": Range(low=1),
    "count by (a) (x > 1)": Range(low=1),
    "count(absent(x))": Range(1, 1),
    "count(-(sum(x)))": Range(1, 1),
    "count(vector(5))": Range(1, 1),
    "count(sum by (a) (x))": Range(low=1),
    "count(topk(3, x))": Range(low=1),
    "count(abs(x))": Range(low=1),
    "round(up)": Range(0, 1),
    "round(clamp(x, 0.5, 2.4))": Range(1, 2),
    "round(clamp(x, -1.5, -0.5))": Range(-1, 0),
    "round(up, 5)": ANY,
    "avg_over_time((x != 0)[5m:])": ANY,
    "min_over_time((x != 0)[5m:])": Range(without_zero=True),
    "group(x)": Range(1, 1),
    "stddev(x)": NEVER_NEGATIVE,
    "quantile(0.5, up)": ANY,
    "max(up)": Range(0, 1),
    "topk(3, up)": Range(0, 1),
    "avg(x != 0)": ANY,
    "min(x != 0)": Range(without_zero=True),
    "sum(up)": NEVER_NEGATIVE,
    "sum(up == 1)": Range(low=1),
    "sum(x)": ANY,
    "sum(-up)": Range(high=0),
    "absent(x)": Range(1, 1),
    "hour()": Range(0, 23),
    "day_of_week(x)": Range(0, 6),
    "abs(x)": NEVER_NEGATIVE,
    "abs(x != 0)": Range(low=0, without_zero=True),
    "rate(x[5m])": NEVER_NEGATIVE,
    "increase(gauge[5m])": ANY,
    "rate(sum(x)[5m:])": ANY,
    "max_over_time(up[5m])": Range(0, 1),
    "sum_over_time(up[5m])": NEVER_NEGATIVE,
    "max_over_time((x > 5)[5m:])": Range(low=5, low_open=True),
    "floor(up / 2 + 1)": Range(low=1),
    "ceil(clamp(x, 0.5, 1.5))": Range(1, 2),
    "floor(x)": ANY,
    "clamp_min(x, 3)": Range(low=3),
    "clamp_max(x, 3)": Range(high=3),
    "clamp(x, 1, 10)": Range(1, 10),
    "clamp(x, 10, 1)": ANY,
    "clamp_min(x, scalar(y))": ANY,
    "label_replace(up, 'a', 'b', 'c', 'd')": Range(0, 1),
    "x > 5": Range(low=5, low_open=True),
    "5 < x": Range(low=5, low_open=True),
    "5 >= x": Range(high=5),
    "(1 + 4) == x": Range(5, 5),
    "-(5) > x": Range(high=-5, high_open=True),
    "scalar(up) < x": Range(low=0, low_open=True),
    "5 < bool x": Range(0, 1),
    "vector(5) < x": Range(5, 5),
    "x >= 5": Range(low=5),
    "x < 5": Range(high=5, high_open=True),
    "x <= 5": Range(high=5),
    "x == 5": Range(5, 5),
    "x != 5": ANY,
    "x != 0": Range(without_zero=True),
    "x > bool 5": Range(0, 1),
    "count(x) > bool 0": Range(1, 1),
    "count(x) < bool 0": Range(0, 0),
    "up and x": Range(0, 1),
    "up unless x": Range(0, 1),
    "up or vector(5)": Range(0, 5),
    "up + 1": Range(1, 2),
    "1 - up": Range(0, 1),
    "(x > 2) + 1": Range(low=3, low_open=True),
    "up * 5": Range(0, 5),
    "up * -5": ANY,
    "(x > 0) * (y > 0)": Range(low=0, low_open=True, without_zero=True),
    "count(x) * 0": Range(0, 0),
    "count(x) / count(y)": POSITIVE,
    "up / count(y)": NEVER_NEGATIVE,
    "up / up": ANY,
    "x / 2": ANY,
    "up ^ 2": ANY,
    "time()": POSITIVE,
    "pi()": Range(math.pi, math.pi),
    "minute()": Range(0, 59),
    "day_of_month()": Range(1, 31),
    "days_in_month()": Range(28, 31),
    "day_of_year()": Range(1, 366),
    "month()": Range(1, 12),
    "timestamp(x)": POSITIVE,
    "exp(x)": POSITIVE,
    "sqrt(x)": NEVER_NEGATIVE,
    "sgn(x)": Range(-1, 1),
    "sin(x)": Range(-1, 1),
    "cos(x)": Range(-1, 1),
    "tanh(x)": Range(-1, 1),
    "absent_over_time(x[5m])": Range(1, 1),
    "present_over_time(x[5m])": Range(1, 1),
    "count_over_time(x[5m])": Range(low=1),
    "changes(x[5m])": NEVER_NEGATIVE,
    "resets(x[5m])": NEVER_NEGATIVE,
    "stddev_over_time(x[5m])": NEVER_NEGATIVE,
    "stdvar_over_time(x[5m])": NEVER_NEGATIVE,
    "mad_over_time(x[5m])": NEVER_NEGATIVE,
    "histogram_count(delta(x[5m]))": ANY,
    "histogram_fraction(0, 1, x)": Range(0, 1),
    'count_values("a", x)': Range(low=1),
    "stdvar(x)": NEVER_NEGATIVE,
    "bottomk(3, up)": Range(0, 1),
    "limitk(3, up)": Range(0, 1),
    "limit_ratio(0.5, up)": Range(0, 1),
}


@pytest.mark.parametrize(("expr", "wanted"), KNOWN.items(), ids=KNOWN)
def test_values(expr: str, wanted: Range) -> None:
    found = ValueFlow(lambda name: name == "gauge").of(tree(expr))
    assert found._replace(whole=False) == wanted


WHOLE = [
    "2", "up", "-up", "count(x)", "changes(x[5m])", "hour()", "sgn(x)", "absent(x)", "x > bool 0.5",
    "sum(up)", "max(up)", "topk(2, up)", "up + 1", "up * 2", "abs(up)", "up or vector(2)",
    "x == 1", "up > 0.5", "floor(x)", "round(x)", "clamp(up, 1, 3)", "max_over_time(up[5m])",
    "avg(absent(x))",
]  # fmt: skip
NOT_WHOLE = [
    "0.5", "x", "up / 2", "up + 0.5", "up * 0.5", "up or vector(0.5)", "avg(up)",
    "quantile(0.5, up)", "avg_over_time(up[5m])", "round(x, 0.5)", "clamp(up, 0.5, 3)",
    "clamp(x, 1, 3)", "time()", "rate(x[5m])", "sqrt(up)",
]  # fmt: skip


@pytest.mark.parametrize("expr", WHOLE)
def test_a_whole_number(expr: str) -> None:
    assert ValueFlow().of(tree(expr)).whole


@pytest.mark.parametrize("expr", NOT_WHOLE)
def test_any_number(expr: str) -> None:
    assert not ValueFlow().of(tree(expr)).whole
