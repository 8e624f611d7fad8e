"""What the bot holds: one position for each market at most."""

import threading
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Position:
    """So much of a coin, bought for `cost` in the market's quote at the loop's step `step`."""

    symbol: str
    amount: Decimal
    cost: Decimal
    step: int


class Positions:
    """By symbol. The loop opens and closes them; other threads may look."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[str, Position] = {}

    def __len__(self) -> int:
        return len(self._held)

    def get(self, symbol: str) -> Position | None:
        """The position in that market."""
        with self._lock:
            return self._held.get(symbol)

    def open(self, position: Position) -> None:
        """Hold it, in addition to what is held there already."""
        with self._lock:
            held = self._held.get(position.symbol)
            if held is not None:
                position = Position(
                    held.symbol,
                    held.amount + position.amount,
                    held.cost + position.cost,
                    held.step,
                )
            self._held[position.symbol] = position

    def reduce(self, symbol: str, amount: Decimal) -> bool:
        """Sell so much of it; whether that ends the position."""
        with self._lock:
            held = self._held[symbol]
            left = held.amount - amount
            if left > 0:
                cost = held.cost * left / held.amount
                self._held[symbol] = Position(symbol, left, cost, held.step)
                return False
            del self._held[symbol]
            return True
