"""Background: the desk's quiet hours, during which a drill makes one thing go wrong.

A closed loop: each user sends a valid, confident order without legs every two seconds, so that
a service that takes longer has as many requests in progress as there are users. They start
spread over the pace, for a burst every two seconds would itself be slow.
"""

import random
import time
from dataclasses import replace

from locust import constant_pacing, task

from loadtests._webhook import SignedWebhookUser
from toolkit.load.workload import DefaultLoad, Loop

CONFIDENT = 0.9
PACE_SECONDS = 2
LEGS = ("stop_loss", "take_profit")


class QuietTrader(SignedWebhookUser):
    """One strategy that sends an order every two seconds."""

    load = DefaultLoad(loop=Loop.CLOSED, seconds=60)
    wait_time = constant_pacing(PACE_SECONDS)

    def on_start(self) -> None:
        """Prepare as every sender does, then wait for a moment of its own."""
        super().on_start()
        time.sleep(random.uniform(0, PACE_SECONDS))

    @task
    def send(self) -> None:
        """Send the next order, sure of itself; the drill decides whether it can succeed."""
        order = next(self.orders)
        payload = {key: value for key, value in order.payload.items() if key not in LEGS}
        order = replace(order, payload=payload | {"confidence": CONFIDENT})
        with self.post(order, name="webhook: background") as answer:
            answer.expect(200)
