"""Addresses off the allow-list: whether they are refused before anything else is looked at.

An open loop of valid, signed webhooks from addresses that no list holds. It needs a service
with an allow-list (`EXECUTION_ALLOWED_IPS`), and says so where there is none.
"""

import itertools

from locust import task

from loadtests._orders import Order, confident
from loadtests._webhook import SignedWebhookUser
from toolkit.load.workload import DefaultLoad

NO_LIST = (
    "the service lets {address} in, so it has no allow-list that this could test. Start it "
    "with EXECUTION_ALLOWED_IPS set, for example to 192.0.2.0/24."
)


class Stranger(SignedWebhookUser):
    """A sender with the secret, at an address that is not known."""

    load = DefaultLoad(rate=50, seconds=10, thresholds=("accepted<=0",))
    # Documentation addresses (RFC 5737), which no real list holds.
    addresses = itertools.cycle(f"203.0.113.{number}" for number in range(1, 255))

    @task
    def send(self) -> None:
        """Send a valid order from an address off the list."""
        order = Order(confident(next(self.orders)).payload, next(self.addresses))
        with self.post(order, name="webhook: off the list") as answer:
            if answer.status == 200:  # noqa: PLR2004 - the status is the point
                self.sender.refuse(NO_LIST.format(address=order.client))
            answer.expect(403, code="forbidden")
