"""One journal, one instance: a lock beside the journal, held until the last process is gone.

Two instances with journals of their own would each execute the same webhook, and two at one
journal would each settle what the other has under way. The lock is the kernel's, so that it
ends with its holders, however they end. What stands in the file is for people to read.
"""

import contextlib
import fcntl
import json
import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from toolkit.errors import ConfigurationError

_LOG = logging.getLogger(__name__)
_LONGEST = 200
# How long an instance that drains may take to end, and how often that is looked at.
_DRAINED_SECONDS, _LOOK_SECONDS = 120.0, 0.02


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds the lock, as far as it has written that down."""

    pid: int | None
    draining: bool


class InstanceLock:
    """The lock of the journal at `journal`. Not held until `take` says so."""

    def __init__(self, journal: Path) -> None:
        """Raises ConfigurationError where the file cannot be made."""
        self.path = journal.with_name(f"{journal.name}.lock")
        self.held = False
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise ConfigurationError(f"JOURNAL: {self.path}: {error.strerror}.") from None

    def take(self) -> bool:
        """Take the lock if nobody has it; whether it is held now."""
        if not self.held:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            self.held = True
            self._write(draining=False)
        return True

    def fileno(self) -> int:
        """The descriptor; a process that is given it holds the lock too."""
        return self._file

    def holder(self) -> Holder:
        """Who has it."""
        with contextlib.suppress(ValueError, OSError, AttributeError):
            told = json.loads(os.pread(self._file, _LONGEST, 0))
            return Holder(int(told["pid"]), told.get("draining") is True)
        return Holder(None, draining=False)

    def begin_draining(self) -> None:
        """Tell who starts next that the lock will be let go of soon."""
        if self.held:
            self._write(draining=True)

    def release(self) -> None:
        """Let go of it."""
        self.held = False
        with contextlib.suppress(OSError):
            os.close(self._file)

    def _write(self, *, draining: bool) -> None:
        # A full disk keeps nobody from trading: the lock holds without its text.
        with contextlib.suppress(OSError):
            text = json.dumps({"pid": os.getpid(), "draining": draining}).encode()
            os.ftruncate(self._file, 0)
            os.pwrite(self._file, text, 0)


def take_over(lock: InstanceLock, seconds: float, *, load: Callable[[], None]) -> None:
    """Take the lock; where another instance has it and drains, or `seconds` allow it, wait for it.

    `load` is called before the waiting, so that what takes long is done when the lock is free.
    Raises ConfigurationError for a lock that is not worth waiting for, or not let go of in time.
    """
    if lock.take():
        return
    holder = lock.holder()
    who = f"process {holder.pid}" if holder.pid else "another process"
    if not holder.draining and not seconds:
        raise ConfigurationError(
            f"JOURNAL: {who} trades with this journal: one journal, one instance ({lock.path}).",
            fix="stop it first, or take over from it: start with EXECUTION_TAKEOVER_SECONDS=60, "
            "then stop it. A second instance beside it needs a journal, accounts and sources of "
            "its own.",
        )
    load()
    _LOG.warning("waiting until %s lets go of the journal", who)
    longest = seconds or _DRAINED_SECONDS
    deadline = time.monotonic() + longest
    while not lock.take():
        if time.monotonic() > deadline:
            raise ConfigurationError(
                f"JOURNAL: {who} still has the journal after {longest:g} s ({lock.path}).",
                fix="stop that instance, or wait for longer: EXECUTION_TAKEOVER_SECONDS.",
            )
        time.sleep(_LOOK_SECONDS)
    _LOG.warning("took over the journal")
