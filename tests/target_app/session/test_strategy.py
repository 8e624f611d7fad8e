"""The strategy's decisions follow from prices, steps and a seed."""

import itertools
from decimal import Decimal

from target_app.session.positions import Position
from target_app.session.strategy import Strategy
from target_app.session.venue_client import BookTop

SYMBOL = "BTC/USDT"


def top(middle: int) -> BookTop:
    return BookTop(Decimal(middle) - 1, Decimal(middle) + 1)


def strategy(seed: int = 1, cooldown: int = 0) -> Strategy:
    return Strategy(seed=seed, average_steps=4, hold_steps=3, cooldown_steps=cooldown)


def entries(made: Strategy, middles: list[int]) -> list[int]:
    """The steps at which it would buy."""
    found = []
    for step, middle in enumerate(middles, 1):
        made.watch(SYMBOL, top(middle), step)
        if made.wants_to_buy(SYMBOL, top(middle), step):
            found.append(step)
    return found


def test_it_buys_at_or_under_the_average_and_not_above_it() -> None:
    assert entries(strategy(), [100, 100, 101, 102, 101, 100]) == [2, 5, 6]


def test_the_average_forgets_what_is_older_than_its_steps() -> None:
    made = strategy()
    assert entries(made, [50, 100, 100, 100, 100, 100]) == [5, 6]


def test_the_pauses_between_entries_follow_from_the_seed() -> None:
    flat = [100] * 60
    once = entries(strategy(7, cooldown=5), flat)
    assert once == entries(strategy(7, cooldown=5), flat)
    assert once != entries(strategy(8, cooldown=5), flat)
    assert all(1 <= later - earlier <= 6 for earlier, later in itertools.pairwise(once))


def test_it_sells_after_so_many_steps_and_then_pauses() -> None:
    made = strategy()
    made.watch(SYMBOL, top(100), 1)
    held = Position(SYMBOL, Decimal(1), Decimal(100), step=10)
    assert [made.wants_to_sell(held, step) for step in (10, 12, 13)] == [False, False, True]
    assert not made.wants_to_buy(SYMBOL, top(100), 13)
    assert made.wants_to_buy(SYMBOL, top(100), 14)


def test_the_spread_is_in_basis_points_of_the_middle() -> None:
    assert top(1000).spread_bps == 20
