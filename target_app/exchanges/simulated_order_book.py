"""A simulated market: an order book of levels round a price that wanders and returns."""

import random
from decimal import ROUND_HALF_EVEN, Decimal

# Rough prices in US dollars.
PRICES = {
    "BTC": "65000", "ETH": "3200", "BNB": "580", "SOL": "150", "XRP": "0.55", "ADA": "0.45",
    "DOGE": "0.12", "AVAX": "35", "DOT": "7", "LINK": "15", "LTC": "80", "POL": "0.7",
}  # fmt: skip
# Of each coin, so that only a test or a drill that sets balances runs out.
PLENTY = Decimal(10) ** 12
FEE = Decimal("0.001")  # of an order's cost
LEVELS = 10
# Each level holds this many dollars: a market order of the default cap fills at once,
# one of a few hundred thousand fills in part.
LEVEL_USD = Decimal(20_000)
_SPREAD = Decimal("0.0002")  # between bid and ask, of the price: what large coins show
_STEP = Decimal("0.00001")  # how far a trade moves the price
_RESTLESSNESS = 0.02  # the share of trades that move it
_NOTHING = Decimal(0)
_LEASH = Decimal("0.02")  # how far it strays from where it began


def first_price(coin: str) -> Decimal:
    """The price in US dollars that a coin's market starts at; a hundred for an unlisted one."""
    return Decimal(PRICES.get(coin, "100"))


class OrderBook:
    """A trade does not use its levels up, so that the book never runs dry."""

    def __init__(self, price: Decimal, rng: random.Random) -> None:
        self._home = price
        self._rng = rng
        # Steps that are powers of ten: the price has five significant digits, and a lot
        # is worth about ten cents at most.
        self.tick = Decimal(1).scaleb(price.adjusted() - 4)
        self.lot = Decimal(1).scaleb(min(0, -1 - price.adjusted()))
        self._levels: dict[str, list[tuple[Decimal, Decimal]]] = {}
        self._price = price
        self._move(price.quantize(self.tick, ROUND_HALF_EVEN))

    @property
    def price(self) -> Decimal:
        """The price between the best bid and the best ask."""
        return self._price

    @price.setter
    def price(self, price: Decimal) -> None:
        self._home = price
        self._move(price.quantize(self.tick, ROUND_HALF_EVEN))

    def touch(self) -> tuple[Decimal, Decimal]:
        """Best bid and best ask."""
        return self._levels["sell"][0][0], self._levels["buy"][0][0]

    def levels(self, side: str) -> list[tuple[Decimal, Decimal]]:
        """(price, amount) of the levels that an order of `side` meets, nearest first."""
        return self._levels[side]

    def match(self, side: str, amount: Decimal, limit: Decimal | None) -> tuple[Decimal, Decimal]:
        """What an order gets at once, and what that costs; then the price may move a little."""
        filled = cost = _NOTHING
        for price, there in self._levels[side]:
            if limit is not None and (price > limit if side == "buy" else price < limit):
                break
            taken = min(amount - filled, there)
            filled += taken
            cost += taken * price
            if filled == amount:
                break
        if self._rng.random() < _RESTLESSNESS:
            self._wander()
        return filled, cost

    def _wander(self) -> None:
        step = max(self.tick, (self._price * _STEP).quantize(self.tick, ROUND_HALF_EVEN))
        moved = self._price + (step if self._rng.random() < 0.5 else -step)  # noqa: PLR2004 - a fair coin
        if abs(moved - self._home) <= self._home * _LEASH:
            self._move(moved)

    def _move(self, price: Decimal) -> None:
        """Set the price and remake the levels, which hold until it moves again."""
        self._price = price
        half = max(self.tick, (price * _SPREAD / 2).quantize(self.tick, ROUND_HALF_EVEN))
        self._levels = {
            side: [
                (at, (LEVEL_USD / at).quantize(self.lot, ROUND_HALF_EVEN))
                for at in (price + sign * (half + n * self.tick) for n in range(LEVELS))
                if at > 0
            ]
            for side, sign in (("buy", 1), ("sell", -1))
        }
