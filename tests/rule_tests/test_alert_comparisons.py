"""Which comparisons an expression makes, and which values meet them."""

from fractions import Fraction

import pytest

from tests.support import project_builder
from toolkit.alerts import Recording
from toolkit.promql import parse
from toolkit.rule_tests.alert_comparisons import (
    Condition,
    conditions,
    fires_on_nothing,
    number,
    quantile_of,
)

ALL = "sum(rate(app_events_total[5m]))"
READS = 'sum(rate(app_events_total{kind="read"}[5m]))'


def test_finds_limits_and_guards_in_recordings_too() -> None:
    share = Recording(name="a:share:ratio", expr=f"{READS} / ({ALL} > 2)", because="It is tested.")
    project = project_builder.project(recordings=(share,))
    found = conditions(project, f"{share} > 0.1 and app_queue_depth >= 3")
    assert [(x.operator, float(x.limit), x.main) for x in found] == [
        (">", 0.1, True),
        (">", 2.0, False),
        (">=", 3.0, True),
    ]


def test_two_windows_over_one_limit_are_one_condition() -> None:
    short, long = ALL, ALL.replace("5m", "1h")
    found = conditions(project_builder.project(), f"{long} > 3 and {short} > 3")
    assert [float(x.limit) for x in found] == [3]
    assert len(conditions(project_builder.project(), f"{long} > 3 and {short} > 4")) == 2


@pytest.mark.parametrize(
    ("expr", "count"),
    [
        ("avg_over_time(app_queue_depth[1h]) > 3 and max_over_time(app_queue_depth[5m]) > 3", 1),
        ("avg_over_time(app_queue_depth[1h]) > 3 and (app_queue_depth) > 3", 1),
        (f"{ALL} > 3 and {ALL.replace('rate', 'increase')} > 3", 2),
        (f"{ALL} > 3 and {ALL.replace('sum', 'max')} > 3", 2),
        (f"{ALL} > 3 and {READS} > 3", 2),
        (f"{ALL} > 3 and {ALL} >= 3", 2),
        (f"{ALL} > 3 or {ALL} > 4", 1),
        (f"{ALL} > 3 unless {ALL} > 4", 1),
        (f"{ALL} > 3 and on () absent(up)", 1),
    ],
)
def test_what_differs_in_more_than_its_window_is_two_conditions(expr: str, count: int) -> None:
    assert len(conditions(project_builder.project(), expr)) == count


def test_a_recorded_window_is_a_twin_of_one_that_is_written_out() -> None:
    rate = Recording(name="a:events:rate1h", expr=ALL.replace("5m", "1h"), because="It.")
    project = project_builder.project(recordings=(rate,))
    assert len(conditions(project, f"{rate} > 3 and {ALL} > 3")) == 1
    assert len(conditions(project, f"{rate} > 3 and {READS} > 3")) == 2


def test_a_guard_against_zero_is_not_a_condition_and_a_limit_of_zero_is() -> None:
    found = conditions(project_builder.project(), f"{READS} / ({ALL} > 0) > 0")
    assert [(float(x.limit), x.main) for x in found] == [(0, True)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("14.4 * 0.005", "0.072"), ("(1 - 0.25) / 3", "0.25"), ("2 + 2", "4"), ("-1", "-1")],
)
def test_reads_numbers(text: str, wanted: str) -> None:
    assert number(parse(text)) == Fraction(wanted)


@pytest.mark.parametrize("text", ["up", "2 ^ up", "Inf", "NaN", "1 / 0"])
def test_reads_nothing_else_as_a_number(text: str) -> None:
    assert number(parse(text)) is None


def condition(operator: str, limit: str) -> Condition:
    return Condition(None, operator, Fraction(limit), main=True)


@pytest.mark.parametrize(
    ("operator", "limit", "clear"),
    [
        (">", "3", (300, 8, 2, 3.75)),
        (">", "0.1", (10, 0.25, 0.55, 0.125)),
        (">", "0", (100_000, 262_144, 0.5, 100_000)),
        (">=", "0", (0,)),
        ("<", "3", (1, 2.25, 2.97)),
        ("<", "0.9", (0.25, 0.675, 0.891)),
        ("<", "0", (-1,)),
        ("==", "2", (2,)),
        ("!=", "2", (3,)),
    ],
)
def test_values_that_clearly_meet_a_condition(
    operator: str, limit: str, clear: tuple[float, ...]
) -> None:
    assert tuple(map(float, condition(operator, limit).clearly())) == clear


def test_values_far_on_the_other_side() -> None:
    assert list(map(float, condition(">", "3").quiet)) == [0, 1.5]
    assert list(map(float, condition("<", "0.9").quiet)) == [1]
    assert list(map(float, condition("<", "1").quiet)) == [2]
    assert list(map(float, condition("<", "3").quiet)) == [6]


@pytest.mark.parametrize(
    ("limit", "step"), [("5", "1"), ("0.5", "0.005"), ("-2", "1"), ("0", "0.02")]
)
def test_the_smallest_change_that_means_something(limit: str, step: str) -> None:
    assert condition(">", limit).step == Fraction(step)


@pytest.mark.parametrize(
    ("operator", "under", "at", "over"),
    [
        (">", False, False, True),
        (">=", False, True, True),
        ("<", True, False, False),
        ("<=", True, True, False),
        ("==", False, True, False),
        ("!=", True, False, True),
    ],
)
def test_which_values_hold(operator: str, *, under: bool, at: bool, over: bool) -> None:
    asked = condition(operator, "3")
    assert [asked.holds(Fraction(x)) for x in (2, 3, 4)] == [under, at, over]


@pytest.mark.parametrize(
    ("expr", "fires"),
    [
        ("absent(up)", True),
        ("(vector(1))", True),
        ("up > 1", False),
        ("up or absent(up)", True),
        ("up or up", False),
        ("absent(up) unless up", True),
        ("up unless absent(up)", False),
        ("absent(up) and absent(up)", True),
        ("absent(up) and up", False),
    ],
)
def test_whether_an_expression_has_a_result_where_nothing_is(expr: str, *, fires: bool) -> None:
    assert fires_on_nothing(parse(expr)) is fires


def test_which_quantile_is_compared() -> None:
    p90 = "histogram_quantile(0.9, sum by (le) (rate(app_latency_bucket[5m])))"
    recorded = Recording(name="a:latency:p90", expr=p90, because="It is tested.")
    project = project_builder.project(recordings=(recorded,))
    assert quantile_of(parse(p90), project) == Fraction("0.9")
    assert quantile_of(parse(str(recorded)), project) == Fraction("0.9")
    assert quantile_of(parse("app_queue_depth"), project) is None
    assert quantile_of(parse("rate(app_events_total[5m])"), project) is None
