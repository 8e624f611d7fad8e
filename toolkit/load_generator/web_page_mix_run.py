"""A mix that the web page starts: `toolkit load --mix` beside Locust, its progress and report.

Each of its scenarios is a process of Locust of its own, as from the command line.
"""

import os
import signal
import subprocess
import sys
import tempfile
from collections import deque
from pathlib import Path
from typing import Any

import gevent

from toolkit.errors import UsageError
from toolkit.load.locust_process_messages import CREDENTIALS, INSTRUCTIONS

SHOWN_LINES = 8
_ENDS = {0: "passed", 1: "failed", 3: "not known", 130: "interrupted"}


class MixProcess:
    """The mix that was started last, if any."""

    def __init__(self) -> None:
        self.name = ""
        self._process: Any = None
        self._lines: deque[str] = deque(maxlen=SHOWN_LINES)
        self._folder = Path()

    @property
    def is_under_way(self) -> bool:
        """Whether it is still sending or reporting."""
        return self._process is not None and self._process.poll() is None

    @property
    def report(self) -> Path | None:
        """Its HTML report, once there is one."""
        path = self._folder / "mix.html"
        return path if self._process is not None and path.is_file() else None

    def start(self, name: str, url: str) -> None:
        """Send the mix to the address. Raises UsageError where that cannot be done from here."""
        if self.is_under_way:
            raise UsageError(f"the mix {self.name} is under way.", fix="stop it first.")
        if os.environ.get(CREDENTIALS):
            raise UsageError(
                "the page gives no password of --url on.",
                fix=f"run `toolkit load --mix {name} --url …`.",
            )
        self.name = name
        self._lines.clear()
        self._folder = Path(tempfile.mkdtemp(prefix="toolkit-mix-"))
        words = ["load", "--mix", name, "--url", url, "--report", str(self._folder / "mix.html")]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "toolkit", *words],
            env={k: v for k, v in os.environ.items() if k != INSTRUCTIONS},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        gevent.spawn(self._read, self._process)

    def _read(self, process: Any) -> None:
        for line in process.stdout:
            self._lines.append(line.rstrip())
        process.wait()

    def stop(self) -> None:
        """Let it report what it has, as Ctrl-C does."""
        if self.is_under_way:
            self._process.send_signal(signal.SIGINT)

    def state(self) -> dict[str, object] | None:
        """What the page shows of it; None where no mix was started."""
        if self._process is None:
            return None
        ended = self._process.poll()
        how = "under way" if ended is None else _ENDS.get(ended, f"ended with status {ended}")
        return {
            "name": self.name,
            "state": how,
            # The report says more, once there is one.
            "lines": [] if ended is not None and self.report else list(self._lines),
            "report": ended is not None and self.report is not None,
        }
