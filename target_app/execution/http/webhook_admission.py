"""Who may send webhooks, and how often: address, rate, then signature or passphrase."""

import time
from typing import Any

from target_app.execution.audit_log import AuditLog
from target_app.execution.http.client_address import Access
from target_app.execution.http.rate_limit_per_process import RateLimiter
from target_app.execution.http.signature import Verifier
from target_app.execution.metrics import Metrics
from target_app.execution.response_bodies import RefusalError
from target_app.execution.signals.payload import NO_CLAIM, Claim, claimed, decode, source_of
from target_app.metric_labels import OTHER

# Longer bodies are not looked into without a signature. TradingView cuts an alert's text at
# 4,096 characters, and UTF-8 takes up to four bytes for each.
MOST_UNSIGNED = 16_384


class RequestContext:
    """What is known of one request so far; its labels are safe at every moment."""

    __slots__ = (
        "client",
        "received",
        "request_id",
        "source",
        "started",
        "status_label",
        "symbol",
    )

    def __init__(self, request_id: str) -> None:
        self.started = self.received = time.perf_counter()
        self.request_id = request_id
        self.client = "unknown"
        self.source = self.symbol = OTHER
        self.status_label = "error"

    def shown(self) -> dict[str, str]:
        """What the request's span says of it."""
        return {
            "request.id": self.request_id,
            "webhook.source": self.source,
            "webhook.symbol": self.symbol,
            "webhook.status": self.status_label,
        }


class Admission:
    """Lets requests in, or refuses them; `per_minute` is the limit that a refusal names."""

    def __init__(
        self,
        access: Access,
        limiter: RateLimiter,
        verifier: Verifier,
        *,
        metrics: Metrics,
        audit: AuditLog,
        per_minute: int,
    ) -> None:
        self._access, self._limiter, self._verifier = access, limiter, verifier
        self._metrics, self._audit, self._per_minute = metrics, audit, per_minute

    async def admit(
        self, peer: tuple[str, int] | None, forwarded: list[bytes], context: RequestContext
    ) -> None:
        """Judge address and rate. Raises RefusalError."""
        client, allowed, site = self._access.caller(peer[0] if peer else "unknown", forwarded)
        context.client = client
        self._metrics.address(allowed=allowed)
        if not allowed:
            self._refused("address_refused", client, context)
            raise RefusalError("forbidden", f"{client} is not on the allow-list.")
        wait = await self._limiter.wait_for(site)
        self._metrics.rate_limited(site, refused=wait > 0)
        if wait:
            self._refused("rate_limited", site, context)
            limit = self._per_minute
            raise RefusalError("rate_limited", f"The limit is {limit} a minute.", retry_after=wait)

    def authenticated(
        self, given: list[bytes], body: bytes, context: RequestContext
    ) -> dict[str, Any]:
        """The decoded body of a webhook that proved who sent it. Raises RefusalError.

        `given` are the values of X-Signature; one that is given twice is refused.
        """
        if len(given) == 1 and self._verifier.signed(body, given[0]):
            raw = decode(body)
            context.source = source_of(raw)
            return raw
        claim = self._claim(body)
        # Counted under what it claims to be: nothing more is known of it.
        context.source = claim.source_label()
        phrase = claim.given_passphrase()
        if not given and self._verifier.knows(phrase):
            raw = decode(body)
            self._audit.write(
                "passphrase_used", "info", client=context.client, request=context.request_id
            )
            return raw
        self._metrics.signature_failed(context.source)
        why = "missing" if not given else "given twice" if len(given) > 1 else "wrong"
        self._refused("signature_failed", context.client, context, reason=why)
        raise RefusalError("invalid_signature", self._both_ways(why, phrase))

    def _both_ways(self, why: str, phrase: str | None) -> str:
        """How a webhook proves who sent it; those who cannot set headers need the second way."""
        words = f"X-Signature is {why}: it must be the hex HMAC-SHA256 of the raw body."
        if self._verifier.takes_passphrase:
            told = "missing" if phrase is None else "wrong"
            return f"{words} Without that header the field `passphrase` counts: it is {told}."
        if phrase is not None:
            return f"{words} A `passphrase` does not count here: none is configured."
        return words

    def _claim(self, body: bytes) -> Claim:
        """What the unverified body claims; says why it is not JSON only to who need not sign."""
        if len(body) > MOST_UNSIGNED:
            return NO_CLAIM
        try:
            return claimed(body)
        except RefusalError:
            if self._verifier.takes_passphrase:
                raise
            return NO_CLAIM

    def _refused(self, event: str, client: str, context: RequestContext, **more: str) -> None:
        self._audit.write(event, "warning", client=client, request=context.request_id, **more)
