"""Events have their effect once, whatever comes twice, fails, is hostile or is lost."""

import asyncio
import json
from decimal import Decimal
from pathlib import Path

import pytest

from target_app.services.bus.contract import Delivery
from target_app.services.bus.in_memory import MemoryBus
from target_app.services.consumer import Consumer
from target_app.services.group_commit import MOST_TRIES, Effect, NotNowError
from target_app.services.messages.event_envelope import Envelope, MessageError, encode, wrap
from target_app.services.messages.events import SIGNALS, SignalGenerated, SizingChanged
from target_app.services.state_inbox_and_outbox import Store, StoreError, Transaction
from tests.support.service_bus import Measured, letters, opened, running, until

TABLE = "CREATE TABLE IF NOT EXISTS seen (id TEXT)"


def signal(name: str) -> bytes:
    event = SignalGenerated(signal_id=name, symbol="A/B", side="buy", confidence=0.9, model=1)
    return encode(wrap(event, "ai", own_id=name))


class System:
    """A consumer that notes the ids of signals, and does to some what a test wants."""

    def __init__(self, store: Store, bus: MemoryBus) -> None:
        self.bus, self.store, self.measured = bus, store, Measured()
        self.trouble: dict[str, Exception] = {}  # by id, what the handler raises
        self.most_trouble = 10**6  # how often it does
        self.poison: set[str] = set()  # ids whose effect fails
        self.calls: list[str] = []
        self.slow: dict[str, asyncio.Event] = {}  # by id, what the handler waits for
        self.consumer = Consumer(
            SIGNALS,
            self._handle,
            bus=bus,
            store=store,
            metrics=self.measured.metrics,
            group="test",
            retry_seconds=0.01,
        )

    async def _handle(self, event: Envelope) -> Effect:
        self.calls.append(event.id)
        if event.id in self.slow:
            await self.slow[event.id].wait()
        if event.id in self.trouble and self.calls.count(event.id) <= self.most_trouble:
            raise self.trouble[event.id]

        def effect(transaction: Transaction) -> None:
            transaction.execute("INSERT INTO seen VALUES (?)", event.id)
            if event.id in self.poison:
                raise ValueError("poison")
            transaction.emit(SizingChanged(factor=Decimal(1), reason=event.id), event)

        return effect

    async def seen(self) -> list[object]:
        return [row[0] for row in await self.store.read("SELECT id FROM seen ORDER BY id")]

    async def until_done(self) -> None:
        """Until nothing is unread and nothing pending."""

        async def idle() -> bool:
            state = await self.bus.state(SIGNALS, "test")
            return (state.lag, state.pending) == (0, 0)

        await self.bus.subscribe(SIGNALS, "test")
        while not await idle():  # noqa: ASYNC110 - the bus has no event for it
            await asyncio.sleep(0.005)


def test_a_duplicate_has_its_effect_once(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with opened(tmp_path / "s.db", TABLE) as store:
            system = System(store, MemoryBus())
            await system.bus.publish([(SIGNALS, signal(name)) for name in "abab"])
            async with running(system.consumer.run()):
                await system.until_done()
                await system.bus.publish([(SIGNALS, signal("a"))])
                await system.until_done()
            assert await system.seen() == ["a", "b"]
            assert system.measured.outcome(SIGNALS, "handled") == 2
            # More where the machine is slow: one that is still under way is delivered again.
            assert system.measured.outcome(SIGNALS, "duplicate") >= 3
            outbox = await store.waiting(10)
            causes = [json.loads(row.data)["cause"] for row in outbox]
            assert causes == ["a", "b"]

    asyncio.run(scenario())


def test_what_cannot_be_done_now_is_done_later(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with opened(tmp_path / "s.db", TABLE) as store:
            system = System(store, MemoryBus())
            system.trouble["a"] = NotNowError("the venue is loading")
            system.most_trouble = 2
            await system.bus.publish([(SIGNALS, signal(name)) for name in "ab"])
            async with running(system.consumer.run()):
                await system.until_done()
            assert (system.calls.count("a"), system.calls.count("b")) == (3, 1)
            assert system.measured.outcome(SIGNALS, "retried") == 2
            assert await system.seen() == ["a", "b"]
            assert await letters(system.bus) == []

    asyncio.run(scenario())


def test_what_waits_for_a_store_is_never_a_dead_letter(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with opened(tmp_path / "s.db", TABLE) as store:
            system = System(store, MemoryBus())
            system.trouble["a"] = StoreError("the disk is full")
            system.most_trouble = MOST_TRIES + 2
            await system.bus.publish([(SIGNALS, signal(name)) for name in "ab"])
            async with running(system.consumer.run()):
                await system.until_done()
            assert system.measured.outcome(SIGNALS, "retried") == MOST_TRIES + 2
            assert await system.seen() == ["a", "b"]
            assert await letters(system.bus) == []

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("trouble", "reason", "detail", "calls"),
    [
        (NotNowError("no venue"), "too_many_deliveries", "NotNowError: no venue", MOST_TRIES),
        (KeyError("x"), "too_many_deliveries", "KeyError: 'x'", MOST_TRIES),
        (MessageError("not_usable", "no such market"), "not_usable", "no such market", 1),
    ],
    ids=["never possible", "a bug", "of no use"],
)
def test_what_never_succeeds_becomes_a_dead_letter(
    tmp_path: Path, trouble: Exception, reason: str, detail: str, calls: int
) -> None:
    async def scenario() -> None:
        async with opened(tmp_path / "s.db", TABLE) as store:
            system = System(store, MemoryBus())
            system.trouble["a"] = trouble
            await system.bus.publish([(SIGNALS, signal(name)) for name in "ab"])
            async with running(system.consumer.run()):
                await system.until_done()
            assert await system.seen() == ["b"]
            assert system.calls.count("a") == calls
            (letter,) = map(json.loads, await letters(system.bus))
            assert (letter["reason"], letter["detail"]) == (reason, detail)
            assert (letter["stream"], letter["number"]) == (SIGNALS, 1)
            # One that comes while the event is still worked on counts, and is no try.
            assert letter["deliveries"] >= calls
            assert (
                system.measured.value(
                    "trading_bus_dead_letters_total", stream=SIGNALS, group="test", reason=reason
                )
                == 1
            )

    asyncio.run(scenario())


def test_an_effect_that_fails_takes_no_other_with_it(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with opened(tmp_path / "s.db", TABLE) as store:
            system = System(store, MemoryBus())
            system.poison.add("b")
            await system.bus.publish([(SIGNALS, signal(name)) for name in "abc"])
            async with running(system.consumer.run()):
                await system.until_done()
            assert await system.seen() == ["a", "c"]
            (letter,) = map(json.loads, await letters(system.bus))
            assert letter["detail"] == "ValueError: poison"

    asyncio.run(scenario())


def test_a_commit_that_fails_is_told_and_the_next_ones_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        async with opened(tmp_path / "s.db", TABLE) as store:
            system = System(store, MemoryBus())
            system.trouble["a"] = MessageError("not_usable", "no such market")
            bury, failures = system.bus.bury, iter([True])

            async def fails_once(delivery: Delivery, group: str, letter: bytes) -> None:
                if next(failures, False):
                    raise ArithmeticError("a bug")
                await bury(delivery, group, letter)

            monkeypatch.setattr(system.bus, "bury", fails_once)
            await system.bus.publish([(SIGNALS, signal("a"))])
            async with running(system.consumer.run()):
                await system.until_done()
                await system.bus.publish([(SIGNALS, signal("b"))])
                await system.until_done()
            assert await system.seen() == ["b"]
            assert len(await letters(system.bus)) == 1

    asyncio.run(scenario())
    assert "ArithmeticError: a bug" in caplog.text


def test_a_slow_event_holds_up_no_other(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with opened(tmp_path / "s.db", TABLE) as store:
            system = System(store, MemoryBus())
            go_on = asyncio.Event()
            system.slow["a"] = go_on
            async with running(system.consumer.run()):
                await system.bus.publish([(SIGNALS, signal(name)) for name in "ab"])
                await until(lambda: system.measured.outcome(SIGNALS, "handled") == 1, "the second")
                await system.bus.publish([(SIGNALS, signal("c"))])
                await until(lambda: system.measured.outcome(SIGNALS, "handled") == 2, "the third")
                assert await system.seen() == ["b", "c"]
                go_on.set()
                await system.until_done()
            assert await system.seen() == ["a", "b", "c"]
            assert system.calls.count("a") == 1  # however often it was delivered meanwhile

    asyncio.run(scenario())


def test_hostile_entries_are_kept_with_their_reason_and_the_rest_goes_on(tmp_path: Path) -> None:
    hostile = [b"", b"{", b"[]", b"null", b"\x00" * 100, b'{"version":1}', b"[" * 9000]

    async def scenario() -> None:
        async with opened(tmp_path / "s.db", TABLE) as store:
            system = System(store, MemoryBus())
            await system.bus.publish([(SIGNALS, data) for data in [*hostile, signal("a")]])
            async with running(system.consumer.run()):
                await system.until_done()
            assert await system.seen() == ["a"]
            assert system.measured.outcome(SIGNALS, "dead") == len(hostile)
            reasons = {json.loads(x)["reason"] for x in await letters(system.bus)}
            assert reasons == {"not_json", "not_an_event"}

    asyncio.run(scenario())


def test_what_was_read_and_not_handled_is_handled_by_the_next_process(tmp_path: Path) -> None:
    async def scenario() -> None:
        bus = MemoryBus()
        await bus.subscribe(SIGNALS, "test")
        await bus.publish([(SIGNALS, signal("a"))])
        await bus.read(SIGNALS, "test", "test", count=1, wait_seconds=0.01)  # and is killed
        async with opened(tmp_path / "s.db", TABLE) as store:
            system = System(store, bus)
            async with running(system.consumer.run()):
                await system.until_done()
            assert await system.seen() == ["a"]

    asyncio.run(scenario())


def test_what_was_trimmed_is_counted(tmp_path: Path) -> None:
    async def scenario() -> None:
        bus = MemoryBus(most_entries=3)
        await bus.subscribe(SIGNALS, "test")
        await bus.publish([(SIGNALS, signal(name)) for name in "abcde"])
        async with opened(tmp_path / "s.db", TABLE) as store:
            system = System(store, bus)
            async with running(system.consumer.run()):
                await system.until_done()
            assert await system.seen() == ["c", "d", "e"]
            lost = "trading_bus_lost_entries_total"
            assert system.measured.value(lost, stream=SIGNALS, group="test") == 2

    asyncio.run(scenario())


def test_a_bus_that_comes_back_is_read_again(tmp_path: Path) -> None:
    async def scenario() -> None:
        bus = MemoryBus()
        async with opened(tmp_path / "s.db", TABLE) as store:
            system = System(store, bus)
            async with running(system.consumer.run()):
                await bus.publish([(SIGNALS, signal("a"))])
                await until(lambda: system.measured.outcome(SIGNALS, "handled") == 1, "the first")
                bus.is_away = True
                await asyncio.sleep(0.01)
                bus.is_away = False
                bus.empty()
                await bus.publish([(SIGNALS, signal(name)) for name in "ab"])
                await until(lambda: system.measured.outcome(SIGNALS, "handled") == 2, "the second")
            assert await system.seen() == ["a", "b"]

    asyncio.run(scenario())
