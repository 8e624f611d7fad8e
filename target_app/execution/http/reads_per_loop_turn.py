"""Lets strangers be read a few in each turn of the event loop, so that no turn is long.

Two thousand connections that send at the same moment would all be read, judged and refused in
one turn, in which nobody else is served. A connection is a stranger's until it has sent a webhook
that was accepted. An honest one's first webhook is short, so that those whose requests are long so
far wait behind those whose requests are short.
"""

import asyncio
from collections import deque
from typing import Protocol

# A turn with so many of each takes a millisecond or two.
_SHORT_IN_A_TURN, _LONG_IN_A_TURN = 8, 2
SHORT_BYTES = 8192
"""Head and body of a webhook with every field, and what proxies add, have room in it."""


class Gated(Protocol):
    """A connection that waits to be read."""

    def read_again(self) -> None:
        """It is its turn."""


class ReadTurns:
    """Who waits to be read: short requests before long ones, and else first come, first served.

    One serves a process.
    """

    def __init__(self) -> None:
        self._short: deque[Gated] = deque()
        self._long: deque[Gated] = deque()
        self._scheduled = False

    def wait(self, connection: Gated, size: int) -> None:
        """Have `connection` read in one of the next turns. On the loop.

        `size` is how many bytes of its request have come, those that wait included.
        """
        (self._short if size <= SHORT_BYTES else self._long).append(connection)
        if not self._scheduled:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self._turn)

    def _turn(self) -> None:
        short, long = self._short, self._long
        try:
            for waiting, most in ((short, _SHORT_IN_A_TURN), (long, _LONG_IN_A_TURN)):
                for _ in range(min(most, len(waiting))):
                    waiting.popleft().read_again()
        finally:  # whatever one of them raises, the others are read
            self._scheduled = bool(short or long)
            if self._scheduled:
                asyncio.get_running_loop().call_soon(self._turn)
