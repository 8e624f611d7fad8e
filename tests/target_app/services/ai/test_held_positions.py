"""Positions that ai believes to be held, whatever order their events come in."""

import asyncio
from collections.abc import Awaitable, Callable
from decimal import Decimal
from pathlib import Path

from target_app.services.ai.held_positions import SCHEMA, HeldPositions
from target_app.services.messages.events import PositionClosed, PositionOpened
from target_app.services.state_inbox_and_outbox import Store
from tests.support.service_bus import opened

ONE = Decimal(1)
OPENED = PositionOpened(
    position_id="p1", signal_id="s1", symbol="BTC/USDT", quantity=ONE, price=ONE, confidence=0.9
)
CLOSED = PositionClosed(
    position_id="p1",
    signal_id="s1",
    symbol="BTC/USDT",
    quantity=ONE,
    opened_price=ONE,
    price=ONE,
    pnl_usd=ONE,
    confidence=0.9,
    opened_at=1.0,
)


def in_a_store(path: Path, check: Callable[[Store], Awaitable[None]]) -> None:
    async def run() -> None:
        async with opened(path, SCHEMA) as store:
            await check(store)

    asyncio.run(run())


def test_a_position_is_held_from_its_opening_to_its_end(tmp_path: Path) -> None:
    async def check(store: Store) -> None:
        held = HeldPositions()
        await store.write(lambda transaction: held.opened(transaction, OPENED))
        assert held.has("BTC/USDT")
        assert not held.has("ETH/USDT")
        await store.write(lambda transaction: held.closed(transaction, CLOSED))
        assert not held.has("BTC/USDT")

    in_a_store(tmp_path / "ai.db", check)


def test_one_whose_end_was_heard_of_first_is_not_held(tmp_path: Path) -> None:
    async def check(store: Store) -> None:
        held = HeldPositions()
        await store.write(lambda transaction: held.closed(transaction, CLOSED))
        await store.write(lambda transaction: held.opened(transaction, OPENED))
        assert not held.has("BTC/USDT")

    in_a_store(tmp_path / "ai.db", check)


def test_the_next_process_remembers_what_is_held_and_what_has_ended(tmp_path: Path) -> None:
    async def check(store: Store) -> None:
        held, after = HeldPositions(), HeldPositions()
        await store.write(lambda transaction: held.opened(transaction, OPENED))
        await after.remember(store)
        assert after.has("BTC/USDT")
        await store.write(lambda transaction: held.closed(transaction, CLOSED))
        await after.remember(store)
        assert not after.has("BTC/USDT")

    in_a_store(tmp_path / "ai.db", check)
