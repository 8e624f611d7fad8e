"""The simulated order book, whose prices do not depend on what other code set."""

import random
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext

import pytest

from target_app.exchanges.simulated_order_book import OrderBook


@pytest.mark.parametrize("rounding", [ROUND_HALF_EVEN, ROUND_HALF_UP])
def test_a_price_between_two_ticks_goes_to_the_even_one(rounding: str) -> None:
    """Whatever the thread's rounding is: ccxt sets one where it formats an amount."""
    with localcontext() as context:
        context.rounding = rounding
        assert OrderBook(Decimal("1.00005"), random.Random(1)).price == Decimal("1.0000")
