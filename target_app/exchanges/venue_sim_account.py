"""The account behind `venue_sim`: what it holds, what its resting orders lock, what it pays.

As on a real spot account, what a resting order would spend cannot be spent twice, and the fee
is taken from what was received: of a bought 0.01 BTC 0.00999 can be sold.
"""

from collections.abc import Iterable
from decimal import Decimal

from target_app.exchanges.simulated_order_book import FEE, PLENTY


class SimulatedAccount:
    """Amounts by coin. Coins have credit until a balance is set: a load test sells what it likes.

    `PLENTY` of dollars is held at first.
    """

    def __init__(self, coins: Iterable[str], dollar: str = "USDT") -> None:
        self.held: dict[str, Decimal] = {**dict.fromkeys(coins, Decimal(0)), dollar: PLENTY}
        self.locked: dict[str, Decimal] = dict.fromkeys(self.held, Decimal(0))
        self._credit = set(self.held) - {dollar}

    def set(self, coin: str, amount: Decimal) -> None:
        """Hold exactly this much, and have no credit in it any more."""
        self.held[coin] = amount
        self.locked.setdefault(coin, Decimal(0))
        self._credit.discard(coin)

    def free(self, coin: str) -> Decimal:
        """What can be spent, credit aside."""
        return max(Decimal(0), self.held.get(coin, Decimal(0)) - self.locked.get(coin, Decimal(0)))

    def can_spend(self, coin: str, amount: Decimal) -> bool:
        """Whether so much may be spent or locked."""
        return coin in self._credit or self.free(coin) >= amount

    def lock(self, coin: str, amount: Decimal) -> None:
        """Keep an amount for a resting order; less than nothing lets go of it."""
        self.locked[coin] += amount

    def trade(
        self, side: str, base: str, quote: str, filled: Decimal, cost: Decimal
    ) -> tuple[Decimal, str]:
        """Pay and receive; the fee, and the coin that it was taken in."""
        if side == "BUY":
            fee, coin = filled * FEE, base
            self.held[base] += filled - fee
            self.held[quote] -= cost
        else:
            fee, coin = cost * FEE, quote
            self.held[base] -= filled
            self.held[quote] += cost - fee
        return fee, coin

    def document(self) -> dict[str, object]:
        """Every balance, as Binance's account shows it."""
        balances = [
            {"asset": c, "free": f"{self.free(c):f}", "locked": f"{self.locked[c]:f}"}
            for c in self.held
        ]
        return {"accountType": "SPOT", "canTrade": True, "balances": balances}
