"""The model: it stands in for a real one. What it predicts is made up; how it learns is not.

A score between a half and one comes from a seeded walk, one for each market. How far the score
is believed, the trust, follows what became of earlier positions: it rises with each profit and
falls with each loss.
"""

import random
from collections import deque

_RECENT = 100  # positions that the accuracy speaks of
# So little that what is learned is no drift.
_LEAST_TRUST, _RATE = 0.95, 0.02
_CERTAIN, _UNSURE = 1.0, 0.5
# With `is_shifted`, a drill's: scores crowd where few were before.
_SHIFTED = 0.97


class Model:
    """Predicts and learns. `version` rises when it is trained anew."""

    def __init__(self, seed: int, version: int = 1) -> None:
        self._rng = random.Random(seed)  # noqa: S311 - prices, not secrets
        self.version, self.samples, self.trust = version, 0, 1.0
        self._results: deque[bool] = deque(maxlen=_RECENT)
        self.is_shifted = False

    @property
    def accuracy(self) -> float:
        """Share of the recent positions that made a profit; a half before there is any."""
        return sum(self._results) / len(self._results) if self._results else _UNSURE

    def predict(self, symbol: str) -> tuple[str, float]:
        """Side and confidence, 0.5 to 1, for a market."""
        del symbol  # every market's walk has the same odds
        side = "buy" if self._rng.random() < _UNSURE else "sell"
        score = self._rng.uniform(_UNSURE, _CERTAIN)
        if self.is_shifted:
            score = _SHIFTED + (score - _UNSURE) * (_CERTAIN - _SHIFTED)
        return side, round(_UNSURE + (score - _UNSURE) * self.trust, 4)

    def learn(self, *, profit: bool) -> None:
        """A position that it had asked for was closed."""
        self.samples += 1
        self._results.append(profit)
        towards = _CERTAIN if profit else _LEAST_TRUST
        self.trust += (towards - self.trust) * _RATE

    def retrain(self) -> None:
        """Begin anew: what was learned is forgotten."""
        self.version += 1
        self.samples, self.trust = 0, 1.0
        self._results.clear()
