"""One webhook, one order: duplicates, breakers, unknown outcomes, restarts."""

import asyncio
import json
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from ccxt.base.errors import InsufficientFunds, OrderNotFound, RateLimitExceeded, RequestTimeout

from target_app.execution.orders.journal_file import IntentState
from tests.support.service_in_process import Served, order, order_id, served

Serve = Callable[..., Served]


def client(service: Served) -> Any:
    """The paper exchange of a running service."""
    return service.service.pipeline.manager.venues["paper"].client


def failing(service: Served, error: Exception, times: int = 10**6) -> list[str]:
    """Make create_order raise, so many times; the calls are noted."""
    calls: list[str] = []
    real = client(service).create_order

    async def create_order(*values: Any) -> Any:
        calls.append("create")
        if len(calls) <= times:
            raise error
        return await real(*values)

    client(service).create_order = create_order
    return calls


def placed(service: Served) -> int:
    return len(client(service).history)


def test_a_hundred_equal_webhooks_at_once_make_one_order(serve: Serve) -> None:
    service = serve()
    payload = order()

    async def flood() -> list[Any]:
        return await asyncio.gather(*(service.asend(payload) for _ in range(100)))

    answers = service.run(flood())
    assert {a.status for a in answers} == {200}
    assert sum(not a.json["duplicate"] for a in answers) == 1
    assert len({a.json["order_id"] for a in answers}) == 1
    assert placed(service) == 1


def test_a_repeat_after_a_restart_gets_the_first_answer(tmp_path: Path) -> None:
    payload = order(id="once")
    with served(tmp_path) as service:
        first = service.send(payload)
    with served(tmp_path) as service:
        again = service.send(payload)
        assert placed(service) == 0
    assert again.json == first.json | {"duplicate": True}
    assert again.headers["content-type"] == "application/json"


def test_a_refusal_by_the_exchange_is_told_again_too(serve: Serve) -> None:
    service = serve()
    calls = failing(service, InsufficientFunds("paper: too poor"))
    first, again = service.send(order(id="x")), service.send(order(id="x"))
    assert (first.status, first.code) == (502, "exchange_refused")
    assert first.json["reason"] == "insufficient_funds"
    assert (again.status, again.json) == (502, first.json | {"duplicate": True})
    assert again.headers["content-type"] == "application/problem+json"
    assert len(calls) == 1


def test_what_the_exchange_turned_away_unread_is_sent_again(serve: Serve) -> None:
    service = serve()
    calls = failing(service, RateLimitExceeded("429"), times=2)
    assert service.send().status == 200
    assert len(calls) == 3
    assert placed(service) == 1


def test_it_gives_up_after_three_attempts_and_the_order_was_not_placed(serve: Serve) -> None:
    service = serve()
    calls = failing(service, RateLimitExceeded("429"))
    answer = service.send()
    assert (answer.status, answer.code, len(calls)) == (502, "exchange_failed", 3)
    assert answer.json["reason"] == "rate_limited"


def test_an_order_that_arrived_although_the_answer_was_lost_is_found(serve: Serve) -> None:
    service = serve()
    paper = client(service)
    real = paper.create_order

    async def lost(*values: Any) -> Any:
        await real(*values)
        raise RequestTimeout("paper POST")

    paper.create_order = lost
    answer = service.send()
    assert answer.status == 200
    assert answer.json["order_id"] == "1"
    assert placed(service) == 1


def test_an_outcome_that_is_unknown_is_settled_later_and_never_sent_again(serve: Serve) -> None:
    service = serve(settle_seconds=0.3)
    calls = failing(service, RequestTimeout("paper POST"))
    payload = order(id="x")
    first = service.send(payload)
    assert (first.status, first.code) == (502, "outcome_unknown")
    again = service.send(payload)
    assert (again.status, again.code) == (502, "not_placed")
    assert again.json["duplicate"] is True
    assert len(calls) == 1
    assert service.value("execution_reconciled_intents_total", result="not_placed") == 1


def test_an_order_that_turns_up_late_is_the_answer_to_a_repeat(serve: Serve) -> None:
    service = serve(settle_seconds=60)
    paper = client(service)
    real, find = paper.create_order, paper.fetch_order
    held: list[tuple[Any, ...]] = []

    async def slow(*values: Any) -> Any:
        held.append(values)
        raise RequestTimeout("paper POST")

    paper.create_order = slow
    payload = order(id="x")
    assert service.send(payload).code == "outcome_unknown"
    assert paper.fetch_order == find
    service.run(real(*held[0]))
    again = service.send(payload)
    assert (again.status, again.json["duplicate"]) == (200, True)
    assert service.value("execution_reconciled_intents_total", result="placed") == 1


def test_five_failures_open_the_breaker_and_what_it_refuses_may_come_again(serve: Serve) -> None:
    service = serve(breaker_cooldown_seconds=1.0, breaker_failures=5, settle_seconds=0.01)
    breaker = service.service.pipeline.manager.venues["paper"].breaker
    now = 0.0
    breaker._clock = lambda: now
    failing(service, RateLimitExceeded("429"), times=15)
    for n in range(5):
        assert service.send(order(id=f"fails-{n}")).status == 502
    refused = service.send(order(id="patient"))
    assert (refused.status, refused.code) == (503, "circuit_open")
    assert refused.headers["retry-after"] == "1"
    assert service.get("/health").json["exchanges"]["paper"]["breaker"] == "open"
    now = 1.0
    assert breaker.state.name == "HALF_OPEN"
    accepted = service.send(order(id="patient"))
    assert (accepted.status, accepted.json["duplicate"]) == (200, False)
    assert service.send().status == 200
    assert service.get("/health").json["exchanges"]["paper"]["breaker"] == "closed"


def test_an_exchange_that_quotes_no_price_is_failing_too(serve: Serve) -> None:
    service = serve(breaker_failures=2, breaker_cooldown_seconds=60)

    async def no_ticker(_symbol: str) -> Any:
        raise RequestTimeout("paper GET ticker")

    client(service).fetch_ticker = no_ticker
    first = service.send(order(id="1"))
    assert (first.status, first.code, first.json["reason"]) == (502, "exchange_failed", "timeout")
    second = service.send(order(id="2"))
    assert (second.status, second.code) == (503, "circuit_open")
    assert placed(service) == 0
    calls = service.value(
        "execution_exchange_api_calls_total", exchange="paper", endpoint="fetch_ticker"
    )
    assert service.send(order(id="3")).code == "circuit_open"
    after = service.value(
        "execution_exchange_api_calls_total", exchange="paper", endpoint="fetch_ticker"
    )
    assert after == calls, "an exchange that is left alone is not asked for prices either"
    failed = service.value("execution_order_failures_total", exchange="paper", reason="timeout")
    assert failed == 2


def test_a_repeat_gets_the_first_answer_although_the_order_could_not_be_made_now(
    serve: Serve,
) -> None:
    service = serve(breaker_failures=1, breaker_cooldown_seconds=60)
    payload = order(id="x", stop_loss=64000)
    first = service.send(payload)
    assert first.status == 200
    client(service).books["BTC/USDT"].price = Decimal(63000)  # the stop is on the wrong side now
    service.service.pipeline.manager.venues["paper"].prices._tickers.clear()
    assert service.send(order(id="y", stop_loss=64000)).code == "validation"
    assert service.send(payload).json == first.json | {"duplicate": True}

    async def no_ticker(_symbol: str) -> Any:
        raise RequestTimeout("paper GET ticker")

    client(service).fetch_ticker = no_ticker
    service.service.pipeline.manager.venues["paper"].prices._tickers.clear()
    assert service.send(order(id="z")).code == "circuit_open"
    assert service.send(payload).json == first.json | {"duplicate": True}


def test_a_journal_that_cannot_be_written_stops_orders_and_not_the_service(serve: Serve) -> None:
    service = serve()
    journal = service.service.pipeline.journal
    service.run(journal.close())
    answer = service.send()
    assert (answer.status, answer.code) == (503, "unavailable")
    assert placed(service) == 0
    assert service.get("/health").status == 200


def open_intent(folder: Path, key: str, **fields: Any) -> None:
    """Leave the journal as a killed process would: an intent, no result."""
    with served(folder) as service:
        intent = {
            "exchange": "paper", "symbol": "BTC/USDT", "side": "buy", "order_type": "market",
            "quantity": "0.01", "price": None, "stop_loss": None, "take_profit": None,
            "id": key, "sizing": {}, **fields,
        }  # fmt: skip
        service.run(service.service.pipeline.journal.begin(order_id(key), intent))


def test_at_start_an_order_that_the_exchange_never_had_is_closed_and_not_sent(
    tmp_path: Path,
) -> None:
    open_intent(tmp_path, "lost")
    with served(tmp_path) as service:
        assert placed(service) == 0
        assert service.value("execution_reconciled_intents_total", result="not_placed") == 1
        answer = service.send(order(id="lost"))
        assert (answer.status, answer.code) == (502, "not_placed")
        assert answer.json["duplicate"] is True
        assert placed(service) == 0


def test_an_intent_that_its_own_worker_finishes_meanwhile_is_left_to_it(serve: Serve) -> None:
    service = serve(settle_seconds=60)
    journal, reconciler = service.service.pipeline.journal, service.service.pipeline.reconciler
    intent = {"exchange": "paper", "symbol": "BTC/USDT", "stop_loss": None, "take_profit": None}

    async def work() -> None:
        await journal.begin("x-other", intent)
        reconciler.settle_later("x-other")
        await asyncio.sleep(0)
        await journal.finish("x-other", IntentState.PLACED, 200, b'{"duplicate":false}')

    service.run(work())
    service.wait_for(lambda: not reconciler._tasks)
    entry = service.run(journal.find("x-other"))
    assert entry is not None
    assert (entry.state, entry.answer) == (IntentState.PLACED, b'{"duplicate":false}')
    for result in ("placed", "not_placed"):
        assert service.value("execution_reconciled_intents_total", result=result) == 0


def test_a_limit_is_rounded_in_the_clients_favour(serve: Serve) -> None:
    service = serve()
    bought = service.send(order(order_type="limit", price="60000.55", quantity="0.01")).json
    sold = service.send(
        order(side="sell", order_type="limit", price="70000.45", quantity="0.01")
    ).json
    assert (bought["price"], bought["status"]) == ("60000", "open")
    assert (sold["price"], sold["status"]) == ("70001", "open")


def test_the_journal_holds_the_sizing(serve: Serve) -> None:
    service = serve(sizing_method="risk_based")
    payload = order(id="s", stop_loss=60000)
    told = service.send(payload).json
    entry = service.run(service.service.pipeline.journal.find(told["client_order_id"]))
    assert entry is not None
    assert entry.intent["sizing"] == told["sizing"]
    assert json.loads(entry.answer) == told
    assert abs(entry.received_at - time.time()) < 60


def test_asking_after_an_unknown_order_is_not_a_failure_of_the_exchange(serve: Serve) -> None:
    service = serve()
    venue = service.service.pipeline.manager.venues["paper"]
    assert service.run(venue.lookup.find("x-none", "BTC/USDT", 0.0)) is None
    with pytest.raises(OrderNotFound):
        service.run(venue.client.fetch_order("1"))
    assert venue.connected
