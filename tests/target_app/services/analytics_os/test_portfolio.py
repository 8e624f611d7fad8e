"""The portfolio is right whatever order the events come in, and however often."""

import asyncio
import itertools
from decimal import Decimal
from pathlib import Path

import pytest

from target_app.services.analytics_os import portfolio
from target_app.services.analytics_os.portfolio import RUN, Portfolio
from target_app.services.messages.events import PositionClosed, PositionOpened
from tests.support.service_bus import opened


def opening(name: str, symbol: str = "A/B", price: int = 100) -> PositionOpened:
    return PositionOpened(
        position_id=name,
        signal_id=name,
        symbol=symbol,
        quantity=Decimal(1),
        price=Decimal(price),
        confidence=0.9,
    )


def closing(name: str, pnl: int, symbol: str = "A/B", price: int = 100) -> PositionClosed:
    return PositionClosed(
        position_id=name,
        signal_id=name,
        symbol=symbol,
        quantity=Decimal(1),
        opened_price=Decimal(price),
        price=Decimal(price + pnl),
        pnl_usd=Decimal(pnl),
        confidence=0.9,
        opened_at=0.0,
    )


def after(folder: Path, *events: PositionOpened | PositionClosed) -> Portfolio:
    async def scenario() -> Portfolio:
        async with opened(folder / "s.db", portfolio.SCHEMA) as store:
            for event in events:
                act = (
                    (lambda t, e=event: portfolio.opened(t, e))
                    if isinstance(event, PositionOpened)
                    else (lambda t, e=event: portfolio.closed(t, e))
                )
                await store.write(act)
            return await portfolio.read(store)

    return asyncio.run(scenario())


EVENTS = (opening("a"), opening("b", "C/D", 50), closing("a", 7), closing("a", 7))


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))), ids=str)
def test_any_order_gives_the_same(tmp_path: Path, order: tuple[int, ...]) -> None:
    found = after(tmp_path, *(EVENTS[n] for n in order))
    assert found == Portfolio(
        open_values={"C/D": Decimal(50)},
        positions=1,
        realised_usd=Decimal(7),
        recent=(Decimal(7),),
    )


def test_only_the_last_run_of_profits_counts(tmp_path: Path) -> None:
    found = after(tmp_path, *(closing(f"p{n}", n) for n in range(RUN + 3)))
    assert found.recent == tuple(Decimal(n) for n in reversed(range(3, RUN + 3)))
    assert found.realised_usd == sum(range(RUN + 3))


def test_the_largest_symbol_and_its_share(tmp_path: Path) -> None:
    found = after(tmp_path, opening("a"), opening("b", "C/D", 300), opening("c", "A/B", 0))
    assert found.largest == ("C/D", 0.75)
    assert Portfolio().largest == ("", 0.0)
