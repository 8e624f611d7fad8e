"""Steps and least sizes of a market, and amounts rounded to them."""

from decimal import ROUND_HALF_UP, Decimal, getcontext, localcontext

import pytest
from ccxt.base.decimal_to_precision import ROUND, decimal_to_precision
from hypothesis import given
from hypothesis import strategies as st

from target_app.exchanges.market_rules import (
    LARGEST,
    SMALLEST,
    as_decimal,
    down,
    market_of,
    nearest,
    plain,
    up,
)

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
    tick = {
        "symbol": "A/B",
        "precision": {"amount": 0.001, "price": 0.01},
        "limits": {"amount": {"min": 0.001}, "cost": {"min": None}},
    }
    one, two = market_of("x", places, tick_size=False), market_of("x", tick, tick_size=True)
    assert (one.amount_step, one.price_step) == (two.amount_step, two.price_step)
    assert (one.min_amount, two.min_amount) == (Decimal(0), Decimal("0.001"))
    assert two.min_cost == 0
    assert (two.symbol, two.exchange, two.price_step) == ("A/B", "x", Decimal("0.01"))


def test_what_an_exchange_leaves_out_is_as_fine_as_figures_are() -> None:
    bare = market_of("x", {"symbol": "A/B", "precision": None}, tick_size=True)
    assert (bare.amount_step, bare.price_step) == (SMALLEST, SMALLEST)
    assert (bare.min_amount, bare.min_cost) == (Decimal(0), Decimal(0))
    costs = {"symbol": "A/B", "limits": {"cost": {"min": 5.5}}}
    assert market_of("x", costs, tick_size=True).min_cost == Decimal("5.5")
    assert (Decimal("1e-12"), Decimal("1e12")) == (SMALLEST, LARGEST)


HALVES = {"0.5": "0", "1.5": "2", "1.4": "1", "1.6": "2"}


@pytest.mark.parametrize(("value", "rounded"), HALVES.items())
def test_halves_go_to_the_even_multiple(value: str, rounded: str) -> None:
    assert nearest(Decimal(value), Decimal(1)) == Decimal(rounded)


@pytest.mark.parametrize(("value", "rounded"), HALVES.items())
def test_halves_stay_even_after_ccxt_has_formatted_an_amount(value: str, rounded: str) -> None:
    with localcontext():
        decimal_to_precision("0.15", ROUND, 1)
        assert getcontext().rounding == ROUND_HALF_UP
        assert nearest(Decimal(value), Decimal(1)) == Decimal(rounded)


@pytest.mark.parametrize("figure", [0.1, "0.1", Decimal("0.1")], ids=["float", "text", "Decimal"])
def test_a_figure_of_any_client_keeps_its_digits(figure: object) -> None:
    assert as_decimal(figure) == Decimal("0.1")


PLAIN = {"1E+3": "1000", "1.500": "1.5", "0.00000001": "0.00000001", "100": "100", "0.0": "0"}


@pytest.mark.parametrize(("given_", "text"), PLAIN.items(), ids=PLAIN)
def test_plain(given_: str, text: str) -> None:
    assert plain(Decimal(given_)) == text
