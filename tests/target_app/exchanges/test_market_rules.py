"""Steps and least sizes of a market, and amounts rounded to them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from target_app.exchanges.market_rules import LARGEST, down, market_of, nearest, plain, up

amounts = st.decimals(min_value="1e-12", max_value="1e12", places=12)
steps = st.sampled_from([Decimal(s) for s in ("1", "0.5", "0.01", "1e-5", "1e-8", "25", "1e-12")])


@given(amounts, steps)
def test_rounding_gives_multiples_on_the_right_side_and_is_stable(
    value: Decimal, step: Decimal
) -> None:
    low, high, near = down(value, step), up(value, step), nearest(value, step)
    assert low <= value <= high
    assert high - low in {0, step}
    assert near in {low, high}
    for rounded in (low, high, near):
        assert rounded % step == 0
        assert down(rounded, step) == up(rounded, step) == rounded


def test_the_largest_figure_over_the_smallest_step_stays_exact() -> None:
    assert down(LARGEST, Decimal("1e-12")) == LARGEST


def test_precision_in_decimal_places_and_in_steps_mean_the_same() -> None:
    places = {"symbol": "A/B", "precision": {"amount": 3, "price": 2}, "limits": {}}
    tick = {"symbol": "A/B", "precision": {"amount": 0.001, "price": 0.01},
            "limits": {"amount": {"min": 0.001}, "cost": {"min": None}}}  # fmt: skip
    one, two = market_of("x", places, tick_size=False), market_of("x", tick, tick_size=True)
    assert (one.amount_step, one.price_step) == (two.amount_step, two.price_step)
    assert (one.min_amount, two.min_amount) == (Decimal(0), Decimal("0.001"))
    assert two.min_cost == 0


PLAIN = {"1E+3": "1000", "1.500": "1.5", "0.00000001": "0.00000001", "100": "100", "0.0": "0"}


@pytest.mark.parametrize(("given_", "text"), PLAIN.items(), ids=PLAIN)
def test_plain(given_: str, text: str) -> None:
    assert plain(Decimal(given_)) == text
