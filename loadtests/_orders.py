"""Orders as the desk's strategies send them, reproducible from a seed."""

import itertools
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

SYMBOLS = (
    "BTC/USDT", "ETH/USDT", "BNB/USDT", "SOL/USDT", "XRP/USDT",
    "ADA/USDT", "DOGE/USDT", "AVAX/USDT", "DOT/USDT", "LINK/USDT",
)  # fmt: skip
SOURCES = ("tradingview", "custom_bot", "ml_model", "backtester")
CONFIDENCE_THRESHOLD = 0.6  # the service's default, EXECUTION_MIN_CONFIDENCE

# Each simulated client stays far below the service's default of 100 requests a minute.
ORDERS_PER_CLIENT = 20


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

    All but the id and the time follow from `seed`; `run` keeps ids apart from those of an
    earlier run, which the service would answer as duplicates.
    """
    dice = random.Random(seed)
    network = dice.getrandbits(16)
    for number in itertools.count():
        order_type = dice.choice(("market", "limit"))
        price = round(dice.uniform(95, 105), 2)
        payload: dict[str, Any] = {
            "id": f"{run}-{seed}-{number}",
            "symbol": dice.choice(SYMBOLS),
            "side": dice.choice(("buy", "sell")),
            "order_type": order_type,
            "quantity": round(dice.uniform(0.01, 0.1), 4),
            "confidence": round(dice.uniform(0.5, 1), 2),
            "source": dice.choice(SOURCES),
            "timestamp": int(time.time() * 1000),
        }
        if order_type == "limit":
            payload["price"] = price
        yield Order(payload, _address(network, number // ORDERS_PER_CLIENT))


def _address(network: int, client: int) -> str:
    """An IPv6 address of the documentation range, in a network of its own.

    Source: RFC 3849. The service limits by network, so neighbours would share a bucket.
    """
    return f"2001:db8:{network:x}:{client & 0xFFFF:x}::1"
