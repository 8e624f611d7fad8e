"""Locks between the processes of one journal: who watches positions, and who may act on them.

They are the operating system's, so that a killed process has let go of them.
"""

import asyncio
import contextlib
import fcntl
import os
from collections.abc import AsyncIterator
from pathlib import Path

_LOOK_SECONDS = 0.01


class ProcessLock:
    """Locks on files of their own next to `journal`."""

    def __init__(self, journal: Path) -> None:
        self._path = journal.with_name(f"{journal.name}.acting")
        self._leading = journal.with_name(f"{journal.name}.watching")
        self._leader: int | None = None

    def leads(self) -> bool:
        """Whether this process is the one that watches; once it is, it stays so."""
        if self._leader is None:
            descriptor = _opened(self._leading)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(descriptor)
                return False
            self._leader = descriptor
        return True

    def close(self) -> None:
        """Let another process watch."""
        if self._leader is not None:
            os.close(self._leader)
            self._leader = None

    @contextlib.asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """May act, after waiting for whoever does. Raises OSError where no file can be made."""
        # A descriptor for each holder: the lock keeps tasks of one process apart too.
        descriptor = _opened(self._path)
        try:
            while True:
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    await asyncio.sleep(_LOOK_SECONDS)
            yield
        finally:
            os.close(descriptor)


def _opened(path: Path) -> int:
    return os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
