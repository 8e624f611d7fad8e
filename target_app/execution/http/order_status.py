"""`GET /orders/{id}`: what became of an order, for whoever can sign a webhook.

There is no body to sign. X-Signature is over the three lines GET, the path as it is sent (`%20`
and all), and the value of X-Timestamp: epoch seconds, which may be as old as a webhook.
"""

import time
from typing import Any

import msgspec
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from target_app.execution.http.signature import Verifier
from target_app.execution.http.webhook_admission import Admission, RequestContext
from target_app.execution.orders.client_order_ids import from_own_id
from target_app.execution.orders.journal import Journal
from target_app.execution.orders.journal_file import JournalEntry, JournalError
from target_app.execution.response_bodies import RefusalError
from target_app.execution.signals.normalise import moment


class OrderStatus:
    """Answers for one order: its state, what was asked, and what the webhook's answer is now."""

    def __init__(
        self, journal: Journal, admission: Admission, verifier: Verifier, max_age_seconds: float
    ) -> None:
        self._journal, self._admission = journal, admission
        self._verifier, self._max_age = verifier, max_age_seconds

    def mount(self, api: FastAPI) -> None:
        """Add the route to `api`."""
        api.get("/orders/{order_id:path}", summary="What became of an order?", tags=["orders"])(
            self.show
        )

    async def show(self, request: Request, order_id: str) -> JSONResponse:
        """By the webhook's `id`, or by the `client_order_id` of its answer."""
        context = RequestContext("")
        peer = request.client
        forwarded = [v for k, v in request.scope["headers"] if k == b"x-forwarded-for"]
        await self._admission.admit((peer.host, peer.port) if peer else None, forwarded, context)
        self._check(request)
        try:
            entry = await self._journal.find(order_id[:200])
            if entry is None:
                entry = await self._journal.find(from_own_id(order_id))
        except JournalError as error:
            raise RefusalError("unavailable", f"The journal: {error}", retry_after=1.0) from None
        if entry is None:
            raise RefusalError("not_found", f"There is no order {order_id[:100]!r}.")
        return JSONResponse(_shown(entry))

    def _check(self, request: Request) -> None:
        sent = request.headers.get("x-timestamp", "")
        at = moment(sent) if sent.isascii() else None
        if at is None or abs(time.time() - at) > self._max_age:
            detail = (
                f"X-Timestamp must be the time in epoch seconds, {self._max_age:g} s old at most."
            )
            raise RefusalError("invalid_signature", detail)
        # As it was sent: an id may hold characters that a path has only escaped.
        lines = b"GET\n%b\n%b" % (request.scope["raw_path"], sent.encode())
        given = request.headers.getlist("x-signature")
        if len(given) != 1 or not self._verifier.signed(lines, given[0].encode()):
            detail = "X-Signature must sign three lines: GET, the path, and X-Timestamp."
            raise RefusalError("invalid_signature", detail)


def _shown(entry: JournalEntry) -> dict[str, Any]:
    intent = {k: v for k, v in entry.intent.items() if k != "asked"}
    return {
        "client_order_id": entry.client_order_id,
        "state": entry.state,
        "received_at": entry.received_at,
        "asked": intent,
        "status": entry.answer_status,
        "answer": msgspec.json.decode(entry.answer) if entry.answer else None,
    }
