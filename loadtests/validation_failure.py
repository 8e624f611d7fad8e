"""Validation failures: whether every kind of bad payload is refused, by the right code.

An open loop. Every body is rightly signed, so only validation can refuse it; one class of
payload a task, the fields and values drawn at random from those that belong to it.
"""

import json
import random
from collections.abc import Callable
from typing import Any

from locust import task

from loadtests._webhook import SignedWebhookUser
from toolkit.load.workload import DefaultLoad

REQUIRED = ("symbol", "side", "timestamp")
WRONG_TYPES: tuple[dict[str, Any], ...] = (
    {"symbol": 5},
    {"side": ["buy"]},
    {"quantity": True},
    {"price": {}},
    {"confidence": []},
    {"timestamp": False},
    {"id": 1.5},
    {"source": 7},
)
OUT_OF_RANGE: tuple[dict[str, Any], ...] = (
    {"quantity": 0},
    {"quantity": -1},
    {"quantity": "1e40"},
    {"price": -5},
    {"confidence": 1.5},
    {"confidence": -0.1},
    {"stop_loss": 0},
    {"id": "x" * 200},
    {"timestamp": 1e30},
)
UNKNOWN: tuple[dict[str, Any], ...] = (
    {"symbol": "NOPE/USDT"},
    {"side": "hold"},
    {"order_type": "iceberg"},
    {"exchange": "nowhere"},
    {"quantitty": 1},
)
MALFORMED: tuple[dict[str, Any], ...] = (
    {"quantity": "a few"},
    {"price": "1,5"},
    {"timestamp": "yesterday"},
    {"confidence": "high"},
)
NOT_JSON = (b"", b"{", b"symbol=BTC/USDT", b"\xff\xfe", b'{"symbol": }', b"[1, 2")
LONGEST_BODY = 65_536  # the service's default, EXECUTION_MAX_BODY_BYTES


class Careless(SignedWebhookUser):
    """A strategy whose author did not read the documentation."""

    load = DefaultLoad(rate=50, seconds=10, thresholds=("accepted<=0",))

    def on_start(self) -> None:
        """Draw from the seed, so that the same run sends the same mistakes."""
        self.rng = random.Random(self.environment.parsed_options.seed)
        super().on_start()

    def _send(self, name: str, change: Callable[[dict[str, Any]], object]) -> None:
        order = next(self.orders)
        change(order.payload)
        self._refused(f"validation: {name}", json.dumps(order.payload).encode(), order.client, 422)

    def _refused(
        self, name: str, body: bytes, client: str, status: int, code: str = "validation"
    ) -> None:
        with self.post_body(body, client, name=name) as answer:
            answer.expect(status, code=code)

    def _one_of(self, name: str, changes: tuple[dict[str, Any], ...]) -> None:
        self._send(name, lambda payload: payload.update(self.rng.choice(changes)))

    @task
    def missing(self) -> None:
        """A required field is not there."""
        self._send("missing field", lambda payload: payload.pop(self.rng.choice(REQUIRED)))

    @task
    def wrong_type(self) -> None:
        """A value of another type."""
        self._one_of("wrong type", WRONG_TYPES)

    @task
    def out_of_range(self) -> None:
        """A number that cannot be."""
        self._one_of("out of range", OUT_OF_RANGE)

    @task
    def unknown(self) -> None:
        """A market, side, type or field that does not exist."""
        self._one_of("unknown value", UNKNOWN)

    @task
    def malformed(self) -> None:
        """Text that is neither a number nor a time."""
        self._one_of("malformed value", MALFORMED)

    @task
    def not_finite(self) -> None:
        """NaN where no default is safe."""
        self._send("not finite", lambda p: p.update({"order_type": "limit", "price": "NaN"}))

    @task
    def no_price(self) -> None:
        """A limit order without its limit."""
        self._send(
            "limit without price", lambda p: p.update({"order_type": "limit", "price": None})
        )

    @task
    def given_twice(self) -> None:
        """A field and its alias that disagree."""
        self._send("conflict", lambda p: p.update({"side": "buy", "action": "sell"}))

    @task
    def no_object(self) -> None:
        """JSON that is not an object."""
        self._refused("validation: no object", b"[1, 2, 3]", next(self.orders).client, 422)

    @task
    def not_json(self) -> None:
        """Not JSON."""
        body, client = self.rng.choice(NOT_JSON), next(self.orders).client
        self._refused("validation: not JSON", body, client, 400, "not_json")

    @task
    def too_large(self) -> None:
        """A body longer than is read."""
        body, client = b" " * (LONGEST_BODY + 1), next(self.orders).client
        self._refused("validation: too large", body, client, 413, "too_large")
