"""A worker's line to its supervisor: settings and the lock down, audit lines and readiness up.

When the line breaks the supervisor is gone, and the worker stops: nobody would stop it
otherwise, and the next start would find its port taken.
"""

import array
import asyncio
import contextlib
import json
import os
import socket
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from target_app.execution.audit_log import Line
from target_app.execution.audit_log_rotation import AuditCounts
from target_app.execution.settings import Settings

# The variable that tells a worker where its supervisor listens, and the socket's file name.
VARIABLE, NAME = "TRADE_EXECUTION_CHANNEL", "channel"
_PART = 65_536
# How long a worker that ends waits for its last lines to be taken.
_LAST_SECONDS = 5.0


class WorkerChannel:
    """Connected to the supervisor that listens at `path`; also the sink of the audit log."""

    def __init__(self, path: Path) -> None:
        """Raises OSError when nobody listens."""
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.connect(str(path))
        self._heard, self._lock = b"", -1
        while b"\n" not in self._heard:
            self._hear()
        text, _, self._heard = self._heard.partition(b"\n")
        self.settings = msgspec.json.decode(text, type=Settings)
        self._pending = bytearray()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._counts: AuditCounts | None = None
        self._on_gone: Callable[[], None] = lambda: None
        self.workers_ready = 0

    @property
    def all_ready(self) -> bool:
        """Whether every worker takes orders."""
        return self.workers_ready >= self.settings.workers

    def watch(self, counts: AuditCounts, on_gone: Callable[[], None]) -> None:
        """From now on hear what the supervisor says; `on_gone` when it is gone. On the loop.

        `counts` is told which lines were written.
        """
        self._counts, self._on_gone = counts, on_gone
        self._loop = asyncio.get_running_loop()
        self._socket.settimeout(0)
        self._loop.add_reader(self._socket, self._read)

    def tell_ready(self, *, ready: bool) -> None:
        """Tell the supervisor whether this worker takes orders."""
        self._say(["ready", ready])

    def write(self, lines: Sequence[Line]) -> None:
        """Hand lines of the audit log to the process that writes it."""
        for event, severity, text in lines:
            self._say(["audit", event, severity, text.decode()])

    def close(self) -> None:
        """Hand over what waits."""
        if self._loop is not None:
            self._loop.remove_reader(self._socket)
            self._loop.remove_writer(self._socket)
        self._socket.settimeout(_LAST_SECONDS)
        with contextlib.suppress(OSError):
            self._socket.sendall(self._pending)
        self._socket.close()

    def _say(self, message: list[object]) -> None:
        self._pending += json.dumps(message).encode() + b"\n"
        self._send()

    def _send(self) -> None:
        try:
            while self._pending:
                del self._pending[: self._socket.send(self._pending)]
        except BlockingIOError:
            if self._loop is not None:
                self._loop.add_writer(self._socket, self._send)
            return
        except OSError:
            return  # gone: the reader says so
        if self._loop is not None:
            self._loop.remove_writer(self._socket)

    def _read(self) -> None:
        try:
            self._hear()
        except BlockingIOError:
            return
        except OSError:
            if self._loop is not None:
                self._loop.remove_reader(self._socket)
            self._on_gone()
            return
        *whole, self._heard = self._heard.split(b"\n")
        for line in whole:
            what, *told = json.loads(line)
            if what == "ready":
                (self.workers_ready,) = told
            elif self._counts is not None:
                written, lost = told
                for event, severity in written:
                    self._counts.audited(event, severity)
                for _ in range(lost):
                    self._counts.audit_line_lost()

    def _hear(self) -> None:
        data, ancillary, _, _ = self._socket.recvmsg(_PART, socket.CMSG_SPACE(4))
        if not data:
            raise ConnectionError
        self._heard += data
        for _, kind, held in ancillary:
            if kind == socket.SCM_RIGHTS:
                # The journal's lock: held until the last process that has it ends.
                (self._lock,) = array.array("i", held[:4])
                os.set_inheritable(self._lock, False)  # noqa: FBT003 - the library's parameter
