"""Which exchange a signal goes to, and what a client is made of. No network."""

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ccxt.base.errors import RequestTimeout
from prometheus_client import CollectorRegistry

from target_app.exchanges.ccxt_clients import ExchangeSettings, make_clients
from target_app.exchanges.configured_exchanges import ExchangeManager
from target_app.exchanges.injected_faults import Faults
from target_app.execution.metrics import Metrics
from tests.support.service_in_process import Served, order, served


def settings(**given: Any) -> ExchangeSettings:
    values: dict[str, Any] = {
        "names": ("paper",),
        "symbols": ("BTC/USDT",),
        "sandbox": True,
        "timeout_seconds": 1.5,
        "venue_sim_url": "http://127.0.0.1:8090/",
        "breaker_failures": 3,
        "breaker_cooldown_seconds": 9.0,
        "breaker_successes": 2,
    }
    return ExchangeSettings(**(values | given))


def test_a_symbol_goes_to_the_exchange_that_is_named_and_trades_it() -> None:
    metrics = Metrics(CollectorRegistry(), exchanges=("paper",), symbols=())
    manager = ExchangeManager(settings(), metrics, turned=lambda *_: None, faults=Faults())
    assert manager.venue("", "BTC/USDT") is None
    assert manager.missing("") == "paper: it has not answered yet"

    async def load() -> None:
        await manager.load()
        await manager.close()

    asyncio.run(load())
    paper = manager.venues["paper"]
    assert manager.missing("") == ""
    assert manager.venue("", "BTC/USDT") is paper
    assert manager.venue("paper", "BTC/USDT") is paper
    assert manager.venue("paper", "ETH/USDT") is None
    assert manager.venue("venue_sim", "BTC/USDT") is None


def test_a_client_has_the_settings_and_its_table_of_keys_wins() -> None:
    names = ("paper", "venue_sim")
    keys = {"venue_sim": {"apiKey": "mine", "timeout": 7}}
    clients = make_clients(settings(names=names, keys=keys), names)
    assert (clients["paper"].timeout, list(clients["paper"].books)) == (1500, ["BTC/USDT"])
    simulated = clients["venue_sim"]
    assert (simulated.timeout, simulated.apiKey, simulated.secret) == (7, "mine", "venue-sim")
    assert set(simulated.urls["api"].values()) == {"http://127.0.0.1:8090/api/v3"}
    assert "mine" not in repr(settings(keys=keys))


def test_an_exchange_that_is_down_blocks_only_itself_and_the_line_says_why(
    serve: Callable[..., Served], caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    service = serve(exchanges=("paper", "venue_sim"), venue_sim_url=f"http://127.0.0.1:{port}")
    assert service.send(order(id="a")).status == 200
    refused = service.send(order(id="b", exchange="venue_sim"))
    assert (refused.status, refused.code) == (503, "not_ready")
    assert "venue_sim: " in refused.json["detail"]
    assert "Connect call failed" in refused.json["detail"]
    lines = [r.getMessage() for r in caplog.records if "could not be loaded" in r.getMessage()]
    assert "Connect call failed" in lines[0]
    assert service.get("/ready").status == 200
    assert service.get("/health").json["exchanges"]["venue_sim"]["connected"] is False


def test_no_order_goes_to_the_second_exchange_because_the_first_is_not_loaded(
    serve: Callable[..., Served],
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    service = serve(exchanges=("venue_sim", "paper"), venue_sim_url=f"http://127.0.0.1:{port}")
    refused = service.send(order(id="a"))
    assert (refused.status, refused.code) == (503, "not_ready")
    assert service.send(order(id="a", exchange="paper")).status == 200


def test_an_order_that_nobody_can_say_anything_of_does_not_stop_the_start(tmp_path: Path) -> None:
    """Seen at an exchange that could not be asked by our id: it was never ready again."""
    intent: dict[str, Any] = {
        "exchange": "paper", "symbol": "BTC/USDT", "side": "buy", "order_type": "market",
        "quantity": "0.01", "price": None, "stop_loss": None, "take_profit": None,
        "id": "lost", "sizing": {},
    }  # fmt: skip
    with served(tmp_path) as service:
        service.run(service.service.pipeline.journal.begin("i-lost", intent))

    async def silent(*_: Any) -> Any:
        raise RequestTimeout("paper GET order")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("target_app.exchanges.paper.paper.fetch_order", silent)
        patch.setattr("target_app.execution.orders.reconcile._PATIENCE_SECONDS", 0.1)
        with served(tmp_path) as service:
            assert service.get("/ready").status == 200
            assert service.send(order(id="other")).status == 200
            assert service.service.pipeline.reconciler._tasks.keys() == {"i-lost"}
