"""Rate limit: whether one client that sends far too much is held to its limit.

An open loop: 750 requests a second for 5 s, all from one address. The bucket's content is
let in; the rest is refused with Retry-After, and costs the others nothing.
"""

from locust import task

from loadtests._orders import Order, confident, one_client
from loadtests._webhook import SignedWebhookUser
from toolkit.load.workload import DefaultLoad


class Flooder(SignedWebhookUser):
    """One client out of control; every run is another client."""

    load = DefaultLoad(
        rate=750, seconds=5, thresholds=("accepted>0", "count(rate_limited)>0", "success>=100")
    )

    def on_start(self) -> None:
        """All users, of all workers, are the one client."""
        self.address = one_client(self.environment.parsed_options.run_id)
        super().on_start()

    @task
    def send(self) -> None:
        """Send one more; it is let in, or refused with the time to come back."""
        order = Order(confident(next(self.orders)).payload, self.address)
        with self.post(order, name="webhook: one client") as answer:
            if answer.status == 429:  # noqa: PLR2004 - the status is the point
                answer.expect(429, code="rate_limited", header="retry-after")
            else:
                answer.expect_either((200, "200"), (429, "rate_limited"))
