"""Calls of one exchange's API: each is measured, and its errors translated."""

import time
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from target_app.exchanges.background_pace import BackgroundPace
from target_app.exchanges.injected_faults import Faults
from target_app.exchanges.order_ids_and_error_codes_by_exchange import VenueProfile
from target_app.exchanges.raw_http_responses import ExchangeResponses
from target_app.exchanges.venue_errors import Fate, VenueError, is_missing, translated
from target_app.tracing.spans import SpanKind, child

# Failures by which an exchange shows that it was not reached.
_NOT_REACHED = frozenset({"network", "timeout", "unavailable"})


class ExchangeMetrics(Protocol):
    """What is recorded of exchanges; the service gives it, and is not imported for it."""

    def called(self, exchange: str, endpoint: str, seconds: float, failure: str = "") -> None:
        """One call of an exchange's API ended, retries counted singly."""

    def connected(self, exchange: str, yes: int) -> None:
        """Whether the last call reached the exchange, as 1 or 0."""

    def breaker(self, name: str, state: int) -> None:
        """The state that a breaker is in."""


class ExchangeCalls:
    """Calls of `client`, ccxt's. While the exchange wants quiet, none is made."""

    def __init__(
        self,
        name: str,
        client: Any,
        *,
        profile: VenueProfile,
        metrics: ExchangeMetrics,
        faults: Faults,
    ) -> None:
        self.name, self.client, self.profile = name, client, profile
        self.connected = False
        self._metrics, self._faults = metrics, faults
        self._quiet_until = 0.0
        ExchangeResponses(client, profile, self._be_quiet)
        BackgroundPace(client)

    @property
    def quiet_seconds(self) -> float:
        """How long the exchange has still asked to be left alone; 0 when it has not."""
        return max(0.0, self._quiet_until - time.monotonic()) if self._quiet_until else 0.0

    async def call(
        self, endpoint: str, method: Callable[..., Awaitable[Any]], *values: object
    ) -> Any:
        """What ccxt's `method` answers; `endpoint` is its label. Raises VenueError."""
        if self._quiet_until and (quiet := self.quiet_seconds):
            message = f"{self.name} asked to be left alone for {quiet:.1f} s more"
            raise VenueError("rate_limited", Fate.UNSENT, message, retry_after=quiet)
        with child(endpoint, SpanKind.CLIENT) as span:
            started = time.perf_counter()
            failure = "unknown"  # what a cancelled call counts as
            try:
                if self._faults.any:
                    await self._faults.before_call(self.name)
                answer = await method(*values)
                failure = ""
            except VenueError as drill:
                failure = drill.reason
                raise
            except Exception as error:
                translation = translated(error, self.profile.codes)
                translation.retry_after = self.quiet_seconds or None
                # "There is no such order" is an answer, and what a reconciliation hopes to hear.
                failure = "" if is_missing(error) else translation.reason
                raise translation from error
            finally:
                if span is not None:
                    span.add({"exchange": self.name})
                    span.judge(failure)
                self._metrics.called(self.name, endpoint, time.perf_counter() - started, failure)
                reached = failure not in _NOT_REACHED
                if reached is not self.connected:
                    self.connected = reached
                    self._metrics.connected(self.name, int(reached))
        return answer

    def refuse_in_drill(self) -> None:
        """Raises VenueError while a drill lets no protective order be placed."""
        if self._faults.any:
            self._faults.before_protection(self.name)

    def _be_quiet(self, seconds: float) -> None:
        self._quiet_until = max(self._quiet_until, time.monotonic() + seconds)
