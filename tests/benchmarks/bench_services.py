"""Measure the trading services: `python -m tests.benchmarks.bench_services`.

Signal to filled order at a hundred signals a second, in memory and on Redis, next to a bare round
trip through Redis Streams in the same run; health meanwhile; and events a second through one
consumer, next to redis-py's own loop. Figures are for reading; nothing here passes or fails.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from target_app.services.ai.service import AiService
from target_app.services.all_in_one_process import EmbeddedSystem
from target_app.services.bus.contract import Bus
from target_app.services.bus.in_memory import MemoryBus
from target_app.services.bus.redis_streams import RedisBus
from target_app.services.consumer import Consumer
from target_app.services.exec_risk.service import RiskService
from target_app.services.group_commit import Effect
from target_app.services.messages.event_envelope import Envelope, encode, new_id, wrap
from target_app.services.messages.events import SIGNALS, SignalGenerated
from target_app.services.system_test.system import SystemUnderTest
from tests.support.embedded_system import QUIET, TOKEN
from tests.support.redis_server import RedisServer
from tests.support.service_bus import Measured, opened, running, until

RATE, SECONDS, EVENTS, ROUNDS = 100, 10, 5000, 500
HEALTH_EVERY_SECONDS = 0.05


def say(text: str = "") -> None:
    """One line of the report."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def quantiles(values: list[float]) -> tuple[float, float]:
    """P50 and P95, in milliseconds."""
    hundredths = statistics.quantiles(values, n=100)
    return hundredths[49] * 1000, hundredths[94] * 1000


def signal() -> SignalGenerated:
    """A signal that every rule lets pass."""
    return SignalGenerated(
        signal_id=new_id(),
        symbol="BTC/USDT",
        side="buy",
        confidence=0.9,
        model=1,
        quantity=Decimal("0.001"),
    )


async def timed(call: Callable[[], Awaitable[object]]) -> float:
    """Seconds that a call takes."""
    began = time.perf_counter()
    await call()
    return time.perf_counter() - began


async def round_trip(url: str) -> float:
    """P50 in milliseconds of one entry added, read by a group and acknowledged: three commands."""
    redis: Any = Redis.from_url(url, protocol=2)
    await redis.xgroup_create("bare", "g", id="0", mkstream=True)

    async def once() -> None:
        await redis.xadd("bare", {"data": b"x" * 400})
        (_, entries), *_ = await redis.xreadgroup("g", "me", {"bare": ">"}, count=1)
        await redis.xack("bare", "g", entries[0][0])

    times = [await timed(once) for _ in range(ROUNDS)]
    await redis.aclose()
    return quantiles(times)[0]


async def flow(folder: Path, bus_of: Callable[[], Bus]) -> tuple[list[float], list[float]]:
    """Seconds from signal to filled order, and of health, at RATE signals a second."""
    changes: dict[str, Any] = {
        **QUIET,
        "exec-risk": {"hold_seconds": 0.0, "max_open_positions": 10**6},
    }
    embedded = EmbeddedSystem(folder, bus_of, TOKEN, changes)
    filled: list[float] = []
    health: list[float] = []
    async with embedded.up():
        system = SystemUnderTest(embedded.urls, TOKEN, embedded)
        await system.ready()
        ai, risk = embedded.services["ai"], embedded.services["exec-risk"]
        assert isinstance(ai, AiService)
        assert isinstance(risk, RiskService)

        def ordered(failure: str, signalled_seconds: float | None) -> None:
            del failure
            if signalled_seconds is not None:  # closed by time or share, no signal asked for it
                filled.append(signalled_seconds)

        risk.metrics.ordered = ordered  # type: ignore[method-assign]

        async def ask() -> None:
            while True:
                health.append(await timed(lambda: system.told("exec-risk", "/health")))
                await asyncio.sleep(HEALTH_EVERY_SECONDS)

        async with running(ask()):
            began = time.perf_counter()
            for number in range(RATE * SECONDS):
                await asyncio.sleep(max(0.0, began + number / RATE - time.perf_counter()))
                await ai._say(signal())  # without HTTP's share
            await until(lambda: len(filled) == RATE * SECONDS, "every order is filled")
    return filled, health


async def through_consumer(folder: Path, url: str) -> float:
    """Events a second through one consumer with inbox and store."""
    bus, measured = RedisBus(url), Measured()
    await bus.publish([(SIGNALS, encode(wrap(signal(), "ai"))) for _ in range(EVENTS)])

    async def nothing(_event: Envelope) -> Effect:
        return lambda _transaction: None

    async with opened(folder / "consumer.db") as store:
        consumer = Consumer(
            SIGNALS, nothing, bus=bus, store=store, metrics=measured.metrics, group="test"
        )
        began = time.perf_counter()
        async with running(consumer.run()):
            await until(lambda: measured.outcome(SIGNALS, "handled") == EVENTS, "all are handled")
            taken = time.perf_counter() - began
    await bus.close()
    return EVENTS / taken


async def through_redis_py(url: str) -> float:
    """Events a second through redis-py's own loop: read, and acknowledge."""
    redis: Any = Redis.from_url(url, protocol=2)
    await redis.xgroup_create("own", "g", id="0", mkstream=True)
    pipeline = redis.pipeline(transaction=False)
    data = encode(wrap(signal(), "ai"))
    for _ in range(EVENTS):
        pipeline.xadd("own", {"data": data})
    await pipeline.execute()
    began, left = time.perf_counter(), EVENTS
    while left:
        (_, entries), *_ = await redis.xreadgroup("g", "me", {"own": ">"}, count=64)
        await redis.xack("own", "g", *(entry for entry, _ in entries))
        left -= len(entries)
    taken = time.perf_counter() - began
    await redis.aclose()
    return EVENTS / taken


async def measure(folder: Path, server: RedisServer) -> None:
    """Every table."""
    bare = await round_trip(server.url)
    say(f"a bare round trip through Redis: P50 {bare:.2f} ms; signals at {RATE} a second:")
    say(f"  {'bus':10}{'P50':>10}{'P95':>10}{'P50, in round trips':>22}{'health P95':>13}")
    memory = MemoryBus()
    for name, bus_of in (("memory", lambda: memory), ("Redis", lambda: RedisBus(server.url))):
        place = folder / name
        place.mkdir()
        filled, health = await flow(place, bus_of)
        middle, late = quantiles(filled)
        slow = quantiles(health)[1]
        say(f"  {name:10}{middle:7.1f} ms{late:7.1f} ms{middle / bare:22.0f}{slow:10.1f} ms")
    server.kill()
    server.start()
    ours, own = await through_consumer(folder, server.url), await through_redis_py(server.url)
    say(
        f"one consumer, with inbox and store: {ours:,.0f} events a second, "
        f"{ours / own:.2f} of redis-py's own loop ({own:,.0f})"
    )


def main() -> None:
    """All of them."""
    say("\n=== the trading services ===")
    server = RedisServer()
    server.start()
    try:
        with tempfile.TemporaryDirectory() as name:
            asyncio.run(measure(Path(name), server))
    finally:
        server.close()


if __name__ == "__main__":
    main()
