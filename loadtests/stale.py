"""Stale: whether webhooks are refused whose time is too long ago, or in the future.

An open loop. A replayed or delayed webhook trades at a price that is gone.
"""

import random
import time

from locust import task

from loadtests._orders import Order
from loadtests._webhook import SignedWebhookUser
from toolkit.load.workload import DefaultLoad

# Beyond the service's defaults, EXECUTION_MAX_AGE_SECONDS and _MAX_FUTURE_SECONDS, by more
# than a slow machine could make of the difference.
OLD_SECONDS = (310, 86_400)
FUTURE_SECONDS = (60, 3_600)


class Replayer(SignedWebhookUser):
    """A sender of what was meant for another time."""

    load = DefaultLoad(rate=50, seconds=10, thresholds=("accepted<=0",))

    def on_start(self) -> None:
        """Draw the ages from the seed."""
        self.rng = random.Random(self.environment.parsed_options.seed)
        super().on_start()

    def _send(self, name: str, shift_seconds: float) -> None:
        order = next(self.orders)
        moment = int((time.time() + shift_seconds) * 1000)
        shifted = Order(order.payload | {"timestamp": moment}, order.client)
        with self.post(shifted, name=name) as answer:
            answer.expect(422, code="stale")

    @task
    def old(self) -> None:
        """Minutes to a day old."""
        self._send("webhook: old", -self.rng.uniform(*OLD_SECONDS))

    @task
    def future(self) -> None:
        """A minute to an hour ahead."""
        self._send("webhook: from the future", self.rng.uniform(*FUTURE_SECONDS))
