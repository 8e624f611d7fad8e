"""Every connection is looked at once in each time, by one timer, a few in each turn of the loop."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from target_app.execution.http.slow_clients import _MOST_IN_A_TURN, SlowClients


class Connection:
    def __init__(self) -> None:
        self.looks = 0

    def look(self) -> None:
        self.looks += 1


class Timers:
    """The loop's timers, which run when they are asked to."""

    def __init__(self, loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch) -> None:
        self.waiting: list[tuple[float, Callable[[], Any]]] = []
        monkeypatch.setattr(loop, "call_later", lambda s, call: self.waiting.append((s, call)))

    def run(self) -> None:
        """Let the time pass that every timer waits for."""
        waiting, self.waiting = self.waiting, []
        for _, call in waiting:
            call()


def test_all_are_looked_at_by_one_timer_until_they_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        timers, clients = Timers(asyncio.get_running_loop(), monkeypatch), SlowClients(7)
        stays, leaves = Connection(), Connection()
        clients.enter(stays)
        clients.enter(leaves)
        assert [seconds for seconds, _ in timers.waiting] == [7]
        timers.run()
        assert (stays.looks, leaves.looks) == (1, 1)
        clients.leave(leaves)
        timers.run()
        assert (stays.looks, leaves.looks) == (2, 1)
        clients.leave(stays)
        timers.run()
        assert timers.waiting == []  # nobody is there
        clients.enter(leaves)
        timers.run()
        assert (stays.looks, leaves.looks, len(timers.waiting)) == (2, 2, 1)

    asyncio.run(work())


def test_a_turn_looks_at_some_and_not_at_those_that_left_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def work() -> None:
        timers, clients = Timers(asyncio.get_running_loop(), monkeypatch), SlowClients(7)
        those = [Connection() for _ in range(2 * _MOST_IN_A_TURN + 1)]
        for each in those:
            clients.enter(each)
        timers.run()
        seen = [sum(each.looks for each in those)]
        gone = next(each for each in those if not each.looks)
        clients.leave(gone)
        while not timers.waiting:
            await asyncio.sleep(0)
            seen.append(sum(each.looks for each in those))
        assert seen == [_MOST_IN_A_TURN, 2 * _MOST_IN_A_TURN, 2 * _MOST_IN_A_TURN] or seen == [
            _MOST_IN_A_TURN,
            2 * _MOST_IN_A_TURN - 1,
            2 * _MOST_IN_A_TURN,
        ]
        assert gone.looks == 0

    asyncio.run(work())


def test_all_are_looked_at_again_though_a_look_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        timers, clients = Timers(asyncio.get_running_loop(), monkeypatch), SlowClients(7)
        broken, stays = Connection(), Connection()
        monkeypatch.setattr(broken, "look", lambda: 1 // 0)
        clients.enter(broken)
        with pytest.raises(ZeroDivisionError):
            timers.run()
        clients.leave(broken)
        clients.enter(stays)
        timers.run()
        assert (stays.looks, len(timers.waiting)) == (1, 1)

    asyncio.run(work())
