"""The audit log's files. One process writes them, so that no line is lost between two.

What strangers cause takes at most a quarter of a file. What is more of it goes to a file of
its own, which rolls over by itself: no flood of refusals erases a line about an order.
"""

import contextlib
import logging
import os
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import msgspec

from target_app.execution.audit_log import Line

# What anyone can cause who reaches the port.
STRANGERS_EVENTS = frozenset(
    {"signature_failed", "address_refused", "rate_limited", "body_too_large", "token_refused"}
)
_STRANGERS_SHARE = 0.25
# Lines that wait for room on the disk.
_MOST_WAITING = 10_000
_MOST_AT_ONCE = 4096  # bytes: the least that a file may be limited to
_LOG = logging.getLogger(__name__)


def open_for_appending(path: Path) -> int:
    """The descriptor of an audit log, made where there is none. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Group and others have no business with it.
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)


class _RollingFile:
    """Appends whole lines to `path`; at `limit` bytes it becomes `path.1`, up to `path.kept`."""

    def __init__(self, path: Path, limit: int, kept: int) -> None:
        self._path, self.limit, self._kept = path, limit, kept
        self._file = open_for_appending(path)
        self.size = os.fstat(self._file).st_size

    def append(self, data: bytes) -> bool:
        """Append all of `data`, or nothing of it; whether a new file was begun.

        Raises OSError when it cannot be written.
        """
        rolls = self.size > 0 and self.size + len(data) > self.limit
        if rolls:
            self._roll()
        written = 0
        try:
            while written < len(data):
                written += os.write(self._file, data[written:])
        except OSError:
            # A disk that fills up takes a part: half a line would spoil the next one.
            with contextlib.suppress(OSError):
                os.truncate(self._path, self.size)
            raise
        self.size += written
        return rolls

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)

    def _roll(self) -> None:
        for n in range(self._kept, 0, -1):
            newer = self._named(n - 1)
            if newer.exists():
                newer.replace(self._named(n))
        os.close(self._file)
        self._file = open_for_appending(self._path)
        self.size = 0

    def _named(self, number: int) -> Path:
        return self._path.with_name(f"{self._path.name}.{number}") if number else self._path


class AuditCounts(Protocol):
    """What is counted of the log."""

    def audited(self, event: str, severity: str) -> None:
        """A line was written."""

    def audit_line_lost(self) -> None:
        """A line could not be written, and was given up."""


class AuditFile:
    """The sink that writes. Lines count when they are written, not before."""

    def __init__(self, path: Path, *, limit: int, kept: int, counts: AuditCounts) -> None:
        self._main = _RollingFile(path, limit, kept)
        self._refused_path = path.with_name(f"{path.name}.refused")
        self._refused: _RollingFile | None = None
        self._counts = counts
        self._waiting: deque[Line] = deque()
        self._failing = False
        self._strangers = _strangers_bytes(path)

    def write(self, lines: Sequence[Line]) -> None:
        """Append lines. What cannot be written waits for the next ones, or is counted as lost."""
        self._waiting.extend(lines)
        try:
            while self._waiting:
                self._append_some()
        except OSError as error:
            if not self._failing:
                _LOG.error("the audit log cannot be written, lines wait: %s", error)
            self._failing = True
        else:
            if self._failing:
                _LOG.warning("the audit log is written again")
            self._failing = False
        while len(self._waiting) > _MOST_WAITING:
            self._waiting.popleft()
            self._counts.audit_line_lost()

    def close(self) -> None:
        """Write what waits, if that is possible now."""
        self.write(())
        for _ in self._waiting:
            self._counts.audit_line_lost()
        self._waiting.clear()
        self._main.close()
        if self._refused is not None:
            self._refused.close()

    def _append_some(self) -> None:
        """Append the first lines that go to the same file, by one system call."""
        texts: list[bytes] = []
        size, strangers = 0, self._strangers
        for event, _, text in self._waiting:
            more = len(text) + 1
            is_stranger = event in STRANGERS_EVENTS
            if is_stranger and strangers + more > self._main.limit * _STRANGERS_SHARE:
                if not texts:
                    self._append_refused(text)
                    texts.append(text)
                break
            if texts and size + more > _MOST_AT_ONCE:
                break
            texts.append(text)
            size += more
            strangers += more if is_stranger else 0
        if size:
            begun = self._main.append(b"\n".join(texts) + b"\n")
            self._strangers = strangers - self._strangers if begun else strangers
        for _ in texts:
            event, severity, _ = self._waiting.popleft()
            self._counts.audited(event, severity)

    def _append_refused(self, text: bytes) -> None:
        if self._refused is None:
            self._refused = _RollingFile(self._refused_path, self._main.limit, 1)
        self._refused.append(text + b"\n")


def _strangers_bytes(path: Path) -> int:
    """How much of a file that is there already was caused by strangers."""
    decode = msgspec.json.Decoder(_Told).decode
    found = 0
    with path.open("rb") as lines:
        for line in lines:
            with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError):
                found += len(line) if decode(line).event in STRANGERS_EVENTS else 0
    return found


class _Told(msgspec.Struct):
    event: str = ""
