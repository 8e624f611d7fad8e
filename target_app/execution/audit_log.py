"""The audit log: one JSON object for every security decision, as the pipeline writes it.

Callers name what they log field by field, so that a secret, a signature or a passphrase
can get in only by being typed here. Lines of one turn of the event loop are handed over
together, before the loop waits again: a killed process loses at most that turn.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

_ENCODE = msgspec.json.Encoder().encode
# Nothing that a client sent is copied at length.
_LONGEST = 200
Line = tuple[str, str, bytes]  # event and severity, which are the catalogue's, and the JSON


class AuditSink(Protocol):
    """Where lines go: the file, or the process that writes it."""

    def write(self, lines: Sequence[Line]) -> None:
        """Take lines, in order. An unwritable log is reported, and stops no order."""

    def close(self) -> None:
        """Write what waits, and let go of it."""


class AuditLog:
    """Makes lines and hands them to `sink`; `flushed` hears of each time."""

    def __init__(
        self,
        sink: AuditSink,
        *,
        clock: Callable[[], float] = time.time,
        flushed: Callable[[], None] = lambda: None,
    ) -> None:
        self._sink, self._clock, self._flushed = sink, clock, flushed
        self._lines: list[Line] = []

    def write(self, event: str, severity: str, **details: str | float) -> None:
        """Log one decision. `event` and `severity` are the catalogue's."""
        line = {"time": self._clock(), "event": event, "severity": severity, **details}
        text = _ENCODE(line)
        if len(text) > _LONGEST:  # else no part of it is longer
            cut = {k: v[:_LONGEST] if isinstance(v, str) else v for k, v in line.items()}
            text = _ENCODE(cut)
        if not self._lines:
            self._soon()
        self._lines.append((event, severity, text))

    def flush(self) -> None:
        """Hand over what is waiting."""
        if self._lines:
            lines, self._lines = self._lines, []
            self._sink.write(lines)
            self._flushed()

    def close(self) -> None:
        """Hand over what is waiting, and let go of the sink."""
        self.flush()
        self._sink.close()

    def _soon(self) -> None:
        try:
            asyncio.get_running_loop().call_soon(self.flush)
        except RuntimeError:  # no loop yet, or no longer: flush() or close() follows
            return
