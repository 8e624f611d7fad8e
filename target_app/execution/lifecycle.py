"""Starting, ready, draining: which of these the process is in, and what that refuses."""

import time
from enum import StrEnum

from target_app.execution.answers import RefusalError


class Phase(StrEnum):
    """Where in its life the process is."""

    STARTING = "starting"
    READY = "ready"
    DRAINING = "draining"


class Lifecycle:
    """The phase, and since when the process has been up."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self.phase = Phase.STARTING

    @property
    def uptime_seconds(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._started

    def refuse_when_closed(self) -> None:
        """Raises RefusalError unless orders are taken now."""
        if self.phase is Phase.READY:
            return
        if self.phase is Phase.DRAINING:
            raise RefusalError("draining", "Send the webhook to another replica.", retry_after=1.0)
        raise RefusalError("not_ready", "Exchanges are still being loaded.", retry_after=1.0)
