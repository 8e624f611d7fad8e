"""Ranges of numbers: what comparisons between two of them always or never say."""

import math

import pytest

from toolkit.prometheus.value_flow.ranges import ANY, Range, holds

INF = math.inf
OPEN = Range(low=0, low_open=True)
VERDICTS = [
    (Range(1, 1), ">", Range(0, 0), True),
    (Range(0, 0), ">", Range(0, 0), False),
    (Range(0, 1), ">", Range(0, 0), None),
    (Range(0, 1), ">", Range(1, 1), False),
    (OPEN, ">", Range(0, 0), True),
    (Range(low=0), ">", Range(0, 0), None),
    (Range(low=0), ">=", Range(0, 0), True),
    (Range(high=0), ">=", Range(0, 0), None),
    (Range(high=0, high_open=True), ">=", Range(0, 0), False),
    (Range(low=1), "<", Range(1, 1), False),
    (Range(low=1), "<", Range(2, 2), None),
    (Range(0, 1), "<", Range(2, 2), True),
    (Range(low=1), "<=", Range(1, 1), None),
    (Range(low=1), "<=", Range(0, 0), False),
    (Range(0, 1), "<=", Range(1, 1), True),
    (Range(1, 1), "==", Range(1, 1), True),
    (Range(low=1), "==", Range(0, 0), False),
    (OPEN, "==", Range(0, 0), False),
    (Range(without_zero=True), "==", Range(0, 0), False),
    (Range(0, 0), "==", Range(without_zero=True), False),
    (Range(low=1), "==", Range(1, 1), None),
    (Range(low=1), "!=", Range(0, 0), True),
    (Range(1, 1), "!=", Range(1, 1), False),
    (ANY, ">", ANY, None),
    (ANY, "==", Range(0, 0), None),
    (ANY, "!=", Range(0, 0), None),
    (Range(2, 1), ">", Range(0, 0), None),
]


@pytest.mark.parametrize(("left", "operator", "right", "wanted"), VERDICTS)
def test_a_comparison_is_always_true_or_never_or_depends(
    left: Range, operator: str, right: Range, *, wanted: bool | None
) -> None:
    assert holds(operator, left, right) is wanted


def test_an_end_that_is_open_is_not_among_the_values() -> None:
    assert [OPEN.has(x) for x in (-1, 0, 1)] == [False, False, True]
    assert [Range(0, 1, high_open=True).has(x) for x in (0, 0.5, 1, 2)] == [
        True,
        True,
        False,
        False,
    ]
    assert [OPEN.may_be_zero, Range(0, 1).may_be_zero, Range(-1, 1).may_be_zero] == [
        False,
        True,
        True,
    ]


def test_a_range_without_values_is_empty() -> None:
    assert [Range(2, 1).is_empty, Range(1, 1).is_empty, ANY.is_empty] == [True, False, False]
    assert [Range(1, 1, low_open=True).is_empty, Range(1, 1, high_open=True).is_empty] == [
        True,
        True,
    ]


def test_hull_and_common_keep_the_ends() -> None:
    one, other = Range(0, 5, low_open=True), Range(3, 9, high_open=True)
    assert one.hull(other) == Range(0, 9, low_open=True, high_open=True, without_zero=True)
    assert one.common(other) == Range(3, 5)
    assert Range(0, 1).hull(Range(0, 1, low_open=True, high_open=True)) == Range(0, 1)
    assert Range(0, 1).common(Range(0, 1, low_open=True, high_open=True)) == Range(
        0, 1, low_open=True, high_open=True
    )
    assert Range(-1, -1).hull(Range(1, 1)).without_zero
    assert Range(without_zero=True).common(ANY).without_zero


def test_the_negative_has_its_ends_turned() -> None:
    assert Range(1, 2, low_open=True).negative() == Range(-2, -1, high_open=True)


def test_a_range_is_said_in_words() -> None:
    said = [Range(1, 1), Range(low=1), OPEN, Range(high=3), Range(high=3, high_open=True)]
    assert [*map(str, said), str(Range(0, 23))] == [
        "always 1",
        "never under 1",
        "never 0 or less",
        "never over 3",
        "never 3 or more",
        "between 0 and 23",
    ]
