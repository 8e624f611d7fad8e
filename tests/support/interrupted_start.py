"""Processes that are started while Ctrl-C comes: in the moment in which nobody holds them yet."""

import os
import signal
import subprocess
from typing import Any


class InterruptedStart(subprocess.Popen[Any]):
    """A process during whose start Ctrl-C comes. `started` are all of them."""

    started: "list[InterruptedStart]" = []  # noqa: RUF012 - emptied by `none_yet`

    def __init__(self, *words: Any, **options: Any) -> None:
        super().__init__(*words, **options)
        self.started.append(self)
        os.kill(os.getpid(), signal.SIGINT)

    @classmethod
    def none_yet(cls) -> "type[InterruptedStart]":
        """The class, with no process so far."""
        cls.started.clear()
        return cls
