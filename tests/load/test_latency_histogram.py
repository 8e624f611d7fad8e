"""Durations in buckets: close enough to the truth to judge by."""

import random

import pytest

from toolkit.load.latency_histogram import LatencyHistogram


def histogram(*seconds: float) -> LatencyHistogram:
    made = LatencyHistogram()
    for each in seconds:
        made.observe(each)
    return made


def test_quantiles_are_the_time_that_a_share_did_not_exceed() -> None:
    made = histogram(*[0.010] * 50, *[0.020] * 45, *[0.3] * 5)
    assert made.quantile_seconds(0.5) == pytest.approx(0.010, rel=0.01)
    assert made.quantile_seconds(0.95) == pytest.approx(0.020, rel=0.01)
    assert made.quantile_seconds(0.951) == pytest.approx(0.3, rel=0.01)
    assert made.quantile_seconds(1) == pytest.approx(0.3, rel=0.01)


def test_any_quantile_is_within_one_percent_of_the_truth() -> None:
    rng = random.Random(4)
    values = sorted(rng.lognormvariate(-5, 1.5) for _ in range(2000))
    made = histogram(*values)
    for q in (0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999):
        assert made.quantile_seconds(q) == pytest.approx(values[round(q * 2000) - 1], rel=0.0101)
    assert made.mean_seconds == pytest.approx(sum(values) / 2000)


def test_nothing_has_no_quantile_and_no_average() -> None:
    assert (LatencyHistogram().quantile_seconds(0.95), LatencyHistogram().mean_seconds) == (0, 0)
