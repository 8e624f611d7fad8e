"""Readings hold in Prometheus 2, whose ranges have a sample at their start, and in 3."""

import math

import pytest

from tests.support import project_builder
from toolkit import burn_rate, burn_rate_tests
from toolkit.catalogue import one_of
from toolkit.durations import seconds
from toolkit.objectives import AvailabilityObjective

OBJECTIVE = AvailabilityObjective(project_builder.EVENTS, bad={"kind": one_of("write")}, share=0.99)
RANGE = 5  # minutes


def samples(notation: str) -> list[float]:
    """What promtool makes of `0 10+10x2`, one sample a minute."""
    found: list[float] = []
    for part in notation.split():
        start, _, rest = part.partition("+")
        step, _, times = rest.partition("x")
        found += [float(start) + float(step or 0) * n for n in range(int(times or 0) + 1)]
    return found


def rate(values: list[float], now: int, *, holds_start: bool) -> float:
    """`rate(…[5m])` in events a minute, extrapolated as Prometheus does it.

    Source: extrapolatedRate in promql/functions.go of Prometheus.
    """
    first = max(0, now - RANGE + (0 if holds_start else 1))
    grown, lasts = values[now] - values[first], now - first
    to_start: float = first - (now - RANGE)
    if grown > 0:
        to_start = min(to_start, lasts * values[first] / grown)  # no counter was below 0
    stretched = lasts + (to_start if to_start < 1.1 else 0.5)
    return grown * stretched / lasts / RANGE


@pytest.mark.parametrize("holds_start", [True, False], ids=["Prometheus 2", "Prometheus 3"])
@pytest.mark.parametrize(("window", "every"), burn_rate.SLI_WINDOWS.items())
def test_a_bad_start_has_the_same_share(window: str, every: str, *, holds_start: bool) -> None:
    reading = next(iter(burn_rate_tests.readings(OBJECTIVE, window, every)))
    assert reading.sentence.startswith("a bad start still counts")
    bad, good = map(samples, reading.series.values())
    at, step = int(seconds(reading.at) // 60), int(seconds(every) // 60)
    asked = range(step, at + 1, step) if window != "5m" else [at]
    failed = sum(rate(bad, now, holds_start=holds_start) for now in asked)
    passed = sum(rate(good, now, holds_start=holds_start) for now in asked)
    assert reading.value is not None
    assert math.isclose(failed / (failed + passed), reading.value, abs_tol=1e-6)
