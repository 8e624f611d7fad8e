"""What only a Redis can be: behind a password, too old, paused, restarted."""

import asyncio
from collections.abc import Iterator

import pytest
from redis.asyncio import Redis

from target_app.services.bus.by_address import open_bus
from target_app.services.bus.contract import BusError, GroupState
from target_app.services.bus.redis_appends import RedisAppends
from target_app.services.bus.redis_streams import RedisBus, shown
from tests.support.redis_server import RedisServer
from toolkit.errors import ConfigurationError

pytestmark = pytest.mark.needs("redis-server")


@pytest.fixture
def server() -> Iterator[RedisServer]:
    made = RedisServer()
    made.start()
    yield made
    made.close()


def test_a_password_is_asked_for_and_never_shown() -> None:
    server = RedisServer("--requirepass", "open-sesame")
    server.start()

    async def connect(url: str) -> None:
        bus = RedisBus(url)
        try:
            await bus.connect()
        finally:
            await bus.close()

    try:
        for url in (server.url, f"unix://:wrong@{server.socket}"):
            with pytest.raises(ConfigurationError) as caught:
                asyncio.run(connect(url))
            assert "refuses us" in caught.value.message
            assert "wrong@" not in str(caught.value)
        asyncio.run(connect(f"unix://:open-sesame@{server.socket}"))
    finally:
        server.close()
    assert shown("redis://user:secret@host:1/0") == "redis://user:…@host:1/0"


def test_an_older_redis_is_refused_at_the_start(
    server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def connect() -> None:
        bus = RedisBus(server.url)

        async def old(_section: str) -> dict[str, str]:
            return {"redis_version": "6.2.14"}

        monkeypatch.setattr(bus._redis, "info", old)
        await bus.connect()

    with pytest.raises(ConfigurationError, match=r"is Redis 6\.2\.14.* need Redis 7\.0"):
        asyncio.run(connect())


def test_a_paused_redis_is_an_error_in_time_and_works_afterwards(server: RedisServer) -> None:
    async def scenario() -> None:
        bus = RedisBus(server.url, answer_seconds=0.2)
        server.pause()
        with pytest.raises(BusError):
            await bus.publish([("s", b"x")])
        server.resume()
        while True:  # the first calls may still meet the connection that was given up
            try:
                await bus.publish([("s", b"y")])
                break
            except BusError:
                continue
        await bus.close()

    asyncio.run(scenario())


def test_a_restarted_redis_has_another_identity(server: RedisServer) -> None:
    async def scenario() -> None:
        bus = RedisBus(server.url)
        before = await bus.identity()
        server.kill()
        with pytest.raises(BusError):
            await bus.identity()
        server.start()
        assert await bus.identity() != before
        await bus.close()

    asyncio.run(scenario())


def test_a_stranger_who_adds_by_the_clock_stops_nobody(server: RedisServer) -> None:
    """`XADD stream *` takes the time as the id, which is higher than all of ours."""

    async def scenario() -> None:
        bus, stranger = RedisBus(server.url), Redis.from_url(server.url)
        await bus.subscribe("s", "g")
        await bus.publish([("s", b"1")])
        await stranger.xadd("trading:s", {"junk": "x"})
        await stranger.xadd("trading:dead-letters", {"junk": "x"})
        await bus.publish([("s", b"2"), ("other", b"3"), ("s", b"4")])
        await bus.send("s", b"5", expire_seconds=60)
        found = await bus.read("s", "g", "c", count=10, wait_seconds=0.01)
        assert [each.data for each in found.deliveries] == [b"1", b"", b"2", b"4", b"5"]
        assert found.lost == 0
        again = await bus.claim("s", "g", "c", idle_seconds=0, count=10)
        assert [each.deliveries for each in again.deliveries] == [2] * 5
        await bus.bury(found.deliveries[1], "g", b"letter")
        numbers = [each.number for each in found.deliveries if each.data]
        await bus.acknowledge("s", "g", numbers)
        assert await bus.state("s", "g") == GroupState(0, 0)
        await bus.publish([("s", b"6")])
        assert await bus.state("s", "g") == GroupState(1, 0)
        letters = await bus.history("dead-letters", after=0, count=10)
        assert [each.data for each in letters] == [b"", b"letter"]
        (last,) = await bus.history("s", after=found.deliveries[-1].number, count=10)
        assert last.data == b"6"
        await stranger.aclose()
        await bus.close()

    asyncio.run(scenario())


def test_an_event_whose_letter_was_refused_is_still_the_groups(
    server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is killed between the refusal and the next try has lost nothing."""

    class KilledError(Exception):
        pass

    async def killed(*_: object) -> None:
        raise KilledError

    async def scenario() -> None:
        bus, stranger = RedisBus(server.url), Redis.from_url(server.url)
        await bus.subscribe("s", "g")
        await bus.publish([("s", b"1")])
        (event,) = (await bus.read("s", "g", "c", count=1, wait_seconds=0.01)).deliveries
        await stranger.xadd("trading:dead-letters", {"junk": "x"})
        with monkeypatch.context() as patch:
            patch.setattr(RedisAppends, "_follow", killed)
            with pytest.raises(KilledError):
                await bus.bury(event, "g", b"letter")
        assert await bus.state("s", "g") == GroupState(0, 1)
        assert len(await bus.history("dead-letters", after=0, count=10)) == 1

        await bus.bury(event, "g", b"letter")
        assert await bus.state("s", "g") == GroupState(0, 0)
        letters = await bus.history("dead-letters", after=0, count=10)
        assert [each.data for each in letters] == [b"", b"letter"]
        await stranger.aclose()
        await bus.close()

    asyncio.run(scenario())


def test_where_no_letter_can_be_kept_the_event_is_not_given_up(server: RedisServer) -> None:
    async def scenario() -> None:
        bus, stranger = RedisBus(server.url), Redis.from_url(server.url)
        await bus.subscribe("s", "g")
        await bus.publish([("s", b"1")])
        (event,) = (await bus.read("s", "g", "c", count=1, wait_seconds=0.01)).deliveries
        await stranger.set("trading:dead-letters", "not a stream")
        with pytest.raises(BusError, match="WRONGTYPE"):
            await bus.bury(event, "g", b"letter")
        assert await bus.state("s", "g") == GroupState(0, 1)
        await stranger.aclose()
        await bus.close()

    asyncio.run(scenario())


@pytest.mark.parametrize("url", ["rediss", "http://127.0.0.1:6379", "redi://x"])
def test_an_address_that_names_no_bus_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match=r"BUS_URL: .* names no bus"):
        open_bus(url if "://" in url else f"{url}x://y")


def test_a_malformed_address_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"BUS_URL: redis://127\.0\.0\.1:port"):
        open_bus("redis://127.0.0.1:port/0")
