"""A mix that the web page starts: `toolkit load --mix` beside Locust, its progress and report.

Each of its scenarios is a process of Locust of its own, as from the command line.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections import deque
from itertools import pairwise
from pathlib import Path
from typing import Any

import gevent

from toolkit.errors import UsageError
from toolkit.load.locust_process_messages import CREDENTIALS, INSTRUCTIONS

SHOWN_LINES = 8
# As `toolkit.load_generator.progress_lines` writes them, after the scenario's name where there
# are several.
_PROGRESS = re.compile(
    r"(?:(?P<scenario>.+): )?(?P<at>\d+) s: (?P<answered>\d+) answered, \d+ unexpectedly, "
    r"P95 (?P<p95>[\d.e+]+) ms"
)
_ENDS = {0: "passed", 1: "failed", 3: "not known", 130: "interrupted"}


class MixCharts:
    """What each scenario of a mix did so far, a point for each line of its progress."""

    def __init__(self) -> None:
        self._answered: dict[str, list[tuple[int, int, float]]] = {}

    def read(self, line: str) -> None:
        """Take a line of the command; most are not of progress."""
        if found := _PROGRESS.fullmatch(line):
            points = self._answered.setdefault(found["scenario"] or "all", [(0, 0, 0.0)])
            points.append((int(found["at"]), int(found["answered"]), float(found["p95"])))

    def document(self) -> dict[str, list[tuple[int, float, float]]]:
        """As JSON: by scenario, (seconds, answers a second until then, P95 in ms so far)."""
        return {
            scenario: [
                (at, (answered - before) / max(1, at - began), p95)
                for (began, before, _), (at, answered, p95) in pairwise(points)
            ]
            for scenario, points in sorted(self._answered.items())
        }


class MixProcess:
    """The mix that was started last, if any."""

    def __init__(self) -> None:
        self.name = ""
        self._process: Any = None
        self._lines: deque[str] = deque(maxlen=SHOWN_LINES)
        self._charts = MixCharts()
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
        self._charts = MixCharts()
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
            self._charts.read(line.rstrip())
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
            "charts": self._charts.document(),
            "report": ended is not None and self.report is not None,
        }
