"""Drift of the model: whether its confidences are spread otherwise than when it was new.

The statistic is the population stability index over five equal bins of 0.5 to 1, of the recent
confidences against the first ones. Over 0.25 is a significant change by the usual rule.
Source: Siddiqi, *Credit Risk Scorecards* (2006), chapter 11
"""

import math
from collections import deque
from collections.abc import Iterable

SIGNIFICANT = 0.25
SAMPLES = 300
"""Confidences that the reference has; half as many are judged against it.

By chance alone the index is (1/300 + 1/150) times a chi-square of four degrees of freedom,
which is over 0.25 in one window of twenty thousand.
"""
_BINS, _LOW, _HIGH = 5, 0.5, 1.0
# A bin without a sample counts as half of one, or the logarithm would be infinite.
_EMPTY = 0.5


class Drift:
    """Watches confidences. It says nothing before both windows are full."""

    def __init__(self, samples: int = SAMPLES) -> None:
        self._samples, self._enough = samples, samples // 2
        self._reference: list[float] = []
        self._recent: deque[float] = deque(maxlen=self._enough)

    def saw(self, confidence: float) -> None:
        """Another prediction."""
        if len(self._reference) < self._samples:
            self._reference.append(confidence)
        else:
            self._recent.append(confidence)

    def forget(self) -> None:
        """The model is new: what comes now is the reference."""
        self._reference.clear()
        self._recent.clear()

    @property
    def index(self) -> float:
        """The population stability index; 0 before there is enough to compare."""
        if len(self._recent) < self._enough:
            return 0.0
        return stability_index(self._reference, self._recent)

    @property
    def detected(self) -> bool:
        """Whether the change is significant."""
        return self.index > SIGNIFICANT


def stability_index(reference: Iterable[float], recent: Iterable[float]) -> float:
    """Sum over the bins of (recent share - reference share) times the log of their ratio."""
    before, now = _shares(reference), _shares(recent)
    return sum((b - a) * math.log(b / a) for a, b in zip(before, now, strict=True))


def _shares(values: Iterable[float]) -> list[float]:
    counts = [0.0] * _BINS
    for value in values:
        place = int((value - _LOW) / (_HIGH - _LOW) * _BINS)
        counts[min(max(place, 0), _BINS - 1)] += 1
    filled = [count or _EMPTY for count in counts]
    total = sum(filled)
    return [count / total for count in filled]
