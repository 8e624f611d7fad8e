"""Low confidence: whether signals under the threshold are filtered, and never traded.

An open loop of valid webhooks whose confidence is under the service's threshold.
"""

from locust import task

from loadtests._orders import CONFIDENCE_THRESHOLD, Order
from loadtests._webhook import SignedWebhookUser
from toolkit.load.workload import DefaultLoad


class Unsure(SignedWebhookUser):
    """A strategy that is never sure."""

    load = DefaultLoad(rate=50, seconds=10, thresholds=("accepted<=0",))

    @task
    def send(self) -> None:
        """Send an order of half the confidence that it had, and so under the threshold."""
        order = next(self.orders)
        low = round(min(order.payload["confidence"] / 2, CONFIDENCE_THRESHOLD - 0.01), 4)
        unsure = Order(order.payload | {"confidence": low}, order.client)
        with self.post(unsure, name="webhook: low confidence") as answer:
            answer.expect(422, code="low_confidence")
