"""Services and Redis killed at random moments: no signal is lost, no order is lost or doubled.

Real processes, SIGKILL, real stores, ccxt's own client, and a venue that outlives it all.
Every signal that ai has generated is executed, refused or failed in the end, once each; every
order that is at the venue is there once, and in the journal.
"""

import random
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.support.trading_processes import TradingProcesses
from tests.support.wait_until import PATIENCE_SECONDS, eventually

pytestmark = [pytest.mark.needs("redis-server"), pytest.mark.programs]

SEED = 21
SERVICES = ("ai", "exec-risk", "analytics-os")
VICTIMS = ("exec-risk", "ai", "redis", "exec-risk", "analytics-os", "paused redis")


def decided(system: TradingProcesses) -> int:
    sql = "SELECT count(*) FROM signals WHERE outcome != 'requested'"
    return int(system.rows("exec-risk", sql)[0][0])


def generated(system: TradingProcesses) -> int:
    return int(system.rows("ai", "SELECT count(*) FROM generated")[0][0])


def until_decided(system: TradingProcesses, goal: int) -> None:
    eventually(lambda: decided(system) >= goal, f"{goal} signals are decided")


def kill(system: TradingProcesses, victim: str) -> None:
    """Kill it, and bring it back; a Redis comes back empty."""
    if victim == "redis":
        system.redis.kill()
        system.redis.start()
    elif victim == "paused redis":
        system.redis.pause()
        goal = generated(system) + 5
        eventually(lambda: generated(system) >= goal, "ai goes on without the bus")
        system.redis.resume()
    else:
        system.servers[victim].kill()
        system.start(victim)


@pytest.mark.parametrize("kills", [3, pytest.param(30, marks=pytest.mark.long)])
def test_kills_lose_nothing_and_double_nothing(tmp_path: Path, kills: int) -> None:
    rng = random.Random(SEED)
    system = TradingProcesses(
        tmp_path,
        ai={"signals_per_second": "40"},
        exec_risk={"hold_seconds": "1", "max_age_seconds": "600"},
        analytics_os={"auto_restart": "off"},
    )
    try:
        for name in SERVICES:
            system.start(name)
        for n in range(kills):
            until_decided(system, decided(system) + rng.randrange(5, 25))
            kill(system, VICTIMS[n % len(VICTIMS)])
        # No more signals: what was generated is worked off.
        system.servers["ai"].kill()
        system.start("ai", signals_per_second="0")
        ids = {row[0] for row in system.rows("ai", "SELECT signal_id FROM generated")}
        until_decided(system, len(ids))
        check(system, ids)
    finally:
        system.close()


def check(system: TradingProcesses, ids: set[str]) -> None:
    signals = dict(system.rows("exec-risk", "SELECT signal_id, outcome FROM signals"))
    assert set(signals) == ids
    assert set(signals.values()) <= {"executed", "refused", "failed"}
    assert Counter(signals.values())["executed"], "nothing was executed, so nothing was proved"

    def nothing_under_way() -> bool:
        held = "SELECT count(*) FROM positions WHERE state IN ('open', 'requested', 'closing')"
        return bool(system.rows("exec-risk", held)[0][0] == 0)

    eventually(nothing_under_way, "every position is closed after its time")
    at_venue = Counter(system.orders())
    journal = {
        key: (state, own)
        for key, state, own in system.rows(
            "journal", "SELECT client_order_id, state, intent ->> 'id' FROM orders"
        )
    }
    assert max(at_venue.values()) == 1
    assert set(at_venue) == {key for key, (state, _) in journal.items() if state == "placed"}
    placed = {own for state, own in journal.values() if state == "placed"}
    assert {key for key, outcome in signals.items() if outcome == "executed"} <= placed
    # The view that analytics-os has from events alone is the truth of exec-risk.
    closed = {
        row[0]
        for row in system.rows(
            "exec-risk", "SELECT position_id FROM positions WHERE state = 'closed'"
        )
    }
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        sql = "SELECT position_id FROM positions WHERE pnl_usd IS NOT NULL"
        if {row[0] for row in system.rows("analytics-os", sql)} == closed:
            break
        time.sleep(0.05)
    assert {row[0] for row in system.rows("analytics-os", sql)} == closed
    assert system.rows("analytics-os", "SELECT count(*) FROM positions WHERE pnl_usd IS NULL") == [
        (0,)
    ]
