"""Token buckets: in this process and in a real Redis, which may go away and come back."""

import asyncio
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from target_app.execution.busiest_clients import BusiestClients
from target_app.execution.http.rate_limit import REMEMBERED, LocalLimiter
from target_app.execution.http.shared_rate_limit import SharedLimiter
from tests.support import required_programs
from tests.support.service_in_process import Served


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """What time it is."""
        return self.now


def test_a_full_bucket_holds_a_minutes_requests_and_the_burst() -> None:
    limiter = LocalLimiter(100, 10, clock=Clock())
    assert [limiter.take("a") == 0 for _ in range(111)] == [True] * 110 + [False]
    assert limiter.take("b") == 0


def test_the_wait_that_is_told_is_enough_and_a_shorter_one_is_not() -> None:
    clock = Clock()
    limiter = LocalLimiter(60, 0, clock=clock)
    for _ in range(60):
        limiter.take("a")
    wait = limiter.take("a")
    assert wait == pytest.approx(1.0)
    clock.now += wait * 0.9
    assert limiter.take("a") > 0
    clock.now += wait * 0.11
    assert limiter.take("a") == 0


def test_a_flood_of_clients_does_not_fill_the_memory() -> None:
    limiter = LocalLimiter(1, 0, clock=Clock())
    for n in range(REMEMBERED + 500):
        limiter.take(str(n))
    assert len(limiter._buckets) == REMEMBERED


def test_the_busiest_clients_have_names_and_the_others_share_one() -> None:
    dropped: list[str] = []
    busiest = BusiestClients(2, dropped=dropped.append)
    assert [busiest.name(c) for c in ("a", "a", "a", "b", "c")] == ["a", "a", "a", "b", "other"]
    assert busiest.name("c") == "c"  # twice as busy as b by now
    assert dropped == ["b"]
    assert busiest.name("b") == "other"


def test_ten_thousand_clients_never_hold_more_names_than_there_are() -> None:
    dropped: list[str] = []
    busiest = BusiestClients(50, dropped=dropped.append)
    named = {busiest.name(str(n % 10_000)) for n in range(40_000)}
    assert len(named - set(dropped) - {"other"}) <= 50
    assert len(busiest._counts) <= 2051


class RedisServer:
    """A Redis of the test's own, which can be stopped and started."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """What the service is told."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self._process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""],
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                assert time.monotonic() < deadline, "redis-server did not start"
            else:
                return

    def stop(self) -> None:
        """Kill it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    required_programs.program("redis-server")
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.stop()


def test_two_replicas_share_one_limit_through_redis(redis: RedisServer) -> None:
    async def spend() -> list[bool]:
        replicas = [SharedLimiter(redis.url, 5, 1, fell_back=lambda _: None) for _ in range(2)]
        passed = [await replicas[n % 2].wait_for("a") == 0 for n in range(8)]
        for replica in replicas:
            await replica.close()
        return passed

    assert asyncio.run(spend()) == [True] * 6 + [False] * 2


def test_without_redis_the_local_limits_stand_in_and_everybody_can_see_it(
    redis: RedisServer, serve: Callable[..., Served]
) -> None:
    service = serve(redis_url=redis.url, rate_limit_per_minute=5, rate_limit_burst=0)
    assert [service.send().status for _ in range(6)] == [200] * 5 + [429]
    assert service.get("/health").json["rate_limits"] == "shared"
    assert service.value("execution_rate_limit_fallback") == 0
    redis.stop()
    assert [service.send(peer="192.0.2.9").status for _ in range(6)] == [200] * 5 + [429]
    told = service.get("/health").json
    assert (told["rate_limits"], told["status"]) == ("fallback", "degraded")
    assert service.value("execution_rate_limit_fallback") == 1
    redis.start()
    limiter = service.service.limiter
    limiter._clock = lambda: time.monotonic() + 5  # type: ignore[attr-defined]
    assert service.send(peer="192.0.2.10").status == 200
    assert service.get("/health").json["rate_limits"] == "shared"
    assert service.value("execution_rate_limit_fallback") == 0
