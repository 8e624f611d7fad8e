"""What a service decides reaches the bus, whatever happens to the bus meanwhile."""

import asyncio
import json
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest

from target_app.services.bus.in_memory import MemoryBus
from target_app.services.messages.events import CONTROL, SizingChanged
from target_app.services.publisher import Publisher
from target_app.services.state_inbox_and_outbox import Store
from tests.support.service_bus import Measured, opened, running, until
from tests.support.wait_until import PATIENCE_SECONDS
from toolkit.errors import ConfigurationError


async def say(store: Store, word: str) -> None:
    event = SizingChanged(factor=Decimal(1), reason=word)
    await store.write(lambda transaction: transaction.emit(event))


async def words(bus: MemoryBus) -> list[str]:
    entries = await bus.history(CONTROL, after=0, count=100)
    return [json.loads(x.data)["data"]["reason"] for x in entries]


def test_events_are_published_in_their_order_and_once(tmp_path: Path) -> None:
    async def scenario() -> None:
        bus, measured = MemoryBus(), Measured()
        async with opened(tmp_path / "s.db") as store:
            for word in "abc":
                await say(store, word)
            async with running(Publisher(bus, store, measured.metrics).run()):
                published = "trading_bus_published_total"
                await until(lambda: measured.value(published, stream=CONTROL) == 3, "three")
                await say(store, "d")
                await until(lambda: measured.value(published, stream=CONTROL) == 4, "four")
                await until(lambda: measured.value("trading_bus_outbox_entries") == 0, "empty")
        async with opened(tmp_path / "s.db") as store:  # the next process
            await say(store, "e")
            async with running(Publisher(bus, store, measured.metrics).run()):
                await until(lambda: measured.value(published, stream=CONTROL) == 5, "five")
        assert await words(bus) == list("abcde")

    asyncio.run(scenario())


def test_what_is_said_while_the_bus_is_away_waits(tmp_path: Path) -> None:
    async def scenario() -> None:
        bus, measured = MemoryBus(), Measured()
        bus.is_away = True
        async with opened(tmp_path / "s.db") as store:
            publisher = Publisher(bus, store, measured.metrics)
            async with running(publisher.run()):
                await say(store, "a")
                await asyncio.sleep(0.01)
                assert measured.value("trading_bus_connected") == 0
                bus.is_away = False
                await until(lambda: publisher.connected, "the connection")
            assert await words(bus) == ["a"]
            assert measured.value("trading_bus_connected") == 1

    asyncio.run(scenario())


def test_a_bus_that_came_back_empty_gets_everything_again(tmp_path: Path) -> None:
    async def scenario() -> None:
        bus, measured = MemoryBus(), Measured()
        async with opened(tmp_path / "s.db") as store:
            publisher = Publisher(bus, store, measured.metrics)
            for word in "ab":
                await say(store, word)
            await publisher._publish()
            bus.empty()
            await say(store, "c")
            publisher._looked = 0.0  # a second later
            await publisher._publish()
            assert await words(bus) == ["a", "b", "c"]
            publisher._looked = 0.0
            await publisher._publish()
            assert await words(bus) == ["a", "b", "c"]

    asyncio.run(scenario())


def test_a_second_process_is_kept_off_the_store(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with opened(tmp_path / "s.db"):
            with pytest.raises(ConfigurationError, match="another process holds it"):
                async with opened(tmp_path / "s.db"):
                    raise AssertionError

    asyncio.run(scenario())


def test_a_file_that_is_no_store_is_refused(tmp_path: Path) -> None:
    (tmp_path / "s.db").write_text("not a database, but a text that is long enough to be one" * 9)

    async def scenario() -> None:
        async with opened(tmp_path / "s.db"):
            raise AssertionError

    with pytest.raises(ConfigurationError, match=r"STORE: .*s\.db: file is not a database"):
        asyncio.run(scenario())


def test_a_publisher_that_is_cancelled_at_any_turn_of_the_loop_ends(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with opened(tmp_path / "s.db") as store:
            for turns in range(6):
                publisher = Publisher(MemoryBus(), store, Measured().metrics)
                task = asyncio.create_task(publisher.run())
                await until(partial(getattr, publisher, "connected"), "it waits for more")
                store.added.set()
                for _ in range(turns):
                    await asyncio.sleep(0)
                task.cancel()
                await asyncio.wait([task], timeout=PATIENCE_SECONDS)
                assert task.cancelled(), f"it went on after it was cancelled at turn {turns}"

    asyncio.run(scenario())
