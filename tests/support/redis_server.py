"""A real Redis of the test's own, on a socket in its folder: no port, no password, no files."""

import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from tests.support import required_programs
from tests.support.wait_until import PATIENCE_SECONDS


class RedisServer:
    """Started by `start`; may be killed, paused, and started again without its data."""

    def __init__(self, *arguments: str) -> None:
        self._program = required_programs.program("redis-server")
        # Paths of sockets are short: a test's own folder may be too deep.
        self._folder = tempfile.TemporaryDirectory(prefix="redis-")
        self.socket = Path(self._folder.name, "redis.sock")
        self._arguments = arguments
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address, as the services take it."""
        return f"unix://{self.socket}"

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        self.socket.unlink(missing_ok=True)
        self._process = subprocess.Popen(
            [self._program, "--port", "0", "--unixsocket", str(self.socket), "--save", "",
             *self._arguments],
            cwd=self._folder.name, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self._listens():
            assert time.monotonic() < deadline, "redis-server did not start"
            time.sleep(0.01)

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
        self._folder.cleanup()

    def _listens(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            try:
                client.connect(str(self.socket))
            except OSError:
                return False
        return True
