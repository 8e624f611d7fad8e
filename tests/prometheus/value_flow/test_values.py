"""Which values a result can have, as its expression says."""

import math

import pytest

from toolkit.prometheus.promql_syntax_tree import tree
from toolkit.prometheus.value_flow.ranges import ANY, NEVER_NEGATIVE, POSITIVE, Range
from toolkit.prometheus.value_flow.values import values

KNOWN = {
    "5": Range(5, 5),
    "-5": Range(-5, -5),
    "(2 + 3) * 4 - 1": Range(19, 19),
    "nan": ANY,
    "x": ANY,
    "up": Range(0, 1),
    "up[5m]": Range(0, 1),
    'ALERTS{alertname="A"}': Range(1, 1),
    "vector(0)": Range(0, 0),
    "scalar(vector(3))": Range(3, 3),
    "count(x)": Range(low=1),
    "count by (a) (x > 1)": Range(low=1),
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
}


@pytest.mark.parametrize(("expr", "wanted"), KNOWN.items(), ids=KNOWN)
def test_values(expr: str, wanted: Range) -> None:
    assert values(tree(expr), lambda name: name == "gauge") == wanted
