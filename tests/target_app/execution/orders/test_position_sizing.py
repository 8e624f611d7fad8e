"""How much: the three methods by hand-made figures, the cap, and what never happens."""

import dataclasses
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from target_app.exchanges.market_rules import Market
from target_app.execution.orders.position_sizing import Sizing, SizingRules, size
from target_app.execution.response_bodies import RefusalError
from target_app.execution.signals.payload import Signal

MARKET = Market(
    symbol="BTC/USDT",
    exchange="paper",
    amount_step=Decimal("0.001"),
    price_step=Decimal("0.01"),
    min_amount=Decimal("0.001"),
    min_cost=Decimal(5),
)


def rules(method: str = "fixed_percent", **values: Any) -> SizingRules:
    given_: dict[str, Any] = {
        "capital": Decimal(100_000),
        "method": method,
        "position_pct": Decimal(1),
        "risk_pct": Decimal("0.5"),
        "atr_multiple": Decimal(2),
        "max_position_pct": Decimal(10),
    }
    return SizingRules(**(given_ | values))


def signal(**values: Any) -> Signal:
    given_: dict[str, Any] = {
        "symbol": "BTC/USDT", "side": "buy", "order_type": "market", "quantity": None,
        "price": None, "stop_loss": None, "take_profit": None, "atr": None,
        "confidence": Decimal(1), "timestamp": 0.0, "source": "other", "id": None, "exchange": "",
    }  # fmt: skip
    return Signal(**(given_ | values))


def test_fixed_percent_spends_that_share_of_the_capital() -> None:
    result = size(signal(), rules(position_pct=Decimal(4)), MARKET, Decimal(400))
    assert result.quantity == Decimal(10)
    assert result.explanation() == {
        "method": "fixed_percent",
        "inputs": {"capital_usd": "100000", "position_pct": "4"},
        "wanted": "10",
        "quantity": "10",
        "price": "400",
        "value_usd": "4000",
        "position_pct": "4",
        "cap": None,
    }


def test_risk_based_loses_the_risk_when_the_stop_is_hit() -> None:
    result = size(signal(stop_loss=Decimal(300)), rules("risk_based"), MARKET, Decimal(400))
    assert result.quantity * (400 - 300) == 500  # half a percent of the capital
    assert result.inputs == {"stop_loss": "300", "capital_usd": "100000", "risk_pct": "0.5"}
    assert not result.capped


def test_risk_based_works_for_a_sale_with_its_stop_above() -> None:
    short = signal(side="sell", stop_loss=Decimal(500))
    assert size(short, rules("risk_based"), MARKET, Decimal(400)).quantity == 5


def test_volatility_adjusted_loses_the_risk_at_the_multiple_of_the_atr() -> None:
    result = size(signal(atr=Decimal(50)), rules("volatility_adjusted"), MARKET, Decimal(400))
    assert result.quantity * 50 * 2 == 500
    assert result.inputs["atr_multiple"] == "2"


def test_what_the_service_sizes_is_cut_down_to_the_cap() -> None:
    result = size(signal(stop_loss=Decimal(399)), rules("risk_based"), MARKET, Decimal(400))
    assert (result.quantity, result.pct) == (Decimal(25), Decimal(10))
    assert result.explanation()["cap"] == "max_position_pct"
    assert result.wanted == 500


def test_a_quantity_that_the_client_asked_for_is_refused_over_the_cap_and_never_shrunk() -> None:
    with pytest.raises(RefusalError) as raised:
        size(signal(quantity=Decimal("25.001")), rules(), MARKET, Decimal(400))
    assert [(p.field, p.message) for p in raised.value.problems] == [
        (
            "quantity",
            "comes to 10000.4 USD, and a position may have 10000 USD "
            "(EXECUTION_MAX_POSITION_PCT is 10)",
        ),
    ]
    assert size(signal(quantity=Decimal(25)), rules(), MARKET, Decimal(400)).quantity == 25


def test_an_order_that_closes_has_no_cap() -> None:
    asked = signal(side="sell", quantity=Decimal(1000))
    assert size(asked, rules(), MARKET, Decimal(400), closes=True).quantity == 1000


def test_the_market_says_what_a_unit_is_worth_and_not_the_clients_limit() -> None:
    asked = signal(side="sell", quantity=Decimal(26))
    with pytest.raises(RefusalError, match="quantity"):
        size(asked, rules(), MARKET, Decimal(1), Decimal(400))
    sized = size(signal(), rules(), MARKET, Decimal(360), Decimal(400))
    assert (sized.quantity, sized.value) == (Decimal("2.5"), Decimal(1000))


def test_a_market_takes_no_more_than_it_says() -> None:
    market = dataclasses.replace(MARKET, max_amount=Decimal(2))
    with pytest.raises(RefusalError) as raised:
        size(signal(), rules(), market, Decimal(400))
    assert raised.value.problems[0].message == "BTC/USDT takes at most 2 at once"


REFUSED: dict[str, tuple[dict[str, Any], str, tuple[str, str]]] = {
    "no stop to size by": ({}, "risk_based", ("stop_loss", "missing")),
    "no ATR to size by": ({}, "volatility_adjusted", ("atr", "missing")),
    "a stop above a purchase": ({"stop_loss": 401}, "fixed_percent", ("stop_loss", "conflict")),
    "a stop at the price": ({"stop_loss": 400}, "risk_based", ("stop_loss", "conflict")),
    "a profit below a purchase": (
        {"take_profit": 399},
        "fixed_percent",
        ("take_profit", "conflict"),
    ),
    "a stop below a sale": (
        {"side": "sell", "stop_loss": 399},
        "fixed_percent",
        ("stop_loss", "conflict"),
    ),
    "less than a lot": ({"quantity": "0.0009"}, "fixed_percent", ("quantity", "range")),
    "less than the least value": ({"quantity": "0.012"}, "fixed_percent", ("quantity", "range")),
}


@pytest.mark.parametrize(("fields", "method", "problem"), REFUSED.values(), ids=REFUSED)
def test_refuses(fields: dict[str, Any], method: str, problem: tuple[str, str]) -> None:
    values = {k: v if k == "side" else Decimal(str(v)) for k, v in fields.items()}
    with pytest.raises(RefusalError) as raised:
        size(signal(**values), rules(method), MARKET, Decimal(400))
    assert [(p.field, p.kind) for p in raised.value.problems] == [problem]


def test_a_refusal_says_what_would_be_right() -> None:
    asked = signal(
        side="sell", quantity=Decimal("0.012"), stop_loss=Decimal(399), take_profit=Decimal(401)
    )
    with pytest.raises(RefusalError) as raised:
        size(asked, rules(), MARKET, Decimal(400))
    assert raised.value.detail == "Problems with: take_profit, stop_loss."
    assert [(p.field, p.key, p.message) for p in raised.value.problems] == [
        ("take_profit", "take_profit", "must lie below the price (400) of a sell"),
        ("stop_loss", "stop_loss", "must lie above the price (400) of a sell"),
    ]
    with pytest.raises(RefusalError) as raised:
        size(signal(quantity=Decimal("0.012")), rules(), MARKET, Decimal(400))
    assert [(p.field, p.message) for p in raised.value.problems] == [
        ("quantity", "comes to 0.012, worth 4.8 USD; BTC/USDT takes at least 0.001 and 5 USD"),
    ]


LACKS = {
    "risk_based": ("stop_loss", "risk_based sizing needs a stop-loss"),
    "volatility_adjusted": ("atr", "volatility_adjusted sizing needs the ATR"),
}


@pytest.mark.parametrize(("method", "problem"), LACKS.items(), ids=LACKS)
def test_a_method_says_what_it_lacks(method: str, problem: tuple[str, str]) -> None:
    with pytest.raises(RefusalError) as raised:
        size(signal(), rules(method), MARKET, Decimal(400))
    assert [(p.field, p.message) for p in raised.value.problems] == [problem]


def test_the_least_that_a_market_takes_is_taken() -> None:
    assert size(signal(quantity=Decimal("0.001")), rules(), MARKET, Decimal(5000)).value == 5
    dust = signal(quantity=Decimal("0.0125"))
    assert size(dust, rules(), MARKET, Decimal(500)).quantity == Decimal("0.012")


money = st.decimals(min_value="0.000001", max_value="1000000", places=6)


@given(
    price=money,
    quantity=st.none() | money,
    stop=money,
    atr=money,
    method=st.sampled_from(["fixed_percent", "risk_based", "volatility_adjusted"]),
    side=st.sampled_from(["buy", "sell"]),
)
def test_whatever_is_asked_the_position_stays_under_the_cap_and_on_the_step(  # noqa: PLR0917 - hypothesis gives them by name
    price: Decimal, quantity: Decimal | None, stop: Decimal, atr: Decimal, method: str, side: str
) -> None:
    asked = signal(side=side, quantity=quantity, stop_loss=stop, atr=atr)
    limits = rules(method)
    try:
        result: Sizing = size(asked, limits, MARKET, price)
    except RefusalError:
        return  # which refusals there are is the table's matter
    assert result.quantity > 0
    assert result.quantity % MARKET.amount_step == 0
    assert result.value <= limits.capital * limits.max_position_pct / 100
    assert result.value == result.quantity * price
    assert result.quantity <= result.wanted
