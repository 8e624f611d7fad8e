"""`POST /webhook/tradingview`: the pipeline from the socket to the answer, as plain ASGI.

No framework stands between the server and this: at thousands of orders a second its
routing and its dependency injection would cost more than all the work here.
"""

import itertools
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, MutableMapping
from decimal import Decimal
from typing import Any

from target_app.exchanges.injected_faults import Faults
from target_app.execution.audit_log import AuditLog
from target_app.execution.http.webhook_admission import MOST_UNSIGNED, Admission, RequestContext
from target_app.execution.logs import REQUEST_ID
from target_app.execution.metrics import Metrics
from target_app.execution.orders.place import OrderPlacer
from target_app.execution.response_bodies import Answer, Problem, RefusalError, method_not_allowed
from target_app.execution.settings import Settings
from target_app.execution.signals.fields import Notes
from target_app.execution.signals.normalise import Symbols
from target_app.execution.signals.payload import Signal, read
from target_app.execution.startup_and_drain import Lifecycle
from target_app.tracing.spans import CURRENT

PATH = "/webhook/tradingview"
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
_LOG = logging.getLogger(__name__)
_SIGNATURE, _FORWARDED, _LENGTH = b"x-signature", b"x-forwarded-for", b"content-length"
# Of a Content-Length, as many digits as show that it is too long; Python's int() has a limit.
_LENGTH_DIGITS = 18


class GoneError(Exception):
    """Send no answer: the client left before its request was complete."""


class Webhook:
    """The endpoint. Every collaborator is given, so that each can be replaced."""

    def __init__(
        self,
        settings: Settings,
        *,
        metrics: Metrics,
        admission: Admission,
        audit: AuditLog,
        placer: OrderPlacer,
        faults: Faults,
        lifecycle: Lifecycle,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._metrics, self._admission = metrics, admission
        self._audit, self._placer = audit, placer
        self._lifecycle, self._clock, self._faults = lifecycle, clock, faults
        self._symbols = Symbols(settings.symbols)
        self._least_confidence = Decimal(str(settings.min_confidence))
        # Unique among processes by the first part, within one by the second.
        self._process, self._numbers = secrets.token_hex(4), itertools.count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever it is."""
        context = RequestContext(f"{self._process}-{next(self._numbers):x}")
        REQUEST_ID.set(context.request_id)
        self._metrics.request_began()
        answer: Answer | None = None
        try:
            answer = await self._answered(scope, receive, context)
        except RefusalError as refusal:
            answer = refusal.answer()
            self._count(refusal, context)
        except GoneError:
            _LOG.info("the client left before its request was complete")
        except Exception:  # noqa: BLE001 - a bug: logged whole, and kept from the client
            _LOG.exception("a webhook was not answered")
            answer = RefusalError("internal", "The service has a bug; it was logged.").answer()
        finally:
            ended = time.perf_counter()
            self._metrics.request_ended()
            if answer is not None:
                context.status_label = answer.status_label
            self._metrics.answered(
                context.source,
                context.symbol,
                context.status_label,
                processing=ended - context.received,
                total=ended - context.started,
            )
            if (span := CURRENT.get()) is not None:
                span.add(context.shown())
        if answer is not None:
            await send_answer(send, answer, context.request_id)

    async def _answered(self, scope: Scope, receive: Receive, context: RequestContext) -> Answer:
        self._lifecycle.refuse_when_closed()
        headers = scope["headers"]
        fields = dict(headers)
        if len(fields) == len(headers):
            signatures, forwarded = _one(fields.get(_SIGNATURE)), _one(fields.get(_FORWARDED))
        else:
            signatures = [value for name, value in headers if name == _SIGNATURE]
            forwarded = [value for name, value in headers if name == _FORWARDED]
        told = fields.get(_LENGTH, b"")  # the last one
        length = int(told[:_LENGTH_DIGITS]) if told.isdigit() else 0
        await self._admission.admit(scope.get("client"), forwarded, context)
        if scope["method"] != "POST":
            raise method_not_allowed(scope["method"], ("POST",))
        most = self._settings.max_body_bytes
        body = await read_body(length, receive, most if signatures else min(most, MOST_UNSIGNED))
        context.received = time.perf_counter()
        raw = self._admission.authenticated(signatures, body, context)
        if self._faults.any:
            await self._faults.delay_handler()
            self._faults.spoil(raw)
        notes = Notes()
        try:
            signal = read(raw, self._symbols, self._settings.exchanges, notes)
        finally:
            self._metrics.normalised(notes.operations, notes.replaced)
        context.symbol = signal.symbol
        self._judge(signal)
        answer = await self._placer.execute(signal, body)
        if answer.status_label == "success":
            event = "order_dry_run" if self._placer.is_dry(signal) else "order_accepted"
            self._audit.write(event, "info", client=context.client, request=context.request_id)
        return answer

    def _judge(self, signal: Signal) -> None:
        """Staleness, then confidence."""
        age = self._clock() - signal.timestamp
        settings = self._settings
        if age > settings.max_age_seconds or -age > settings.max_future_seconds:
            limit = (
                f"at most {settings.max_age_seconds:g} s"
                if age > 0
                else f"at most {settings.max_future_seconds:g} s in the future"
            )
            when = f"{abs(age):.1f} s {'old' if age > 0 else 'in the future'}"
            problem = Problem("timestamp", "range", f"is {when}, and may be {limit}", "timestamp")
            raise RefusalError("stale", f"The webhook is {when}.", problems=(problem,))
        if signal.confidence < self._least_confidence:
            message = f"is {signal.confidence}, under {settings.min_confidence:g}"
            problem = Problem("confidence", "range", message, "confidence")
            raise RefusalError("low_confidence", f"The confidence {message}.", problems=(problem,))

    def _count(self, refusal: RefusalError, context: RequestContext) -> None:
        """The counters that belong to one kind of refusal."""
        code = refusal.code
        if code in {"validation", "not_json", "too_large", "id_reused"}:
            found = [(p.kind, p.field) for p in refusal.problems]
            reason = code if code in {"not_json", "too_large"} else found[0][0]
            self._metrics.invalid(context.source, reason, found)
            if code == "too_large":
                self._audit.write(
                    "body_too_large", "warning", client=context.client, request=context.request_id
                )
            elif code == "id_reused":
                self._refused_order(code, context)
        elif code == "stale":
            self._metrics.stale(context.source)
        elif code == "low_confidence":
            self._metrics.filtered(context.source, context.symbol)
        elif code in {"exchange_refused", "exchange_failed", "outcome_unknown", "circuit_open"}:
            self._refused_order(code, context)

    def _refused_order(self, code: str, context: RequestContext) -> None:
        client, request = context.client, context.request_id
        self._audit.write("order_refused", "warning", client=client, request=request, reason=code)


def _one(value: bytes | None) -> list[bytes]:
    return [] if value is None else [value]


async def read_body(length: int, receive: Receive, limit: int) -> bytes:
    """The whole body. Raises RefusalError(`too_large`), before reading where `length` is given."""
    if length > limit:
        raise _too_large(limit)
    message = await receive()
    if message["type"] == "http.disconnect":
        raise GoneError
    body: bytes = message.get("body", b"")
    if not message.get("more_body", False):
        if len(body) > limit:
            raise _too_large(limit)
        return body
    parts, size = [body], len(body)
    while message.get("more_body", False):
        message = await receive()
        if message["type"] == "http.disconnect":
            raise GoneError
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise _too_large(limit)
        parts.append(part)
    return b"".join(parts)


async def send_answer(send: Send, answer: Answer, request_id: str) -> None:
    """The answer as ASGI messages."""
    await send(
        {
            "type": "http.response.start",
            "status": answer.status,
            "headers": (
                *answer.headers,
                (b"content-length", b"%d" % len(answer.body)),
                *(((b"x-request-id", request_id.encode()),) if request_id else ()),
            ),
        }
    )
    await send({"type": "http.response.body", "body": answer.body})


def _too_large(limit: int) -> RefusalError:
    message = f"is longer than {limit} bytes"
    return RefusalError(
        "too_large", f"The body {message}.", problems=(Problem("body", "range", message),)
    )
