"""From a body to a signal: what is understood, what is replaced, what is a problem."""

import json
from decimal import Decimal
from typing import Any

import pytest

from target_app.execution.response_bodies import RefusalError
from target_app.execution.signals.field_names import ALIASES
from target_app.execution.signals.fields import Notes
from target_app.execution.signals.normalise import Symbols
from target_app.execution.signals.payload import Signal, decode, read
from tests.support.service_in_process import order

SYMBOLS = Symbols(("BTC/USDT",))


def understood(**fields: Any) -> tuple[Signal, Notes]:
    notes = Notes()
    body = json.dumps(order(timestamp=1_700_000_000, **fields)).encode()
    return read(decode(body), SYMBOLS, ("paper", "binance"), notes), notes


def problems(payload: dict[str, Any]) -> set[tuple[str, str, str]]:
    with pytest.raises(RefusalError) as raised:
        read(decode(json.dumps(payload).encode()), SYMBOLS, ("paper",), Notes())
    return {(p.field, p.kind, p.key) for p in raised.value.problems}


def test_only_symbol_side_and_timestamp_are_required() -> None:
    signal, notes = understood()
    assert (signal.symbol, signal.side, signal.order_type) == ("BTC/USDT", "buy", "market")
    assert signal.quantity is signal.price is signal.stop_loss is signal.take_profit is None
    assert (signal.confidence, signal.source, signal.id) == (Decimal(1), "tradingview", None)
    assert notes.operations == []
    assert problems({}) == {
        ("symbol", "missing", "symbol"),
        ("side", "missing", "side"),
        ("timestamp", "missing", "timestamp"),
    }


def test_figures_keep_every_digit() -> None:
    body = b'{"symbol":"BTC/USDT","side":"buy","timestamp":1,"quantity":0.12345678901234567891}'
    assert read(decode(body), SYMBOLS, (), Notes()).quantity == Decimal("0.12345678901234567891")


def test_tradingviews_names_and_habits_are_understood_and_counted() -> None:
    signal, notes = understood(
        symbol=None,
        side=None,
        ticker="BINANCE:BTCUSDT",
        action="BUY",
        contracts="1.5",
        type="Limit",
        price="65000",
        time=None,
        confidence="NaN",
        stop_loss="NaN",
    )
    assert (signal.symbol, signal.side, signal.order_type) == ("BTC/USDT", "buy", "limit")
    assert (signal.quantity, signal.price) == (Decimal("1.5"), Decimal(65000))
    assert (signal.confidence, signal.stop_loss) == (Decimal(0), None)
    assert sorted(notes.replaced) == ["confidence", "stop_loss"]
    assert set(notes.operations) == {
        ("alias", "symbol"),
        ("alias", "side"),
        ("alias", "quantity"),
        ("alias", "order_type"),
        ("symbol", "symbol"),
        ("case", "side"),
        ("case", "order_type"),
        ("number", "quantity"),
        ("number", "price"),
    }


PROBLEMS: dict[str, tuple[dict[str, Any], tuple[str, str, str]]] = {
    "text for a side": ({"side": "hold"}, ("side", "unknown", "side")),
    "a number for a side": ({"side": 1}, ("side", "type", "side")),
    "an unknown type": ({"order_type": "stop"}, ("order_type", "unknown", "order_type")),
    "a limit without a price": ({"order_type": "limit"}, ("price", "missing", "price")),
    "a price that is no number": ({"price": "dear"}, ("price", "malformed", "price")),
    "a price of NaN": ({"price": "NaN", "order_type": "limit"}, ("price", "not_finite", "price")),
    "nothing bought": ({"quantity": 0}, ("quantity", "range", "quantity")),
    "less than nothing": ({"quantity": "-1"}, ("quantity", "range", "quantity")),
    "everything": ({"quantity": 10**30}, ("quantity", "range", "quantity")),
    "dust": ({"quantity": 1e-15}, ("quantity", "range", "quantity")),
    "true for a quantity": ({"quantity": True}, ("quantity", "type", "quantity")),
    "confidence above one": ({"confidence": 60}, ("confidence", "range", "confidence")),
    "an alias that disagrees": ({"action": "sell"}, ("side", "conflict", "action")),
    "an id that is too long": ({"id": "x" * 129}, ("id", "range", "id")),
    "an empty id": ({"id": ""}, ("id", "range", "id")),
    "a blank id": ({"id": " \t"}, ("id", "range", "id")),
    "a source that is no text": ({"source": 5}, ("source", "type", "source")),
    "an exchange elsewhere": ({"exchange": "mtgox"}, ("exchange", "unknown", "exchange")),
    "a misspelt field": ({"stoploss": 1}, ("other", "unknown", "stoploss")),
    "another misspelt field": ({"quantiy": 1}, ("other", "unknown", "quantiy")),
    "a passphrase that is no text": ({"passphrase": 1}, ("passphrase", "type", "passphrase")),
    "a time that is a list": ({"timestamp": [1]}, ("timestamp", "type", "timestamp")),
    "a time that is a word": ({"timestamp": "noon"}, ("timestamp", "malformed", "timestamp")),
    "sixty-five keys": ({f"k{n}" * 9: n for n in range(65)}, ("body", "range", "")),
}


@pytest.mark.parametrize(("fields", "problem"), PROBLEMS.values(), ids=PROBLEMS)
def test_problem(fields: dict[str, Any], problem: tuple[str, str, str]) -> None:
    assert problems(order(**fields)) == {problem}


MESSAGES: dict[str, tuple[dict[str, Any], str]] = {
    "symbol": ({"symbol": "NO/PE"}, "is not a market that is traded here"),
    "side": ({"side": "hold"}, "must be one of buy, sell, close"),
    "order_type": ({"order_type": "stop"}, "must be one of market, limit"),
    "exchange": ({"exchange": "mtgox"}, "must be one of paper, binance"),
    "price": ({"order_type": "limit"}, "a limit order needs a price"),
    "quantity": ({"quantity": 0}, "must be greater than 0 and at most 10^12"),
    "stop_loss": ({"stop_loss": "low"}, "must be a number, or text that is one"),
    "confidence": ({"confidence": 2}, "must lie between 0 and 1"),
    "timestamp": ({"timestamp": None}, "is required"),
    "id": ({"id": ""}, "must have 1 to 128 characters"),
    "source": ({"source": 5}, "must be text"),
}


@pytest.mark.parametrize(("field", "fields", "message"), [(k, *v) for k, v in MESSAGES.items()])
def test_a_problem_says_what_would_be_right(
    field: str, fields: dict[str, Any], message: str
) -> None:
    payload = {k: v for k, v in (order() | fields).items() if v is not None}
    with pytest.raises(RefusalError) as raised:
        read(decode(json.dumps(payload).encode()), SYMBOLS, ("paper", "binance"), Notes())
    assert raised.value.code == "validation"
    assert raised.value.detail == f"Problems with: {field}."
    assert [(p.field, p.message) for p in raised.value.problems] == [(field, message)]


UNDERSTOOD: dict[str, tuple[dict[str, Any], str, object]] = {
    "an alias that agrees": ({"action": "buy"}, "side", "buy"),
    "long": ({"side": "long"}, "side", "buy"),
    "SHORT": ({"side": " SHORT "}, "side", "sell"),
    "a source in capitals": ({"source": "ML_Model"}, "source", "ml_model"),
    "a source nobody knows": ({"source": "my cousin"}, "source", "other"),
    "a number for an id": ({"id": 17}, "id", "17"),
    "null for an option": ({"take_profit": 1, "price": None}, "price", None),
    "an exchange by name": ({"exchange": "Binance"}, "exchange", "binance"),
    "no quantity": ({"quantity": "NaN"}, "quantity", None),
    "a price of NaN at the market": ({"price": "NaN"}, "price", None),
    "an endless profit": ({"take_profit": "Infinity"}, "take_profit", None),
}


@pytest.mark.parametrize(("fields", "name", "value"), UNDERSTOOD.values(), ids=UNDERSTOOD)
def test_understood(fields: dict[str, Any], name: str, value: object) -> None:
    assert getattr(understood(**fields)[0], name) == value


def test_a_misspelt_field_is_answered_with_a_guess() -> None:
    with pytest.raises(RefusalError) as raised:
        understood(stopLoss=60000)
    assert raised.value.problems[0].message == "unknown field; did you mean 'stop_loss'?"


NOT_JSON = {
    "nothing": b"",
    "a word": b"buy",
    "an open object": b'{"symbol"',
    "a NaN literal": b'{"quantity":NaN}',
    "an Infinity literal": b'{"quantity":-Infinity}',
    "bytes that are no UTF-8": b'{"symbol":"\xff\xfe"}',
    "two objects": b"{}{}",
    "a trailing comma": b'{"a":1,}',
    "single quotes": b"{'a':1}",
    "a comment": b'{"a":1} // x',
    "a hundred thousand brackets": b"[" * 60_000,
    "a byte order mark": b"\xef\xbb\xbf{}",
}


@pytest.mark.parametrize("body", NOT_JSON.values(), ids=NOT_JSON)
def test_not_json(body: bytes) -> None:
    with pytest.raises(RefusalError) as raised:
        decode(body)
    assert raised.value.code == "not_json"


TWICE = {
    "the same key": b'{"side":"buy","side":"sell"}',
    "the same key, escaped": b'{"side":"buy","s\\u0069de":"sell"}',
    "beside a colon in text": b'{"a":"x:y","a":"z"}',
    "deep inside": b'{"a":{"b":1,"b":2}}',
}


@pytest.mark.parametrize("body", TWICE.values(), ids=TWICE)
def test_a_key_given_twice_is_a_conflict(body: bytes) -> None:
    with pytest.raises(RefusalError) as raised:
        decode(body)
    assert [(p.field, p.kind) for p in raised.value.problems] == [("body", "conflict")]


def test_colons_inside_text_are_no_keys() -> None:
    assert decode(b'{"a":"12:30:00","b":"x:y"}') == {"a": "12:30:00", "b": "x:y"}


def test_every_alias_leads_to_a_field_that_a_signal_has() -> None:
    assert set(ALIASES.values()) <= set(Signal.__struct_fields__)
