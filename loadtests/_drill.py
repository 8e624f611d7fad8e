"""What drills send: signed webhooks in a closed loop, at the user's own pace, until ended."""

import hashlib
import hmac
import itertools
import json
import os
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from locust import FastHttpUser, events

from loadtests._orders import Order, orders

PATH = "/webhook/tradingview"
_RUN = f"{time.time_ns():x}-{os.getpid():x}"  # workers of one run must not share ids
SHOWN = 200  # characters of an unexpected answer's body that its failure quotes


@events.init_command_line_parser.add_listener
def _options(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--secret",
        env_var="EXECUTION_WEBHOOK_SECRETS",
        is_secret=True,
        default="",
        help="Webhook secret to sign with (the first, where several are separated by commas)",
    )
    parser.add_argument(
        "--seed", type=int, default=1, help="Seed of the payloads; the same seed sends the same"
    )


class Answer:
    """One answer, judged once against what the scenario expects of it."""

    def __init__(self, response: Any) -> None:
        self._response = response

    def expect(self, status: int, *, code: str = "") -> None:
        """Success when the status, and the problem's code where given, are as expected."""
        got = self._response.status_code
        if got == status and (not code or _code(self._response.text) == code):
            self._response.success()
            return
        wanted = f"{status} {code}".strip()
        body = (self._response.text or str(self._response.error or ""))[:SHOWN]
        self._response.failure(f"expected {wanted}, got {got}: {body}")

    def expect_any(self, *statuses: int) -> None:
        """Success when the status is one of those given."""
        got = self._response.status_code
        self.expect(got if got in statuses else statuses[0])


def _code(body: str | None) -> str:
    try:
        return str(json.loads(body or "{}").get("code", ""))
    except (ValueError, AttributeError):
        return ""


class SignedWebhookUser(FastHttpUser):  # type: ignore[misc] # locust is read as Any
    """Sends orders as signed webhooks. Every user has a stream of orders of its own."""

    abstract = True
    _numbers = itertools.count()  # one stream of orders for each user of this process

    def on_start(self) -> None:
        """Take the secret and the seed; without a secret nothing can be sent."""
        options = self.environment.parsed_options
        self.key = options.secret.partition(",")[0].encode()
        if not self.key:
            self.environment.runner.quit()
            raise SystemExit(
                "no webhook secret: set EXECUTION_WEBHOOK_SECRETS, or start through `toolkit load`."
            )
        self.orders: Iterator[Order] = orders(f"{options.seed}-{next(self._numbers)}", _RUN)

    @contextmanager
    def post(self, order: Order, *, name: str) -> Iterator[Answer]:
        """Send `order`, signed, under the statistics name `name`."""
        body = json.dumps(order.payload).encode()
        headers = {
            "Content-Type": "application/json",
            "X-Signature": hmac.new(self.key, body, hashlib.sha256).hexdigest(),
            "X-Forwarded-For": order.client,
        }
        with self.client.post(
            PATH, data=body, headers=headers, name=name, catch_response=True
        ) as response:
            yield Answer(response)
