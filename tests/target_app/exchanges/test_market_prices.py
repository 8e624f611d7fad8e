"""What the service makes of prices that cannot be true."""

from decimal import Decimal
from typing import Any

import pytest

from target_app.exchanges.market_prices import quoted_price
from target_app.exchanges.venue_errors import VenueError
from tests.support.service_in_process import Served, order, served

PRICES: dict[str, tuple[dict[str, Any], str]] = {
    "the last one": ({"last": 65000.5, "bid": 65000, "ask": 65001}, "65000.5"),
    "the bid, without a last": ({"last": None, "bid": 65000, "ask": None}, "65000"),
    "decimals": ({"last": Decimal("0.5500")}, "0.5500"),
}
NO_PRICES: dict[str, dict[str, Any]] = {
    "none": {"last": None},
    "not a number": {"last": float("nan"), "bid": 65000.0, "ask": 65001.0},
    "infinite": {"last": float("inf")},
    "less than nothing": {"last": -1},
    "a last price far from its own book": {"last": 0.0001, "bid": 65000, "ask": 65001},
    "a book that is turned": {"last": 65000, "bid": 65000, "ask": 1},
}


@pytest.mark.parametrize(("ticker", "price"), PRICES.values(), ids=PRICES)
def test_a_price_is_taken(ticker: dict[str, Any], price: str) -> None:
    assert str(quoted_price("paper", "BTC/USDT", ticker)) == price


@pytest.mark.parametrize("ticker", NO_PRICES.values(), ids=NO_PRICES)
def test_what_cannot_be_a_price_is_none(ticker: dict[str, Any]) -> None:
    with pytest.raises(VenueError, match="quotes"):
        quoted_price("paper", "BTC/USDT", ticker)


@pytest.fixture
def service(tmp_path: Any) -> Any:
    with served(tmp_path) as running:
        yield running


def quote(service: Served, price: float) -> None:
    """Let the exchange quote one price."""

    async def fetch_ticker(symbol: str) -> Any:
        return {"symbol": symbol, "last": price}

    venue = service.service.pipeline.manager.venues["paper"]
    venue.client.fetch_ticker = fetch_ticker
    venue.prices._tickers = {s: (at - 2, p) for s, (at, p) in venue.prices._tickers.items()}


@pytest.mark.parametrize("price", [float("nan"), 1e-9, 1e9])
def test_a_price_that_cannot_be_true_makes_no_order_and_no_500(
    service: Served, price: float
) -> None:
    assert service.send(order(id="good")).status == 200
    quote(service, price)
    answer = service.send(order(id="bad"))
    assert (answer.status, answer.code) == (502, "exchange_failed"), answer.body
    quote(service, 64_000)
    assert service.send(order(id="bad")).status == 200
