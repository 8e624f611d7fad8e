"""Lets strangers be read a few in each turn of the event loop, so that no turn is long.

Two thousand connections that send at the same moment would all be read, judged and refused in
one turn, in which nobody else is served. A connection is a stranger's until it has sent a webhook
that was accepted.
"""

import asyncio
from collections import deque
from typing import Protocol

# A turn with so many takes a millisecond or two.
_MOST_IN_A_TURN = 8


class Gated(Protocol):
    """A connection that waits to be read."""

    def read_again(self) -> None:
        """It is its turn."""


class ReadTurns:
    """Who waits to be read, first come, first served. One serves a process."""

    def __init__(self) -> None:
        self._waiting: deque[Gated] = deque()
        self._scheduled = False

    def wait(self, connection: Gated) -> None:
        """Have `connection` read in one of the next turns. On the loop."""
        self._waiting.append(connection)
        if not self._scheduled:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self._turn)

    def _turn(self) -> None:
        for _ in range(min(_MOST_IN_A_TURN, len(self._waiting))):
            self._waiting.popleft().read_again()
        self._scheduled = bool(self._waiting)
        if self._scheduled:
            asyncio.get_running_loop().call_soon(self._turn)
