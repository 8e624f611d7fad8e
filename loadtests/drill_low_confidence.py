"""Low confidence: signals under the threshold.

Is each of them filtered? A closed loop: each user sends five a second.
"""

from dataclasses import replace

from locust import constant_pacing, task

from loadtests._drill import SignedWebhookUser

UNSURE = 0.3


class Unsure(SignedWebhookUser):
    """One model that has drifted."""

    wait_time = constant_pacing(0.2)

    @task
    def send(self) -> None:
        """Send a signal that nobody should trade."""
        order = next(self.orders)
        order = replace(order, payload=order.payload | {"confidence": UNSURE})
        with self.post(order, name="webhook: low confidence") as answer:
            answer.expect(422, code="low_confidence")
