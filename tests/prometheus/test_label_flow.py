"""Which labels a result can carry, operator by operator."""

import pytest

from toolkit.prometheus.label_flow import Grouping, groupings, result_labels
from toolkit.promql import parse

SERIES = {
    "a": frozenset({"x", "y", "job"}),
    "b": frozenset({"x", "z", "job"}),
    "h_bucket": frozenset({"x", "le"}),
}

RESULTS = {
    "a": {"x", "y", "job"},
    "rate(a[5m])": {"x", "y", "job"},
    "sum(a)": set(),
    "sum by (x) (a)": {"x"},
    "sum by (x, z) (a)": {"x"},
    "sum without (x) (a)": {"y", "job"},
    "topk by (x) (3, a)": {"x", "y", "job"},
    "histogram_quantile(0.9, sum by (le, x) (rate(h_bucket[5m])))": {"x"},
    "a > 1": {"x", "y", "job"},
    "1 < a": {"x", "y", "job"},
    "sum by (x) (a) / on (x) b": {"x"},
    "a / ignoring (y) b": {"x", "job"},
    "a * on (x) group_left (z) b": {"x", "y", "job", "z"},
    "a * on (x) group_right (y) b": {"x", "z", "job", "y"},
    "a and b": {"x", "y", "job"},
    "a unless on (x) b": {"x", "y", "job"},
    "a or b": {"x", "y", "z", "job"},
    'absent(a{x="1", y!="2"})': {"x"},
    'label_replace(a, "w", "$1", "x", "(.*)")': {"x", "y", "job", "w"},
    "-(a)": {"x", "y", "job"},
    "max_over_time(sum by (x) (a)[1h:1m])": {"x"},
    "vector(1)": set(),
    "time()": set(),
    "scalar(a)": set(),
    "hour()": set(),
    "vector(scalar(a))": set(),
    "clamp(a, scalar(b), 5)": {"x", "y", "job"},
    "quantile_over_time(scalar(b), a[5m])": {"x", "y", "job"},
    "predict_linear(a[5m], 60)": {"x", "y", "job"},
    'sort_by_label(a, "x")': {"x", "y", "job"},
    "a / scalar(b)": {"x", "y", "job"},
    "pi() * b": {"x", "z", "job"},
}
UNKNOWN = ("c", "rate(c[5m])", "c or a", 'count_values("v", a)', "sum without (x) (c)")


@pytest.mark.parametrize(("text", "labels"), RESULTS.items(), ids=RESULTS)
def test_labels_of_a_result(text: str, labels: set[str]) -> None:
    assert result_labels(parse(text), SERIES.get) == frozenset(labels)


@pytest.mark.parametrize("text", UNKNOWN)
def test_nothing_is_said_of_what_nobody_declared(text: str) -> None:
    assert result_labels(parse(text), SERIES.get) is None


def test_a_grouping_knows_what_can_arrive() -> None:
    x, y, z, job = "x", "y", "z", "job"
    assert groupings("sum by (y) (sum by (x) (a))", SERIES.get) == (
        Grouping("by", ("y",), frozenset({x})),
        Grouping("by", ("x",), frozenset({x, y, job})),
    )
    assert groupings("a * on (x, z) group_left b", SERIES.get) == (
        Grouping("on", ("x", "z"), frozenset({x, y, z, job})),
    )
    assert groupings("sum without (x) (c)", SERIES.get) == (Grouping("without", ("x",), None),)
