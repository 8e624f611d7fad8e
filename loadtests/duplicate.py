"""Duplicates: whether a webhook that comes again is answered as before, and not executed.

An open loop in which every order is sent twice. The second answer must be the first one,
marked as a duplicate; that no second order was made is what `--conserve` compares.
"""

import json

from locust import task

from loadtests._orders import confident
from loadtests._webhook import DUPLICATE, SignedWebhookUser
from toolkit.load.workload import DefaultLoad


class Repeater(SignedWebhookUser):
    """A sender whose network loses answers, so that it sends again."""

    load = DefaultLoad(rate=50, seconds=10, thresholds=("count(duplicate)>0",))

    @task
    def send_twice(self) -> None:
        """Send an order, then the very same again."""
        order = confident(next(self.orders))
        body = json.dumps(order.payload).encode()
        with self.post_body(body, order.client, name="webhook: first") as answer:
            answer.expect(200)
            first = _order_id(answer.body)
        if not first:
            return
        with self.post_body(body, order.client, name="webhook: again") as answer:
            second = _order_id(answer.body)
            if second == first:
                answer.expect(200, code=DUPLICATE)
            else:
                answer.fail(f"200 {DUPLICATE} of order {first}", f"order {second}")


def _order_id(body: bytes) -> str:
    """The order that an answer speaks of; empty when it speaks of none."""
    try:
        return str(json.loads(body)["client_order_id"])
    except (ValueError, KeyError, TypeError):
        return ""
