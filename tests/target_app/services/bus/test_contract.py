"""What a bus promises, asked of the one in memory and of a real Redis alike."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator

import pytest

from target_app.services.bus.contract import DEAD_LETTERS, Batch, Bus, BusError, GroupState
from target_app.services.bus.in_memory import MemoryBus
from target_app.services.bus.redis_streams import RedisBus
from tests.support.redis_server import RedisServer
from tests.support.wait_until import PATIENCE_SECONDS

SCENARIO = Callable[[Bus], Awaitable[None]]
Run = Callable[[SCENARIO], None]
MOST = 20


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    server = RedisServer()
    server.start()
    yield server.url
    server.close()


@pytest.fixture(
    params=["in memory", pytest.param("redis", marks=pytest.mark.needs("redis-server"))]
)
def on_bus(request: pytest.FixtureRequest) -> Run:
    def run(scenario: SCENARIO) -> None:
        async def connected() -> None:
            bus: Bus = MemoryBus(MOST)
            if request.param == "redis":
                redis = RedisBus(request.getfixturevalue("redis_url"), MOST)
                await redis._redis.flushall()
                bus = redis
            await bus.connect()
            try:
                await scenario(bus)
            finally:
                await bus.close()

        asyncio.run(connected())

    return run


async def taken(bus: Bus, group: str = "g", count: int = 10) -> Batch:
    return await bus.read("s", group, "me", count=count, wait_seconds=0.01)


def texts(batch: Batch) -> list[bytes]:
    return [delivery.data for delivery in batch.deliveries]


def test_each_group_reads_every_entry_once_and_in_order(on_bus: Run) -> None:
    async def scenario(bus: Bus) -> None:
        await bus.publish([("s", b"before")])
        await bus.subscribe("s", "g")
        await bus.subscribe("s", "h")
        await bus.publish([("s", b"one"), ("s", b"two"), ("other", b"elsewhere")])
        first = await taken(bus, count=2)
        assert texts(first) == [b"before", b"one"]
        assert [d.number for d in first.deliveries] == [1, 2]
        assert texts(await taken(bus)) == [b"two"]
        assert texts(await taken(bus)) == []
        assert texts(await taken(bus, "h")) == [b"before", b"one", b"two"]

    on_bus(scenario)


def test_a_reader_that_waits_is_woken(on_bus: Run) -> None:
    async def scenario(bus: Bus) -> None:
        await bus.subscribe("s", "g")
        waiting = asyncio.create_task(bus.read("s", "g", "me", count=9, wait_seconds=1))
        while not waiting.done():
            await bus.publish([("s", b"x")])
            await asyncio.sleep(0.01)
        assert texts(await waiting)[:1] == [b"x"]

    on_bus(scenario)


def test_what_is_not_acknowledged_is_claimed_and_counted(on_bus: Run) -> None:
    async def scenario(bus: Bus) -> None:
        await bus.subscribe("s", "g")
        await bus.publish([("s", b"one"), ("s", b"two")])
        batch = await taken(bus)
        await bus.acknowledge("s", "g", [batch.deliveries[0].number])
        assert await bus.state("s", "g") == GroupState(lag=0, pending=1)
        fresh = await bus.claim("s", "g", "me", idle_seconds=60, count=10)
        assert fresh == Batch()
        for deliveries in (2, 3):
            again = await bus.claim("s", "g", "other", idle_seconds=0, count=10)
            assert [(d.data, d.deliveries) for d in again.deliveries] == [(b"two", deliveries)]
        await bus.acknowledge("s", "g", [2])
        assert await bus.claim("s", "g", "me", idle_seconds=0, count=10) == Batch()
        assert await bus.state("s", "g") == GroupState(lag=0, pending=0)

    on_bus(scenario)


def test_a_group_that_is_too_slow_is_told_how_much_it_lost(on_bus: Run) -> None:
    async def scenario(bus: Bus) -> None:
        await bus.subscribe("s", "g")
        await bus.publish([("s", b"read")])
        assert (await taken(bus)).lost == 0
        await bus.publish([("s", b"%d" % n) for n in range(MOST + 7)])
        assert await bus.state("s", "g") == GroupState(lag=MOST + 7, pending=1)
        late = await taken(bus, count=5)
        assert late.lost == 7
        assert texts(late)[0] == b"7"
        assert (await taken(bus, count=100)).lost == 0
        # The entry that was read and never acknowledged is gone as well.
        assert (await bus.claim("s", "g", "me", idle_seconds=0, count=1)).lost == 1

    on_bus(scenario)


def test_a_group_goes_on_where_it_stopped(on_bus: Run) -> None:
    async def scenario(bus: Bus) -> None:
        await bus.subscribe("s", "g")
        await bus.publish([("s", b"one"), ("s", b"two")])
        await taken(bus, count=1)
        await bus.subscribe("s", "g")
        assert texts(await taken(bus)) == [b"two"]

    on_bus(scenario)


def test_a_dead_letter_is_kept_and_not_delivered_again(on_bus: Run) -> None:
    async def scenario(bus: Bus) -> None:
        await bus.subscribe("s", "g")
        await bus.publish([("s", b"bad")])
        (delivery,) = (await taken(bus)).deliveries
        await bus.bury(delivery, "g", b"why")
        assert await bus.state("s", "g") == GroupState(lag=0, pending=0)
        letters = await bus.history(DEAD_LETTERS, after=0, count=10)
        assert [letter.data for letter in letters] == [b"why"]

    on_bus(scenario)


def test_history_is_read_without_a_group(on_bus: Run) -> None:
    async def scenario(bus: Bus) -> None:
        assert await bus.history("s", after=0, count=5) == ()
        await bus.publish([("s", b"%d" % n) for n in range(MOST + 2)])
        assert [d.number for d in await bus.history("s", after=0, count=3)] == [3, 4, 5]
        assert [d.number for d in await bus.history("s", after=21, count=3)] == [22]
        assert await bus.state("s", "nobody") == GroupState(0, 0)
        assert await bus.state("nowhere", "g") == GroupState(0, 0)

    on_bus(scenario)


def test_an_answer_is_sent_to_a_stream_that_is_forgotten(on_bus: Run) -> None:
    async def scenario(bus: Bus) -> None:
        await bus.subscribe("s", "g")
        await bus.send("s", b"answer", expire_seconds=60)
        assert texts(await taken(bus)) == [b"answer"]

    on_bus(scenario)


def test_without_a_group_reading_is_an_error(on_bus: Run) -> None:
    async def scenario(bus: Bus) -> None:
        with pytest.raises(BusError, match="group"):
            await bus.read("s", "g", "me", count=1, wait_seconds=0.01)

    on_bus(scenario)


def test_an_emptied_bus_has_another_identity_and_begins_anew(on_bus: Run) -> None:
    async def scenario(bus: Bus) -> None:
        await bus.subscribe("s", "g")
        await bus.publish([("s", b"one")])
        before = await bus.identity()
        assert await bus.identity() == before
        if isinstance(bus, MemoryBus):
            bus.empty()
        else:
            assert isinstance(bus, RedisBus)
            await bus._redis.flushall()
        assert await bus.identity() != before
        with pytest.raises(BusError):
            await taken(bus)
        await bus.publish([("s", b"two")])
        await bus.subscribe("s", "g")
        batch = await taken(bus)
        assert (texts(batch), batch.lost) == ([b"two"], 0)

    on_bus(scenario)


def test_a_bus_that_is_away_is_an_error(on_bus: Run) -> None:
    async def scenario(bus: Bus) -> None:
        if isinstance(bus, MemoryBus):
            bus.is_away = True
        else:
            bus = RedisBus("unix:///nowhere/redis.sock")
        for call in (
            bus.publish([("s", b"x")]),
            bus.subscribe("s", "g"),
            bus.state("s", "g"),
            bus.identity(),
            bus.connect(),
        ):
            with pytest.raises(BusError):
                await call

    on_bus(scenario)


def test_a_reader_that_is_cancelled_at_any_turn_of_the_loop_ends(on_bus: Run) -> None:
    async def scenario(bus: Bus) -> None:
        await bus.subscribe("s", "g")

        async def forever() -> None:
            while True:
                await bus.read("s", "g", "me", count=10, wait_seconds=1)
                await bus.state("s", "g")

        for turns in range(60):
            task = asyncio.create_task(forever())
            await asyncio.sleep(0)
            await bus.publish([("s", b"x")])
            for _ in range(turns):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.wait([task], timeout=PATIENCE_SECONDS)
            assert task.done(), f"it went on after it was cancelled at turn {turns}"
            assert task.cancelled()

    on_bus(scenario)
