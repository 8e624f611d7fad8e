"""What is down is started again: not too often, with a wait that doubles, and only in its stack."""

import asyncio
from pathlib import Path

import pytest

from target_app.services.analytics_os.restarts import Restarts
from target_app.services.analytics_os.watched_service import State, WatchedService
from toolkit.config.pyproject import Addresses
from toolkit.errors import StackError
from toolkit.stack import state as states
from toolkit.stack.state import Phase, Running, RunningStack

HOUR = 3600.0


class Trial:
    """Restarts by a clock of the test's; `tried` is when each was tried."""

    def __init__(self, per_hour: int = 100, *, fails: bool = False, done: bool = True) -> None:
        self.now, self.counted, self.fails, self.done = 0.0, 0, fails, done
        self.tried: list[float] = []
        self.service = WatchedService("ai", "http://127.0.0.1:9", state=State.DOWN)
        self.restarts = Restarts(Path("/nowhere"), per_hour, self.count, lambda: self.now)
        self.restarts._restart = self.restart  # type: ignore[method-assign]

    def count(self) -> None:
        self.counted += 1

    def restart(self, name: str) -> bool:
        assert name == "ai"
        self.tried.append(self.now)
        if self.fails:
            raise StackError("its program is gone.")
        return self.done

    def look(self, until: float, every: float = 0.5) -> list[float]:
        """Look as analytics-os does, again and again; when a restart was tried."""

        async def looks() -> None:
            while self.now <= until:
                await self.restarts.consider(self.service)
                self.now += every

        asyncio.run(looks())
        return self.tried


def test_the_wait_between_two_restarts_doubles_up_to_a_minute() -> None:
    trial = Trial()
    assert trial.look(until=250.0) == [0.0, 2.0, 6.0, 14.0, 30.0, 62.0, 122.0, 182.0, 242.0]
    assert trial.counted == 9


def test_no_more_are_tried_within_an_hour_than_are_allowed() -> None:
    trial = Trial(per_hour=3)
    assert trial.look(until=HOUR - 1) == [0.0, 2.0, 6.0]
    # As each of them is an hour ago, another is tried.
    trial.look(until=2 * HOUR + 30)
    assert trial.tried[3:6] == [HOUR, HOUR + 8, HOUR + 12]
    for last in trial.tried:
        assert sum(last - HOUR < at <= last for at in trial.tried) <= 3


def test_none_is_tried_where_none_is_allowed() -> None:
    assert Trial(per_hour=0).look(until=60.0) == []


@pytest.mark.parametrize("state", [State.WELL, State.DEGRADED])
def test_what_answers_is_left_alone(state: State) -> None:
    trial = Trial()
    trial.service.state = state
    assert trial.look(until=60.0) == []


def test_a_restart_that_fails_is_tried_again_as_patiently_and_is_not_counted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    trial = Trial(fails=True)
    assert trial.look(until=15.0) == [0.0, 2.0, 6.0, 14.0]
    assert trial.counted == 0
    assert "ai was not started again: its program is gone." in caplog.text


def test_where_nothing_was_restarted_nothing_is_said_of_it() -> None:
    trial = Trial(done=False)
    trial.look(until=10.0)
    assert (trial.counted, trial.service.restarts) == (0, [])


@pytest.mark.parametrize(
    ("phase", "names"),
    [
        (Phase.STOPPING, ("ai",)),  # it is being ended by somebody
        (Phase.STARTING, ("ai",)),
        (Phase.RUNNING, ("exec-risk",)),  # `up --service`: ai is not of this stack
        (None, ()),
    ],
    ids=["being ended", "being started", "another's", "no stack"],
)
def test_only_what_belongs_to_a_running_stack_is_started(
    tmp_path: Path, phase: Phase | None, names: tuple[str, ...]
) -> None:
    if phase is not None:
        stack = RunningStack(
            state=tmp_path,
            phase=phase,
            secret="s",
            environment={},
            addresses=Addresses(services={}, prometheus="", alertmanager=""),
            components=tuple(
                Running(name=name, pid=2**22, started=0, url="", ready="", log="") for name in names
            ),
        )
        states.write(stack)
    restarts = Restarts(tmp_path, 10, lambda: pytest.fail("nothing was restarted"))
    service = WatchedService("ai", "http://127.0.0.1:9", state=State.DOWN)
    asyncio.run(restarts.consider(service))
    assert service.restarts == []
