"""What `paper` holds of each coin: orders are paid from it, and what they buy is added."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from ccxt.base.errors import InsufficientFunds

from target_app.exchanges.simulated_order_book import PLENTY


class PaperBalances:
    """Of the coins of `symbols`: plenty of what is paid with, and what `given` says of others."""

    def __init__(self, symbols: Iterable[str], given: Mapping[str, object]) -> None:
        self.held: dict[str, Decimal] = {}
        self._credit: set[str] = set()
        for symbol in symbols:
            base, _, quote = symbol.partition("/")
            self.held |= {base: self.held.get(base, Decimal(0)), quote: PLENTY}
            # A coin may be sold that was not bought here, unless its balance is set.
            self._credit.add(base)
        self._credit -= given.keys()
        self.held |= {coin: Decimal(str(amount)) for coin, amount in given.items()}

    def free(self) -> dict[str, Decimal]:
        """By coin, what may be spent; nothing is reserved for resting orders."""
        return {coin: max(Decimal(0), amount) for coin, amount in self.held.items()}

    def pay(self, symbol: str, side: str, filled: Decimal, cost: Decimal) -> None:
        """Exchange `filled` of the base for `cost` of the quote. Raises InsufficientFunds."""
        base, _, quote = symbol.partition("/")
        given, less, taken, more = quote, cost, base, filled
        if side != "buy":
            given, less, taken, more = base, filled, quote, cost
        held = self.held
        if given not in self._credit and held[given] < less:
            raise InsufficientFunds(f"paper: {less} {given} are needed, {held[given]} are held")
        held[given] -= less
        held[taken] += more
