"""The strategy: buy at or under the average price, hold for a while, sell, pause.

It decides by the number of steps and a seed alone, never by a clock: the same prices give the
same decisions. What orders cost and whether they are allowed is not its business.
"""

import random
from collections import deque
from dataclasses import dataclass, field
from decimal import Decimal

from target_app.session.positions import Position
from target_app.session.venue_client import BookTop


@dataclass(slots=True)
class _Market:
    """What is remembered of one market."""

    middles: deque[Decimal]
    not_before: int = 0  # the step of the next entry
    total: Decimal = field(default=Decimal(0))


class Strategy:
    """Looks at every market at every step."""

    def __init__(
        self, *, seed: int, average_steps: int, hold_steps: int, cooldown_steps: int
    ) -> None:
        self._rng = random.Random(seed)  # noqa: S311 - decisions, not secrets
        self._average, self._hold, self._cooldown = average_steps, hold_steps, cooldown_steps
        self._markets: dict[str, _Market] = {}

    def watch(self, symbol: str, top: BookTop, step: int) -> None:
        """See the best prices of a market."""
        market = self._markets.get(symbol)
        if market is None:
            market = self._markets[symbol] = _Market(deque())
            self._pause(market, step)
        market.middles.append(top.middle)
        market.total += top.middle
        if len(market.middles) > self._average:
            market.total -= market.middles.popleft()

    def wants_to_buy(self, symbol: str, top: BookTop, step: int) -> bool:
        """Whether this is a moment to enter; a yes begins the pause before the next."""
        market = self._markets[symbol]
        if step < market.not_before or top.middle * len(market.middles) > market.total:
            return False
        self._pause(market, step)
        return True

    def wants_to_sell(self, position: Position, step: int) -> bool:
        """Whether the position was held long enough."""
        if step - position.step < self._hold:
            return False
        self._pause(self._markets[position.symbol], step)
        return True

    def _pause(self, market: _Market, step: int) -> None:
        market.not_before = step + 1 + self._rng.randint(0, self._cooldown)
