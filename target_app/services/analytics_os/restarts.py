"""Starts what is down again, through the stack's own process control, with patience.

Only in a stack that `toolkit up` has started and nobody is ending; and not more often than is
allowed, with a wait that doubles from restart to restart.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from pathlib import Path

from target_app.services.analytics_os.watched_service import State, WatchedService
from toolkit.config import pyproject
from toolkit.errors import ToolkitError
from toolkit.stack import restart_server
from toolkit.stack import state as states

_LOG = logging.getLogger(__name__)
_FIRST_WAIT_SECONDS, _LONGEST_WAIT_SECONDS, _HOUR = 2.0, 60.0, 3600.0


class Restarts:
    """Restarts services of the stack in `folder`; `restarted()` hears of each."""

    def __init__(
        self,
        folder: Path,
        per_hour: int,
        restarted: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder, self._per_hour = folder, per_hour
        self._restarted, self._clock = restarted, clock
        self._again: dict[str, float] = {}

    async def consider(self, service: WatchedService) -> None:
        """Start the service again if it is down, and it is time."""
        now = self._clock()
        service.restarts[:] = [at for at in service.restarts if now - at < _HOUR]
        if service.state is not State.DOWN or now < self._again.get(service.name, 0.0):
            return
        if len(service.restarts) >= self._per_hour:
            return
        wait = min(_LONGEST_WAIT_SECONDS, _FIRST_WAIT_SECONDS * 2 ** len(service.restarts))
        self._again[service.name] = now + wait
        service.restarts.append(now)
        try:
            done = await asyncio.to_thread(self._restart, service.name)
        except ToolkitError as error:
            _LOG.warning("%s was not started again: %s", service.name, error)
        else:
            if done:
                _LOG.warning("%s was down and is started again", service.name)
                self._restarted()
            else:
                service.restarts.remove(now)

    def _stack_of(self, name: str) -> states.RunningStack | None:
        """The stack, where it runs and has started the service; it may be starting or ending."""
        stack = states.read(self._folder)
        if stack is None or stack.phase is not states.Phase.RUNNING:
            return None
        return stack if any(x.name == name for x in stack.components) else None

    def _restart(self, name: str) -> bool:
        """Restart a service; False where it is not of a stack that runs."""
        if self._stack_of(name) is None:
            return False
        with states.locked(self._folder):
            stack = self._stack_of(name)
            if stack is None:
                return False
            loaded = pyproject.load(pyproject.find_root(Path.cwd()))
            restart_server.stop(stack, name)
            restart_server.start(loaded, stack, name)
        return True
