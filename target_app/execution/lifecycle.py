"""Starting, ready, draining: which of these the process is in, and what that refuses."""

import asyncio
import signal
import threading
import time
from collections.abc import Callable
from enum import StrEnum
from types import FrameType

from target_app.execution.answers import RefusalError


class Phase(StrEnum):
    """Where in its life the process is."""

    STARTING = "starting"
    READY = "ready"
    DRAINING = "draining"


class Lifecycle:
    """The phase, and since when the process has been up."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self.phase = Phase.STARTING

    @property
    def uptime_seconds(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._started

    def refuse_when_closed(self) -> None:
        """Raises RefusalError unless orders are taken now."""
        if self.phase is Phase.READY:
            return
        if self.phase is Phase.DRAINING:
            raise RefusalError("draining", "Send the webhook to another replica.", retry_after=1.0)
        raise RefusalError("not_ready", "Exchanges are still being loaded.", retry_after=1.0)


def drain_on_sigterm(begin_draining: Callable[[], None], seconds: float) -> Callable[[], None]:
    """Have SIGTERM start the draining, and after `seconds` the server's own handler close the port.

    Returns what undoes it. Does nothing where no server handles the signal.
    """
    if threading.current_thread() is not threading.main_thread():
        return lambda: None
    close = signal.getsignal(signal.SIGTERM)
    if not callable(close):
        return lambda: None
    loop = asyncio.get_running_loop()

    def drain(number: int, frame: FrameType | None) -> None:
        # A signal may come at any line of Python; the loop does the work between two turns.
        loop.call_soon_threadsafe(begin_draining)
        loop.call_soon_threadsafe(loop.call_later, seconds, close, number, frame)

    def restore() -> None:
        signal.signal(signal.SIGTERM, close)

    signal.signal(signal.SIGTERM, drain)
    return restore
