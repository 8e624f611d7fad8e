"""Token buckets in a real Redis, which may go away and come back."""

import asyncio
import time
from collections.abc import Callable, Iterator

import pytest

from target_app.execution.http import rate_limit_in_redis
from target_app.execution.http.rate_limit_in_redis import SharedLimiter
from tests.support.redis_server import RedisServer
from tests.support.service_in_process import Served
from tests.support.wait_until import PATIENCE_SECONDS

# Six tokens; the next is there after a minute, which no machine is too slow for.
PER_MINUTE, BURST = 1, 5


@pytest.fixture
def redis(monkeypatch: pytest.MonkeyPatch) -> Iterator[RedisServer]:
    """A Redis that is waited for: it is away only when a test ends it."""
    monkeypatch.setattr(rate_limit_in_redis, "_TIMEOUT_SECONDS", PATIENCE_SECONDS)
    server = RedisServer(tcp=True)
    server.start()
    yield server
    server.close()


def test_two_replicas_share_one_limit_through_redis(redis: RedisServer) -> None:
    async def spend() -> list[bool]:
        replicas = [
            SharedLimiter(redis.url, PER_MINUTE, BURST, fell_back=lambda _: None) for _ in range(2)
        ]
        passed = [await replicas[n % 2].wait_for("a") == 0 for n in range(8)]
        for replica in replicas:
            await replica.close()
        return passed

    assert asyncio.run(spend()) == [True] * 6 + [False] * 2


def test_without_redis_the_local_limits_stand_in_and_health_shows_it(
    redis: RedisServer, serve: Callable[..., Served]
) -> None:
    service = serve(redis_url=redis.url, rate_limit_per_minute=PER_MINUTE, rate_limit_burst=BURST)
    assert [service.send().status for _ in range(7)] == [200] * 6 + [429]
    assert service.get("/health").json["rate_limits"] == "shared"
    assert service.value("execution_rate_limit_fallback") == 0
    redis.kill()
    assert [service.send(peer="192.0.2.9").status for _ in range(7)] == [200] * 6 + [429]
    health = service.get("/health").json
    assert (health["rate_limits"], health["status"]) == ("fallback", "degraded")
    assert service.value("execution_rate_limit_fallback") == 1
    redis.start()
    limiter = service.service.limiter
    limiter._clock = lambda: time.monotonic() + 5  # type: ignore[attr-defined]
    assert service.send(peer="192.0.2.10").status == 200
    assert service.get("/health").json["rate_limits"] == "shared"
    assert service.value("execution_rate_limit_fallback") == 0
