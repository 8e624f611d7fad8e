"""Rate limit: one client that sends more than it may and does not wait.

Is it refused once its allowance is gone? A closed loop: each user sends twenty a second, all
from one address.
"""

from dataclasses import replace

from locust import constant_pacing, task

from loadtests._drill import SignedWebhookUser

ADDRESS = "192.0.2.7"  # of a documentation range: RFC 5737
ANSWERS = (200, 429)  # its allowance, then refusals


class Greedy(SignedWebhookUser):
    """One of the threads of a single client."""

    wait_time = constant_pacing(0.05)

    @task
    def send(self) -> None:
        """Send the next order from the one address."""
        order = replace(next(self.orders), client=ADDRESS)
        order = replace(order, payload=order.payload | {"confidence": 0.9})
        with self.post(order, name="webhook: greedy") as answer:
            answer.expect_any(*ANSWERS)
