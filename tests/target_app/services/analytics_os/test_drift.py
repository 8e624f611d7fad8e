"""Drift is seen when the confidences move, and not by chance."""

import math
import random

import pytest

from target_app.services.analytics_os.drift import SAMPLES, SIGNIFICANT, Drift, stability_index


def fed(drift: Drift, low: float, high: float, count: int, seed: int = 1) -> Drift:
    rng = random.Random(seed)
    for _ in range(count):
        drift.saw(rng.uniform(low, high))
    return drift


def test_the_index_is_the_textbook_sum() -> None:
    # Two bins: 80 and 20 of a hundred become 60 and 40; the other three are empty in both.
    before = [0.52] * 80 + [0.97] * 20
    now = [0.52] * 60 + [0.97] * 40
    total = 101.5  # each empty bin counts as half a sample
    expected = (60 - 80) / total * math.log(60 / 80) + (40 - 20) / total * math.log(40 / 20)
    assert stability_index(before, now) == pytest.approx(expected)
    assert stability_index(before, before) == 0


def test_nothing_is_said_before_there_is_enough() -> None:
    drift = fed(Drift(), 0.5, 1.0, SAMPLES)
    fed(drift, 0.99, 1.0, SAMPLES // 2 - 1)
    assert (drift.index, drift.detected) == (0.0, False)
    fed(drift, 0.99, 1.0, 1)
    assert drift.detected


@pytest.mark.parametrize("seed", range(20))
def test_the_same_spread_is_no_drift(seed: int) -> None:
    drift = fed(Drift(), 0.5, 1.0, SAMPLES, seed)
    fed(drift, 0.5, 1.0, SAMPLES // 2, seed + 1000)
    assert drift.index < SIGNIFICANT


def test_drift_ends_when_the_confidences_are_back_or_the_model_is_new() -> None:
    drift = fed(Drift(), 0.5, 1.0, SAMPLES)
    assert fed(drift, 0.9, 1.0, SAMPLES // 2).detected
    assert not fed(drift, 0.5, 1.0, SAMPLES // 2, seed=2).detected
    assert fed(drift, 0.9, 1.0, SAMPLES // 2).detected
    drift.forget()
    assert not drift.detected


def test_values_outside_fall_into_the_outer_bins() -> None:
    assert stability_index([0.0, 2.0], [0.5, 1.0]) == 0
