"""A timer of the event loop that is right to some microseconds.

The event loop waits in whole milliseconds, so that its own timers fire up to one late: most
of what a load generator would measure of a fast service. On Linux a timerfd, which the loop
watches like a socket, fires when it is due. Elsewhere the loop's own timer has to do.
Source: timerfd_create(2); epoll_wait(2), whose timeout is in milliseconds.
"""

import ctypes
import os
import sys
from collections.abc import Callable
from typing import Any

import gevent

_CLOCK_MONOTONIC = 1
_NONBLOCKING_CLOSED_ON_EXEC = os.O_NONBLOCK | getattr(os, "O_CLOEXEC", 0)
_LEAST_SECONDS = 1e-9  # a timerfd of 0 is switched off
_READABLE = 1


class _Moment(ctypes.Structure):
    _fields_ = (("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long))


class _Setting(ctypes.Structure):
    _fields_ = (("interval", _Moment), ("value", _Moment))


class PreciseTimer:
    """Calls `fire` in the event loop, once after each `start`."""

    def __init__(self, fire: Callable[[], None]) -> None:
        self._fire = fire
        self._loop = gevent.get_hub().loop
        self._watcher: Any = None
        self._libc: Any = None
        self._descriptor = -1
        if sys.platform == "linux":
            self._libc = ctypes.CDLL(None, use_errno=True)
            self._descriptor = self._libc.timerfd_create(
                _CLOCK_MONOTONIC, _NONBLOCKING_CLOSED_ON_EXEC
            )
        if self._descriptor >= 0:
            self._setting = _Setting()
            self._setting_at = ctypes.byref(self._setting)
            self._watcher = self._loop.io(self._descriptor, _READABLE)
            self._watcher.start(self._expired)

    def start(self, seconds: float) -> None:
        """Fire once, so many seconds from now, at once when that is past; forget the last start."""
        if self._descriptor < 0:
            self.cancel()
            self._watcher = self._loop.timer(max(0.0, seconds))
            # From now, and not from when the loop last looked at the clock.
            self._watcher.start(self._fire, update=True)
            return
        seconds = max(_LEAST_SECONDS, seconds)
        whole = int(seconds)
        self._setting.value.seconds = whole
        self._setting.value.nanoseconds = int((seconds - whole) * 1e9)
        # Setting it also takes back an expiry that nobody has read.
        self._libc.timerfd_settime(self._descriptor, 0, self._setting_at, None)

    def cancel(self) -> None:
        """Do not fire."""
        if self._descriptor < 0:
            if self._watcher is not None:
                self._watcher.close()
                self._watcher = None
            return
        self._setting.value.seconds = self._setting.value.nanoseconds = 0
        self._libc.timerfd_settime(self._descriptor, 0, self._setting_at, None)

    def close(self) -> None:
        """Give the descriptor back."""
        self.cancel()
        if self._descriptor >= 0:
            self._watcher.stop()
            self._watcher.close()
            os.close(self._descriptor)
            self._descriptor, self._watcher = -1, None

    def _expired(self) -> None:
        try:
            os.read(self._descriptor, 8)
        except BlockingIOError:
            return  # set anew since the loop saw it
        self._fire()
