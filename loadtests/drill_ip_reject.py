"""Address refused: senders that are not on the allow-list.

Is each of them refused? Only a service with an allow-list can say; the drill's has one. A
closed loop: each user sends five a second.
"""

from dataclasses import replace

from locust import constant_pacing, task

from loadtests._drill import SignedWebhookUser

STRANGER = "203.0.113.9"  # of a documentation range that is not allowed: RFC 5737


class Stranger(SignedWebhookUser):
    """One sender from an address that nobody knows."""

    wait_time = constant_pacing(0.2)

    @task
    def send(self) -> None:
        """Send a valid order from the wrong place."""
        order = replace(next(self.orders), client=STRANGER)
        with self.post(order, name="webhook: stranger") as answer:
            answer.expect(403, code="forbidden")
