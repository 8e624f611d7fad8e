"""Several workers on one port, and the process that starts them: it alone writes the audit log.

It tells each worker its settings and how many of them take orders, and lends it the journal's
lock, so that no other instance can trade before the last of them has ended.
"""

import contextlib
import json
import selectors
import socket
import threading
from pathlib import Path
from typing import Any

import msgspec
from uvicorn.config import Config
from uvicorn.supervisors import Multiprocess

from target_app.execution.audit_log_rotation import AuditFile
from target_app.execution.http.listening_sockets import further_handles
from target_app.execution.instance_lock import InstanceLock
from target_app.execution.settings import Settings

_PART, _LOOK_SECONDS = 1 << 18, 0.2


class AuditAcknowledgements:
    """What was written since it was last asked for: the workers count it, who have metrics."""

    def __init__(self) -> None:
        self._written: list[tuple[str, str]] = []
        self._lost = 0

    def audited(self, event: str, severity: str) -> None:
        """A line was written."""
        self._written.append((event, severity))

    def audit_line_lost(self) -> None:
        """A line was given up."""
        self._lost += 1

    def take(self) -> list[object] | None:
        """A message for a worker, if there is something to count."""
        if not self._written and not self._lost:
            return None
        message: list[object] = ["audited", self._written, self._lost]
        self._written, self._lost = [], 0
        return message


class ChannelServer:
    """The supervisor's end of its workers' channels, served by a thread of its own."""

    def __init__(
        self, path: Path, settings: Settings, lock: InstanceLock, kept: AuditAcknowledgements
    ) -> None:
        self._first = msgspec.json.encode(settings) + b"\n"
        self._lock, self._acknowledgements = lock, kept
        self._audit = AuditFile(
            Path(settings.audit_log),
            limit=settings.audit_log_bytes,
            kept=settings.audit_log_files,
            counts=kept,
        )
        self._listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listening.bind(str(path))
        self._listening.listen()
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listening, selectors.EVENT_READ)
        self._heard: dict[socket.socket, bytes] = {}
        self._said: dict[socket.socket, bytearray] = {}
        self._ready: set[socket.socket] = set()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="channels", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Take what the workers, which have ended, said last."""
        self._ending.set()
        self._thread.join()
        self._listening.close()
        self._audit.close()

    def _serve(self) -> None:
        while not self._ending.is_set() or self._heard:
            for key, _ in self._selector.select(_LOOK_SECONDS):
                if key.fileobj is self._listening:
                    self._accept()
                elif isinstance(key.fileobj, socket.socket):
                    self._read(key.fileobj)
            for worker in self._said:
                self._send(worker)

    def _accept(self) -> None:
        worker, _ = self._listening.accept()
        try:
            socket.send_fds(worker, [self._first], [self._lock.fileno()])
        except OSError:
            worker.close()
            return
        worker.settimeout(0)  # one that is stuck must not stop the others
        self._heard[worker], self._said[worker] = b"", bytearray()
        self._selector.register(worker, selectors.EVENT_READ)

    def _read(self, worker: socket.socket) -> None:
        try:
            data = worker.recv(_PART)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._selector.unregister(worker)
            worker.close()
            del self._heard[worker], self._said[worker]
            self._tell_ready(worker, ready=False)
            return
        *whole, self._heard[worker] = (self._heard[worker] + data).split(b"\n")
        lines = []
        for text in whole:
            what, *rest = json.loads(text)
            if what == "audit":
                event, severity, line = rest
                lines.append((event, severity, line.encode()))
            else:
                self._tell_ready(worker, ready=rest[0])
        if lines:
            self._audit.write(lines)
            if (message := self._acknowledgements.take()) is not None:
                self._say(worker, message)

    def _tell_ready(self, worker: socket.socket, *, ready: bool) -> None:
        before = len(self._ready)
        (self._ready.add if ready else self._ready.discard)(worker)
        if len(self._ready) == before:
            return
        for other in self._heard:
            self._say(other, ["ready", len(self._ready)])

    def _say(self, worker: socket.socket, message: list[object]) -> None:
        self._said[worker] += json.dumps(message).encode() + b"\n"
        self._send(worker)

    def _send(self, worker: socket.socket) -> None:
        said = self._said[worker]
        with contextlib.suppress(OSError):  # full, or gone: the next look says which
            while said:
                del said[: worker.send(said)]


class Supervisor(Multiprocess):
    """uvicorn's, which also says when it drains."""

    def __init__(self, config: Config, sockets: list[socket.socket], lock: InstanceLock) -> None:
        super().__init__(config, sockets)
        self._lock = lock

    def terminate_all(self) -> None:
        """Ask every worker to drain and end, and leave the port to them.

        Else who comes after they have closed it would be taken by nobody, and wait until this
        process ends.
        """
        self._lock.begin_draining()
        for listening in self.sockets:
            listening.close()
        super().terminate_all()


def supervise(
    settings: Settings, lock: InstanceLock, options: dict[str, Any], channel: Path
) -> None:
    """Run the workers until SIGTERM or SIGINT; `channel` is where they find this process."""
    channels = ChannelServer(channel, settings, lock, AuditAcknowledgements())
    config = Config(
        "target_app.execution.app:from_supervisor",
        factory=True,
        workers=settings.workers,
        **options,
    )
    try:
        listening = config.bind_socket()
        handles = further_handles(listening.fileno())
        Supervisor(config, [listening, *handles], lock).run()
    finally:
        channels.close()
