"""Background: the desk's quiet hours, beside which a drill makes one thing go wrong.

A closed loop: each user sends a valid, confident order without legs once a second, so that a
service that is slow has as many requests in progress as there are users.
"""

from dataclasses import replace

from locust import constant_pacing, task

from loadtests._webhook import SignedWebhookUser

CONFIDENT = 0.9
LEGS = ("stop_loss", "take_profit")


class QuietTrader(SignedWebhookUser):
    """One strategy that sends an order a second. What becomes of it is the drill's business."""

    wait_time = constant_pacing(1)

    @task
    def send(self) -> None:
        """Send the next order, sure of itself; the drill decides whether it can succeed."""
        order = next(self.orders)
        payload = {key: value for key, value in order.payload.items() if key not in LEGS}
        order = replace(order, payload=payload | {"confidence": CONFIDENT})
        with self.post(order, name="webhook: background") as answer:
            answer.expect(200)
