"""Times as people write them, and the distance of points as Grafana chooses it."""

import pytest

from toolkit.errors import UsageError
from toolkit.preview.time_range import TimeRange, time_range

NOW = 1_777_640_400.0  # 2026-05-01 13:00 UTC


def test_a_window_ends_after_it_starts() -> None:
    assert time_range("now-1h", "now", NOW) == TimeRange(NOW - 3600, NOW)
    with pytest.raises(UsageError, match="from now to now-1h: it ends before it starts"):
        time_range("now", "now-1h", NOW)


STEPS = {
    "an hour on a small panel": (3600, 400, "15s", 10, 15),
    "an hour on a small panel, scraped often": (3600, 400, "1s", 10, 10),
    "a day": (86400, 800, "15s", 120, 120),
    "a week on a narrow panel": (604800, 200, "15s", 3600, 3600),
    "no more points than Prometheus gives": (86400, 100_000, "1s", 1, 8),
}


@pytest.mark.parametrize(
    ("long", "pixels", "least", "_rounded", "expected"), STEPS.values(), ids=STEPS
)
def test_points_are_apart(
    long: int, pixels: float, least: str, _rounded: int, expected: float
) -> None:
    assert TimeRange(NOW - long, NOW).step(pixels, least) == expected


def test_grafanas_own_variables() -> None:
    filled = TimeRange(NOW - 3600, NOW).own_variables(30, "60s")
    assert filled["__interval"] == "30s"
    assert filled["__interval_ms"] == "30000"
    assert filled["__rate_interval"] == "60s"
    assert filled["__range"] == "3600s"
    assert filled["__range_s"] == "3600"
    assert filled["__from"] == "1777636800000"


def test_start_and_end_stand_on_the_step() -> None:
    assert TimeRange(100, 190).aligned(60) == (60, 180)
