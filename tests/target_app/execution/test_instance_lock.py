"""One journal has one instance; the next one waits only where waiting makes sense."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from target_app.execution.instance_lock import Holder, InstanceLock, take_over
from tests.support.service_process import Server
from toolkit.errors import ConfigurationError

Launch = Callable[..., Server]


def no_load() -> None:
    raise AssertionError("nothing was to be loaded")


def test_the_second_is_refused_with_who_has_it_and_what_to_do(tmp_path: Path) -> None:
    first, second = (InstanceLock(tmp_path / "j.db") for _ in range(2))
    take_over(first, 0, load=no_load)
    with pytest.raises(ConfigurationError) as raised:
        take_over(second, 0, load=no_load)
    assert f"process {os.getpid()} trades with this journal: one journal, one instance" in str(
        raised.value
    )
    assert "EXECUTION_TAKEOVER_SECONDS=60" in str(raised.value)
    first.release()
    take_over(second, 0, load=no_load)
    assert second.held
    second.release()


def test_where_one_drains_the_next_loads_and_waits(tmp_path: Path) -> None:
    first, second = (InstanceLock(tmp_path / "j.db") for _ in range(2))
    assert first.take()
    first.begin_draining()
    assert second.holder() == Holder(os.getpid(), draining=True)
    take_over(second, 0, load=first.release)
    assert second.held
    assert second.holder().draining is False
    second.release()


def test_what_is_not_let_go_of_in_time_is_told(tmp_path: Path) -> None:
    first, second = (InstanceLock(tmp_path / "j.db") for _ in range(2))
    first.take()
    with pytest.raises(ConfigurationError, match=r"still has the journal after 0\.01 s"):
        take_over(second, 0.01, load=lambda: None)
    first.release()
    second.release()


def test_the_file_is_the_owners_alone(tmp_path: Path) -> None:
    lock = InstanceLock(tmp_path / "j.db")
    assert stat.S_IMODE(lock.path.stat().st_mode) == 0o600
    lock.release()


@pytest.mark.programs
def test_a_second_service_at_one_journal_does_not_start(launch: Launch) -> None:
    server = launch()
    with pytest.raises(AssertionError, match="one journal, one instance"):
        launch()
    server.kill()
    assert launch().stop() == 0, "the lock of a killed process is free"
