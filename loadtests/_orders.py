"""Orders as the desk's strategies send them, reproducible from a seed."""

import itertools
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

# The markets that the desk trades, and a price near which each order is placed, in USDT.
PRICES = {
    "BTC/USDT": 65_000, "ETH/USDT": 3_200, "BNB/USDT": 580, "SOL/USDT": 150, "XRP/USDT": 0.55,
    "ADA/USDT": 0.45, "DOGE/USDT": 0.12, "AVAX/USDT": 35, "DOT/USDT": 7, "LINK/USDT": 15,
}  # fmt: skip
SYMBOLS = tuple(PRICES)
SOURCES = ("tradingview", "custom_bot", "ml_model", "backtester")
# One draw for each order, and not four: what makes an order is a tenth of sending it.
_KINDS = tuple(itertools.product(SYMBOLS, ("buy", "sell"), ("market", "limit"), SOURCES))
CONFIDENCE_THRESHOLD = 0.6  # the service's default, EXECUTION_MIN_CONFIDENCE

SHARE_WITH_LEG = 0.3  # how many orders carry a stop-loss, and how many a take-profit

# Each simulated client stays far below the service's default of 100 requests a minute.
ORDERS_PER_CLIENT = 20

# The last of the 65,536 networks is for scenarios that need one client for themselves.
SINGLE_CLIENTS = 0xFFFF


@dataclass(frozen=True, slots=True)
class Order:
    """A webhook's payload, and the address of the simulated client that sends it."""

    payload: dict[str, Any]
    client: str

    @property
    def is_confident(self) -> bool:
        """Whether the service should trade it."""
        return bool(self.payload["confidence"] >= CONFIDENCE_THRESHOLD)


def orders(seed: str, run: str) -> Iterator[Order]:
    """Endless valid orders: market and limit, confidence 0.5 to 1.

    What is ordered follows from `seed` alone. Ids and clients are those of this `run`: the
    service would answer the ids of an earlier one as duplicates, and limit its clients.
    Every few orders come from another client.
    """
    rng = random.Random(seed)
    network = random.Random(run).randrange(SINGLE_CLIENTS)
    for number in itertools.count():
        if number % ORDERS_PER_CLIENT == 0:
            client = _address(network, number // ORDERS_PER_CLIENT)
        symbol, side, order_type, source = rng.choice(_KINDS)
        price, up = PRICES[symbol], 1 if side == "buy" else -1
        payload: dict[str, Any] = {
            "id": f"{run}-{seed}-{number}",
            "symbol": symbol,
            "side": side,
            "order_type": order_type,
            "quantity": _rounded(rng.uniform(50, 500) / price),
            "confidence": round(rng.uniform(0.5, 1), 2),
            "source": source,
            "timestamp": int(time.time() * 1000),
        }
        if order_type == "limit":
            payload["price"] = _rounded(price * rng.uniform(0.99, 1.01))
        if rng.random() < SHARE_WITH_LEG:
            payload["stop_loss"] = _rounded(price * (1 - up * rng.uniform(0.03, 0.1)))
        if rng.random() < SHARE_WITH_LEG:
            payload["take_profit"] = _rounded(price * (1 + up * rng.uniform(0.03, 0.1)))
        yield Order(payload, client)


def confident(order: Order) -> Order:
    """The same order, from a strategy that is sure of it."""
    sure = max(order.payload["confidence"], CONFIDENCE_THRESHOLD)
    return Order(order.payload | {"confidence": sure}, order.client)


def one_client(run: str) -> str:
    """An address that is `run`'s alone, so that its bucket is full when the run begins."""
    return _address(SINGLE_CLIENTS, random.Random(run).getrandbits(16))


def _rounded(number: float) -> float:
    """Five significant digits, as a person or a strategy would write it."""
    return float(f"{number:.5g}")


def _address(network: int, client: int) -> str:
    """An IPv6 address of the documentation range, in a network of its own.

    Source: RFC 3849. The service limits by network, so neighbours would share a bucket.
    """
    return f"2001:db8:{network:x}:{client & 0xFFFF:x}::1"
