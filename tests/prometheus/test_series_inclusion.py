"""Expressions of which one certainly has every series of the other, and those that may not."""

import pytest

from toolkit.prometheus.label_flow.joins import Matching
from toolkit.prometheus.promql_syntax_tree import tree
from toolkit.prometheus.series_inclusion import MOST_PAIRS, Inclusion, exclude_each_other

INCLUDED = {
    ("x", "x"), ("x", "(x)"), ("x", 'x{a="1"}'), ('x{a="1"}', 'x{b="2", a="1"}'),
    ("x", "x > 5"), ("x", "5 < x"), ("x", "-x * 2"), ("abs(x)", "x"), ("x > bool 5", "x"),
    ("x", "x and y"), ("x", "x unless y"), ("x", 'x{a="1"} or x{b="1"}'), ("x or y", "y"),
    ("x or on () y", "x"), ("x", "topk(3, x)"), ("x", "clamp(x, 1, 2)"), ("x", "x > y"),
    ("rate(x[5m])", 'rate(x{a="1"}[5m])'), ("sum by (a) (x)", 'max by (a) (x{b="1"})'),
    ("x > 5", 'x{a="1"} > 5'), ("x offset 5m", 'x{a="1"} offset 5m'), ("sum(x)", "sum(x) > 1"),
    ("round(x, 5)", "x"), ("rate(x[5m]) > 1", 'rate(x{a="1"}[5m]) > 1'),
    ("sum without (a) (x)", "sum without (a) (x > 1)"), ("x", "histogram_avg(x)"),
    ("rate(x[$__range])", 'rate(x{a="1"}[$__range])'), ("x offset 0s", "x offset 0m"),
}  # fmt: skip
UNCERTAIN = {
    ("x", "y"), ('x{a="1"}', "x"), ('x{a="1"}', 'x{a="2"}'), ("x > 5", "x"),
    ("x > 5", 'x{a="1"} > 3'), ("x > 5", "x < 5"), ("x > 5", "x * 2 > 5"), ("5 > x", "x > 5"),
    ("x and y", "x"), ("x or on () y", "y"), ("topk(3, x)", "x"), ("clamp(x, 2, 1)", "x"),
    ("x offset 5m", "x"), ("x @ 5", 'x{a="1"} @ 5'), ("rate(x[5m])", "x"),
    ("rate(x[5m])", 'rate(x{a="1"}[1m])'), ("rate(x[5m])", 'irate(x{a="1"}[5m])'),
    ("sum by (a) (x)", "sum by (b) (x)"), ("sum by (a) (x)", "sum without (a) (x)"),
    ("x", "sum(x)"), ("x", "x > on (a) y"), ("x", "x + y"), ("x", "absent(x)"),
    ("quantile_over_time(0.5, x[5m])", "x"), ("x", "x > fill(0) y"), ("x", "y or x"),
    ('{a="1"}', '{a="1", b="1"}'), ("count_values by (a) ('a', x)", "sum by (a) (x)"),
    ("x", 'label_replace(x, "a", "b", "", "")'), ("vector(scalar(x))", "x"),
    ("histogram_count(x)", "x"), ("histogram_sum(x) * 2", "x > 1"), ("x offset 1s", "x offset 0s"),
    ("rate(x[$__range])", "rate(x[$__rate_interval])"),
    ("rate(x[$__range])", 'rate(x{a="1"}[$__rate_interval])'),
}  # fmt: skip


@pytest.mark.parametrize(("outer", "inner"), sorted(INCLUDED))
def test_certainly_includes(outer: str, inner: str) -> None:
    assert Inclusion().includes(tree(outer), tree(inner))


@pytest.mark.parametrize(("outer", "inner"), sorted(UNCERTAIN))
def test_does_not_certainly_include(outer: str, inner: str) -> None:
    assert not Inclusion().includes(tree(outer), tree(inner))


MATCHED = {
    "x unless on (a) sum by (a, b) (x)": True,
    "x unless on (a) sum by (b) (x)": False,
    "x unless on (a) sum without (b) (x)": True,
    "x unless on (a) sum without (a) (x)": False,
    "x unless sum by (a) (x)": False,
    "sum by (a) (x) > 1 unless on (a) x": True,
    "sum by (b) (x) unless on (a) x": False,
    "x > 1 unless on (a) count_values by (a) ('v', x)": False,
    'x{c="1"} > 1 unless on (a) max by (a) (x > 0)': False,
    "x unless ignoring (a) x": True,
}


@pytest.mark.parametrize(("text", "wanted"), MATCHED.items(), ids=MATCHED)
def test_covers_on_the_labels_that_are_matched(text: str, *, wanted: bool) -> None:
    root = tree(text)
    left, right = root.below
    assert Inclusion().covers(right, left, Matching.of(root.expr)) is wanted


EXCLUDED = {
    "absent(x) and on () x": True,
    "y * on () (absent(x)) and on () sum(x) > 1": True,
    'absent(x{a="1"}) and on () x{a="1", b="2"}': True,
    'absent(x{a="1"}) and on () x{a="2"}': False,
    "absent(x) and on () rate(x[5m])": False,
    "absent(x) and on () x offset 5m": False,
    "absent(x offset 5m) and on () x offset 5m": True,
    "absent(x) and on () (x or y)": False,
    "absent(x) and on () (y unless on () x)": False,
    "absent(x) and on () (x unless on () y)": True,
    "absent(x) and on () vector(scalar(x))": False,
    "absent(x) and on () absent_over_time(x[5m])": False,
    "absent(sum(x)) and on () x": False,
    "absent(x) and on () max_over_time(x[5m:1m])": False,
}


@pytest.mark.parametrize(("text", "wanted"), EXCLUDED.items(), ids=EXCLUDED)
def test_what_is_absent_is_not_there(text: str, *, wanted: bool) -> None:
    assert exclude_each_other(*tree(text).below) is wanted


def chain(operator: str, *sides: str, length: int) -> str:
    return f" {operator} ".join(side.format(n) for n in range(length) for side in sides)


LONG = {
    "alternatives in alternatives": (chain("or", "a{}", length=80), chain("or", "b{}", length=80)),
    "conditions in alternatives": (chain("or", "a{}", length=80), chain("and", "b{}", length=80)),
    "filters in alternatives": (chain("or", "a{}", length=40), chain("or", "b{} > 1", length=40)),
}


@pytest.mark.parametrize(("outer", "inner"), LONG.values(), ids=LONG)
def test_each_pair_of_long_chains_is_looked_at_once(outer: str, inner: str) -> None:
    inclusion = Inclusion()
    assert not inclusion.includes(tree(outer), tree(inner))
    assert 80 < inclusion.pairs <= MOST_PAIRS


def test_what_is_in_a_long_chain_is_found() -> None:
    outer = tree(chain("or", "a{}", length=50))
    assert Inclusion().includes(outer, tree(chain("or", "a{} > 1", length=50)))
