"""`GET /orders/{id}`: signed, by the client's own id or by ours."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from target_app.execution.http.signature import sign
from tests.support.service_in_process import SECRET, Answered, Served, order

Serve = Callable[..., Served]


def ask(service: Served, path: str, *, at: float | None = None, secret: str = SECRET) -> Answered:
    sent = str(time.time() if at is None else at)
    signature = sign(secret, f"GET\n{path}\n{sent}".encode())
    return service.get(path, headers=[("X-Timestamp", sent), ("X-Signature", signature)])


def test_an_order_is_told_by_either_id(serve: Serve) -> None:
    service = serve()
    told = service.send(order(id="signal-1", quantity="0.01", stop_loss=60000)).json
    by_own = ask(service, "/orders/signal-1")
    assert by_own.status == 200, by_own.body
    assert by_own.json["answer"] == told
    assert (by_own.json["state"], by_own.json["status"]) == ("resting", 200)
    assert by_own.json["asked"]["quantity"] == "0.01"
    assert ask(service, "/orders/i-signal-1").json == by_own.json
    hashed = service.send(order(id="with blanks", quantity="0.01")).json
    assert ask(service, f"/orders/{hashed['client_order_id']}").json["answer"] == hashed


@pytest.mark.parametrize(
    "own",
    ["BTC/USDT-1", "/x", "x/", "a//b", "..", "a b", "ünï", "a?b", "a#b", "%41", "a%2Fb", "\\"],
)
def test_an_id_may_hold_what_a_path_has_only_escaped(serve: Serve, own: str) -> None:
    service = serve()
    told = service.send(order(id=own, quantity="0.01")).json
    for order_id in (own, told["client_order_id"]):
        answer = ask(service, f"/orders/{quote(order_id, safe='')}")
        assert answer.status == 200, answer.body
        assert answer.json["answer"] == told
    sent = str(time.time())
    unescaped = sign(SECRET, f"GET\n/orders/{own}\n{sent}".encode())
    headers = [("X-Timestamp", sent), ("X-Signature", unescaped)]
    assert service.get(f"/orders/{quote(own, safe='')}", headers=headers).status == (
        200 if quote(own, safe="") == own else 401
    )


def test_an_order_that_is_not_there_is_404(serve: Serve) -> None:
    answer = ask(serve(), "/orders/nothing")
    assert (answer.status, answer.code) == (404, "not_found")


WRONG: dict[str, dict[str, Any]] = {
    "another secret": {"secret": "guess"},
    "an old time": {"at": 1.0},
    "no time at all": {"at": float("nan")},
}


@pytest.mark.parametrize("options", WRONG.values(), ids=WRONG)
def test_what_is_not_signed_now_is_refused(serve: Serve, options: dict[str, Any]) -> None:
    service = serve()
    service.send(order(id="x", quantity="0.01"))
    answer = ask(service, "/orders/x", **options)
    assert (answer.status, answer.code) == (401, "invalid_signature")


def test_a_signature_is_for_one_path(serve: Serve) -> None:
    service = serve()
    sent = str(time.time())
    signature = sign(SECRET, f"GET\n/orders/a\n{sent}".encode())
    headers = [("X-Timestamp", sent), ("X-Signature", signature)]
    assert service.get("/orders/b", headers=headers).code == "invalid_signature"
    assert service.get("/orders/b").code == "invalid_signature"


def test_addresses_and_rates_are_judged_as_for_webhooks(serve: Serve) -> None:
    service = serve(allowed_ips=("10.0.0.0/8",))
    assert ask(service, "/orders/x").code == "forbidden"
