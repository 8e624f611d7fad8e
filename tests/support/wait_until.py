"""Waiting for what will happen: a condition with a deadline, never a guess at how long."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

PATIENCE_SECONDS = 240.0  # far beyond what a slow machine needs; nobody waits this long


def eventually(condition: Callable[[], object], what: str) -> None:
    """Wait for the condition; fail, saying `what` was awaited, when it does not come true."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"not within {PATIENCE_SECONDS:.0f} s: {what}"
        time.sleep(0.02)


def read_until(read: Callable[[], T], wanted: T) -> T:
    """Read until it is as wanted, for a test that then compares; what was read last."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (found := read()) != wanted and time.monotonic() < deadline:
        time.sleep(0.02)
    return found
