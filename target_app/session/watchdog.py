"""Finds threads that have stopped, and writes what every thread was doing.

A thread reports that it lives; one that has not for too long is stuck. The dump is written by
Python's faulthandler, which needs no lock that a stuck thread may hold.
"""

import faulthandler
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

REPORT_SECONDS = 0.2
"""A thread that waits for longer reports so often meanwhile."""
_MOST_LOOKS = 10  # within the time that a thread may be silent


class Heartbeats:
    """When each watched thread last reported, on the monotonic clock."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last: dict[str, float] = {}

    def reporter(self, thread: str) -> Callable[[], None]:
        """What the thread calls as long as it lives; it is watched from the first call on."""

        def report() -> None:
            self._last[thread] = self._clock()

        return report

    def silent(self, seconds: float) -> Mapping[str, float]:
        """By name, the threads that have not reported for so long, and for how long."""
        now = self._clock()
        return {name: now - at for name, at in self._last.copy().items() if now - at > seconds}


class Watchdog:
    """Looks at the heartbeats until `stop`.

    `stuck` is called with threads that are silent, once for each. A machine that slept, or was
    too busy to run this thread in time, has stopped all of them: that is nobody's fault, and the
    count begins anew.
    """

    def __init__(
        self,
        heartbeats: Heartbeats,
        *,
        seconds: float,
        dump: Path | None,
        stuck: Callable[[Mapping[str, float]], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._heartbeats, self._seconds, self._dump, self._stuck = heartbeats, seconds, dump, stuck
        self._clock, self._pause = clock, seconds / _MOST_LOOKS
        self._looked, self._on_time = clock(), 0
        self._known: set[str] = set()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End it."""
        self._stopped.set()
        self._thread.join(1.0)

    def look(self) -> None:
        """Look once, as the watchdog's own thread does again and again."""
        now = self._clock()
        self._on_time = self._on_time + 1 if now - self._looked < 2 * self._pause + 1 else 0
        self._looked = now
        silent = self._heartbeats.silent(self._seconds)
        new = {name: seconds for name, seconds in silent.items() if name not in self._known}
        if new and self._on_time >= _MOST_LOOKS:
            self._known |= new.keys()
            self._write()
            self._stuck(new)

    def _run(self) -> None:
        while not self._stopped.wait(self._pause):
            self.look()

    def _write(self) -> None:
        if self._dump is None:
            return
        try:
            with self._dump.open("a", encoding="utf-8") as file:
                faulthandler.dump_traceback(file, all_threads=True)
        except OSError:
            return  # the event that says which thread is stuck has to do
