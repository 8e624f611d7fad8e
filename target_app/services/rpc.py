"""Calls between services over the bus: an answer in time or an error in time, never a hang."""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec

from target_app.services.bus.contract import Bus, BusError
from target_app.services.bus_metrics import BusMetrics
from target_app.services.messages.calls import BY_NAME, Call, Method, Reply
from target_app.services.messages.event_envelope import new_id
from target_app.tracing.spans import CURRENT, SpanKind, Tracer

_LOG = logging.getLogger(__name__)
TIMEOUT_SECONDS, ATTEMPTS = 0.5, 3
_FIRST_WAIT_SECONDS, _AGAIN_SECONDS = 0.05, 0.2
# A caller that is gone leaves a stream of replies behind, for so long.
_REPLIES_SECONDS = 60.0
_COUNT, _WAIT_SECONDS = 64, 1.0
_ENCODE = msgspec.json.Encoder().encode
Serve = Callable[[Any], Awaitable[msgspec.Struct]]


class CallError(Exception):
    """No answer came: `outcome` is timeout, refused or bus_away."""

    def __init__(self, outcome: str, detail: str) -> None:
        super().__init__(detail)
        self.outcome = outcome


class Caller:
    """Calls other services. `run` is the task that hears their replies."""

    def __init__(
        self, bus: Bus, service: str, metrics: BusMetrics, tracer: Tracer | None = None
    ) -> None:
        self._bus, self._metrics, self._tracer = bus, metrics, tracer
        self._replies = f"replies-{service}-{new_id()}"
        self._waiting: dict[str, asyncio.Future[Reply]] = {}

    async def run(self) -> None:
        """Hear replies until cancelled."""
        while True:
            try:
                await self._bus.subscribe(self._replies, "caller")
                while True:
                    batch = await self._bus.read(
                        self._replies, "caller", "caller", count=_COUNT, wait_seconds=_WAIT_SECONDS
                    )
                    for delivery in batch.deliveries:
                        self._heard(delivery.data)
                    numbers = [delivery.number for delivery in batch.deliveries]
                    await self._bus.acknowledge(self._replies, "caller", numbers)
            except BusError:
                await asyncio.sleep(_AGAIN_SECONDS)

    async def call(
        self,
        method: Method,
        params: msgspec.Struct,
        *,
        timeout_seconds: float = TIMEOUT_SECONDS,
        attempts: int = ATTEMPTS,
    ) -> Any:
        """The result of a call, of the method's type. Raises CallError.

        `timeout_seconds` is for each attempt; only a repeatable method is tried more than once.
        """
        if self._tracer is None:
            return await self._called(method, params, timeout_seconds, attempts)
        with self._tracer.span(
            method.name, SpanKind.CLIENT, attributes=_attributes(method)
        ) as span:
            try:
                return await self._called(method, params, timeout_seconds, attempts)
            except CallError as error:
                span.judge(error.outcome)
                raise

    async def _called(
        self, method: Method, params: msgspec.Struct, timeout_seconds: float, attempts: int
    ) -> Any:
        started = time.perf_counter()
        outcome = "timeout"
        try:
            for attempt in range(attempts if method.repeatable else 1):
                if attempt:
                    self._metrics.repeated(method.name)
                    longest = _FIRST_WAIT_SECONDS * 2**attempt
                    await asyncio.sleep(random.uniform(0, longest))  # noqa: S311 - jitter
                try:
                    reply = await self._once(method, params, timeout_seconds)
                except TimeoutError:
                    continue
                if reply.error:
                    outcome = "refused"
                    raise CallError(outcome, f"{method.name}: {reply.error}")
                result = msgspec.json.decode(reply.result, type=method.result)
                outcome = "answered"
                return result
            raise CallError(
                outcome, f"{method.name}: {method.service} did not answer in {timeout_seconds:g} s"
            )
        except BusError as error:
            outcome = "bus_away"
            raise CallError(outcome, f"{method.name}: {error}") from None
        finally:
            self._metrics.called(method.name, outcome, time.perf_counter() - started)

    async def _once(self, method: Method, params: msgspec.Struct, seconds: float) -> Reply:
        call = Call(
            id=new_id(),
            method=method.name,
            reply_to=self._replies,
            deadline=time.time() + seconds,
            trace=span.traceparent if (span := CURRENT.get()) else "",
            params=msgspec.Raw(_ENCODE(params)),
        )
        future = asyncio.get_running_loop().create_future()
        self._waiting[call.id] = future
        try:
            async with asyncio.timeout(seconds):
                await self._bus.publish([(_calls(method.service), _ENCODE(call))])
                reply: Reply = await future
                return reply
        finally:
            del self._waiting[call.id]

    def _heard(self, data: bytes) -> None:
        try:
            reply = msgspec.json.decode(data, type=Reply)
        except (msgspec.DecodeError, ValueError) as error:
            _LOG.error("a reply cannot be read: %s", error)
            return
        future = self._waiting.get(reply.id)
        if future is None or future.done():
            self._metrics.late_reply()
        else:
            future.set_result(reply)


class CallServer:
    """Answers the calls of other services, several at once, each before its deadline or not."""

    def __init__(
        self,
        bus: Bus,
        service: str,
        methods: Mapping[Method, Serve],
        *,
        metrics: BusMetrics,
        clock: Callable[[], float] = time.time,
        tracer: Tracer | None = None,
    ) -> None:
        self._bus, self._service, self._metrics, self._clock = bus, service, metrics, clock
        self._tracer = tracer
        self._methods = {method.name: (method, serve) for method, serve in methods.items()}
        self._working: set[asyncio.Task[None]] = set()
        self.is_mute = False  # a drill's: calls are taken and not answered

    async def run(self) -> None:
        """Answer until cancelled."""
        stream = _calls(self._service)
        while True:
            try:
                await self._bus.subscribe(stream, "server")
                while True:
                    batch = await self._bus.read(
                        stream, "server", "server", count=_COUNT, wait_seconds=_WAIT_SECONDS
                    )
                    for delivery in batch.deliveries:
                        task = asyncio.create_task(self._serve(delivery.data))
                        self._working.add(task)
                        task.add_done_callback(self._working.discard)
                    # At most once: a caller that waits in vain calls again.
                    numbers = [delivery.number for delivery in batch.deliveries]
                    await self._bus.acknowledge(stream, "server", numbers)
            except BusError:
                await asyncio.sleep(_AGAIN_SECONDS)

    async def _serve(self, data: bytes) -> None:
        try:
            call = msgspec.json.decode(data, type=Call)
        except (msgspec.DecodeError, ValueError) as error:
            _LOG.error("a call cannot be read: %s", error)
            return
        known = call.method if call.method in BY_NAME else ""
        if self._clock() > call.deadline or self.is_mute:
            if known:
                self._metrics.served(known, "expired")
            return
        reply = await self._traced_reply(call)
        if known:
            self._metrics.served(known, "refused" if reply.error else "answered")
        try:
            await self._bus.send(call.reply_to, _ENCODE(reply), expire_seconds=_REPLIES_SECONDS)
        except BusError as error:
            _LOG.warning("a reply to %s was not sent: %s", call.method, error)

    async def _traced_reply(self, call: Call) -> Reply:
        found = self._methods.get(call.method)
        if self._tracer is None or found is None:
            return await self._reply(call)
        with self._tracer.span(
            call.method, SpanKind.SERVER, parent=call.trace, attributes=_attributes(found[0])
        ) as span:
            reply = await self._reply(call)
            if reply.error:
                span.judge("refused")
            return reply

    async def _reply(self, call: Call) -> Reply:
        found = self._methods.get(call.method)
        if found is None:
            return Reply(id=call.id, error=f"{self._service} has no method {call.method[:64]!r}")
        method, serve = found
        try:
            params = msgspec.json.decode(call.params, type=method.params)
            result = await serve(params)
        except (msgspec.DecodeError, ValueError) as error:
            return Reply(id=call.id, error=str(error))
        except Exception:  # noqa: BLE001 - a bug of one method must not end the server
            _LOG.exception("%s failed", call.method)
            return Reply(id=call.id, error="an error of the service; its log says which")
        return Reply(id=call.id, result=msgspec.Raw(_ENCODE(result)))


def _attributes(method: Method) -> dict[str, str]:
    """What a call's spans say of it.

    Source: https://opentelemetry.io/docs/specs/semconv/rpc/rpc-spans/
    """
    return {"rpc.service": method.service, "rpc.method": method.name}


def _calls(service: str) -> str:
    return f"calls-{service}"
