"""Effects are written together; one that fails is tried again alone, and given up in the end."""

import asyncio
import json
import time
from dataclasses import replace
from pathlib import Path

from target_app.services.bus.in_memory import MemoryBus
from target_app.services.dead_letters import DeadLetters
from target_app.services.group_commit import (
    MOST_DELIVERIES,
    MOST_TRIES,
    Effect,
    GroupCommit,
    HandledEvent,
    NotNowError,
)
from target_app.services.messages.event_envelope import decode, encode, wrap
from target_app.services.messages.events import SIGNALS, SignalGenerated
from target_app.services.state_inbox_and_outbox import Store, Transaction
from tests.support.service_bus import Measured, letters, opened

TABLE = "CREATE TABLE IF NOT EXISTS seen (id TEXT)"


class System:
    """Three signals, `a`, `b` and `c`, that a group has read and nobody has acknowledged."""

    def __init__(self, store: Store) -> None:
        self.store, self.bus, self.measured = store, MemoryBus(), Measured()
        metrics = self.measured.metrics
        self.commits = GroupCommit(
            SIGNALS,
            "test",
            bus=self.bus,
            store=store,
            metrics=metrics,
            dead_letters=DeadLetters(self.bus, SIGNALS, "test", metrics, time.time),
            clock=time.time,
        )
        self.events: list[HandledEvent] = []

    async def read(self) -> None:
        await self.bus.subscribe(SIGNALS, "test")
        for name in "abc":
            event = SignalGenerated(
                signal_id=name, symbol="A/B", side="buy", confidence=0.9, model=1
            )
            await self.bus.publish([(SIGNALS, encode(wrap(event, "ai", own_id=name)))])
        batch = await self.bus.read(SIGNALS, "test", "test", count=9, wait_seconds=0.01)
        for delivery in batch.deliveries:
            event_read = decode(delivery.data, SIGNALS, now=time.time())
            self.events.append(HandledEvent(delivery, event_read, note(event_read.id), None))

    async def seen(self) -> list[object]:
        return [row[0] for row in await self.store.read("SELECT id FROM seen ORDER BY rowid")]

    async def pending(self) -> int:
        return (await self.bus.state(SIGNALS, "test")).pending


def note(name: str) -> Effect:
    def effect(transaction: Transaction) -> None:
        transaction.execute("INSERT INTO seen VALUES (?)", name)

    return effect


def fail(_: Transaction) -> None:
    raise ValueError("poison")


def ended(event: HandledEvent, outcome: Effect | Exception) -> HandledEvent:
    return HandledEvent(event.delivery, event.event, outcome, None)


def test_all_effects_are_written_and_acknowledged(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with opened(tmp_path / "s.db", TABLE) as store:
            system = System(store)
            await system.read()
            await system.commits.write(system.events)
            assert (await system.seen(), await system.pending()) == (["a", "b", "c"], 0)
            await system.commits.write(system.events)
            assert await system.seen() == ["a", "b", "c"]
            assert system.measured.outcome(SIGNALS, "duplicate") == 3

    asyncio.run(scenario())


def test_an_effect_that_fails_is_tried_again_and_given_up_in_the_end(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with opened(tmp_path / "s.db", TABLE) as store:
            system = System(store)
            await system.read()
            a, b, c = system.events
            await system.commits.write([a, ended(b, fail), c])
            assert (await system.seen(), await system.pending()) == (["a", "c"], 1)
            for _ in range(MOST_TRIES - 2):
                await system.commits.write([ended(b, fail)])
            assert (await letters(system.bus), await system.pending()) == ([], 1)
            await system.commits.write([ended(b, fail)])
            (letter,) = map(json.loads, await letters(system.bus))
            assert (letter["reason"], letter["detail"]) == (
                "too_many_deliveries",
                "ValueError: poison",
            )
            assert await system.pending() == 0

    asyncio.run(scenario())


def test_what_was_written_after_all_begins_anew(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with opened(tmp_path / "s.db", TABLE) as store:
            system = System(store)
            await system.read()
            a = system.events[0]
            for _ in range(MOST_TRIES - 1):
                await system.commits.write([ended(a, NotNowError("later"))])
            await system.commits.write([a])
            await system.commits.write([ended(a, NotNowError("later"))])
            assert (await system.seen(), await letters(system.bus)) == (["a"], [])
            assert system.measured.outcome(SIGNALS, "retried") == MOST_TRIES

    asyncio.run(scenario())


def test_what_ends_the_process_each_time_counts_its_deliveries(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with opened(tmp_path / "s.db", TABLE) as store:
            system = System(store)
            await system.read()
            a, b, _ = system.events
            often = replace(a.delivery, deliveries=MOST_DELIVERIES)
            await system.commits.write(
                [HandledEvent(often, a.event, ValueError("x"), None), ended(b, ValueError("x"))]
            )
            (letter,) = map(json.loads, await letters(system.bus))
            assert letter["number"] == a.delivery.number

    asyncio.run(scenario())
