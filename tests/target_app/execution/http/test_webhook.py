"""The webhook from request to answer: what is accepted, what is refused, and in which words."""

import time
from collections.abc import Callable

import pytest

from target_app.execution.http.signature import sign
from target_app.execution.http.webhook import PATH
from target_app.execution.settings import Settings
from tests.support.service_in_process import SECRET, Served, order

Serve = Callable[..., Served]


def test_a_signed_order_is_placed_and_says_how_it_was_sized(serve: Serve) -> None:
    service = serve()
    answer = service.send(order(symbol="BINANCE:BTCUSDT", quantity="0.0012345678"))
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    told = answer.json
    assert told["duplicate"] is False
    assert told["order_id"] == "1"
    assert told["status"] == "closed"
    assert (told["symbol"], told["side"], told["order_type"]) == ("BTC/USDT", "buy", "market")
    assert (told["quantity"], told["filled"]) == ("0.00123", "0.00123")
    assert told["sizing"]["method"] == "given"
    assert told["sizing"]["wanted"] == "0.0012345678"


def test_the_same_webhook_again_gets_the_first_answer_and_places_nothing(serve: Serve) -> None:
    service = serve()
    payload = order(id="signal-1")
    first = service.send(payload)
    again = service.send(payload)
    resigned = service.send(payload | {"timestamp": time.time(), "confidence": 0.9})
    assert (first.status, again.status, resigned.status) == (200, 200, 200)
    assert first.json["duplicate"] is False
    assert again.json == first.json | {"duplicate": True}
    assert resigned.json == again.json
    placed = service.value(
        "execution_orders_total", exchange="paper", type="market", status="success"
    )
    assert placed == 1
    duplicates = service.value(
        "execution_webhook_requests_total",
        source="tradingview",
        symbol="BTC/USDT",
        status="duplicate",
    )
    assert duplicates == 2


REFUSED = {
    "no signature": ({"secret": None}, 401, "invalid_signature"),
    "a signature by another secret": ({"secret": "wrong"}, 401, "invalid_signature"),
    "text that is not JSON": ({"body": b"{"}, 400, "not_json"),
    "a list": ({"body": b"[]"}, 422, "validation"),
    "a field missing": ({"payload": order(symbol=None)}, 422, "validation"),
    "an old timestamp": ({"payload": order(timestamp=1)}, 422, "stale"),
    "a timestamp of tomorrow": ({"payload": order(timestamp="2100-01-01T00:00:00Z")}, 422, "stale"),
    "little confidence": ({"payload": order(confidence=0.59)}, 422, "low_confidence"),
    "a long body": ({"body": b" " * 70_000}, 413, "too_large"),
}


@pytest.mark.parametrize(("options", "status", "code"), REFUSED.values(), ids=REFUSED)
def test_refuses(serve: Serve, options: dict[str, object], status: int, code: str) -> None:
    service = serve()
    answer = service.send(**options)
    assert (answer.status, answer.code) == (status, code)
    assert answer.json["duplicate"] is False
    assert service.get("/health").json["open_intents"] == 0


def test_all_problems_are_told_at_once_with_the_clients_own_keys(serve: Serve) -> None:
    answer = serve().send(
        {"ticker": "NOPE", "action": "hold", "contracts": -1, "price": "NaN", "type": "limit"}
    )
    assert answer.code == "validation"
    errors = {(e["field"], e["pointer"], e["code"]) for e in answer.json["errors"]}
    assert errors == {
        ("symbol", "#/ticker", "unknown"),
        ("side", "#/action", "unknown"),
        ("quantity", "#/contracts", "range"),
        ("price", "#/price", "not_finite"),
        ("timestamp", "#/timestamp", "missing"),
    }


def test_any_live_secret_verifies_and_a_retired_one_does_not(serve: Serve) -> None:
    service = serve(webhook_secrets=("new", "old"))
    assert service.send(secret="new").status == 200
    assert service.send(secret="old").status == 200
    assert service.send(secret="retired").code == "invalid_signature"


def test_a_signature_may_carry_its_algorithm_but_may_not_come_twice(serve: Serve) -> None:
    service = serve()
    body = b'{"symbol":"BTCUSDT","side":"sell","timestamp":%d}' % time.time()
    prefixed = ("X-Signature", f"sha256={sign(SECRET, body)}")
    assert service.send(body=body, secret=None, headers=[prefixed]).status == 200
    assert service.send(body=body, headers=[prefixed]).code == "invalid_signature"


def test_past_the_burst_a_client_is_told_when_to_come_back(serve: Serve) -> None:
    service = serve(rate_limit_per_minute=1, rate_limit_burst=7)
    answers = [service.send(order(quantity=n / 100)) for n in range(1, 10)]
    assert [a.status for a in answers] == [200] * 8 + [429]
    assert answers[-1].code == "rate_limited"
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
    assert service.send(peer="192.0.2.2").status == 200


def test_only_listed_addresses_may_send_and_only_proxies_may_speak_for_others(
    serve: Serve,
) -> None:
    service = serve(allowed_ips=("198.51.100.0/24", "2001:db8::/32"), trusted_proxies=("10.0.0.1",))
    assert service.send(peer="192.0.2.1").code == "forbidden"
    assert service.send(peer="198.51.100.7").status == 200
    assert service.send(peer="2001:db8::7").status == 200
    named = [("X-Forwarded-For", "198.51.100.9")]
    assert service.send(peer="10.0.0.1", headers=named).status == 200
    assert service.send(peer="192.0.2.1", headers=named).code == "forbidden"


def test_methods_other_than_post_are_refused(serve: Serve) -> None:
    answer = serve().get(PATH)
    assert (answer.status, answer.code) == (405, "method_not_allowed")


def test_a_webhook_is_stale_after_five_minutes_and_half_a_minute_ahead(serve: Serve) -> None:
    service = serve(max_age_seconds=Settings().max_age_seconds)

    def sent(seconds: float) -> int:
        return service.send(order(timestamp=time.time() + seconds)).status

    assert [sent(-290), sent(20)] == [200, 200]
    assert [sent(-310), sent(50)] == [422, 422]


@pytest.mark.parametrize("threshold", ["0.1", "0.6", "0.7"])
def test_a_confidence_of_the_very_threshold_passes(serve: Serve, threshold: str) -> None:
    service = serve(min_confidence=float(threshold))  # no float is 0.1
    at, under = float(threshold), float(threshold) - 0.001
    assert service.send(order(confidence=at)).status == 200
    assert service.send(order(confidence=threshold)).status == 200
    assert service.send(order(confidence=round(under, 3))).code == "low_confidence"
