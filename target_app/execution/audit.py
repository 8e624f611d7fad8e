"""The audit log: one JSON object a line for every security decision, append-only, rotated.

Callers name what they log field by field, so that a secret, a signature or a passphrase
can get in only by being typed here. Lines of one turn of the event loop are written with
one system call, before the loop waits again: a killed process loses at most that turn.
"""

import asyncio
import fcntl
import logging
import os
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from target_app.execution.metrics import Metrics

_ENCODE = msgspec.json.Encoder().encode
# Nothing that a client sent is copied at length.
_LONGEST = 200
_LOG = logging.getLogger(__name__)


def open_for_appending(path: Path) -> int:
    """The descriptor of an audit log, made where there is none. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Group and others have no business with it.
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)


class AuditLog:
    """Appends to `path`; at `limit` bytes it becomes `path.1`, and so on up to `path.kept`."""

    def __init__(
        self,
        path: Path,
        *,
        limit: int,
        kept: int,
        metrics: Metrics,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._path, self._limit, self._kept = path, limit, kept
        self._metrics, self._clock = metrics, clock
        self._lines: list[bytes] = []
        self._file = open_for_appending(path)
        self._size = os.fstat(self._file).st_size

    def write(self, event: str, severity: str, **details: str | float) -> None:
        """Log one decision. `event` and `severity` are the catalogue's."""
        line: dict[str, object] = {"time": self._clock(), "event": event, "severity": severity}
        for key, value in details.items():
            line[key] = value[:_LONGEST] if isinstance(value, str) else value
        if not self._lines:
            self._soon()
        self._lines.append(_ENCODE(line))
        self._metrics.audited(event, severity)

    def flush(self) -> None:
        """Write what is waiting. An unwritable log is reported, and stops no order."""
        if not self._lines:
            return
        data = b"\n".join(self._lines) + b"\n"
        self._lines.clear()
        try:
            if self._size + len(data) > self._limit:
                self._rotate()
            os.write(self._file, data)
            self._size += len(data)
        except OSError:
            _LOG.exception("the audit log could not be written")

    def close(self) -> None:
        """Write what is waiting and close the file."""
        self.flush()
        os.close(self._file)

    def _soon(self) -> None:
        try:
            asyncio.get_running_loop().call_soon(self.flush)
        except RuntimeError:  # no loop yet, or no longer: flush() or close() follows
            return

    def _rotate(self) -> None:
        """Shift the files, unless another worker has just done so."""
        lock = os.open(self._path.with_name(f"{self._path.name}.lock"), os.O_WRONLY | os.O_CREAT)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            # Another worker may have shifted them while this one waited for the lock.
            ours, there = os.fstat(self._file), self._path.stat() if self._path.exists() else None
            if there is None or (ours.st_ino, ours.st_dev) == (there.st_ino, there.st_dev):
                for n in range(self._kept, 0, -1):
                    older = self._path.with_name(f"{self._path.name}.{n}")
                    newer = self._path.with_name(f"{self._path.name}.{n - 1}") if n > 1 else None
                    if (newer or self._path).exists():
                        (newer or self._path).replace(older)
            os.close(self._file)
            self._file = open_for_appending(self._path)
            self._size = os.fstat(self._file).st_size
        finally:
            os.close(lock)
