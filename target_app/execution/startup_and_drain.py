"""Starting, ready, leaving, draining: which of these the process is in, and what that refuses."""

import asyncio
import signal
import threading
import time
from collections.abc import Callable
from enum import StrEnum
from types import FrameType

from target_app.execution.response_bodies import RefusalError


class Phase(StrEnum):
    """Where in its life the process is."""

    STARTING = "starting"
    READY = "ready"
    LEAVING = "leaving"  # /ready says no, and orders are taken until balancers have noticed
    DRAINING = "draining"  # no new order is taken; those taken are finished


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
        if self.phase is Phase.READY or self.phase is Phase.LEAVING:
            return
        if self.phase is Phase.DRAINING:
            detail = "Send the webhook again, to the instance that takes over."
            raise RefusalError("draining", detail, retry_after=1.0)
        raise RefusalError("not_ready", "Exchanges are still being loaded.", retry_after=1.0)


def drain_on_sigterm(
    leave: Callable[[], None], drain: Callable[[], None], seconds: float
) -> Callable[[], None]:
    """Have SIGTERM call `leave`; after `seconds` `drain`, and the server's handler closes the port.

    Returns what restores that handler. Where there is none to call, or this is not the main
    thread, nothing happens. On the event loop.
    """
    if threading.current_thread() is not threading.main_thread():
        return lambda: None
    close = signal.getsignal(signal.SIGTERM)
    if not callable(close):
        return lambda: None
    loop = asyncio.get_running_loop()

    def end(number: int, frame: FrameType | None) -> None:
        drain()
        close(number, frame)

    def stop(number: int, frame: FrameType | None) -> None:
        # A signal may come at any line of Python; the loop does the work between two turns.
        loop.call_soon_threadsafe(leave)
        loop.call_soon_threadsafe(loop.call_later, seconds, end, number, frame)

    def restore() -> None:
        signal.signal(signal.SIGTERM, close)

    signal.signal(signal.SIGTERM, stop)
    return restore
