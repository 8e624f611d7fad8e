"""How likely bad events are by chance, which tells a bad release from bad luck."""

import math

import pytest

from toolkit.validate.watch_checks.error_budgets_hold import CHANCE_AT_END, CHANCE_AT_ONCE, chance

# Upper tails of the binomial distribution, from math.comb.
TAILS = [(1, 10, 0.005), (3, 10, 0.005), (5, 300, 0.005), (7, 7, 0.1), (2, 1000, 0.001)]


@pytest.mark.parametrize(("bad", "total", "share"), TAILS)
def test_it_is_the_tail_of_the_binomial_distribution(bad: int, total: int, share: float) -> None:
    exact = sum(
        math.comb(total, k) * share**k * (1 - share) ** (total - k) for k in range(bad, total + 1)
    )
    assert chance(bad, total, share) == pytest.approx(exact)


def test_one_bad_event_among_few_proves_nothing_and_an_outage_does() -> None:
    assert chance(1, 10, 0.005) > CHANCE_AT_ONCE
    assert chance(1, 100, 0.005) > CHANCE_AT_END
    assert chance(3, 3, 0.005) < CHANCE_AT_ONCE
    assert chance(20, 1000, 0.005) < CHANCE_AT_ONCE


def test_millions_of_events_take_no_time_and_no_precision() -> None:
    assert chance(50_000, 10_000_000, 0.005) == pytest.approx(0.5, abs=0.01)
    assert chance(60_000, 10_000_000, 0.005) < CHANCE_AT_ONCE
