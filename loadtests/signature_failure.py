"""Signature failures: whether webhooks are refused that were not signed with the secret.

An open loop. Every order is valid but for its signature, so nothing else can refuse it: it
is wrong, missing, cut short, or made with a secret that was retired.
"""

import hashlib
import hmac
import json

from locust import task

from loadtests._webhook import SignedWebhookUser
from toolkit.load.workload import DefaultLoad

RETIRED = b"a secret that was rotated out long ago"
CUT_SHORT = 40  # of the 64 digits


class Forger(SignedWebhookUser):
    """A sender without the secret."""

    load = DefaultLoad(rate=50, seconds=10, thresholds=("accepted<=0",))

    def _send(self, name: str, signature: str | None) -> None:
        order = next(self.orders)
        body = json.dumps(order.payload).encode()
        if signature is None:
            signature = self.sign(body)[:CUT_SHORT]
        with self.post_body(body, order.client, name=name, signature=signature) as answer:
            answer.expect(401, code="invalid_signature")

    @task
    def wrong(self) -> None:
        """As long as a signature, and of nothing."""
        self._send("signature: wrong", "0" * 64)

    @task
    def missing(self) -> None:
        """None at all."""
        self._send("signature: missing", "")

    @task
    def cut_short(self) -> None:
        """The first digits of the right one."""
        self._send("signature: cut short", None)

    @task
    def retired(self) -> None:
        """Right for a secret that is not valid any more."""
        order = next(self.orders)
        body = json.dumps(order.payload).encode()
        old = hmac.new(RETIRED, body, hashlib.sha256).hexdigest()
        with self.post_body(body, order.client, name="signature: retired", signature=old) as answer:
            answer.expect(401, code="invalid_signature")
