"""A name that is not a field is answered with the field that it may mean."""

import pytest

from target_app.execution.signals.field_names import unknown_field

MEANT = {
    "amount": "quantity", "size": "quantity", "Volume": "quantity", "lot_size": "quantity",
    "sl": "stop_loss", "stopPrice": "stop_loss", "stopLoss": "stop_loss", "stop_los": "stop_loss",
    "tp": "take_profit", "take-profit": "take_profit", "direction": "side", "pair": "symbol",
    "order_id": "id", "password": "passphrase", "orderType": "order_type",
}  # fmt: skip


@pytest.mark.parametrize(("name", "field"), MEANT.items(), ids=MEANT)
def test_a_guess(name: str, field: str) -> None:
    assert unknown_field(name) == f"unknown field; did you mean {field!r}?"


@pytest.mark.parametrize("name", ["interval", "comment", "x" * 500, "", "__proto__"])
def test_without_a_guess_the_known_fields_are_listed(name: str) -> None:
    assert unknown_field(name).startswith(
        "unknown field, and nothing is ignored here; known are symbol, side, order_type"
    )
