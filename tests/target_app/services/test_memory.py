"""The services' memory does not grow while signals flow: ten minutes, real processes, real Redis.

Inbox and outbox grow in the stores, up to their bounds; nothing may grow in the processes.
"""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.support.trading_processes import TradingProcesses

pytestmark = [pytest.mark.needs("redis-server"), pytest.mark.programs]

SERVICES = ("ai", "exec-risk", "analytics-os")
SIGNALS_PER_SECOND = "50"
WARM_UP_SECONDS, WATCHED_SECONDS, EVERY_SECONDS = 120.0, 480.0, 2.0
# An allocator's own steps, and caches that are still being filled.
MOST_GROWTH = 0.05


def memory_mib(system: TradingProcesses) -> dict[str, float]:
    """Resident memory of each service."""
    processes = {name: psutil.Process(system.servers[name].process.pid) for name in SERVICES}
    return {name: x.memory_info().rss / 2**20 for name, x in processes.items()}


def watched(look: Callable[[], dict[str, float]], seconds: float) -> list[dict[str, float]]:
    """What was seen in a time."""
    end, found = time.monotonic() + seconds, [look()]
    while time.monotonic() < end:
        time.sleep(EVERY_SECONDS)
        found.append(look())
    return found


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_memory_is_flat_over_ten_minutes(tmp_path: Path) -> None:
    system = TradingProcesses(
        tmp_path,
        ai={"signals_per_second": SIGNALS_PER_SECOND},
        exec_risk={"hold_seconds": "1", "max_age_seconds": "600"},
        analytics_os={"auto_restart": "off"},
    )
    try:
        for name in SERVICES:
            system.start(name)
        time.sleep(WARM_UP_SECONDS)
        seen = watched(lambda: memory_mib(system), WATCHED_SECONDS)
        generated = system.rows("ai", "SELECT count(*) FROM generated")[0][0]
        decided = system.rows("exec-risk", "SELECT count(*) FROM signals")[0][0]
    finally:
        system.close()
    quarter = len(seen) // 4
    first, last = seen[:quarter], seen[-quarter:]
    figures = {
        name: (
            round(statistics.median(x[name] for x in first), 1),
            round(statistics.median(x[name] for x in last), 1),
        )
        for name in SERVICES
    }
    told = f"MiB, first and last quarter: {figures}; {generated} signals, {decided} decided"
    print(told)  # noqa: T201 - `pytest -rP` shows what was measured
    assert decided > 0, told
    assert all(after < before * (1 + MOST_GROWTH) for before, after in figures.values()), told
