"""Token buckets in a real Redis, which may go away and come back."""

import asyncio
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from target_app.execution.http.shared_rate_limit import SharedLimiter
from tests.support import required_programs
from tests.support.service_in_process import Served


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
        """Its address, as the service takes it."""
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


def test_without_redis_the_local_limits_stand_in_and_health_shows_it(
    redis: RedisServer, serve: Callable[..., Served]
) -> None:
    service = serve(redis_url=redis.url, rate_limit_per_minute=5, rate_limit_burst=0)
    assert [service.send().status for _ in range(6)] == [200] * 5 + [429]
    assert service.get("/health").json["rate_limits"] == "shared"
    assert service.value("execution_rate_limit_fallback") == 0
    redis.stop()
    assert [service.send(peer="192.0.2.9").status for _ in range(6)] == [200] * 5 + [429]
    health = service.get("/health").json
    assert (health["rate_limits"], health["status"]) == ("fallback", "degraded")
    assert service.value("execution_rate_limit_fallback") == 1
    redis.start()
    limiter = service.service.limiter
    limiter._clock = lambda: time.monotonic() + 5  # type: ignore[attr-defined]
    assert service.send(peer="192.0.2.10").status == 200
    assert service.get("/health").json["rate_limits"] == "shared"
    assert service.value("execution_rate_limit_fallback") == 0
