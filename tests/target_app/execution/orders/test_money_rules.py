"""What an order is worth, how far a limit may lie, and what a dry run and a halt let through."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.service_in_process import Served, order, served

Serve = Callable[..., Served]


def placed(service: Served) -> int:
    return len(service.service.pipeline.manager.venues["paper"].client.history)


FAT_FINGERS: dict[str, dict[str, Any]] = {
    "a sale at one cent": {"side": "sell", "price": "0.01", "quantity": 10},
    "a digit lost": {"price": 6500, "quantity": 3},
    "a digit added": {"price": 650_000, "quantity": "0.001"},
    "a digit lost, sized by the service": {"price": 6500},
}


@pytest.mark.parametrize("fields", FAT_FINGERS.values(), ids=FAT_FINGERS)
def test_a_limit_far_from_the_market_is_refused(serve: Serve, fields: dict[str, Any]) -> None:
    """Seen: 199,999 USD sold where the cap was 10,000, and position_pct 0.01 in the answer."""
    service = serve()
    answer = service.send(order(order_type="limit", **fields))
    assert (answer.status, answer.code) == (422, "validation")
    (problem,) = answer.json["errors"]
    assert problem["field"] == "price"
    assert (
        "away from the market's 65000, and may be 10% (EXECUTION_PRICE_BAND_PCT)"
        in (problem["message"])
    )
    assert placed(service) == 0


def test_what_is_just_too_far_is_not_told_as_near_enough(serve: Serve) -> None:
    service = serve()
    answer = service.send(order(order_type="limit", price=58499))
    assert answer.json["errors"][0]["message"].startswith("is 10.1% away")
    assert service.send(order(order_type="limit", price=58500)).status == 200


def test_the_band_may_be_wider_and_the_market_still_says_what_an_order_is_worth(
    serve: Serve,
) -> None:
    service = serve(price_band_pct=0)
    sale = order(order_type="limit", side="sell", price="0.01", quantity=10)
    answer = service.send(sale)
    assert [e["field"] for e in answer.json["errors"]] == ["quantity"]
    assert "comes to 650000 USD" in answer.json["errors"][0]["message"]
    sized = service.send(order(order_type="limit", price=6500, id="far")).json["sizing"]
    assert (sized["quantity"], sized["price"]) == ("0.01538", "65000")
    assert service.value("execution_order_size_usd_sum", exchange="paper") == pytest.approx(999.7)


def test_a_dry_run_is_checked_and_sized_and_goes_nowhere(serve: Serve) -> None:
    service = serve()
    told = service.send(order(id="x", dry_run=True)).json
    assert (told["dry_run"], told["status"], told["order_id"]) == (True, "not_sent", "")
    assert told["sizing"]["quantity"] == told["quantity"] == "0.01538"
    assert service.send(order(id="y", dry_run="true", quantity=10)).code == "validation"
    assert placed(service) == 0
    assert service.run(service.service.pipeline.journal.find("i-x")) is None
    assert service.send(order(id="x")).json["order_id"] == "1"
    for event in ("order_dry_run", "order_accepted"):
        count = service.value("execution_audit_events_total", event_type=event, severity="info")
        assert count == 1


def test_a_whole_service_may_run_dry(serve: Serve) -> None:
    service = serve(dry_run=True)
    assert service.send(order(id="x", dry_run=False)).json["dry_run"] is True
    assert placed(service) == 0


HALT = ("authorization", "Bearer t")


def test_a_halt_stops_new_orders_survives_a_restart_and_is_lifted_by_a_person(
    tmp_path: Path,
) -> None:
    with served(tmp_path, admin_token="t") as service:
        first = service.send(order(id="before"))
        body = b'{"reason":"losses"}'
        halted = service.request("POST", "/admin/halt", body=body, headers=[HALT])
        assert (halted.json["halted"], halted.json["reason"]) == (True, "losses")
        refused = service.send(order(id="x"))
        assert (refused.status, refused.code) == (503, "halted")
        assert int(refused.headers["retry-after"]) > 0
        assert service.send(order(id="before")).json == first.json | {"duplicate": True}
        assert service.send(order(id="dry", dry_run=True)).status == 200
        assert service.value("execution_halted") == 1
        assert service.get("/health").json["trading"]["reason"] == "losses"

    with served(tmp_path, admin_token="t") as again:
        assert again.send(order(id="x")).code == "halted"
        again.wait_for(lambda: again.value("execution_halted") == 1)
        lifted = again.request("DELETE", "/admin/halt", headers=[HALT])
        assert lifted.json == {"halted": False}
        assert again.send(order(id="x")).status == 200
        assert again.value("execution_halted") == 0


def test_a_halt_needs_the_token_and_a_body_that_can_be_read(serve: Serve) -> None:
    service = serve(admin_token="t")
    assert service.request("POST", "/admin/halt").code == "invalid_token"
    for body in (b"{", b'{"why":1}', b"[1]"):
        wrong = service.request("POST", "/admin/halt", body=body, headers=[HALT])
        assert (wrong.status, wrong.code) == (422, "validation"), body
    assert service.request("GET", "/admin/halt", headers=[HALT]).json == {"halted": False}
    assert service.request("POST", "/admin/halt", headers=[HALT]).json["halted"] is True
