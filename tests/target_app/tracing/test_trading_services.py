"""A signal as one trace: through three services, the bus, a call over the bus and the exchange."""

import asyncio
import http.client
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from target_app.services.all_in_one_process import EmbeddedSystem
from target_app.services.bus.redis_streams import RedisBus
from target_app.services.system_test.system import SystemUnderTest
from target_app.tracing.spans import Tracer
from target_app.tracing.start import open_tracer
from tests.support.embedded_system import TOKEN, on_embedded
from tests.support.otlp_receiver import OtlpReceiver, ReceivedSpan
from tests.support.redis_server import RedisServer

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
GIVEN = f"00-{TRACE}-{SPAN}-01"
# Each span of a signal that is executed, and its parent, as service and name.
WAY = {
    ("ai", "POST /admin/signals"): ("", ""),
    ("ai", "create signals"): ("ai", "POST /admin/signals"),
    ("exec-risk", "process signals"): ("ai", "create signals"),
    ("analytics-os", "process signals"): ("ai", "create signals"),
    ("exec-risk", "create requests"): ("exec-risk", "process signals"),
    ("exec-risk", "process requests"): ("exec-risk", "create requests"),
    ("analytics-os", "process requests"): ("exec-risk", "create requests"),
    ("exec-risk", "journal_intent"): ("exec-risk", "process requests"),
    ("exec-risk", "create_order"): ("exec-risk", "process requests"),
    ("exec-risk", "create results"): ("exec-risk", "process requests"),
    ("exec-risk", "create positions"): ("exec-risk", "process requests"),
    ("analytics-os", "process results"): ("exec-risk", "create results"),
    ("analytics-os", "process positions"): ("exec-risk", "create positions"),
    ("ai", "process positions"): ("exec-risk", "create positions"),
}


class Traced:
    """The collector, and the tracers of the three services that send there."""

    def __init__(self, collector: OtlpReceiver) -> None:
        self.collector = collector

    def tracer_of(self, name: str) -> Tracer | None:
        return open_tracer(name, {"OTEL_EXPORTER_OTLP_ENDPOINT": self.collector.url})

    def spans(self) -> dict[tuple[str, str], ReceivedSpan]:
        """Those of the one trace that was asked for; prices are asked for as often as needed."""
        own = [x for x in list(self.collector.spans) if x.trace_id == TRACE]
        return {(x.service, x.name): x for x in own if x.name != "fetch_ticker"}

    async def way(self, length: int) -> dict[tuple[str, str], tuple[str, str]]:
        """Each span and its parent, once there are so many."""
        await asyncio.to_thread(
            self.collector.wait_for, lambda: len(self.spans()) >= length, f"{length} spans"
        )
        spans = self.spans()
        by_id = {x.span_id: key for key, x in spans.items()}
        return {key: by_id.get(x.parent_id, ("", "")) for key, x in spans.items()}


@pytest.fixture
def traced(collector: OtlpReceiver) -> Traced:
    return Traced(collector)


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    made = RedisServer()
    made.start()
    yield made
    made.close()


async def request(
    system: SystemUnderTest,
    service: str,
    method: str,
    path: str,
    body: object = None,
    **headers: str,
) -> tuple[int, str]:
    """An answer's status and text."""

    def send() -> tuple[int, str]:
        connection = http.client.HTTPConnection(urlsplit(system.urls[service]).netloc)
        own = {"Authorization": f"Bearer {TOKEN}"}
        connection.request(method, path, json.dumps(body), own | headers)
        answer = connection.getresponse()
        try:
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    return await asyncio.to_thread(send)


BUY = {"symbol": "BTC/USDT", "side": "buy", "confidence": 0.9, "quantity": "0.001"}


async def said(system: SystemUnderTest, **headers: str) -> None:
    """A signal that is executed."""
    status, text = await request(system, "ai", "POST", "/admin/signals", BUY, **headers)
    assert status == 202, text
    found = await system.outcome(json.loads(text)["signal_id"])
    assert found["outcome"] == "executed", found


async def is_one_trace(system: SystemUnderTest, traced: Traced) -> None:
    await said(system, traceparent=GIVEN, tracestate="desk=7")
    assert await traced.way(len(WAY)) == WAY
    spans = traced.spans()
    assert spans["ai", "POST /admin/signals"].parent_id == SPAN
    kinds = {name: x.kind for (_, name), x in spans.items()}
    assert kinds["POST /admin/signals"] == "SERVER"
    assert kinds["create signals"] == "PRODUCER"
    assert kinds["process signals"] == "CONSUMER"
    assert kinds["create_order"] == "CLIENT"
    made, taken = spans["ai", "create signals"], spans["exec-risk", "process signals"]
    for name in ("messaging.message.id", "messaging.destination.name", "event.type"):
        assert made.attributes[name] == taken.attributes[name]
    assert made.attributes["event.type"] == "signal.generated"
    assert not any(x.is_error for x in spans.values())


def test_a_signal_is_one_trace_in_memory(tmp_path: Path, traced: Traced) -> None:
    async def scenario(system: SystemUnderTest, _embedded: EmbeddedSystem) -> None:
        await is_one_trace(system, traced)
        await shows_exemplars(system)
        await calls_are_within_the_trace(system, traced)
        await hostile_traces_lose_no_event(system, traced)
        await what_is_rolled_back_makes_no_span(system, traced)

    on_embedded(tmp_path, scenario, tracer_of=traced.tracer_of)


@pytest.mark.needs("redis-server")
def test_a_signal_is_one_trace_on_redis(tmp_path: Path, traced: Traced, redis: RedisServer) -> None:
    async def scenario(system: SystemUnderTest, _embedded: EmbeddedSystem) -> None:
        await is_one_trace(system, traced)

    on_embedded(tmp_path, scenario, bus_of=lambda: RedisBus(redis.url), tracer_of=traced.tracer_of)


async def shows_exemplars(system: SystemUnderTest) -> None:
    _, text = await request(
        system, "exec-risk", "GET", "/metrics", Accept="application/openmetrics-text"
    )
    named = {
        line.partition("_bucket")[0]
        for line in text.splitlines()
        if f'# {{trace_id="{TRACE}"}}' in line
    }
    assert named == {"exec_risk_service_signal_to_order_seconds", "trading_bus_event_age_seconds"}


async def calls_are_within_the_trace(system: SystemUnderTest, traced: Traced) -> None:
    call = {"method": "exec-risk.portfolio"}
    parent = f"00-{TRACE}-aaaaaaaaaaaaaaaa-01"
    answered = await request(system, "ai", "POST", "/admin/calls", call, traceparent=parent)
    assert answered[0] == 200, answered[1]
    name = "exec-risk.portfolio"
    await traced.way(len(WAY) + 3)
    spans = traced.spans()
    asked, answer = spans["ai", name], spans["exec-risk", name]
    assert asked.parent_id == spans["ai", "POST /admin/calls"].span_id
    assert answer.parent_id == asked.span_id
    assert (asked.kind, answer.kind) == ("CLIENT", "SERVER")
    assert (asked.is_error, answer.is_error) == (False, False)
    _, text = await request(system, "ai", "GET", "/metrics", Accept="application/openmetrics-text")
    shown = [x for x in text.splitlines() if f'trace_id="{TRACE}"' in x and "rpc_call" in x]
    assert shown

    await system.fault("exec-risk", "mute_calls")
    late = call | {"timeout_seconds": 0.01}
    parent = f"00-{TRACE[::-1]}-aaaaaaaaaaaaaaaa-01"
    status, _ = await request(system, "ai", "POST", "/admin/calls", late, traceparent=parent)
    assert status == 504
    (failed,) = await of_trace(traced, TRACE[::-1], name)
    assert failed.is_error
    assert failed.attributes["error.type"] == "timeout"
    await system.clear("exec-risk", "mute_calls")


async def of_trace(traced: Traced, trace_id: str, name: str) -> list[ReceivedSpan]:
    """The spans of that name in a trace, once there is one."""

    def found() -> list[ReceivedSpan]:
        return [x for x in traced.collector.named(name) if x.trace_id == trace_id]

    await asyncio.to_thread(traced.collector.wait_for, lambda: bool(found()), name)
    return found()


def event(kind: str, data: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "version": 1,
        "type": kind,
        "id": f"made-up-{kind}",
        "time": time.time(),
        "data": data,
    } | more


async def hostile_traces_lose_no_event(system: SystemUnderTest, traced: Traced) -> None:
    signal = {"signal_id": "hostile", "symbol": "BTC/USDT", "side": "buy", "confidence_pct": 90}
    data = event("signal.generated", signal, trace="cc-" + "x" * 20_000)
    status, text = await request(system, "ai", "POST", "/admin/events/signals", data)
    assert status == 202, text
    assert (await system.outcome("hostile"))["outcome"] == "executed"

    def taken() -> list[ReceivedSpan]:
        named = traced.collector.named("process signals", "exec-risk")
        return [x for x in named if x.attributes["messaging.message.id"] == data["id"]]

    await asyncio.to_thread(traced.collector.wait_for, lambda: bool(taken()), "the signal")
    assert taken()[0].parent_id == ""
    assert taken()[0].trace_id != TRACE


async def what_is_rolled_back_makes_no_span(system: SystemUnderTest, traced: Traced) -> None:
    """A request to close a position that is not there: what it said is taken back."""
    trace_id = "beef" * 8
    data = event(
        "execution.requested",
        {
            "request_id": "lost",
            "signal_id": "",
            "position_id": "none",
            "symbol": "BTC/USDT",
            "side": "sell",
            "opens": False,
            "quantity": "0.0001",
        },
        trace=f"00-{trace_id}-aaaaaaaaaaaaaaaa-01",
    )
    status, text = await request(system, "ai", "POST", "/admin/events/requests", data)
    assert status == 202, text

    def failed() -> list[ReceivedSpan]:
        named = traced.collector.named("process requests", "exec-risk")
        return [x for x in named if x.trace_id == trace_id]

    await asyncio.to_thread(traced.collector.wait_for, lambda: bool(failed()), "the request")
    (span,) = failed()
    assert span.is_error
    assert span.attributes["error.type"] == "not_usable"
    made = [x.name for x in list(traced.collector.spans) if x.trace_id == trace_id]
    assert "create_order" in made
    assert "create results" not in made
