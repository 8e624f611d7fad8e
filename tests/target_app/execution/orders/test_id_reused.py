"""The same id with other contents is refused, and never answered with another's order."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from target_app.execution.orders.id_reused import asked, refuse_other_contents
from target_app.execution.response_bodies import RefusalError
from target_app.execution.signals.payload import Signal
from tests.support.service_in_process import Served, order, served

Serve = Callable[..., Served]
FIRST: dict[str, Any] = {
    "id": "Long",
    "quantity": "0.01",
    "order_type": "limit",
    "price": "60000",
    "stop_loss": "59000",
}
OTHER: dict[str, dict[str, Any]] = {
    "symbol": {"symbol": "ETH/USDT"},
    "side": {"side": "sell", "stop_loss": "61000"},
    "order_type": {"order_type": "market"},
    "quantity": {"quantity": "0.02"},
    "price": {"price": "60001"},
    "stop_loss": {"stop_loss": None},
    "take_profit": {"take_profit": "70000"},
    "exchange": {"exchange": "paper"},
}


@pytest.mark.parametrize(("field", "change"), OTHER.items(), ids=OTHER)
def test_other_contents_are_named_counted_audited_and_not_ordered(
    serve: Serve, field: str, change: dict[str, Any]
) -> None:
    service = serve()
    assert service.send(order(**FIRST)).status == 200
    answer = service.send(order(**FIRST | change))
    assert (answer.status, answer.code) == (409, "id_reused")
    named = {error["field"] for error in answer.json["errors"]}
    assert field in named <= {field, "stop_loss"}
    assert len(service.service.pipeline.manager.venues["paper"].client.history) == 1
    reason = {"source": "tradingview", "reason": "conflict"}
    assert service.value("execution_webhook_validation_failures_total", **reason) == 1
    service.service.audit.flush()
    lines = Path(service.service.settings.audit_log).read_text().splitlines()
    assert json.loads(lines[-1])["reason"] == "id_reused"


SAME: dict[str, dict[str, Any]] = {
    "nothing": {},
    "a new time": {"timestamp": 1_000_000.0},
    "how the numbers are written": {"quantity": 0.01, "price": "60000.00", "stop_loss": "5.9e4"},
    "how the words are written": {
        "side": "BUY",
        "symbol": "BINANCE:BTCUSDT",
        "order_type": "Limit",
    },
    "its confidence and source": {"confidence": 0.9, "source": "ml_model"},
}


@pytest.mark.parametrize("change", SAME.values(), ids=SAME)
def test_the_same_order_again_gets_the_first_answer(serve: Serve, change: dict[str, Any]) -> None:
    service = serve()
    first = service.send(order(**FIRST))
    if "timestamp" in change:
        change = {"timestamp": order()["timestamp"] + 1}
    assert service.send(order(**FIRST | change)).json == first.json | {"duplicate": True}


def test_the_promise_outlives_the_process(tmp_path: Path) -> None:
    with served(tmp_path) as service:
        service.send(order(**FIRST))
    with served(tmp_path) as service:
        assert service.send(order(**FIRST | {"quantity": 3})).code == "id_reused"
        assert service.send(order(**FIRST)).json["duplicate"] is True


def test_other_contents_are_refused_while_the_first_is_under_way(serve: Serve) -> None:
    service = serve()
    service.send(order(id="so that a price is known"))

    async def both() -> Any:
        import asyncio

        return await asyncio.gather(
            service.asend(order(**FIRST)), service.asend(order(**FIRST | {"quantity": "0.02"}))
        )

    first, other = service.run(both())
    assert (first.status, other.code) == (200, "id_reused")


def signal(**fields: Any) -> Signal:
    given: dict[str, Any] = {"symbol": "BTC/USDT", "side": "buy", "timestamp": 1000.0, "id": "a"}
    return Signal(**given | fields)


def test_an_id_that_comes_again_much_later_is_another_signal() -> None:
    first = asked(signal())
    refuse_other_contents(signal(timestamp=1330.0), first, within_seconds=330)
    with pytest.raises(RefusalError, match=r"other contents: timestamp\. Nothing was ordered"):
        refuse_other_contents(signal(timestamp=1331.0), first, within_seconds=330)


def test_a_webhook_without_an_id_cannot_differ() -> None:
    refuse_other_contents(signal(id=None, side="sell"), asked(signal()), within_seconds=1)
