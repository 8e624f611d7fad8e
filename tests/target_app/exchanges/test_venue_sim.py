"""ccxt's own Binance client against the simulated venue, over a real socket."""

import asyncio
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from decimal import Decimal
from typing import Any

import ccxt
import pytest
import uvicorn
from prometheus_client import CollectorRegistry

from target_app.exchanges.configured_exchanges import ExchangeManager
from target_app.exchanges.injected_faults import Faults
from target_app.exchanges.venue_sim import SimulatorFaults, VenueSim
from target_app.exchanges.venue_sim_filters import ApiError
from target_app.exchanges.venue_sim_malformed_answers import GARBAGE
from target_app.exchanges.venue_sim_orders import SimulatedExchange
from target_app.execution.exchange_settings import exchange_settings
from target_app.execution.metrics import Metrics
from target_app.execution.settings import Settings
from tests.support.service_in_process import Served, order, order_id
from tests.support.wait_until import PATIENCE_SECONDS, eventually


class Running:
    """A venue simulator on a free port, in a thread of this process."""

    def __init__(self) -> None:
        self.sim = VenueSim(SimulatedExchange())
        config = uvicorn.Config(self.sim, port=0, log_level="error", ws="none", lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run)

    def start(self) -> None:
        """Serve, and wait for the port."""
        self._thread.start()
        eventually(lambda: self._server.started, "the simulator serves")

    def stop(self) -> None:
        """Stop serving."""
        self._server.force_exit = self._server.should_exit = True
        self._thread.join()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}"


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    made = Running()
    made.start()
    yield made
    made.stop()


@pytest.fixture
def venue(running: Running) -> Running:
    running.sim.exchange = SimulatedExchange()
    running.sim.faults = SimulatorFaults()
    running.sim._per_minute = 600_000
    return running


def at_venue(venue: Running, work: Callable[[Any], Awaitable[Any]], **options: Any) -> Any:
    """Give `work` the ccxt client that the service itself would use."""

    async def whole() -> Any:
        settings = Settings(
            webhook_secrets=("s",),
            exchanges=("venue_sim",),
            venue_sim_url=venue.url,
            exchange_timeout_seconds=PATIENCE_SECONDS,
            **options,
        )
        metrics = Metrics(CollectorRegistry(), exchanges=("venue_sim",), symbols=())
        manager = ExchangeManager(
            exchange_settings(settings), metrics, turned=lambda *_: None, faults=Faults()
        )
        await manager.load()
        client = manager.venues["venue_sim"].client
        client.timeout_on_exit = 0
        try:
            return await work(client)
        finally:
            await manager.close()

    return asyncio.run(whole())


def test_a_symbol_that_the_exchange_does_not_trade_is_told(
    venue: Running, caplog: pytest.LogCaptureFixture
) -> None:
    async def work(_x: Any) -> None:
        return None

    at_venue(venue, work, symbols=("BTC/USDT",))
    assert [record.getMessage() for record in caplog.records] == []
    at_venue(venue, work, symbols=("NOPE/USDT", "BTC/USDT", "BTC/NOPE"))
    assert [record.getMessage() for record in caplog.records] == [
        "venue_sim does not trade NOPE/USDT, BTC/NOPE"
    ]


def test_the_client_is_ccxts_own_binance_and_nothing_of_it_leads_elsewhere(venue: Running) -> None:
    async def work(x: Any) -> Any:
        return type(x), set(x.urls["api"].values()), sorted(x.markets)[:2]

    kind, urls, markets = at_venue(venue, work)
    assert kind.__name__ == "binance"
    assert kind.__module__ == "ccxt.async_support.binance"
    assert urls == {f"{venue.url}/api/v3"}
    assert markets == ["ADA/USDT", "AVAX/USDT"]


def test_an_order_lives_from_placing_to_cancelling(venue: Running) -> None:
    async def work(x: Any) -> Any:
        params = {"clientOrderId": "x-1"}
        made = await x.create_order("BTC/USDT", "limit", "buy", 0.01, 60000, params)
        found = await x.fetch_order("", "BTC/USDT", {"origClientOrderId": "x-1"})
        gone = await x.cancel_order(made["id"], "BTC/USDT")
        return [(o["status"], o["clientOrderId"], o["amount"]) for o in (made, found, gone)]

    assert at_venue(venue, work) == [
        ("open", "x-1", 0.01),
        ("open", "x-1", 0.01),
        ("canceled", "x-1", 0.01),
    ]


def test_a_market_order_changes_the_balances(venue: Running) -> None:
    async def work(x: Any) -> Any:
        made = await x.create_order("ETH/USDT", "market", "sell", Decimal("1.5"))
        balance = await x.fetch_balance()
        return made["status"], made["filled"], balance["free"]["USDT"] > 10**12

    assert at_venue(venue, work) == ("closed", 1.5, True)


ERRORS: dict[str, tuple[dict[str, Any], str, str]] = {
    "too poor": ({"amount": 1, "balance": 0}, "InsufficientFunds", "insufficient balance"),
    "an unknown key": ({"key": "nobody"}, "AuthenticationError", "-2015"),
    "a wrong secret": ({"secret": "guess"}, "AuthenticationError", "-1022"),
    "a clock that is late": ({"late_ms": 60_000}, "InvalidNonce", "-1021"),
    "a value under the least": ({"amount": 0.00001}, "BadRequest", "NOTIONAL"),
    "429": ({"per_minute": 0}, "DDoSProtection", "-1003"),
    "418": ({"per_minute": -100_000}, "DDoSProtection", "banned"),
    "503": ({"faults": SimulatorFaults(status=503)}, "OperationFailed", "-1000"),
    "a status that is unknown": (
        {"faults": SimulatorFaults(status=408, code=-1007)},
        "RequestTimeout",
        "",
    ),
    "too slow": (
        {"faults": SimulatorFaults(latency_seconds=600), "timeout_ms": 100},
        "RequestTimeout",
        "POST",
    ),
}


@pytest.mark.parametrize(("options", "error", "text"), ERRORS.values(), ids=ERRORS)
def test_errors_are_those_of_the_real_one(
    venue: Running, options: dict[str, Any], error: str, text: str
) -> None:
    async def work(x: Any) -> None:
        x.apiKey, x.secret = options.get("key", x.apiKey), options.get("secret", x.secret)
        # A key that was taken before is said to be banned; these are wrong from the first.
        x.options["hasAlreadyAuthenticatedSuccessfully"] = False
        if "late_ms" in options:
            x.nonce = lambda: x.milliseconds() - options["late_ms"]
        venue.sim._per_minute = options.get("per_minute", venue.sim._per_minute)
        venue.sim.faults = options.get("faults", SimulatorFaults())
        x.timeout = options.get("timeout_ms", x.timeout)
        if "balance" in options:
            venue.sim.exchange.balances.set("USDT", Decimal(options["balance"]))
        await x.create_order("BTC/USDT", "market", "buy", options.get("amount", 0.01))

    with pytest.raises(ccxt.BaseError) as raised:
        at_venue(venue, work)
    assert type(raised.value).__name__ == error, raised.value
    assert text in str(raised.value)
    assert venue.sim.exchange.orders == {}


def raw(venue: Running, method: str, path: str, body: bytes | None = None) -> Any:
    request = urllib.request.Request(venue.url + path, data=body, method=method)  # noqa: S310 - our own
    with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:  # noqa: S310 - the same
        return json.load(answer)


REJECTED: dict[str, tuple[dict[str, str], int, str]] = {
    "too many digits": ({"quantity": "0.000000001"}, -1111, "Precision is over"),
    "off the step": ({"quantity": "0.0000101"}, -1013, "LOT_SIZE"),
    "off the tick": ({"type": "LIMIT", "price": "60000.5"}, -1013, "PRICE_FILTER"),
    "no price": ({"type": "LIMIT"}, -1102, "'price'"),
    "letters for a number": ({"quantity": "many"}, -1100, "'quantity'"),
    "less than nothing": ({"quantity": "-1"}, -1013, "Invalid quantity"),
    "a symbol that is none": ({"symbol": "NOPE"}, -1121, "Invalid symbol"),
    "a side that is none": ({"side": "HOLD"}, -1117, "Invalid side"),
    "a type that is none": ({"type": "WISH"}, -1116, "Invalid orderType"),
    "a limit far from the price": (
        {"type": "LIMIT", "price": "650000"},
        -1013,
        "PERCENT_PRICE_BY_SIDE",
    ),
    "a stop that is reached already": (
        {"type": "STOP_LOSS", "side": "SELL", "stopPrice": "70000"},
        -2010,
        "trigger immediately",
    ),
    "a client id of blanks": ({"newClientOrderId": " "}, -1100, "newClientOrderId"),
}


@pytest.mark.parametrize(("fields", "code", "text"), REJECTED.values(), ids=REJECTED)
def test_rejects(fields: dict[str, str], code: int, text: str) -> None:
    given = {
        "symbol": "BTCUSDT",
        "side": "BUY",
        "type": "MARKET",
        "quantity": "0.01",
        "newClientOrderId": "x",
    } | fields
    with pytest.raises(ApiError, match=text) as raised:
        SimulatedExchange().place(given)
    assert raised.value.code == code


def test_an_open_client_id_is_taken_and_a_filled_one_is_free_again_as_at_the_real_one() -> None:
    exchange = SimulatedExchange()
    given = {"symbol": "BTCUSDT", "side": "BUY", "quantity": "0.01", "newClientOrderId": "x"}
    exchange.place({**given, "type": "MARKET"})
    exchange.place({**given, "type": "LIMIT", "price": "60000"})
    with pytest.raises(ApiError, match="Duplicate order sent"):
        exchange.place({**given, "type": "MARKET"})


def test_faults_and_orders_can_be_set_and_seen_over_http(venue: Running) -> None:
    assert raw(venue, "POST", "/sim/faults", b'{"latency_seconds":0.1}')["latency_seconds"] == 0.1
    assert raw(venue, "POST", "/sim/faults")["latency_seconds"] == 0
    assert raw(venue, "GET", "/sim/orders") == []


def test_an_order_whose_client_gave_up_stays_with_the_exchange_that_it_was_sent_to() -> None:
    asked = SimulatedExchange()
    sim = VenueSim(asked)
    given = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.01"}

    async def overtaken() -> None:
        sim.faults = SimulatorFaults(latency_seconds=0.001)
        late = asyncio.create_task(sim._order("POST", {**given, "newClientOrderId": "late"}))
        await asyncio.sleep(0)
        sim.exchange = SimulatedExchange()
        await late

    asyncio.run(overtaken())
    assert sim.exchange.orders == {}
    assert [x.client_id for x in asked.orders.values()] == ["late"]


def test_the_service_trades_there_with_its_stops(
    venue: Running, serve: Callable[..., Served]
) -> None:
    service = serve(exchanges=("venue_sim",), venue_sim_url=venue.url)
    answer = service.send(order(quantity="0.01", stop_loss=60000, take_profit=70000))
    assert answer.status == 200, answer.body
    assert [leg["status"] for leg in answer.json["legs"]] == ["open", "watched"]
    kinds = [(o.kind, o.side, o.status) for o in venue.sim.exchange.orders.values()]
    assert kinds == [("MARKET", "BUY", "FILLED"), ("STOP_LOSS", "SELL", "NEW")]


def test_an_answer_lost_on_its_way_does_not_double_the_order(
    venue: Running, serve: Callable[..., Served]
) -> None:
    service = serve(exchanges=("venue_sim",), venue_sim_url=venue.url)
    first = service.send(order(id="first"))
    assert first.status == 200, first.body
    venue.sim.faults = SimulatorFaults(lost=1.0)
    client = service.service.pipeline.manager.venues["venue_sim"].client
    fetch = client.fetch

    async def give_up_once_it_is_there(url: str, method: str = "GET", *values: Any) -> Any:
        if method != "POST":
            return await fetch(url, method, *values)
        asking = asyncio.create_task(fetch(url, method, *values))
        while len(venue.sim.exchange.orders) < 2:  # noqa: ASYNC110 - the venue is in a thread
            await asyncio.sleep(0.01)
        asking.cancel()
        raise ccxt.RequestTimeout("the answer does not come")

    client.fetch = give_up_once_it_is_there
    answer = service.send(order(id="lost"))
    assert answer.status == 200, answer.body
    placed = [x.client_id for x in venue.sim.exchange.orders.values()]
    assert placed == [order_id("first"), order_id("lost")]
    assert answer.json["order_id"] == "2"
    assert service.value("execution_exchange_errors_total", exchange="venue_sim", type="timeout")


def place(exchange: SimulatedExchange, **given: str) -> Any:
    """An order of the least fields."""
    fields = {
        "symbol": "BTCUSDT",
        "side": "BUY",
        "type": "MARKET",
        "quantity": "0.01",
        "newClientOrderId": f"x{len(exchange.orders)}",
    }
    return exchange.place(fields | given)


def test_the_fee_is_taken_from_what_was_bought_and_a_stop_locks_what_is_left() -> None:
    exchange = SimulatedExchange()
    exchange.balances.set("BTC", Decimal(0))
    bought = place(exchange)
    assert (bought.fee, bought.fee_coin) == (Decimal("0.00001"), "BTC")
    assert exchange.balances.free("BTC") == Decimal("0.00999")
    stop = {"side": "SELL", "type": "STOP_LOSS", "stopPrice": "60000"}
    with pytest.raises(ApiError, match="insufficient balance"):
        place(exchange, **stop)  # what seemed to be there after the buy
    resting = place(exchange, **stop, quantity="0.00999")
    assert exchange.balances.free("BTC") == 0
    target = {"side": "SELL", "type": "TAKE_PROFIT", "stopPrice": "70000", "quantity": "0.00999"}
    with pytest.raises(ApiError, match="insufficient balance"):
        place(exchange, **target)  # a stop and a target cannot both rest
    exchange.cancel({"symbol": "BTCUSDT", "orderId": str(resting.number)})
    assert place(exchange, **target).status == "NEW"


def test_a_stop_and_a_limit_are_executed_when_the_market_gets_there() -> None:
    exchange = SimulatedExchange()
    stop = place(exchange, side="SELL", type="STOP_LOSS", stopPrice="60000")
    buy = place(exchange, type="LIMIT", price="61000")
    exchange.move("BTCUSDT", Decimal(62000))
    assert (stop.status, buy.status) == ("NEW", "NEW")
    exchange.move("BTCUSDT", Decimal(59000))
    assert (stop.status, buy.status) == ("FILLED", "FILLED")
    assert exchange.open_orders({}) == []
    assert set(exchange.balances.locked.values()) == {Decimal(0)}


def test_only_so_many_stops_rest_in_one_market() -> None:
    exchange = SimulatedExchange(stops=2)
    stop = {"side": "SELL", "type": "STOP_LOSS", "stopPrice": "60000"}
    place(exchange, **stop)
    place(exchange, **stop)
    with pytest.raises(ApiError, match="MAX_NUM_ALGO_ORDERS"):
        place(exchange, **stop)


@pytest.mark.parametrize("executes", [True, False])
def test_no_kind_of_garbage_becomes_an_order_of_its_own(
    venue: Running, serve: Callable[..., Served], *, executes: bool
) -> None:
    service = serve(
        exchanges=("venue_sim",), venue_sim_url=venue.url, settle_seconds=0.05, breaker_failures=99
    )
    for number, kind in enumerate(GARBAGE, 1):
        raw(
            venue,
            "POST",
            "/sim/faults",
            json.dumps({"garbage": kind, "executes": executes}).encode(),
        )
        answer = service.send(order(id=kind, quantity="0.01"))
        raw(venue, "POST", "/sim/faults")
        if executes:
            assert (answer.status, answer.json["status"]) == (200, "closed"), (kind, answer.body)
            assert answer.json["order_id"] == str(number)
        else:
            assert answer.code == "outcome_unknown", (kind, answer.body)
            assert service.send(order(id=kind, quantity="0.01")).code == "not_placed"
    assert len(venue.sim.exchange.orders) == (len(GARBAGE) if executes else 0)


def test_prices_and_balances_are_set_over_http(venue: Running) -> None:
    moved = raw(venue, "POST", "/sim/price", b'{"symbol":"BTCUSDT","price":"70000"}')
    assert moved["lastPrice"] == "70000"
    shown = raw(venue, "POST", "/sim/balances", b'{"BTC":"0.5"}')
    assert {"asset": "BTC", "free": "0.5", "locked": "0"} in shown["balances"]
    with pytest.raises(urllib.error.HTTPError, match="400"):
        raw(venue, "POST", "/sim/price", b'{"symbol":"BTCUSDT"}')
