"""What the service answers: an order's result, or a problem document.

Source of the problem form: https://www.rfc-editor.org/rfc/rfc9457
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec

from target_app.exchanges.market_rules import as_decimal, nearest, plain

_ENCODE = msgspec.json.Encoder().encode
JSON = (b"content-type", b"application/json")
PROBLEM_JSON = (b"content-type", b"application/problem+json")
# Of an average price: what exchanges write at most.
_LAST_DIGIT = Decimal("1e-8")

# code → (HTTP status, title, the `status` label that the webhook counts under)
CODES: dict[str, tuple[int, str, str]] = {
    "not_json": (400, "The body is not JSON.", "invalid"),
    "invalid_signature": (401, "The webhook is not signed by a known secret.", "unauthorized"),
    "invalid_token": (401, "The admin token is missing or wrong.", "unauthorized"),
    "forbidden": (403, "This address may not do that.", "forbidden"),
    "not_found": (404, "There is nothing here.", "invalid"),
    "method_not_allowed": (405, "This method is not served here.", "invalid"),
    "id_reused": (409, "This id came before with another order.", "invalid"),
    "too_large": (413, "The body is too large.", "invalid"),
    "validation": (422, "The webhook has problems.", "invalid"),
    "stale": (422, "The webhook's time is too far from now.", "stale"),
    "low_confidence": (422, "The signal's confidence is under the threshold.", "low_confidence"),
    "rate_limited": (429, "Too many requests from this client.", "rate_limited"),
    "internal": (500, "Something is wrong with the service.", "error"),
    "exchange_refused": (502, "The exchange refused the order.", "error"),
    "exchange_failed": (502, "The exchange could not be reached.", "error"),
    "outcome_unknown": (502, "The exchange did not say what became of the order.", "error"),
    "not_placed": (502, "The order did not reach the exchange.", "error"),
    "circuit_open": (503, "The exchange is failing and is being left alone.", "circuit_open"),
    "nothing_held": (422, "There is nothing to sell.", "invalid"),
    "halted": (503, "New orders are stopped.", "error"),
    "exchange_busy": (503, "The exchange asked to be left alone for a while.", "error"),
    "draining": (503, "The service is shutting down.", "error"),
    "not_ready": (503, "The service is still starting.", "error"),
    "in_progress": (503, "The same webhook is still being executed.", "error"),
    "unavailable": (503, "The service cannot journal orders.", "error"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a payload: where, which kind, and what would be right.

    `field` is the service's name for the value, `key` what the client called it.
    """

    field: str
    kind: str
    message: str
    key: str = ""


class Answer(msgspec.Struct, frozen=True):
    """A complete HTTP answer; `status_label` is what a webhook counts under."""

    status: int
    body: bytes
    status_label: str
    headers: tuple[tuple[bytes, bytes], ...] = (JSON,)


class RefusalError(Exception):
    """Send the problem document that this describes instead of an order's result."""

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        problems: Sequence[Problem] = (),
        retry_after: float | None = None,
        extra: dict[str, object] | None = None,
        headers: Sequence[tuple[bytes, bytes]] = (),
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.problems = tuple(problems)
        self.retry_after = retry_after
        self.extra = extra or {}
        self.headers = tuple(headers)

    def answer(self) -> Answer:
        """The refusal as HTTP."""
        status, title, status_label = CODES[self.code]
        document: dict[str, object] = {
            "duplicate": False,
            "type": f"urn:execution:problem:{self.code}",
            "title": title,
            "status": status,
            "code": self.code,
            "detail": self.detail,
            **self.extra,
        }
        if self.problems:
            document["errors"] = [
                {
                    "field": p.field,
                    "pointer": f"#/{_escaped(p.key)}" if p.key else "#",
                    "code": p.kind,
                    "message": p.message,
                }
                for p in self.problems
            ]
        headers = [PROBLEM_JSON, *self.headers]
        if self.retry_after is not None:
            # Whole seconds, rounded up: a client that waits this long is let in.
            headers.append((b"retry-after", str(max(1, -int(-self.retry_after // 1))).encode()))
        return Answer(status, _ENCODE(document), status_label=status_label, headers=tuple(headers))


def method_not_allowed(method: str, allowed: Sequence[str]) -> RefusalError:
    """The refusal of a method, with the header that names those that are served."""
    methods = ", ".join(allowed)
    return RefusalError(
        "method_not_allowed",
        f"Use {methods}, not {method[:20]}.",
        headers=[(b"allow", methods.encode())],
    )


def accepted(
    intent: Mapping[str, Any],
    key: str,
    placed: Mapping[str, Any],
    protection: Mapping[str, object],
) -> Answer:
    """The 200 answer for an order; `placed` is ccxt's structure of it, `key` our id.

    `protection` is what the answer shows of its stop-loss and take-profit, as `legs`.
    `duplicate` leads, and nothing that a client wrote stands before it: see `as_duplicate`.
    """
    average, filled = placed.get("average"), placed.get("filled")
    document = {
        "duplicate": False,
        "order_id": str(placed["id"]),
        "client_order_id": key,
        "status": str(placed.get("status") or "open"),
        "filled": plain(as_decimal(filled)) if filled else "0",
        "average": None if average is None else plain(nearest(as_decimal(average), _LAST_DIGIT)),
        "exchange": intent["exchange"],
        "symbol": intent["symbol"],
        "side": intent["side"],
        "order_type": intent["order_type"],
        "quantity": intent["quantity"],
        "price": intent["price"],
        "id": intent["id"],
        "sizing": intent["sizing"],
        **protection,
    }
    return Answer(200, _ENCODE(document), status_label="success")


def dry(intent: Mapping[str, Any], key: str) -> Answer:
    """The 200 answer for an order that was checked and sized, and goes nowhere."""
    told = {k: v for k, v in intent.items() if k not in {"asked", "source"}}
    document = {
        "duplicate": False,
        "dry_run": True,
        "order_id": "",
        "client_order_id": key,
        "status": "not_sent",
        "filled": "0",
        **told,
    }
    return Answer(200, _ENCODE(document), status_label="success")


def as_duplicate(body: bytes) -> bytes:
    """The first answer's body again, marked."""
    return body.replace(b'"duplicate":false', b'"duplicate":true', 1)


def _escaped(key: str) -> str:
    # Source: https://www.rfc-editor.org/rfc/rfc6901#section-3
    return key[:64].replace("~", "~0").replace("/", "~1")
