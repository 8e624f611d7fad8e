"""Keeps what is asked in the background from delaying orders in ccxt's queue of calls.

ccxt spaces all calls of a client in one queue, to stay under the exchange's limits. A question
about resting orders may use up seconds of it. In the background calls queue by themselves.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_IN_BACKGROUND: ContextVar[bool] = ContextVar("in_background", default=False)


@contextmanager
def in_background() -> Iterator[None]:
    """Calls of exchanges made within, by this task, wait for nobody but each other."""
    token = _IN_BACKGROUND.set(True)
    try:
        yield
    finally:
        _IN_BACKGROUND.reset(token)


class BackgroundPace:
    """Takes the place of `client.throttle`."""

    def __init__(self, client: Any) -> None:
        self._seconds = client.rateLimit / 1000
        self._foreground = client.throttle
        self._free_at = 0.0
        client.throttle = self._throttle

    async def _throttle(self, cost: float | None = None) -> None:
        if not _IN_BACKGROUND.get():
            await self._foreground(cost)
            return
        now = asyncio.get_running_loop().time()
        begins = max(now, self._free_at)
        self._free_at = begins + self._seconds * (1 if cost is None else cost)
        await asyncio.sleep(begins - now)
