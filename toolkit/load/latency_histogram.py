"""Durations in buckets 2% wide: small, mergeable between workers, and close enough to judge by.

Locust rounds response times to two significant digits, which is up to 5% off.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from toolkit.load.report_numbers import bucket_number, finite, whole

# Buckets for each factor of e. The middle of a bucket is at most 1% from what it holds.
BUCKETS_PER_E = 50
# Under this no clock here can tell durations apart; and zero has no logarithm.
_LEAST_SECONDS = 1e-7


def bucket_of(seconds: float) -> int:
    """The bucket of a duration."""
    # By the logarithm: a bucket of microseconds is as wide in proportion as one of minutes.
    return math.floor(math.log(max(seconds, _LEAST_SECONDS)) * BUCKETS_PER_E)


@dataclass(slots=True)
class LatencyHistogram:
    """Counts of durations in seconds, by bucket."""

    counts: dict[int, int] = field(default_factory=dict)
    sum_seconds: float = 0.0
    min_seconds: float = math.inf
    max_seconds: float = 0.0

    def observe(self, seconds: float) -> None:
        """Count one duration."""
        self.observe_in(bucket_of(seconds), seconds)

    def observe_in(self, bucket: int, seconds: float) -> None:
        """The same where the duration's bucket is known: it costs as much as all the rest."""
        self.counts[bucket] = self.counts.get(bucket, 0) + 1
        self.sum_seconds += seconds
        if seconds < self.min_seconds:  # noqa: PLR1730 - a call costs twice as much
            self.min_seconds = seconds
        if seconds > self.max_seconds:  # noqa: PLR1730
            self.max_seconds = seconds

    def merge(self, other: "LatencyHistogram") -> None:
        """Add what another one counted."""
        for bucket, count in other.counts.items():
            self.counts[bucket] = self.counts.get(bucket, 0) + count
        self.sum_seconds += other.sum_seconds
        self.min_seconds = min(self.min_seconds, other.min_seconds)
        self.max_seconds = max(self.max_seconds, other.max_seconds)

    @property
    def count(self) -> int:
        """How many durations were counted."""
        return sum(self.counts.values())

    @property
    def mean_seconds(self) -> float:
        """The average; 0 of nothing."""
        return self.sum_seconds / count if (count := self.count) else 0.0

    def quantile_seconds(self, q: float) -> float:
        """The duration that a share `q` (0..1) did not exceed, within 1%; 0 of nothing."""
        rank = q * self.count
        cumulated = 0
        for bucket, count in sorted(self.counts.items()):
            cumulated += count
            if cumulated >= rank:
                # The outer buckets are wider than what was in them: no quantile is under the
                # least or over the most that was measured.
                middle = math.exp((bucket + 0.5) / BUCKETS_PER_E)
                return min(max(middle, self.min_seconds), self.max_seconds)
        return 0.0

    def document(self) -> dict[str, Any]:
        """As JSON; empty when nothing was counted."""
        if not self.counts:
            return {}
        return {
            "counts": {str(bucket): count for bucket, count in sorted(self.counts.items())},
            "sum_seconds": self.sum_seconds,
            "min_seconds": self.min_seconds,
            "max_seconds": self.max_seconds,
        }

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> "LatencyHistogram":
        """What `document` wrote. Raises ValueError for what was never counted."""
        if not document:
            return cls()
        return cls(
            {bucket_number(number): whole(count) for number, count in document["counts"].items()},
            finite(document["sum_seconds"]),
            finite(document["min_seconds"]),
            finite(document["max_seconds"]),
        )
