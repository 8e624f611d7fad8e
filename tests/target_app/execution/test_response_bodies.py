"""The figures of an answer are the same whatever rounding the thread was left with."""

import decimal
import json
from decimal import Decimal
from typing import Any

import pytest

from target_app.execution.orders.position_sizing import Sizing
from target_app.execution.response_bodies import accepted

INTENT: dict[str, Any] = {
    "exchange": "paper",
    "symbol": "BTC/USDT",
    "side": "buy",
    "order_type": "market",
    "quantity": "1",
    "price": None,
    "id": None,
    "sizing": {},
}


@pytest.mark.parametrize("rounding", [decimal.ROUND_HALF_UP, decimal.ROUND_DOWN])
def test_the_last_digit_does_not_follow_the_threads_decimal_context(rounding: str) -> None:
    placed: dict[str, Any] = {"id": "1", "average": Decimal("0.123456785"), "filled": "1"}
    sizing = Sizing(
        method="given",
        quantity=Decimal(1),
        price=Decimal(1),
        value=Decimal(1),
        pct=Decimal("0.1234565"),
        wanted=Decimal(1),
        capped=False,
        inputs={},
    )
    with decimal.localcontext() as context:
        context.rounding = rounding
        answer = json.loads(accepted(INTENT, "x", placed, {}).body)
        explanation = sizing.explanation()
        above = json.loads(
            accepted(INTENT, "x", placed | {"average": Decimal("0.123456775")}, {}).body
        )
    assert answer["average"] == "0.12345678"
    assert above["average"] == "0.12345678"
    assert explanation["position_pct"] == "0.123456"
