"""A Redis that answers slowly: signals are late, and each is still executed once.

A proxy hands each answer on when the test says so, so that the slowness is the test's and not
the machine's.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from target_app.services.all_in_one_process import EmbeddedSystem
from target_app.services.bus.redis_streams import RedisBus
from target_app.services.exec_risk.service import RiskService
from target_app.services.system_test.system import SystemUnderTest
from tests.support.embedded_system import QUIET, TOKEN
from tests.support.redis_server import RedisServer
from tests.support.service_bus import running, until
from tests.support.slow_proxy import SlowProxy
from tests.support.wait_until import PATIENCE_SECONDS

pytestmark = [pytest.mark.needs("redis-server"), pytest.mark.programs]

SIGNALS = 5
# A reader waits a second for entries: an answer after that is no sign of slowness.
ANSWER_SECONDS, SOON_SECONDS = 5.0, 2.0
# The number of a new entry, which is what Redis answers to XADD.
_PUBLISHED = re.compile(rb"\$\d+\r\n0-\d+\r\n")
Scenario = Callable[[SystemUnderTest, EmbeddedSystem, SlowProxy], Awaitable[None]]


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    server = RedisServer()
    server.start()
    yield server
    server.close()


def behind_proxy(
    folder: Path, redis: RedisServer, scenario: Scenario, answer_seconds: float = ANSWER_SECONDS
) -> None:
    """Run a scenario against the three services, whose Redis is behind a proxy."""

    async def run() -> None:
        async with SlowProxy(redis.socket).up() as proxy:
            embedded = EmbeddedSystem(
                folder, lambda: RedisBus(proxy.url, answer_seconds=answer_seconds), TOKEN, QUIET
            )
            async with embedded.up():
                system = SystemUnderTest(embedded.urls, TOKEN, embedded, PATIENCE_SECONDS)
                try:
                    await system.ready()
                    await scenario(system, embedded, proxy)
                finally:
                    proxy.quick()

    asyncio.run(run())


async def stepping(proxy: SlowProxy) -> None:
    """Hand answers on, one from each connection at a time, as soon as there are any."""
    while True:
        await until(lambda: proxy.waiting, "an answer waits")
        await asyncio.sleep(0)
        proxy.step()
        await asyncio.sleep(0)


async def check(system: SystemUnderTest, embedded: EmbeddedSystem, ids: list[str]) -> None:
    """Each signal was executed, and each order is at the venue once."""
    for signal_id in ids:
        assert (await system.outcome(signal_id))["outcome"] == "executed"
    risk = embedded.services["exec-risk"]
    assert isinstance(risk, RiskService)
    assert await system.value("exec-risk", "exec_risk_service_orders_executed_total") == len(ids)
    assert await system.value("exec-risk", "exec_risk_service_positions_opened_total") == len(ids)


async def kept(bus: RedisBus, signals: int) -> bool:
    """Whether the bus holds so many signals."""
    return len(await bus.history("signals", after=0, count=1000)) >= signals


async def has_status(system: SystemUnderTest, status: str) -> bool:
    """Whether ai says so of itself."""
    return bool((await system.told("ai", "/health"))["status"] == status)


def test_late_answers_make_signals_late_and_neither_lose_nor_double_one(
    tmp_path: Path, redis: RedisServer
) -> None:
    async def scenario(system: SystemUnderTest, embedded: EmbeddedSystem, proxy: SlowProxy) -> None:
        proxy.slows = lambda _answer: True
        ids = [await system.signal() for _ in range(SIGNALS)]  # ai takes them while Redis is slow
        await until(lambda: proxy.waiting >= len(embedded.services), "the services wait for Redis")
        assert (await system.told("exec-risk", "/health"))["phase"] == "ready"
        status, _ = await system.ask("exec-risk", f"/signals/{ids[0]}")
        assert status == 404  # nothing has come through yet
        async with running(stepping(proxy)):
            await check(system, embedded, ids)

    behind_proxy(tmp_path, redis, scenario)


def test_answers_that_come_too_late_are_asked_for_again(tmp_path: Path, redis: RedisServer) -> None:
    async def scenario(system: SystemUnderTest, embedded: EmbeddedSystem, proxy: SlowProxy) -> None:
        proxy.slows = lambda answer: _PUBLISHED.match(answer) is not None
        ids = [await system.signal() for _ in range(SIGNALS)]
        # What ai has published is on the bus, and ai does not know it: it says it again.
        direct = RedisBus(redis.url)
        await system.until(lambda: kept(direct, 2 * SIGNALS), "ai has said its signals twice")
        await direct.close()
        await system.until(lambda: has_status(system, "degraded"), "ai says that its bus is away")
        proxy.quick()
        await check(system, embedded, ids)
        await system.until(lambda: has_status(system, "ok"), "ai has its bus again")
        repeated = await system.value(
            "exec-risk",
            "trading_bus_deliveries_total",
            stream="signals",
            group="exec-risk",
            outcome="duplicate",
        )
        assert repeated >= SIGNALS

    behind_proxy(tmp_path, redis, scenario, answer_seconds=SOON_SECONDS)
