"""The portfolio from events alone: whatever order they come in, and however often."""

from dataclasses import dataclass, field
from decimal import Decimal

from target_app.services.messages.events import PositionClosed, PositionOpened
from target_app.services.state_inbox_and_outbox import Store, Transaction

SCHEMA = """
CREATE TABLE IF NOT EXISTS positions (
    position_id TEXT PRIMARY KEY,
    symbol TEXT NOT NULL,
    value_usd TEXT NOT NULL,
    pnl_usd TEXT,
    seq INTEGER
);
CREATE INDEX IF NOT EXISTS open_positions ON positions (symbol) WHERE pnl_usd IS NULL;
CREATE TABLE IF NOT EXISTS realised (pnl_usd TEXT NOT NULL, closed INTEGER NOT NULL);
INSERT INTO realised SELECT '0', 0 WHERE NOT EXISTS (SELECT * FROM realised);
"""
RUN = 10
"""Closed positions that decide whether the next ones become larger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Portfolio:
    """Open value by symbol, what was realised, and the profits of the last closed positions."""

    open_values: dict[str, Decimal] = field(default_factory=dict)
    positions: int = 0
    realised_usd: Decimal = Decimal(0)
    recent: tuple[Decimal, ...] = ()

    @property
    def largest(self) -> tuple[str, float]:
        """The symbol with the largest share of the open value, and the share."""
        total = sum(self.open_values.values(), Decimal(0))
        if not total:
            return "", 0.0
        symbol = max(self.open_values, key=lambda name: self.open_values[name])
        return symbol, float(self.open_values[symbol] / total)


def opened(transaction: Transaction, said: PositionOpened) -> None:
    """A position is held, unless its end was heard of before."""
    transaction.execute(
        "INSERT OR IGNORE INTO positions (position_id, symbol, value_usd) VALUES (?, ?, ?)",
        said.position_id,
        said.symbol,
        str(said.quantity * said.price),
    )


def closed(transaction: Transaction, said: PositionClosed) -> None:
    """A position is held no longer; counted once."""
    found = transaction.execute(
        "SELECT pnl_usd FROM positions WHERE position_id = ?", said.position_id
    ).fetchone()
    if found and found[0] is not None:
        return
    total, count = transaction.execute("SELECT pnl_usd, closed FROM realised").fetchone()
    transaction.execute(
        "INSERT OR REPLACE INTO positions VALUES (?, ?, ?, ?, ?)",
        said.position_id,
        said.symbol,
        str(said.quantity * said.opened_price),
        str(said.pnl_usd),
        count + 1,
    )
    transaction.execute(
        "UPDATE realised SET pnl_usd = ?, closed = ?", str(Decimal(total) + said.pnl_usd), count + 1
    )


async def read(store: Store) -> Portfolio:
    """The portfolio now."""
    held = await store.read("SELECT symbol, value_usd FROM positions WHERE pnl_usd IS NULL")
    ((total, _),) = await store.read("SELECT pnl_usd, closed FROM realised")
    recent = await store.read(
        "SELECT pnl_usd FROM positions WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT ?", RUN
    )
    values: dict[str, Decimal] = {}
    for symbol, value in held:
        values[str(symbol)] = values.get(str(symbol), Decimal(0)) + Decimal(str(value))
    return Portfolio(
        open_values=values,
        positions=len(held),
        realised_usd=Decimal(str(total)),
        recent=tuple(Decimal(str(row[0])) for row in recent),
    )
