"""Validation failure: payloads that lack what an order needs.

Does the service refuse each of them, with the right code? A closed loop: each user sends five
a second.
"""

from dataclasses import replace

from locust import constant_pacing, task

from loadtests._drill import SignedWebhookUser


class Careless(SignedWebhookUser):
    """One sender whose template is broken."""

    wait_time = constant_pacing(0.2)

    @task
    def without_side(self) -> None:
        """Leave out the side."""
        order = next(self.orders)
        payload = {key: value for key, value in order.payload.items() if key != "side"}
        with self.post(replace(order, payload=payload), name="webhook: no side") as answer:
            answer.expect(422, code="validation")
