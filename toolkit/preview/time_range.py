"""The time range that is drawn, and the step between its points, as Grafana chooses them.

Source: https://grafana.com/docs/grafana/latest/dashboards/use-dashboards/#set-dashboard-time-range
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from toolkit.durations import plain, seconds
from toolkit.errors import UsageError
from toolkit.preview import relative_times_and_dates
from toolkit.preview.relative_times_and_dates import UTC_ZONE, Zone

MOST_POINTS = 11_000
"""Prometheus answers no range query with more. Source: web/api/v1/api.go."""

# Up to `seconds` apart by calculation, points are drawn `step` apart: (seconds, step).
# Source: roundInterval in packages/grafana-data/src/datetime/rangeutil.ts of
# https://github.com/grafana/grafana.
_ROUND = (
    (1.5, 1), (3.5, 2), (7.5, 5), (12.5, 10), (17.5, 15), (25, 20), (45, 30), (90, 60),
    (210, 120), (450, 300), (750, 600), (1050, 900), (1500, 1200), (2700, 1800), (5400, 3600),
    (9000, 7200), (16200, 10800), (32400, 21600), (86400, 43200), (604800, 86400),
)  # fmt: skip
_WEEK = 604800


@dataclass(frozen=True, slots=True)
class TimeRange:
    """From `start` to `end`, in Unix seconds."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.end - self.start

    def step(self, pixels: float, least: str) -> float:
        """Seconds between the points of a panel `pixels` wide, at least `least`."""
        rounded = rounded_step(self.seconds / max(1.0, pixels))
        return float(max(rounded, seconds(least), math.ceil(self.seconds / MOST_POINTS)))

    def aligned(self, step: float) -> tuple[float, float]:
        """Start and end on multiples of `step`, so that points stay where they are."""
        return self.start // step * step, self.end // step * step

    def own_variables(self, step: float, interval: str) -> Mapping[str, str]:
        """Grafana's own variables for points `step` seconds apart.

        `interval` is what it makes of `$__rate_interval`.
        """
        return {
            "__interval": f"{plain(step)}s",
            "__interval_ms": f"{step * 1000:.0f}",
            "__rate_interval": interval,
            "__rate_interval_ms": f"{seconds(interval) * 1000:.0f}",
            "__range": f"{self.seconds:.0f}s",
            "__range_s": f"{self.seconds:.0f}",
            "__range_ms": f"{self.seconds * 1000:.0f}",
            "__from": f"{self.start * 1000:.0f}",
            "__to": f"{self.end * 1000:.0f}",
        }


def rounded_step(apart_seconds: float) -> float:
    """The step that Grafana takes for points that are so far apart by calculation."""
    return next((step for limit, step in _ROUND if apart_seconds <= limit), _WEEK)


def time_range(since: str, until: str, now: float, zone: Zone = UTC_ZONE) -> TimeRange:
    """From `since` to `until`; what is rounded, in `zone`.

    Raises UsageError for what is not a time, and for a range that ends before it starts.
    """
    start = relative_times_and_dates.moment(since, now, zone)
    found = TimeRange(start, relative_times_and_dates.moment(until, now, zone, is_end=True))
    if found.start >= found.end:
        raise UsageError(f"from {since} to {until}: it ends before it starts.")
    return found
