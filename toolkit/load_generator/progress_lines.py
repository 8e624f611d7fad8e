"""Progress of a run on stdout, for the command that started it and shows it on stderr."""

import os
import sys

from toolkit.load.locust_process_messages import PROGRESS
from toolkit.load_generator.current_run import CurrentRun

_INTERVAL_SECONDS = 5.0


class ProgressLines:
    """Writes a line every few seconds, and one for each lost worker at once."""

    def __init__(self) -> None:
        self._command = os.getppid()
        self._written_seconds = 0.0
        self._lost = 0

    def write(self, run: CurrentRun) -> bool:
        """Write what is new; whether the command that reads it is still there."""
        lines = list(run.lost[self._lost :])
        self._lost = len(run.lost)
        if run.elapsed - self._written_seconds >= _INTERVAL_SECONDS:
            self._written_seconds = run.elapsed
            lines.append(_figures(run))
        try:
            sys.stdout.write("".join(f"{PROGRESS}{line}\n" for line in lines))
            sys.stdout.flush()
        except OSError:
            return False
        return os.getppid() == self._command


def _figures(run: CurrentRun) -> str:
    total = run.figures.total
    p95 = total.durations.quantile_seconds(0.95) * 1000
    return (
        f"{run.elapsed:.0f} s: {total.requests} answered, {total.failed} unexpectedly, "
        f"P95 {p95:.3g} ms"
    )
