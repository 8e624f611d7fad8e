"""Looks at every connection again and again, to leave those that keep the server waiting.

One timer serves all: one for each would cost a flood of connections more than all else of them.
"""

import asyncio
from typing import Protocol

# Looking at so many, and refusing them, takes a millisecond or two.
_MOST_IN_A_TURN = 50


class Watched(Protocol):
    """A connection that is looked at."""

    def look(self) -> None:
        """Leave the client if it has been in the middle of the same thing since the last look."""


class SlowClients:
    """The connections of a process; `seconds` is the time between two looks at one."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._connections: set[Watched] = set()
        self._is_scheduled = False

    def enter(self, connection: Watched) -> None:
        """Look at `connection` from now on. On the loop."""
        self._connections.add(connection)
        if not self._is_scheduled:
            self._is_scheduled = True
            asyncio.get_running_loop().call_later(self._seconds, self._look_at_all)

    def leave(self, connection: Watched) -> None:
        """Look at it no more."""
        self._connections.discard(connection)

    def _look_at_all(self) -> None:
        self._look_at_some(list(self._connections))

    def _look_at_some(self, left: list[Watched]) -> None:
        try:
            for connection in left[:_MOST_IN_A_TURN]:
                if connection in self._connections:
                    connection.look()
        finally:  # whatever one of them raises, the others are looked at
            self._go_on(left[_MOST_IN_A_TURN:])

    def _go_on(self, left: list[Watched]) -> None:
        loop = asyncio.get_running_loop()
        if left:
            loop.call_soon(self._look_at_some, left)
            return
        self._is_scheduled = bool(self._connections)
        if self._is_scheduled:
            loop.call_later(self._seconds, self._look_at_all)
