"""What may be spent: reserved, settled, and refreshed by a venue that may not answer."""

import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from target_app.exchanges.venue_errors import Fate, VenueError
from target_app.session.budget import Budget
from target_app.session.events import EventFile, EventLog
from target_app.session.known_bugs import Bug, Bugs
from target_app.session.metrics import SessionMetrics
from tests.support.trading_sessions import named
from tests.support.wait_until import eventually


@pytest.fixture
def log(tmp_path: Path) -> Iterator[EventLog]:
    (tmp_path / "logs").mkdir()
    made = EventLog(
        EventFile(tmp_path / "logs", 1 << 20), most_waiting=100, timeout_seconds=1, trace_share=1
    )
    yield made
    made.close()


def budget(
    tmp_path: Path, log: EventLog, free: Callable[[], Decimal], bugs: Bugs | None = None
) -> tuple[Budget, SessionMetrics]:
    metrics = SessionMetrics(tmp_path)
    made = Budget(free, every_seconds=600, metrics=metrics, events=log, bugs=bugs or Bugs())
    return made, metrics


def test_what_is_reserved_cannot_be_spent_twice(tmp_path: Path, log: EventLog) -> None:
    made, _ = budget(tmp_path, log, lambda: Decimal(100))
    assert not made.reserve("a", Decimal(1))  # the balance is not known yet
    made.refresh()
    assert made.reserve("a", Decimal(60))
    assert not made.reserve("b", Decimal(41))
    made.settle("a", Decimal(50))  # it cost less
    assert made.available == 50
    made.settle("b", Decimal(-30))  # a sale
    assert made.available == 80


def test_a_refresh_takes_the_venues_word_for_what_was_spent(tmp_path: Path, log: EventLog) -> None:
    answers = iter((Decimal(100), Decimal(40)))
    made, _ = budget(tmp_path, log, lambda: next(answers))
    made.refresh()
    made.reserve("a", Decimal(60))
    made.settle("a", Decimal(60))
    made.refresh()
    assert made.available == 40


FAILURES = {"timeout": ("BUDGET_REFRESH_TIMEOUT", 1), "network": ("BUDGET_REFRESH_FAILED", 0)}


@pytest.mark.parametrize(("reason", "event", "timeouts"), [(r, *x) for r, x in FAILURES.items()])
def test_a_venue_that_does_not_tell_leaves_the_last_balance(
    tmp_path: Path, log: EventLog, reason: str, event: str, timeouts: int
) -> None:
    answers: list[Decimal] = [Decimal(100)]

    def free() -> Decimal:
        if answers:
            return answers.pop()
        raise VenueError(reason, Fate.UNKNOWN, "no word")

    made, metrics = budget(tmp_path, log, free)
    made.refresh()
    made.refresh()
    assert made.available == 100
    log.close()
    assert [each["reason"] for each in named(tmp_path, event)] == [reason]
    summary = metrics.get_summary()
    assert summary["counters"]["budget_refresh_timeouts"] == timeouts
    assert summary["histograms"]["budget_refresh_ms"]["count"] == 2


def test_it_asks_again_at_once_where_it_is_told_to(tmp_path: Path, log: EventLog) -> None:
    asked: list[int] = []

    def free() -> Decimal:
        asked.append(1)
        return Decimal(len(asked))

    made, _ = budget(tmp_path, log, free)
    made.start()
    eventually(lambda: len(asked) == 1, "the first refresh")
    made.refresh_soon()
    eventually(lambda: len(asked) == 2, "the second, ten minutes early")
    made.stop()


def test_with_the_old_bug_the_refresh_holds_the_lock_that_orders_need(
    tmp_path: Path, log: EventLog
) -> None:
    made, _ = budget(tmp_path, log, lambda: Decimal(100), Bugs([Bug.DEADLOCK]))
    for _ in range(5):
        made.refresh()
    made.settle("failed", Decimal(0))
    made.refresh()  # no order was filled yet
    made.settle("filled", Decimal(1))
    stuck = threading.Thread(target=made.refresh, daemon=True)
    stuck.start()
    eventually(made._lock.locked, "the refresh holds the lock")
    assert not made._lock.acquire(timeout=0.1)
    made._settled.set()
    stuck.join(60)
    assert made.reserve("a", Decimal(1))
