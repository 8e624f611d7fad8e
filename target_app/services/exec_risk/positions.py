"""The positions of exec-risk in its store: signals, positions, days, the emergency stop."""

import json
import time
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from target_app.services.exec_risk.risk_rules_for_signals import Exposure
from target_app.services.state_inbox_and_outbox import Store, Transaction

SCHEMA = """
CREATE TABLE IF NOT EXISTS signals (
    signal_id TEXT PRIMARY KEY,
    symbol TEXT NOT NULL,
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL,
    position_id TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS positions (
    position_id TEXT PRIMARY KEY,
    signal_id TEXT NOT NULL,
    symbol TEXT NOT NULL,
    state TEXT NOT NULL,
    quantity TEXT NOT NULL,
    opened_price TEXT NOT NULL,
    opened_at REAL NOT NULL,
    confidence REAL NOT NULL,
    closed_price TEXT,
    pnl_usd TEXT,
    retry_at REAL NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS held_by_age ON positions (opened_at)
    WHERE state IN ('requested', 'open', 'closing');
CREATE VIEW IF NOT EXISTS held AS
    SELECT * FROM positions WHERE state IN ('requested', 'open', 'closing');
CREATE TABLE IF NOT EXISTS days (
    day TEXT PRIMARY KEY, pnl_usd TEXT NOT NULL, trades INTEGER NOT NULL
);
"""
_STOP, _FACTOR = "emergency stop", "sizing factor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A position that is open."""

    position_id: str
    signal_id: str
    symbol: str
    quantity: Decimal
    price: Decimal
    opened_at: float
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Why trading is stopped, and who or what has stopped it."""

    reason: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What is held and what today has brought; money in US dollars."""

    open_positions: int = 0
    value_usd: Decimal = Decimal(0)
    daily_pnl_usd: Decimal = Decimal(0)
    daily_trades: int = 0
    stop: Stop | None = None


def today(now: float | None = None) -> str:
    """The day in UTC."""
    return time.strftime("%Y-%m-%d", time.gmtime(now))


def exposure(transaction: Transaction) -> Exposure:
    """What the rules must know."""
    held = transaction.execute("SELECT count(*) FROM held").fetchone()[0]
    factor = transaction.fact(_FACTOR)
    return Exposure(
        open_positions=held,
        daily_pnl_usd=_day(transaction)[0],
        is_stopped=stop_of(transaction) is not None,
        sizing_factor=Decimal(factor) if factor else Decimal(1),
    )


def stop_of(transaction: Transaction) -> Stop | None:
    """The emergency stop, if trading is stopped."""
    text = transaction.fact(_STOP)
    return Stop(**json.loads(text)) if text else None


def set_stop(transaction: Transaction, stop: Stop | None) -> None:
    """Stop trading, or go on."""
    text = json.dumps({"reason": stop.reason, "by": stop.by}) if stop else ""
    transaction.set_fact(_STOP, text)


def set_factor(transaction: Transaction, factor: Decimal) -> None:
    """Size positions by this factor."""
    transaction.set_fact(_FACTOR, str(factor))


def settle(transaction: Transaction, signal_id: str, outcome: str, reason: str = "") -> None:
    """Note what became of a signal."""
    transaction.execute(
        "UPDATE signals SET outcome = ?, reason = ? WHERE signal_id = ?", outcome, reason, signal_id
    )


def note_signal(
    transaction: Transaction,
    signal_id: str,
    symbol: str,
    *,
    outcome: str,
    reason: str = "",
    position: str = "",
) -> None:
    """Note a signal, once."""
    transaction.execute(
        "INSERT OR IGNORE INTO signals VALUES (?, ?, ?, ?, ?)",
        signal_id,
        symbol,
        outcome,
        reason,
        position,
    )


def oldest_open(transaction: Transaction, symbol: str) -> Position | None:
    """The symbol's oldest position that is open and not being closed."""
    found = transaction.execute(
        "SELECT * FROM held WHERE state = 'open' AND symbol = ? ORDER BY opened_at LIMIT 1",
        symbol,
    ).fetchone()
    return _position(found) if found else None


def held_too_long(transaction: Transaction, opened_before: float, now: float) -> list[Position]:
    """Positions that are open since before then, and may be tried now."""
    rows = transaction.execute(
        "SELECT * FROM held WHERE state = 'open' AND opened_at < ? "
        "AND retry_at < ? ORDER BY opened_at LIMIT 20",
        opened_before,
        now,
    )
    return [_position(row) for row in rows.fetchall()]


def position(transaction: Transaction, position_id: str) -> Position | None:
    """One position, whatever its state."""
    found = transaction.execute(
        "SELECT * FROM positions WHERE position_id = ?", position_id
    ).fetchone()
    return _position(found) if found else None


def request(transaction: Transaction, wanted: Position) -> None:
    """Note a position whose order is asked for, once."""
    transaction.execute(
        "INSERT OR IGNORE INTO positions (position_id, signal_id, symbol, state, quantity, "
        "opened_price, opened_at, confidence) VALUES (?, ?, ?, 'requested', ?, ?, ?, ?)",
        wanted.position_id,
        wanted.signal_id,
        wanted.symbol,
        str(wanted.quantity),
        str(wanted.price),
        wanted.opened_at,
        wanted.confidence,
    )


def drop(transaction: Transaction, position_id: str) -> None:
    """No order came of the position that was asked for."""
    transaction.execute("UPDATE positions SET state = 'dropped' WHERE position_id = ?", position_id)


def opened(
    transaction: Transaction, position_id: str, quantity: Decimal, price: Decimal, now: float
) -> None:
    """The position is held: so much, at this price."""
    transaction.execute(
        "UPDATE positions SET state = 'open', quantity = ?, opened_price = ?, opened_at = ? "
        "WHERE position_id = ?",
        str(quantity),
        str(price),
        now,
        position_id,
    )


def begin_closing(transaction: Transaction, position_id: str) -> None:
    """The end of the position is asked for."""
    transaction.execute("UPDATE positions SET state = 'closing' WHERE position_id = ?", position_id)


def keep_open(transaction: Transaction, position_id: str, retry_at: float) -> None:
    """The position could not be closed, and is tried again from then on."""
    transaction.execute(
        "UPDATE positions SET state = 'open', retry_at = ? WHERE position_id = ?",
        retry_at,
        position_id,
    )


def closed(transaction: Transaction, position_id: str, price: Decimal, pnl: Decimal) -> None:
    """The position has ended at this price, and brought so much."""
    transaction.execute(
        "UPDATE positions SET state = 'closed', closed_price = ?, pnl_usd = ? "
        "WHERE position_id = ?",
        str(price),
        str(pnl),
        position_id,
    )


def traded(transaction: Transaction, pnl: Decimal = Decimal(0)) -> Decimal:
    """Count a filled order, and what it brought; the day's profit since."""
    before, trades = _day(transaction)
    after = before + pnl
    transaction.execute(
        "INSERT OR REPLACE INTO days VALUES (?, ?, ?)", today(), str(after), trades + 1
    )
    return after


def add_pnl(transaction: Transaction, pnl: Decimal) -> None:
    """A drill's: the day's profit changes without an order."""
    before, trades = _day(transaction)
    transaction.execute(
        "INSERT OR REPLACE INTO days VALUES (?, ?, ?)", today(), str(before + pnl), trades
    )


async def figures(store: Store) -> Figures:
    """What `/health` and the gauges show."""

    def read(transaction: Transaction) -> Figures:
        rows = transaction.execute(
            "SELECT quantity, opened_price FROM positions WHERE state IN ('open', 'closing')"
        ).fetchall()
        pnl, trades = _day(transaction)
        value = sum((Decimal(q) * Decimal(p) for q, p in rows), Decimal(0))
        return Figures(
            open_positions=len(rows),
            value_usd=value,
            daily_pnl_usd=pnl,
            daily_trades=trades,
            stop=stop_of(transaction),
        )

    return await store.write(read)


def _position(row: tuple[Any, ...]) -> Position:
    return Position(
        position_id=row[0],
        signal_id=row[1],
        symbol=row[2],
        quantity=Decimal(row[4]),
        price=Decimal(row[5]),
        opened_at=row[6],
        confidence=row[7],
    )


def _day(transaction: Transaction) -> tuple[Decimal, int]:
    sql = "SELECT pnl_usd, trades FROM days WHERE day = ?"
    found = transaction.execute(sql, today()).fetchone()
    return (Decimal(found[0]), int(found[1])) if found else (Decimal(0), 0)
