"""Signature failure: webhooks signed with a secret that is not the service's.

Does the service refuse each of them? A closed loop: each user sends five a second.
"""

from locust import constant_pacing, task

from loadtests._drill import SignedWebhookUser


class Forger(SignedWebhookUser):
    """One sender who holds a wrong secret."""

    wait_time = constant_pacing(0.2)

    def on_start(self) -> None:
        """Prepare as every sender does, then forget the right secret."""
        super().on_start()
        self.key = b"not the secret"

    @task
    def send(self) -> None:
        """Send an order that is valid but for its signature."""
        with self.post(next(self.orders), name="webhook: forged") as answer:
            answer.expect(401, code="invalid_signature")
