"""Normal: the desk's ordinary traffic, to see whether the service answers as it documents.

A closed loop: each user waits for an answer, then sends its next order a fifth of a second
after the last. Two signals in five are under the confidence threshold or at its edge, and
must be refused as such.
"""

from locust import constant_pacing, task

from loadtests._webhook import SignedWebhookUser


class Trader(SignedWebhookUser):
    """One strategy that sends orders at a steady pace."""

    wait_time = constant_pacing(0.2)

    @task
    def send(self) -> None:
        """Send the next order; a signal of low confidence is refused, and that is right."""
        order = next(self.orders)
        with self.post(order, name="webhook: valid") as answer:
            if order.is_confident:
                answer.expect(200)
            else:
                answer.expect(422, code="low_confidence")
