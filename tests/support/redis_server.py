"""A real Redis of the test's own: on a socket in its folder or on a port, no password, no files."""

import signal
import socket
import subprocess
import tempfile
from pathlib import Path

from tests.support import required_programs
from tests.support.wait_until import eventually


class RedisServer:
    """Started by `start`; may be killed, paused, and started again without its data.

    With `tcp` it listens on a port of 127.0.0.1, which is kept while it is down.
    """

    def __init__(self, *arguments: str, tcp: bool = False) -> None:
        self._program = required_programs.program("redis-server")
        # Paths of sockets are short: a test's own folder may be too deep.
        self._folder = tempfile.TemporaryDirectory(prefix="redis-")
        self.socket = Path(self._folder.name, "redis.sock")
        self._arguments = arguments
        self._process: subprocess.Popen[bytes] | None = None
        self._held = socket.socket()
        self._port = 0
        if tcp:  # Redis may bind what is bound so, and not listened on
            self._held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._held.bind(("127.0.0.1", 0))
            self._port = self._held.getsockname()[1]

    @property
    def url(self) -> str:
        """Its address, as the services take it."""
        return f"redis://127.0.0.1:{self._port}/0" if self._port else f"unix://{self.socket}"

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        self.socket.unlink(missing_ok=True)
        self._process = subprocess.Popen(
            [
                self._program,
                "--port",
                str(self._port),
                "--bind",
                "127.0.0.1",
                "--unixsocket",
                str(self.socket),
                "--save",
                "",
                *self._arguments,
            ],
            cwd=self._folder.name,
            stdout=subprocess.DEVNULL,
        )
        eventually(self._listens, "redis-server takes connections")

    def kill(self) -> None:
        """End it at once; what it held is lost."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)
            self._process.kill()
            self._process.wait()
            self._process = None

    def pause(self) -> None:
        """It takes connections and answers nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """It goes on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def close(self) -> None:
        """End it and forget its folder."""
        self.kill()
        self._held.close()
        self._folder.cleanup()

    def _listens(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            try:
                client.connect(str(self.socket))
            except OSError:
                return False
        return True
