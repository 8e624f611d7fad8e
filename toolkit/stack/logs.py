"""The servers' logs: one file each in the stack's folder, begun anew by every `up`."""

import time
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path

from toolkit.errors import StackError, UsageError
from toolkit.unknown_name_did_you_mean import did_you_mean

# A reader who follows a log does not notice a fifth of a second.
_POLL_SECONDS = 0.2


def folder(state: Path) -> Path:
    """Where the logs of the stack in `state` are."""
    return state / "logs"


def files(state: Path, names: Sequence[str] = ()) -> dict[str, Path]:
    """The log of each server named, or of all; they stay after the stack has ended.

    Raises StackError where no stack has run yet, UsageError for a server that has no log.
    """
    found = {file.stem: file for file in sorted(folder(state).glob("*.log"))}
    if not found:
        raise StackError(
            f"{folder(state)}: no logs: no stack has run here.", fix="run `toolkit up` first."
        )
    for name in names:
        if name not in found:
            raise UsageError(f"{name!r} has no log{did_you_mean(name, found)}")
    return {name: found[name] for name in (names or found)}


def tail(file: Path, lines: int) -> tuple[str, ...]:
    """The last lines of a log, fewer where it has fewer, none where it is missing."""
    try:
        with file.open(encoding="utf-8", errors="replace") as log:
            return tuple(line.rstrip("\n") for line in deque(log, maxlen=lines))
    except FileNotFoundError:
        return ()


def follow(logs: dict[str, Path]) -> Iterator[tuple[str, str]]:
    """Every line written from now on, with its server's name; it never ends by itself."""
    places = {name: file.stat().st_size for name, file in logs.items()}
    while True:
        yield from fresh(logs, places)
        time.sleep(_POLL_SECONDS)


def fresh(logs: dict[str, Path], places: dict[str, int]) -> Iterator[tuple[str, str]]:
    """The whole lines after `places` (bytes by name), which are moved past them."""
    for name, file in logs.items():
        if file.stat().st_size < places[name]:
            places[name] = 0  # a new `up` began the file anew
        with file.open("rb") as log:
            log.seek(places[name])
            for line in log:
                if not line.endswith(b"\n"):
                    break  # the rest of the line is still to come
                places[name] += len(line)
                yield name, line.decode(errors="replace").rstrip("\n")
