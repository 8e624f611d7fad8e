"""Orders are paid from what is held; what is set runs out, and what is not set is lent."""

from decimal import Decimal

import pytest
from ccxt.base.errors import InsufficientFunds

from target_app.exchanges.paper_balances import PaperBalances
from target_app.exchanges.simulated_order_book import PLENTY

SYMBOLS = ("BTC/USDT", "ETH/USDT")


def test_there_is_plenty_to_pay_with_and_coins_are_lent() -> None:
    balances = PaperBalances(SYMBOLS, {})
    assert balances.free() == {"BTC": Decimal(0), "ETH": Decimal(0), "USDT": PLENTY}
    balances.pay("BTC/USDT", "sell", Decimal(2), Decimal(100))
    assert balances.held == {"BTC": Decimal(-2), "ETH": Decimal(0), "USDT": PLENTY + 100}
    assert balances.free()["BTC"] == Decimal(0)


def test_a_balance_that_is_set_runs_out_and_nothing_is_exchanged_then() -> None:
    balances = PaperBalances(SYMBOLS, {"BTC": 1, "USDT": 50})
    balances.pay("BTC/USDT", "sell", Decimal("0.5"), Decimal(30))
    balances.pay("ETH/USDT", "buy", Decimal(1), Decimal(80))
    before = dict(balances.held)
    assert before == {"BTC": Decimal("0.5"), "ETH": Decimal(1), "USDT": Decimal(0)}
    with pytest.raises(InsufficientFunds, match=r"^paper: 0\.6 BTC are needed, 0\.5 are held$"):
        balances.pay("BTC/USDT", "sell", Decimal("0.6"), Decimal(1))
    with pytest.raises(InsufficientFunds, match=r"^paper: 1 USDT are needed, 0 are held$"):
        balances.pay("BTC/USDT", "buy", Decimal("0.1"), Decimal(1))
    assert balances.held == before
