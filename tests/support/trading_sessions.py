"""Trading sessions that are over soon: a hundred steps in a second, the venue in this process."""

import itertools
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from target_app.session.known_bugs import Bug
from target_app.session.run import SessionOutcome, TradingSession
from target_app.session.settings import SessionSettings
from tests.support.wait_until import PATIENCE_SECONDS

STEP_SECONDS = 0.01
STEPS = 60  # in which every market is bought and sold a few times
QUICK: dict[str, Any] = {
    "loop_interval_seconds": STEP_SECONDS,
    "prometheus_port": 0,
    "venue_latency_seconds": 0.0,
    "order_timeout_seconds": 0.2,
    # A loaded machine may be late with everything, and is neither stuck nor away.
    "watchdog_seconds": 3 * PATIENCE_SECONDS,
    "venue_timeout_seconds": PATIENCE_SECONDS,
    "budget_timeout_seconds": PATIENCE_SECONDS,
    "log_timeout_seconds": PATIENCE_SECONDS,
}


def quick_settings(folder: Path, **changes: Any) -> SessionSettings:
    """The settings of a quick session, whose folder is below `folder`."""
    return SessionSettings(**{**QUICK, "sessions_dir": str(folder), **changes})


def run_session(
    folder: Path, *, steps: int = STEPS, bugs: Sequence[Bug] = (), **changes: Any
) -> SessionOutcome:
    """A session of so many steps, run to its end; at the venue each call takes one step."""
    settings = quick_settings(folder, **changes)
    seconds = steps * settings.loop_interval_seconds
    calls = itertools.count()
    return TradingSession(
        settings=settings,
        seconds=seconds,
        bugs=bugs,
        most_late_seconds=PATIENCE_SECONDS,
        venue_clock=lambda: next(calls) * settings.loop_interval_seconds,
    ).run()


def folder_of(outcome: SessionOutcome) -> Path:
    """The folder of a session that has one."""
    assert outcome.folder is not None
    return outcome.folder


def events(folder: Path) -> Iterator[dict[str, Any]]:
    """The events of a session, in order."""
    for path in sorted((folder / "logs").glob("events_*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)


def named(folder: Path, name: str) -> list[dict[str, Any]]:
    """The events of one name."""
    return [event for event in events(folder) if event["event"] == name]


def summary(folder: Path) -> dict[str, Any]:
    """The session's summary."""
    found: dict[str, Any] = json.loads((folder / "metrics/summary.json").read_text("utf-8"))
    return found
