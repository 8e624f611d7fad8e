"""One line for each request of a load, as CSV: one file of what all processes have written.

    scenario,name,due_unix,latency_ms,service_time_ms,outcome,answer,reason
    normal,webhook: valid,1700000000.123456,12.345,11.022,accepted,200,

`due_unix` is the moment at which it was due, in Unix seconds; both times are in milliseconds.
`reason` is empty but for a failed one. There is a line for each request that the figures count.
"""

from collections.abc import Sequence
from pathlib import Path

from toolkit.errors import ConfigurationError

HEADER = "scenario,name,due_unix,latency_ms,service_time_ms,outcome,answer,reason\n"
_CHUNK = 1 << 20


def prepare(path: Path) -> None:
    """Make an empty file, before anything is sent. Raises ConfigurationError where it cannot be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(HEADER, encoding="utf-8", newline="\n")
        for part in parts(path):
            part.unlink()  # of a run that was killed
    except OSError as error:
        raise ConfigurationError(f"--requests-csv {path}: {error.strerror}.") from None


def part(path: str, process: int) -> str:
    """Where one process writes its lines, without the titles."""
    return f"{path}.{process}.part"


def parts(path: Path) -> Sequence[Path]:
    """What the processes have written."""
    return sorted(path.parent.glob(f"{path.name}.*.part"))


def join(path: Path, requests: int) -> None:
    """Put the parts together. Raises ConfigurationError where lines are missing."""
    lines = 0
    try:
        with path.open("ab") as whole:
            for each in parts(path):
                with each.open("rb") as source:
                    while chunk := source.read(_CHUNK):
                        lines += chunk.count(b"\n")
                        whole.write(chunk)
                each.unlink()
    except OSError as error:
        raise ConfigurationError(f"--requests-csv {path}: {error.strerror}.") from None
    if lines != requests:
        raise ConfigurationError(
            f"--requests-csv {path}: has {lines} of {requests} requests.",
            fix="is the disk full, or was a worker lost?",
        )
