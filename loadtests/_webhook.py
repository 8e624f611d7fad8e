"""A Locust user that signs webhooks, and what the service's answers are called."""

from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import AbstractContextManager

import msgspec
from locust import events, task

from loadtests._orders import Order, orders
from toolkit.load_generator import locust_plugin as locust_plugin  # noqa: PLC0414 - imported for its listeners
from toolkit.load_generator.hmac_signatures import HmacSha256
from toolkit.load_generator.response_check import Answer
from toolkit.load_generator.users import JudgedUser

PATH = "/webhook/tradingview"
DUPLICATE = "duplicate"
CANNOT_SIGN = "no webhook secret: set EXECUTION_WEBHOOK_SECRETS, or give --secret."
_DUPLICATE_MARK = b'"duplicate":true'


@events.init_command_line_parser.add_listener
def _options(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--secret",
        env_var="EXECUTION_WEBHOOK_SECRETS",
        is_secret=True,
        default="",
        help="Webhook secret to sign with (the first, where several are separated by commas)",
    )


class SignedWebhookUser(JudgedUser):
    """Sends orders as signed webhooks, all users of a process from one stream of orders."""

    abstract = True
    _streams: dict[str, Iterator[Order]] = {}  # noqa: RUF012 - by run: shared on purpose

    def on_start(self) -> None:
        """Take the secret and the seed; without a secret nothing can be sent."""
        options = self.environment.parsed_options
        secret = options.secret.partition(",")[0]
        if not secret:
            self.sender.refuse(CANNOT_SIGN)
        self._signatures = HmacSha256(secret.encode())
        stream = f"{options.run_id}-{self.sender.runner.worker_index}"
        if stream not in self._streams:
            self._streams.clear()  # of earlier runs
            seed = f"{options.seed}-{self.sender.runner.worker_index}"
            self._streams[stream] = orders(seed, stream)
        self.orders = self._streams[stream]
        super().on_start()

    def code(self, status: int, body: bytes) -> str:
        """An answer given a second time is a duplicate, whatever it says."""
        return DUPLICATE if _DUPLICATE_MARK in body else super().code(status, body)

    def post(
        self, order: Order, *, name: str, signature: str | None = None
    ) -> AbstractContextManager[Answer]:
        """Send `order` under the statistics name `name`, signed unless `signature` is given.

        An empty signature is left out.
        """
        body = msgspec.json.encode(order.payload)
        return self.post_body(body, order.client, name=name, signature=signature)

    def post_body(
        self, body: bytes, client: str, *, name: str, signature: str | None = None
    ) -> AbstractContextManager[Answer]:
        """The same with any body, from the address `client`."""
        if signature is None:
            signature = self.sign(body)
        headers = {"Content-Type": "application/json", "X-Forwarded-For": client}
        if signature:
            headers["X-Signature"] = signature
        return self.ask("POST", PATH, name=name, body=body, headers=headers)

    def sign(self, body: bytes) -> str:
        """The right signature of `body`."""
        return self._signatures.hex(body)


class Trading(SignedWebhookUser):
    """Ordinary traffic: valid orders, of which some are not confident enough to be traded."""

    abstract = True

    @task
    def send(self) -> None:
        """Send the next order; a signal of low confidence is refused, and that is right."""
        order = next(self.orders)
        with self.post(order, name="webhook: valid") as answer:
            if order.is_confident:
                answer.expect(200)
            else:
                answer.expect(422, code="low_confidence")
