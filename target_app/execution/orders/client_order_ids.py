"""The id that an order has at the exchange, which follows from its webhook."""

import hashlib
import re

from target_app.execution.signals.payload import Signal

# Binance, the strictest, takes 36 characters of [.A-Z:/a-z0-9_-]; we add two, and the id of a
# protective order three more.
_OWN_ID = re.compile(r"[.A-Z:/a-z0-9_-]{1,31}")
_ID_DIGITS, _SHORT_DIGITS = 31, 22


def client_order_id(signal: Signal, body: bytes) -> str:
    """The order's id at the exchange: the client's own id, else the webhook's time and a hash.

    Equal bodies have equal signatures, so the body stands for the signature too. Ids of both
    kinds mostly come in order, which spares the journal a page of its index for each order.
    """
    if signal.id is None:
        seconds = int(signal.timestamp) & 0xFFFFFFFF
        return f"x-{seconds:08x}-{hashlib.sha256(body).hexdigest()[:_SHORT_DIGITS]}"
    return from_own_id(signal.id)


def from_own_id(own_id: str) -> str:
    """The order's id that a client's own `id` leads to."""
    if _OWN_ID.fullmatch(own_id):
        return f"i-{own_id}"
    # No exchange would take it as it is.
    return "x-" + hashlib.sha256(own_id.encode(errors="surrogatepass")).hexdigest()[:_ID_DIGITS]
