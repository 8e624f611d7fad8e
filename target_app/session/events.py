"""The session's events: compact JSON, one a line, written by a thread of their own.

`emit` puts an event on a queue and returns; it is formatted and written elsewhere, so that
neither slow formatting nor a slow disk stops the trading loop. Every written line is with the
operating system at once: a killed session has lost what was on the queue, and no more.
"""

import os
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec

from target_app.exchanges.injected_faults import evenly

_ENCODE = msgspec.json.Encoder(enc_hook=str).encode
_REMEMBERED = 100_000  # orders with an ERROR event; the oldest are forgotten
_WAIT_SECONDS = 0.2
_BATCH = 500


class EventLevel(StrEnum):
    """How much an event matters. TRACE alone is sampled, and given up when the queue is full."""

    TRACE = "TRACE"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


_Taken = tuple[int, float, float, EventLevel, str, dict[str, Any]]


@dataclass(slots=True)
class EventFile:
    """Whole lines at the end of `events_<n>.jsonl`; a new file begins past `most_bytes`.

    A line that the disk took a part of is ended before the next, so that one line is lost and
    not two.
    """

    folder: Path
    most_bytes: int
    _descriptor: int = -1
    _number: int = 0
    _bytes: int = 0
    _torn: bool = False

    def write(self, lines: bytes) -> None:
        """Append lines. Raises OSError; a later call may succeed."""
        if self._descriptor < 0 or self._bytes >= self.most_bytes:
            self._next()
        data = b"\n" + lines if self._torn else lines
        view = memoryview(data)
        while view:
            try:
                written = os.write(self._descriptor, view)
            except OSError:
                self._torn = self._torn or len(view) < len(data)
                raise
            view = view[written:]
            self._bytes += written
        self._torn = False

    def _next(self) -> None:
        number = self._number + 1
        path = self.folder / f"events_{number:04d}.jsonl"
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        descriptor = os.open(path, flags, 0o644)
        self.close()
        self._descriptor, self._number, self._bytes = descriptor, number, 0

    def close(self) -> None:
        """Close the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


@dataclass(slots=True, kw_only=True)
class EventLogHooks:
    """Who is told what: an event found no room in time, the disk failed, a second is over."""

    timed_out: Callable[[], None] = lambda: None
    failed: Callable[[OSError], None] = lambda _error: None
    every_second: Callable[[], None] = lambda: None
    alive: Callable[[], None] = lambda: None


class EventLog:
    """Takes events from any thread. `file` is None where there is no folder to write into."""

    def __init__(
        self,
        file: EventFile | None,
        *,
        most_waiting: int,
        timeout_seconds: float,
        trace_share: float,
        hooks: EventLogHooks | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._file, self._most, self._timeout = file, most_waiting, timeout_seconds
        self._hooks = hooks or EventLogHooks()
        self._share, self._evenly = trace_share, evenly()
        self._clock, self._began = clock, time.monotonic()
        self._queue: deque[_Taken] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._number = 0
        self._failed_orders: dict[str, None] = {}
        self.lost = 0
        self._thread = threading.Thread(target=self._write, name="event-log", daemon=True)
        self._thread.start()

    def emit(self, level: EventLevel, event: str, **fields: Any) -> None:
        """Take an event. Blocks for `timeout_seconds` at most, which is then counted.

        An event that found no room is given up if it is a TRACE; all others are kept.
        """
        if level is EventLevel.TRACE and not self._is_sampled():
            return
        if level is EventLevel.ERROR and "order" in fields:
            self._remember(str(fields["order"]))
        with self._changed:
            if len(self._queue) >= self._most:
                self._changed.wait_for(lambda: len(self._queue) < self._most, self._timeout)
            is_full = len(self._queue) >= self._most
            if not is_full or level is not EventLevel.TRACE:
                self._number += 1
                moment = self._clock(), time.monotonic() - self._began
                self._queue.append((self._number, *moment, level, event, fields))
                if len(self._queue) == 1:
                    self._changed.notify_all()
        if is_full:
            self._hooks.timed_out()

    def has_error_of(self, order: str) -> bool:
        """Whether an ERROR event of this order was taken."""
        return order in self._failed_orders

    def close(self, timeout_seconds: float = 10.0) -> None:
        """Write what is waiting, and end."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join(timeout_seconds)

    def _is_sampled(self) -> bool:
        """Whether this one of the trace events is written: evenly, and in no step with markets."""
        with self._changed:
            return next(self._evenly) < self._share

    def _remember(self, order: str) -> None:
        self._failed_orders[order] = None
        if len(self._failed_orders) > _REMEMBERED:
            self._failed_orders.pop(next(iter(self._failed_orders)))

    def _write(self) -> None:
        due = time.monotonic() + 1.0
        while True:
            with self._changed:
                if not self._queue and not self._closed:
                    self._changed.wait(_WAIT_SECONDS)
                batch = [self._queue.popleft() for _ in range(min(_BATCH, len(self._queue)))]
                done = self._closed and not self._queue
                self._changed.notify_all()
            self._hooks.alive()
            if batch:
                self._put(batch)
            if time.monotonic() >= due:
                due = time.monotonic() + 1.0
                self._hooks.every_second()
            if done:
                break
        if self._file is not None:
            self._file.close()

    def _put(self, batch: list[_Taken]) -> None:
        if self._file is None:
            self.lost += len(batch)
            return
        try:
            self._file.write(b"".join(map(_line, batch)))
        except OSError as error:
            self.lost += len(batch)
            self._hooks.failed(error)


def _line(taken: _Taken) -> bytes:
    """An event as text. Its time may jump with the machine's clock; `elapsed` does not."""
    number, moment, elapsed, level, event, fields = taken
    stamp = datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")
    line = {
        "time": stamp,
        "elapsed": round(elapsed, 6),
        "seq": number,
        "level": level,
        "event": event,
        **fields,
    }
    try:
        return bytes(_ENCODE(line)) + b"\n"
    except Exception as error:  # noqa: BLE001 - whatever a field's text is made by may raise
        kept = {key: line[key] for key in ("time", "elapsed", "seq", "level", "event")}
        return bytes(_ENCODE({**kept, "unwritable": type(error).__name__})) + b"\n"
