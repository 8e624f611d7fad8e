"""The paper exchange through ccxt's own interface."""

import asyncio
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import pytest
from ccxt.base.errors import BadSymbol, InsufficientFunds, InvalidOrder, OrderNotFound

from target_app.exchanges.paper import paper
from target_app.exchanges.paper_order_history import OrderHistory


def at_paper(work: Callable[[Any], Awaitable[Any]], **options: Any) -> Any:
    async def whole() -> Any:
        exchange = paper({"options": options})
        try:
            await exchange.load_markets()
            return await work(exchange)
        finally:
            await exchange.close()

    return asyncio.run(whole())


def order(*values: Any, **params: Any) -> Callable[[Any], Awaitable[Any]]:
    return lambda x: x.create_order(*values, params=params)


def test_a_market_order_is_filled_from_the_book_and_paid_for() -> None:
    async def work(x: Any) -> Any:
        held = x.balances.held
        before = dict(held)
        done = await x.create_order("BTC/USDT", "market", "buy", Decimal("0.5"))
        return done, held["BTC"] - before["BTC"], before["USDT"] - held["USDT"]

    done, bought, paid = at_paper(work)
    assert (done["status"], done["filled"], bought) == ("closed", Decimal("0.5"), Decimal("0.5"))
    assert paid == done["cost"] == done["average"] * done["filled"]
    assert done["average"] > 65000  # the nearest level does not hold half a coin


def test_more_than_the_book_holds_is_filled_in_part() -> None:
    done = at_paper(order("BTC/USDT", "market", "buy", 100))
    assert done["status"] == "canceled"
    assert 0 < done["filled"] < 100
    assert done["remaining"] == 100 - done["filled"]


def test_a_limit_away_from_the_price_rests_until_it_is_cancelled() -> None:
    async def work(x: Any) -> Any:
        rests = await x.create_order("BTC/USDT", "limit", "buy", "0.1", "60000")
        there = await x.fetch_open_orders("BTC/USDT")
        await x.cancel_order(rests["id"])
        with pytest.raises(OrderNotFound, match="paper: order 1 is not open"):
            await x.cancel_order(rests["id"])
        return rests["id"], [o["id"] for o in there], (await x.fetch_order("1"))["status"]

    assert at_paper(work) == ("1", ["1"], "canceled")


def test_a_limit_through_the_price_takes_only_what_it_allows() -> None:
    done = at_paper(order("BTC/USDT", "limit", "buy", 1, 65007))
    assert done["status"] == "open"
    assert 0 < done["filled"] < 1
    assert done["average"] <= 65007


REFUSED: dict[str, tuple[tuple[Any, ...], type[Exception], str]] = {
    "a market that is none": (("NO/PE", "market", "buy", 1), BadSymbol, "there is no market NO/PE"),
    "an amount off the step": (
        ("BTC/USDT", "market", "buy", "0.000001"), InvalidOrder, "is not a multiple of 0.00001"),
    "a price off the tick": (
        ("BTC/USDT", "limit", "buy", 1, "60000.5"), InvalidOrder, "60000.5 is not a multiple of 1"),
    "nothing": (("BTC/USDT", "market", "buy", 0), InvalidOrder, "amount 0"),
    "more money than there is": (
        ("ETH/USDT", "market", "buy", 1), InsufficientFunds, "USDT are needed, 10 are held"),
}  # fmt: skip


@pytest.mark.parametrize(("values", "error", "message"), REFUSED.values(), ids=REFUSED)
def test_refuses(values: tuple[Any, ...], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        at_paper(order(*values), balances={"USDT": 10})


def test_a_client_order_id_is_taken_once_and_finds_its_order() -> None:
    async def work(x: Any) -> Any:
        await x.create_order("BTC/USDT", "market", "buy", 1, None, {"clientOrderId": "a"})
        with pytest.raises(InvalidOrder, match="clientOrderId a was used before"):
            await x.create_order("BTC/USDT", "market", "buy", 1, None, {"clientOrderId": "a"})
        return (await x.fetch_order("", "BTC/USDT", {"clientOrderId": "a"}))["id"]

    assert at_paper(work) == "1"


def test_ten_thousand_resting_orders_are_not_all_kept() -> None:
    async def work(x: Any) -> Any:
        for n in range(10_000):
            await x.create_order("DOT/USDT", "limit", "buy", 1, "5", {"clientOrderId": str(n)})
        kept = [(await x.fetch_order(str(n)))["status"] for n in (4001, 9000, 9001)]
        with pytest.raises(OrderNotFound, match="there is no order 3999"):
            await x.fetch_order("", None, {"clientOrderId": "3999"})
        await x.create_order("DOT/USDT", "limit", "buy", 1, "5", {"clientOrderId": "3999"})
        return len(await x.fetch_open_orders()), len(x.history), kept

    assert at_paper(work) == (1000, 6000, ["expired", "expired", "open"])


def test_a_stop_does_not_expire_and_one_too_many_is_refused() -> None:
    async def work(x: Any) -> Any:
        x.history = OrderHistory(ended=10, limits=1, stops=2)
        stop = ("BTC/USDT", "market", "sell", "0.1", None, {"stopLossPrice": "60000"})
        ids = [(await x.create_order(*stop))["id"] for _ in range(2)]
        for _ in range(3):
            await x.create_order("DOT/USDT", "limit", "buy", 1, "5")
        with pytest.raises(InvalidOrder, match="stops rest, and it takes no more"):
            await x.create_order(*stop)
        kept = [(await x.fetch_order(key))["status"] for key in ids]
        await x.cancel_order(ids[0])
        await x.create_order(*stop)  # there is room again
        return kept, [o["type"] for o in await x.fetch_open_orders()]

    assert at_paper(work) == (["open", "open"], ["market", "limit", "market"])


def test_an_order_that_ended_is_remembered_as_it_was_answered() -> None:
    async def work(x: Any) -> None:
        for price, status in ((None, "closed"), ("60000", "open")):
            kind = "limit" if price else "market"
            shown = await x.create_order("BTC/USDT", kind, "buy", "0.1", price)
            assert shown["status"] == status
            if price:
                shown = await x.cancel_order(shown["id"])
            assert await x.fetch_order(shown["id"]) == shown
            with pytest.raises(OrderNotFound, match=f"order {shown['id']} is not open"):
                await x.cancel_order(shown["id"])

    at_paper(work)


def test_the_price_wanders_but_stays_near_home() -> None:
    async def work(x: Any) -> list[Decimal]:
        prices = []
        for _ in range(3000):
            await x.create_order("BTC/USDT", "market", "buy", "0.001")
            prices.append((await x.fetch_ticker("BTC/USDT"))["last"])
        return prices

    prices = at_paper(work)
    assert len(set(prices)) > 5
    assert all(abs(price - 65000) <= 1300 for price in prices)


def test_every_market_has_steps_that_its_own_orders_keep() -> None:
    async def work(x: Any) -> None:
        for symbol, market in x.markets.items():
            step = Decimal(str(market["precision"]["amount"]))
            book = await x.fetch_order_book(symbol, 3)
            assert len(book["asks"]) == len(book["bids"]) == 3
            assert book["bids"][0][0] < book["asks"][0][0]
            assert (await x.create_order(symbol, "market", "sell", step))["status"] == "closed"
        held = await x.fetch_balance()
        assert held["free"]["USDT"] > 10**12

    at_paper(work)


def test_it_has_what_it_says_that_it_has() -> None:
    said = {name for name, there in paper().has.items() if there is True}
    assert {
        "spot",
        "createOrder",
        "cancelOrder",
        "fetchOrder",
        "fetchBalance",
        "fetchMarkets",
        "fetchTicker",
        "fetchOrderBook",
        "fetchOpenOrders",
    } <= said


def test_a_market_is_what_ccxt_calls_one() -> None:
    async def work(x: Any) -> Any:
        return x.markets["BTC/USDT"]

    market = at_paper(work)
    wanted = {
        "id": "BTCUSDT", "symbol": "BTC/USDT", "base": "BTC", "quote": "USDT", "active": True,
        "type": "spot", "spot": True, "taker": 0.001, "maker": 0.001,
    }  # fmt: skip
    assert {name: market[name] for name in wanted} == wanted
    assert (market["precision"]["amount"], market["precision"]["price"]) == (0.00001, 1.0)
    assert market["limits"]["amount"]["min"] == 0.00001
    assert market["limits"]["cost"]["min"] == 1.0
    assert paper().precisionMode == 4  # the precisions are steps


@pytest.mark.parametrize("trigger", ["stopLossPrice", "takeProfitPrice"])
def test_a_triggered_order_rests_with_its_trigger(trigger: str) -> None:
    rests = at_paper(
        order("BTC/USDT", "market", "sell", 1, **{trigger: "60000"}, clientOrderId="s")
    )
    del rests["timestamp"]
    assert rests == {
        "id": "1", "clientOrderId": "s", "symbol": "BTC/USDT", "type": "market", "side": "sell",
        "amount": 1, "price": None, "triggerPrice": 60000, "filled": 0, "remaining": 1, "cost": 0,
        "average": None, "fee": {"cost": 0, "currency": "USDT"}, "status": "open", "trades": [],
        "info": {},
    }  # fmt: skip


def test_a_sale_and_a_purchase_cost_a_thousandth_and_move_what_is_held() -> None:
    async def work(x: Any) -> Any:
        bought = await x.create_order("ETH/USDT", "market", "buy", 1)
        sold = await x.create_order("ETH/USDT", "market", "sell", 1)
        return bought, sold, (await x.fetch_balance())["total"]

    bought, sold, held = at_paper(work, balances={"USDT": 10_000, "ETH": 3})
    assert bought["fee"] == {"cost": bought["cost"] / 1000, "currency": "USDT"}
    assert bought["cost"] > sold["cost"] > 0
    assert held["ETH"] == 3
    assert held["USDT"] == 10_000 - bought["cost"] + sold["cost"]


def test_the_ticker_and_the_book_agree() -> None:
    async def work(x: Any) -> Any:
        return await x.fetch_ticker("BTC/USDT"), await x.fetch_order_book("BTC/USDT", 2)

    ticker, book = at_paper(work)
    assert ticker["symbol"] == book["symbol"] == "BTC/USDT"
    assert (ticker["bid"], ticker["ask"]) == (book["bids"][0][0], book["asks"][0][0])
    assert ticker["bid"] < ticker["last"] < ticker["ask"]
    assert [len(book["bids"]), len(book["asks"])] == [2, 2]
