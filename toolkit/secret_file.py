"""A secret from a file, or from a pipe: `<(command)` of a shell, or a FIFO that an agent fills."""

import os
import select
import stat
import time
from pathlib import Path

MOST_SECONDS = 10.0
"""For a pipe to give the secret, and end."""

_MOST_BYTES = 1_000_000
_PART_BYTES = 65_536
_PAUSE_SECONDS = 0.02  # a FIFO that nobody has opened for writing cannot be waited for


def read_secret(path: Path, most_seconds: float = MOST_SECONDS) -> str:
    """What the file holds, without the space around it.

    Raises OSError, of which `strerror` says why, and UnicodeDecodeError for what is not text.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise IsADirectoryError(0, "is a folder")
        if not stat.S_ISFIFO(os.fstat(descriptor).st_mode):
            with os.fdopen(os.dup(descriptor), "rb") as file:
                return _bounded(file.read(_MOST_BYTES + 1)).decode("utf-8").strip()
        return _of_pipe(descriptor, time.monotonic() + most_seconds).decode("utf-8").strip()
    finally:
        os.close(descriptor)


def _of_pipe(descriptor: int, end: float) -> bytes:
    """All that comes until the other side closes it."""
    content = b""
    while (left := end - time.monotonic()) > 0:
        ready, _, _ = select.select([descriptor], [], [], left)
        part = os.read(descriptor, _PART_BYTES) if ready else b""
        content = _bounded(content + part)
        if content and not part:
            return content
        if not part:
            time.sleep(_PAUSE_SECONDS)
    raise TimeoutError(0, "is a pipe into which nobody writes")


def _bounded(content: bytes) -> bytes:
    if len(content) > _MOST_BYTES:
        raise OSError(0, "is longer than 1 MB, which no secret is")
    return content
