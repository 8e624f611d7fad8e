"""What Ctrl-C, SIGTERM and a closed terminal do while a command starts and ends servers."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def interruptible() -> Iterator[None]:
    """Within, SIGTERM and a closed terminal raise KeyboardInterrupt, as Ctrl-C does."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    with _handled(interrupt, signal.SIGTERM, signal.SIGHUP):
        yield


@contextmanager
def undisturbed() -> Iterator[None]:
    """Within, Ctrl-C and SIGTERM wait: half a stack must not be left. It takes seconds."""
    with _handled(signal.SIG_IGN, *_ENDING):
        yield


@contextmanager
def deferred() -> Iterator[None]:
    """Within, Ctrl-C and SIGTERM wait; at the end the first raises KeyboardInterrupt.

    For the moment in which a process is started and nobody holds it yet: an exception then would
    leave it running.
    """
    came: list[int] = []
    with _handled(lambda number, _: came.append(number), *_ENDING):
        yield
    if came:
        raise KeyboardInterrupt


@contextmanager
def _handled(
    handler: Callable[[int, FrameType | None], None] | signal.Handlers, *numbers: signal.Signals
) -> Iterator[None]:
    """Handle the signals so within, except those that the parent process has switched off.

    Only the main thread may say how signals are handled; elsewhere nothing changes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in numbers}
    # `nohup` switches SIGHUP off, and a shell SIGINT for what it starts in the background.
    before = {n: old for n, old in before.items() if old not in {None, signal.SIG_IGN}}
    for number in before:
        signal.signal(number, handler)
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
