"""Which exchange a signal goes to, and what a client is made of. No network."""

import asyncio
from typing import Any

from prometheus_client import CollectorRegistry

from target_app.exchanges.clients import ExchangeSettings, make_clients
from target_app.exchanges.injected_faults import Faults
from target_app.exchanges.manager import ExchangeManager
from target_app.execution.metrics import Metrics


def settings(**given: Any) -> ExchangeSettings:
    values: dict[str, Any] = {
        "names": ("paper",), "symbols": ("BTC/USDT",), "sandbox": True, "timeout_seconds": 1.5,
        "venue_sim_url": "http://127.0.0.1:8090/", "breaker_failures": 3,
        "breaker_cooldown_seconds": 9.0, "breaker_successes": 2,
    }  # fmt: skip
    return ExchangeSettings(**(values | given))


def test_a_symbol_goes_to_the_exchange_that_is_named_and_trades_it() -> None:
    metrics = Metrics(CollectorRegistry(), exchanges=("paper",), symbols=())
    manager = ExchangeManager(settings(), metrics, turned=lambda *_: None, faults=Faults())
    assert manager.venue("", "BTC/USDT") is None
    assert not manager.ready

    async def load() -> None:
        await manager.load()
        await manager.close()

    asyncio.run(load())
    paper = manager.venues["paper"]
    assert manager.ready
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
