"""Waiting for what will happen: a condition with a deadline, never a guess at how long."""

import time
from collections.abc import Callable

PATIENCE_SECONDS = 60.0  # far beyond what a slow machine needs; nobody waits this long


def eventually(condition: Callable[[], object], what: str) -> None:
    """Wait for the condition; fail, saying `what` was awaited, when it does not come true."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"not within {PATIENCE_SECONDS:.0f} s: {what}"
        time.sleep(0.02)
