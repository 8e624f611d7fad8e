"""Producer and consumer of every event and call speak one schema, older versions included."""

import json
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from target_app.services.messages import calls, events
from target_app.services.messages.calls import METHODS, Method
from target_app.services.messages.event_envelope import (
    MOST_BYTES,
    REASONS,
    MessageError,
    decode,
    encode,
    new_id,
    wrap,
)
from target_app.services.messages.events import KINDS, Event, EventKind
from target_app.tracing import w3c_traceparent

NOW = 2_000_000_000.0

# One example of each event as its producer makes it today.
TODAY: tuple[Event, ...] = (
    events.SignalGenerated(
        signal_id="s1", symbol="BTC/USDT", side="buy", confidence=0.9, model=3,
        quantity=Decimal("0.01"), leverage=Decimal(2),
    ),
    events.ExecutionRequested(
        request_id="r1", signal_id="s1", position_id="p1", symbol="BTC/USDT", side="buy",
        opens=True, quantity=Decimal("0.01"), confidence=0.9, signalled_at=NOW,
    ),
    events.ExecutionResult(
        signal_id="s1", request_id="r1", symbol="BTC/USDT", outcome="filled", order_id="7",
        filled=Decimal("0.01"), price=Decimal("65000.1"),
    ),
    events.PositionOpened(
        position_id="p1", signal_id="s1", symbol="BTC/USDT", quantity=Decimal("0.01"),
        price=Decimal(65000), confidence=0.9,
    ),
    events.PositionClosed(
        position_id="p1", signal_id="s1", symbol="BTC/USDT", quantity=Decimal("0.01"),
        opened_price=Decimal(65000), price=Decimal(65100), pnl_usd=Decimal("1.00"),
        confidence=0.9, opened_at=NOW,
    ),
    events.ModelLearned(model=3, samples=40, accuracy=0.55, retrained=True),
    events.EmergencyStopChanged(active=True, reason="a test", by="a test"),
    events.RebalanceRequested(symbol="BTC/USDT", share=0.6),
    events.SizingChanged(factor=Decimal("1.25"), reason="profit"),
)  # fmt: skip

# What was on the wire before, and what it means today.
OLDER: tuple[tuple[str, int, dict[str, Any], Event], ...] = (
    (
        "signal.generated",
        1,
        {"signal_id": "s0", "symbol": "BTC/USDT", "side": "sell", "confidence_pct": 80},
        events.SignalGenerated(
            signal_id="s0", symbol="BTC/USDT", side="sell", confidence=0.8, model=0
        ),
    ),
)


def on_wire(kind: EventKind, data: dict[str, Any], **changes: Any) -> bytes:
    wire = {"version": kind.version, "type": kind.name, "id": "e1", "time": NOW, "data": data}
    return json.dumps(wire | changes).encode()


def test_there_is_an_example_of_every_event_and_of_every_older_version() -> None:
    assert [type(event) for event in TODAY] == [kind.fields for kind in KINDS]
    older = {(name, version) for name, version, _, _ in OLDER}
    assert older == {(k.name, v) for k in KINDS for v in range(1, k.version)}
    assert set(events.STREAMS) == {kind.stream for kind in KINDS}


@pytest.mark.parametrize("event", TODAY, ids=lambda event: type(event).__name__)
def test_an_event_comes_back_as_it_was_said(event: Event) -> None:
    cause = wrap(events.SizingChanged(factor=Decimal(1), reason=""), "ai")
    said = wrap(event, "exec-risk", because=cause)
    heard = decode(encode(said), said.kind.stream, now=said.time)
    assert heard == said
    assert heard.cause == cause.id
    assert heard.trace == cause.trace


@pytest.mark.parametrize("event", TODAY, ids=lambda event: type(event).__name__)
def test_unknown_fields_of_a_newer_producer_pass(event: Event) -> None:
    said = wrap(event, "ai")
    wire = json.loads(encode(said))
    wire["of_tomorrow"] = {"a": 1}
    wire["data"]["of_tomorrow"] = [1]
    assert decode(json.dumps(wire).encode(), said.kind.stream, now=said.time) == said


@pytest.mark.parametrize(("name", "version", "data", "event"), OLDER)
def test_an_older_version_is_read(
    name: str, version: int, data: dict[str, Any], event: Event
) -> None:
    kind = events.BY_NAME[name]
    assert decode(on_wire(kind, data, version=version), kind.stream, now=NOW).event == event


SIGNAL = events.BY_NAME["signal.generated"]
GOOD = {"signal_id": "s", "symbol": "BTC/USDT", "side": "buy", "confidence": 0.9, "model": 1}


@pytest.mark.parametrize(
    ("data", "reason", "detail"),
    [
        (b"", "not_json", "truncated"),
        (b"\xff\xfe", "not_json", "malformed"),
        (b"[1]", "not_an_event", "Expected `object`"),
        (b"[" * 5000, "not_an_event", ""),
        (b'{"version": 1}', "not_an_event", "missing required field `type`"),
        (b" " * (MOST_BYTES + 1), "too_large", f"{MOST_BYTES + 1} bytes"),
        (on_wire(SIGNAL, GOOD, version="two"), "not_an_event", "Expected `int`"),
        (on_wire(SIGNAL, GOOD, version=3), "unknown_version", "signal.generated 3; we read 1 and"),
        (on_wire(SIGNAL, GOOD, version=0), "unknown_version", "signal.generated 0"),
        (on_wire(SIGNAL, GOOD, type="signal.guessed"), "unknown_type", "'signal.guessed'"),
        (on_wire(SIGNAL, GOOD, id=""), "not_an_event", "the id has 0 characters"),
        (on_wire(SIGNAL, GOOD, id="x" * 65), "not_an_event", "the id has 65 characters"),
        (on_wire(SIGNAL, GOOD, time=NOW + 31), "from_the_future", "31 s ahead"),
        (on_wire(SIGNAL, GOOD | {"side": 5}), "invalid_fields", "Expected `str`"),
        (on_wire(SIGNAL, GOOD | {"confidence": None}), "invalid_fields", "Expected `float`"),
        (on_wire(SIGNAL, GOOD | {"quantity": "lots"}), "invalid_fields", "Invalid decimal"),
        *(
            (on_wire(SIGNAL, GOOD | {"quantity": text}), "invalid_fields", f"quantity: '{text}' is")
            for text in ("NaN", "sNaN", "Infinity", "-Infinity", "1E+999999", "1E+18", "1E-999999")
        ),
        (on_wire(SIGNAL, {}), "invalid_fields", "missing required field `signal_id`"),
        (on_wire(SIGNAL, {"confidence_pct": "x"}, version=1), "invalid_fields", "unsupported"),
        (on_wire(events.BY_NAME["position.opened"], {}), "wrong_stream", "belongs to positions"),
    ],
    ids=lambda x: x if isinstance(x, str) else f"{len(x)} bytes",
)
def test_what_is_no_event_is_refused_with_its_reason(data: bytes, reason: str, detail: str) -> None:
    with pytest.raises(MessageError) as caught:
        decode(data, events.SIGNALS, now=NOW)
    assert caught.value.reason == reason
    assert reason in REASONS
    assert detail in caught.value.detail


@pytest.mark.parametrize("text", ["0", "-1", "1E-8", "999999999999999999.99", "0.1" + "0" * 40])
def test_a_number_of_a_size_that_money_has_is_read(text: str) -> None:
    data = on_wire(SIGNAL, GOOD | {"quantity": text})
    event = decode(data, SIGNAL.stream, now=NOW).event
    assert isinstance(event, events.SignalGenerated)
    assert event.quantity == Decimal(text)


RESULTS: dict[Method, msgspec.Struct] = {
    calls.PREDICT: calls.Prediction(symbol="A/B", side="buy", confidence=0.7, model=1),
    calls.MODEL: calls.ModelState(model=1, samples=2, accuracy=0.5),
    calls.RETRAIN: calls.ModelState(model=2, samples=2, accuracy=0.5),
    calls.PORTFOLIO: calls.PortfolioState(
        open_positions=1,
        value_usd=Decimal("1.5"),
        daily_pnl_usd=Decimal("-2.5"),
        daily_trades=3,
        emergency_stop=False,
    ),
    calls.SERVICES: calls.ServicesState(services={"ai": "ok"}),
}


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_a_result_comes_back_as_it_was_given(method: Method) -> None:
    result = RESULTS[method]
    data = msgspec.json.encode(result)
    assert msgspec.json.decode(data, type=method.result) == result
    newer = json.dumps(json.loads(data) | {"of_tomorrow": 1})
    assert msgspec.json.decode(newer, type=method.result) == result


def test_ids_come_in_the_order_of_time_and_fit_an_order() -> None:
    ids = [new_id() for _ in range(50)]
    assert len(set(ids)) == 50
    assert {len(each) for each in ids} == {26}
    assert ids[0][:12] <= ids[-1][:12]


@pytest.mark.parametrize(
    "trace", ["", "nonsense", "00-ab-cd-01", f"00-{'z' * 32}-{'0' * 16}-01", "x" * 60_000]
)
def test_an_event_with_a_malformed_trace_is_read_and_what_follows_begins_a_new_one(
    trace: str,
) -> None:
    heard = decode(on_wire(SIGNAL, GOOD, trace=trace), events.SIGNALS, now=NOW)
    assert heard.trace == ""
    follows = wrap(heard.event, "ai", because=heard)
    assert w3c_traceparent.read(follows.trace) is not None
