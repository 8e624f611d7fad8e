"""What a store does that finds no room: it says so, keeps what it has, and goes on when it can."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from target_app.services.all_in_one_process import EmbeddedSystem
from target_app.services.state_inbox_and_outbox import Store, StoreError, Transaction
from target_app.services.system_test.system import SystemUnderTest
from tests.support.embedded_system import on_embedded
from tests.support.service_bus import opened

_PAGES = 1_000_000


def limit(store: Store, pages: int) -> None:
    """Let the file have so many pages of 4096 bytes, or as many as it has."""
    assert store._connection is not None
    store._connection.execute(f"PRAGMA max_page_count = {pages}")


def read_only(store: Store, *, on: bool) -> None:
    """Have SQLite refuse to write, as where a disk became read-only."""
    assert store._connection is not None
    store._connection.execute(f"PRAGMA query_only = {int(on)}")


def large(transaction: Transaction) -> None:
    transaction.set_fact("large", "x" * 100_000)


def test_a_full_disk_is_said_once_and_everything_goes_on_when_there_is_room(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        async with opened(tmp_path / "s.db") as store:
            await store.write(lambda transaction: transaction.set_fact("small", "kept"))
            limit(store, 1)
            for _ in range(3):
                with pytest.raises(StoreError, match=r"s\.db: database or disk is full"):
                    await store.write(large)
            assert store.failing.endswith("s.db: database or disk is full")
            assert await store.read("SELECT value FROM facts") == [("kept",)]
            assert store.failing, "a read says nothing about writing"
            limit(store, _PAGES)
            await store.try_again()
            assert store.failing == ""
            await store.write(large)
            assert await store.read("SELECT count(*) FROM facts WHERE name = 'large'") == [(1,)]

    with caplog.at_level(logging.WARNING):
        asyncio.run(scenario())
    levels = [(x.levelname, x.getMessage().partition(":")[0]) for x in caplog.records]
    assert levels == [
        ("ERROR", "the store fails, what it should keep waits"),
        ("WARNING", "the store works again"),
    ]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda transaction: transaction.execute("SELECT no FROM facts"), sqlite3.Error),
        (lambda transaction: transaction.execute("SELECT ?", object()), sqlite3.Error),
        (lambda _transaction: 1 / 0, ZeroDivisionError),
    ],
    ids=["no such column", "no such type", "a bug"],
)
def test_a_bug_of_a_statement_is_not_called_a_failing_store(
    tmp_path: Path, change: Callable[[Transaction], object], error: type[Exception]
) -> None:
    async def scenario() -> None:
        async with opened(tmp_path / "s.db") as store:
            with pytest.raises(error):
                await store.write(change)
            assert store.failing == ""
            await store.write(lambda transaction: transaction.set_fact("next", "works"))

    asyncio.run(scenario())


def test_a_service_whose_store_fails_says_so_and_loses_nothing(tmp_path: Path) -> None:
    async def scenario(system: SystemUnderTest, embedded: EmbeddedSystem) -> None:
        store = embedded.services["exec-risk"].runtime.store

        async def answers(status: int) -> bool:
            return (await system.ask("exec-risk", "/ready"))[0] == status

        async def watched() -> str:
            seen = await system.told("analytics-os", "/health")
            return str(seen["services"]["exec-risk"]["status"])

        async def seen_as(status: str) -> bool:
            return await watched() == status

        read_only(store, on=True)
        signal_id = await system.signal()
        await system.until(lambda: answers(503), "exec-risk is not ready")
        ready = await system.ask("exec-risk", "/ready")
        assert ready[1]["status"] == "store_failing"
        assert "attempt to write a readonly database" in ready[1]["detail"]
        health = await system.told("exec-risk", "/health")
        assert (health["status"], health["store"]["writable"]) == ("degraded", False)
        await system.until(lambda: seen_as("degraded"), "analytics-os sees it")

        read_only(store, on=False)
        await system.until(lambda: answers(200), "exec-risk is ready again")
        assert (await system.outcome(signal_id))["outcome"] == "executed"
        assert (await system.told("exec-risk", "/health"))["store"] == {"writable": True}

    on_embedded(tmp_path, scenario)
