"""The halt holds in every process once it is answered, and costs an order no call of the system."""

import time
from pathlib import Path

import pytest

from target_app.exchanges.injected_faults import Faults
from target_app.execution.halt import FRESH_SECONDS, Halt
from target_app.execution.response_bodies import RefusalError


class Clock:
    now = 100.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(time, "monotonic", lambda: clock.now)
    return clock


def halt(folder: Path) -> Halt:
    return Halt(folder / "journal.db", Faults(), lambda _: None)


def test_the_process_that_is_asked_halts_and_goes_on_at_once(tmp_path: Path, clock: Clock) -> None:
    asked = halt(tmp_path)
    asked.refuse()
    asked.set("losses")
    with pytest.raises(RefusalError, match="stopped all new orders"):
        asked.refuse()
    clock.now += 3600
    assert asked.is_set
    assert asked.lift() is True
    asked.refuse()


def test_another_process_sees_it_as_late_as_the_answer_waits_and_no_later(
    tmp_path: Path, clock: Clock
) -> None:
    asked, other = halt(tmp_path), halt(tmp_path)
    assert not other.is_set
    asked.set("")
    assert not other.is_set
    clock.now += FRESH_SECONDS * 1.001
    assert other.is_set
    asked.lift()
    clock.now += FRESH_SECONDS * 1.001
    assert not other.is_set
