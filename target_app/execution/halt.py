"""The halt: a person stops all new orders, and a person lifts it. It outlives every restart.

A file next to the journal holds it, so that every process of that journal sees it. What
is open already goes on being watched, and stops stay at their exchange.
"""

import asyncio
import contextlib
import math
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from target_app.exchanges.injected_faults import Faults
from target_app.execution.response_bodies import RefusalError

_LOOK_SECONDS = 1.0
# Orders ask for it; a call of the system for each lets another thread have the interpreter.
FRESH_SECONDS = 0.1
_AGAIN_SECONDS = 60.0  # a person has to lift it first


class Halt:
    """Whether new orders are refused. `shown(1 or 0)` hears of it, a second late at most."""

    def __init__(self, journal: Path, faults: Faults, shown: Callable[[int], None]) -> None:
        self._path = journal.with_name(f"{journal.name}.halted")
        self._faults, self._shown = faults, shown
        self._task: asyncio.Task[None] | None = None
        self._there, self._looked_at = False, -math.inf

    @property
    def is_set(self) -> bool:
        """Whether a person, or a drill, has stopped new orders."""
        # The file's being there is all that counts, whatever it holds.
        now = time.monotonic()
        if now - self._looked_at > FRESH_SECONDS:
            self._there, self._looked_at = self._path.exists(), now
        return self._there or (self._faults.any and self._faults.halts())

    def refuse(self) -> None:
        """Raises RefusalError while it is set."""
        if self.is_set:
            self._shown(1)
            raise RefusalError(
                "halted",
                "A person has stopped all new orders. A person lifts it: DELETE /admin/halt.",
                retry_after=_AGAIN_SECONDS,
            )

    def state(self) -> dict[str, Any]:
        """Whether it is set, since when and why."""
        if not self._path.exists():
            return {"halted": self.is_set}
        try:
            kept = msgspec.json.decode(self._path.read_bytes(), type=dict[str, Any])
        except (OSError, msgspec.DecodeError):
            kept = {}  # a file that somebody made by hand
        return {"halted": True, **kept}

    def set(self, reason: str) -> None:
        """Stop new orders, in other processes FRESH_SECONDS later.

        Raises OSError where that cannot be written down.
        """
        document = msgspec.json.encode({"since": round(time.time(), 3), "reason": reason})
        made = self._path.with_name(f"{self._path.name}.new")
        with made.open("wb") as file:
            file.write(document)
            file.flush()
            os.fsync(file.fileno())
        made.replace(self._path)
        self._there = True
        self._shown(1)

    def lift(self) -> bool:
        """Take new orders again; whether they were stopped."""
        try:
            self._path.unlink()
        except FileNotFoundError:
            return False
        self._looked_at = -math.inf
        self._shown(int(self.is_set))
        return True

    def start(self) -> None:
        """Keep the metric true, whichever process was asked."""
        self._task = asyncio.create_task(self._look())

    async def close(self) -> None:
        """Look no more."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _look(self) -> None:
        while True:
            self._shown(int(self.is_set))
            await asyncio.sleep(_LOOK_SECONDS)
