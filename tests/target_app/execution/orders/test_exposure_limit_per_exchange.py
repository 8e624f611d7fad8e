"""All positions together have a limit, by the balances that the exchange tells."""

from collections.abc import Callable
from decimal import Decimal

from tests.support.service_in_process import Served, order

Serve = Callable[..., Served]


def test_a_sum_of_small_orders_stops_at_the_limit_and_sales_make_room(serve: Serve) -> None:
    service = serve(max_exposure_pct=Decimal(2))  # 2,000 USD
    answers = [service.send(order(id=str(n), quantity="0.01")) for n in range(5)]
    assert [a.status for a in answers] == [200, 200, 200, 422, 422]
    (problem,) = answers[-1].json["errors"]
    assert problem["field"] == "quantity"
    assert "USD that are held at paper, and 2000 USD may be held" in problem["message"]
    assert service.send(order(id="out", side="sell", quantity="0.02")).status == 200
    service.service.pipeline.placer._preparation._exposure._held.clear()  # a second later
    assert service.send(order(id="in", quantity="0.01")).status == 200


def test_coins_that_were_there_before_count_too(serve: Serve) -> None:
    service = serve(max_exposure_pct=Decimal(2))
    venue = service.service.pipeline.manager.venues["paper"]
    venue.client.balances.held["ETH"] = Decimal(1)  # 3,200 USD
    assert service.send(order(quantity="0.001")).code == "validation"
    assert service.send(order(quantity="0.001", side="sell")).status == 200


def test_without_the_setting_nobody_asks_for_balances(serve: Serve) -> None:
    service = serve()
    assert service.send(order(quantity="0.1")).status == 200
    calls = "execution_exchange_api_calls_total"
    assert service.value(calls, exchange="paper", endpoint="fetch_balance") == 0
