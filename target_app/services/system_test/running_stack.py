"""The system of a stack that `toolkit up` has started: its processes are ended and started."""

import asyncio
import time
from pathlib import Path

from target_app.services.system_test.system import SERVICES, SystemUnderTest
from toolkit.config import pyproject
from toolkit.errors import StackError
from toolkit.stack import restart_server, start_and_stop
from toolkit.stack import state as states
from toolkit.stack.state import RunningStack

_PATIENCE_SECONDS, _AGAIN_SECONDS = 60.0, 0.2


class StackControl:
    """Implements `Control` with the stack's own process control."""

    def __init__(self, loaded: pyproject.Config, folder: Path) -> None:
        self._config, self._folder = loaded, folder

    async def stop(self, *names: str) -> None:
        """See `Control`."""
        for name in names:
            await asyncio.to_thread(restart_server.stop, self._stack(), name)

    async def start(self, *names: str) -> None:
        """See `Control`. A service that was started again by others meanwhile is left alone."""
        for name in names:
            await asyncio.to_thread(self._start, name)

    def _start(self, name: str) -> None:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                with states.locked(self._folder):
                    status = {x.name: x.health for x in start_and_stop.status(self._folder)}
                    if status.get(name) is start_and_stop.Health.ENDED:
                        restart_server.start(self._config, self._stack(), name)
                    return
            except StackError:  # analytics-os is starting something just now
                if time.monotonic() > deadline:
                    raise
                time.sleep(_AGAIN_SECONDS)

    def _stack(self) -> RunningStack:
        stack = states.read(self._folder)
        assert stack is not None, "the stack was taken down"  # noqa: S101 - it was there at the start
        return stack


def found(start: Path, patience_seconds: float) -> SystemUnderTest | None:
    """The system of the stack that runs here; None where none has all three services."""
    loaded = pyproject.load(pyproject.find_root(start))
    stack = states.read(loaded.state)
    if stack is None:
        return None
    running = {component.name: component.url for component in stack.components}
    if not set(SERVICES) <= running.keys():
        return None
    urls = {name: running[name] for name in SERVICES}
    control = StackControl(loaded, loaded.state)
    return SystemUnderTest(urls, stack.secret, control, patience_seconds)
