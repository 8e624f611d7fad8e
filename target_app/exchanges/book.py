"""A paper market's order book: levels round a price that wanders and returns."""

import random
from decimal import Decimal

LEVELS = 10
# Each level holds this many dollars: a market order of the default cap fills at once,
# one of a few hundred thousand fills in part.
LEVEL_USD = Decimal(20_000)
_SPREAD = Decimal("0.0002")  # between bid and ask, of the price: what large coins show
_STEP = Decimal("0.00001")  # how far a trade moves the price
_LEASH = Decimal("0.02")  # how far it strays from where it began


class Book:
    """Levels are remade at each trade, so that the book never runs dry."""

    def __init__(self, price: Decimal, rng: random.Random) -> None:
        self._home = price
        self._rng = rng
        # Steps that are powers of ten: the price has five significant digits, and a lot
        # is worth about ten cents at most.
        self.tick = Decimal(1).scaleb(price.adjusted() - 4)
        self.lot = Decimal(1).scaleb(min(0, -1 - price.adjusted()))
        self._price = price.quantize(self.tick)

    @property
    def price(self) -> Decimal:
        """The price between the best bid and the best ask."""
        return self._price

    @price.setter
    def price(self, price: Decimal) -> None:
        self._home = price
        self._price = price.quantize(self.tick)

    def touch(self) -> tuple[Decimal, Decimal]:
        """Best bid and best ask."""
        half = max(self.tick, (self._price * _SPREAD / 2).quantize(self.tick))
        return self._price - half, self._price + half

    def levels(self, side: str) -> list[tuple[Decimal, Decimal]]:
        """(price, amount) of the levels that an order of `side` meets, nearest first."""
        bid, ask = self.touch()
        start, away = (ask, self.tick) if side == "buy" else (bid, -self.tick)
        prices = (start + away * n for n in range(LEVELS))
        return [(p, (LEVEL_USD / p).quantize(self.lot)) for p in prices if p > 0]

    def match(self, side: str, amount: Decimal, limit: Decimal | None) -> tuple[Decimal, Decimal]:
        """What an order gets at once, and what that costs; then the price moves a little."""
        filled = cost = Decimal(0)
        bid, ask = self.touch()
        price, away = (ask, self.tick) if side == "buy" else (bid, -self.tick)
        for _ in range(LEVELS):
            if limit is not None and (price > limit if side == "buy" else price < limit):
                break
            taken = min(amount - filled, (LEVEL_USD / price).quantize(self.lot))
            filled += taken
            cost += taken * price
            if filled == amount:
                break
            price += away
        self._wander()
        return filled, cost

    def _wander(self) -> None:
        step = max(self.tick, (self._price * _STEP).quantize(self.tick))
        moved = self._price + (step if self._rng.random() < 0.5 else -step)  # noqa: PLR2004 - a fair coin
        if abs(moved - self._home) <= self._home * _LEASH:
            self._price = moved
