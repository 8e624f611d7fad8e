"""Stale: signals that are ten minutes old.

Is each of them refused? A closed loop: each user sends five a second.
"""

from dataclasses import replace

from locust import constant_pacing, task

from loadtests._drill import SignedWebhookUser

AGE_MILLISECONDS = 600_000


class Late(SignedWebhookUser):
    """One sender behind a queue."""

    wait_time = constant_pacing(0.2)

    @task
    def send(self) -> None:
        """Send a signal from ten minutes ago."""
        order = next(self.orders)
        then = order.payload["timestamp"] - AGE_MILLISECONDS
        order = replace(order, payload=order.payload | {"timestamp": then})
        with self.post(order, name="webhook: stale") as answer:
            answer.expect(422, code="stale")
