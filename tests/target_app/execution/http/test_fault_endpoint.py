"""Drills: faults are set with the token only, work, are seen, and clear themselves."""

import functools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from target_app.exchanges.injected_faults import FaultName, FaultRequest, Faults, evenly
from target_app.execution.http.rate_limit_per_process import LocalLimiter
from tests.support.service_in_process import Answered, Served, order

Serve = Callable[..., Served]
TOKEN = "let-me-break-things"


def ask(service: Served, method: str, path: str = "", token: str = TOKEN, **body: Any) -> Answered:
    headers = [("authorization", f"Bearer {token}"), ("content-type", "application/json")]
    sent = json.dumps(body).encode() if body else b""
    return service.request(method, f"/admin/faults{path}", body=sent, headers=headers)


def test_without_a_configured_token_there_is_no_such_address(serve: Serve) -> None:
    service = serve()
    for token in ("", "None", TOKEN):
        answer = ask(service, "POST", token=token, fault="handler_delay")
        assert (answer.status, answer.code) == (404, "not_found")


def test_a_wrong_token_is_refused_and_logged(serve: Serve) -> None:
    service = serve(admin_token=TOKEN)
    for method, path in (("GET", ""), ("POST", ""), ("DELETE", ""), ("DELETE", "/nan_feed")):
        body = {"fault": "nan_feed"} if method == "POST" else {}
        answer = ask(service, method, path, token="guess", **body)
        assert (answer.status, answer.code) == (401, "invalid_token")
    assert service.get("/health").json["faults"] == {}
    service.service.audit.flush()
    log = Path(service.service.settings.audit_log).read_text()
    assert log.count("token_refused") == 4
    assert "guess" not in log


def test_nothing_is_read_before_the_token_is_known(serve: Serve) -> None:
    service = serve(admin_token=TOKEN)
    left = [{"type": "http.request", "body": b"x" * 1000, "more_body": True}] * 5
    for method, path in (("POST", ""), ("DELETE", "/meteor")):
        answer = service.request(
            method,
            f"/admin/faults{path}",
            messages=left,
            headers=[("authorization", "Bearer no"), ("content-length", "300000000")],
        )
        assert (answer.status, answer.code) == (401, "invalid_token")


def test_a_body_is_read_to_a_bound_with_the_token_too(serve: Serve) -> None:
    service = serve(admin_token=TOKEN)
    headers = [("authorization", f"Bearer {TOKEN}")]
    answer = service.request("POST", "/admin/faults", body=b"x" * 5000, headers=headers)
    assert (answer.status, answer.code) == (413, "too_large")


NOT_JSON = {"deep": b"[" * 4000, "not UTF-8": b'{"fault":"\xe9"}', "nothing": b""}


@pytest.mark.parametrize("body", NOT_JSON.values(), ids=NOT_JSON)
def test_a_body_that_is_not_json_is_told_so(serve: Serve, body: bytes) -> None:
    headers = [("authorization", f"Bearer {TOKEN}")]
    answer = serve(admin_token=TOKEN).request("POST", "/admin/faults", body=body, headers=headers)
    assert (answer.status, answer.code) == (400, "not_json")


def test_a_fault_that_does_not_exist_cannot_be_cleared(serve: Serve) -> None:
    answer = ask(serve(admin_token=TOKEN), "DELETE", "/nan_fed")
    assert (answer.status, answer.code) == (404, "not_found")
    assert answer.json["detail"].startswith("There is no such fault; did you mean 'nan_feed'?")


def test_guesses_of_the_token_are_limited_for_each_address(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = functools.partial(LocalLimiter, clock=lambda: 0.0)
    monkeypatch.setattr("target_app.execution.http.fault_endpoint.LocalLimiter", stopped)
    service = serve(admin_token=TOKEN)
    guessed = [ask(service, "GET", token=str(n)).code for n in range(12)]
    assert guessed == ["invalid_token"] * 10 + ["rate_limited"] * 2
    refused = ask(service, "GET")
    assert (refused.status, refused.code) == (429, "rate_limited")
    assert int(refused.headers["retry-after"]) >= 1
    headers = [("authorization", f"Bearer {TOKEN}")]
    other = service.request("GET", "/admin/faults", headers=headers, peer="192.0.2.77")
    assert other.status == 200


def test_the_right_token_is_no_guess(serve: Serve) -> None:
    service = serve(admin_token=TOKEN)
    assert {ask(service, "GET").status for _ in range(30)} == {200}


WRONG: dict[str, dict[str, Any]] = {
    "a fault that is none": {"fault": "meteor"},
    "an unknown key": {"fault": "nan_feed", "secs": 1},
    "an hour's delay": {"fault": "handler_delay", "seconds": 3600},
    "a share above one": {"fault": "nan_feed", "share": 2},
    "a kind that is none": {"fault": "exchange_errors", "kind": "sulking"},
    "no end": {"fault": "nan_feed", "duration_seconds": 1e9},
}


@pytest.mark.parametrize("body", WRONG.values(), ids=WRONG)
def test_a_fault_that_makes_no_sense_is_a_problem_with_its_field(
    serve: Serve, body: dict[str, Any]
) -> None:
    answer = ask(serve(admin_token=TOKEN), "POST", **body)
    assert (answer.status, answer.code) == (422, "validation")
    assert answer.json["errors"][0]["pointer"].startswith("#/")


def test_a_fault_is_seen_in_health_and_in_its_metric_until_it_is_cleared(serve: Serve) -> None:
    service = serve(admin_token=TOKEN)
    told = ask(service, "POST", fault="handler_delay", seconds=0.01, duration_seconds=90).json
    assert told["faults"]["handler_delay"]["seconds"] == 0.01
    assert 0 < service.get("/health").json["faults"]["handler_delay"]["seconds_left"] <= 90
    assert service.value("execution_faults_active", fault="handler_delay") == 1
    assert service.value("execution_faults_active", fault="nan_feed") == 0
    assert service.send().status == 200
    assert ask(service, "DELETE", "/handler_delay").json == {"faults": {}}
    assert service.value("execution_faults_active", fault="handler_delay") == 0
    assert ask(service, "DELETE").json == {"faults": {}}


def test_a_fault_clears_itself(serve: Serve) -> None:
    service = serve(admin_token=TOKEN)
    ask(service, "POST", fault="nan_feed", duration_seconds=0.02)
    metric = "execution_faults_active"
    service.wait_for(lambda: service.value(metric, fault="nan_feed") == 0)
    assert service.get("/health").json["faults"] == {}


def test_a_nan_feed_changes_nothing_that_is_ordered(serve: Serve) -> None:
    service = serve(admin_token=TOKEN)
    ask(service, "POST", fault="nan_feed")
    told = service.send(order(qty="0.001")).json
    assert (told["quantity"], told["filled"]) == ("0.001", "0.001")
    assert service.value("execution_nan_replacements_total", field="price") == 1
    limit = service.send(order(type="Limit", price=64_000, qty="0.002", id="limit"))
    assert (limit.status, limit.json["price"]) == (200, "64000")
    again = service.send(order(qty="0.001", price=65_000, id="priced"))
    assert again.json["quantity"] == "0.001"
    assert service.value("execution_nan_replacements_total", field="price") == 1


def test_a_cut_connection_shows_as_disconnected_and_opens_the_breaker(serve: Serve) -> None:
    service = serve(admin_token=TOKEN, breaker_failures=2)
    service.send()
    ask(service, "POST", fault="exchange_disconnect")
    for n in range(2):
        answer = service.send(order(id=str(n)))
        assert (answer.code, answer.json["reason"]) == ("exchange_failed", "network")
    assert service.send(order(id="3")).code == "circuit_open"
    assert service.value("execution_exchange_connections", exchange="paper") == 0
    assert service.get("/health").json["exchanges"]["paper"]["connected"] is False


def test_errors_hit_their_share_of_calls_as_their_kind(serve: Serve) -> None:
    service = serve(admin_token=TOKEN)
    service.send()
    draws = iter([0.9, 0.1])
    service.service.faults._chance = lambda: next(draws)
    ask(service, "POST", fault="exchange_errors", kind="insufficient_funds", share=0.5)
    assert service.send(order(id="1")).status == 200
    refused = service.send(order(id="2"))
    assert (refused.code, refused.json["reason"]) == ("exchange_refused", "insufficient_funds")


SHARES = (0.01, 0.022, 0.2, 0.5, 0.9)


@pytest.mark.parametrize("share", SHARES)
def test_a_share_is_hit_evenly_in_every_short_run(share: float) -> None:
    numbers = evenly()
    for _ in range(20):
        hits = sum(next(numbers) < share for _ in range(400))
        assert abs(hits - 400 * share) <= 3


def test_latency_of_one_exchange_leaves_the_others_alone() -> None:
    faults = Faults(clock=lambda: 0.0)
    faults._active[FaultName.EXCHANGE_LATENCY] = _active(exchange="binance")
    assert faults._hits(FaultName.EXCHANGE_LATENCY, "binance") is not None
    assert faults._hits(FaultName.EXCHANGE_LATENCY, "paper") is None


def _active(**fields: Any) -> Any:
    from target_app.exchanges.injected_faults import ActiveFault

    return ActiveFault(FaultRequest(fault=FaultName.EXCHANGE_LATENCY, **fields), 1.0)
