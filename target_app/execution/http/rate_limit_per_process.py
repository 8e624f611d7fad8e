"""A token bucket per client: a steady rate, and a burst on top."""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol

# Clients remembered at once. Forgetting the one idle longest only forgives it; at this
# size the table takes about 20 MB.
REMEMBERED = 100_000
_MINUTE = 60.0


class RateLimiter(Protocol):
    """Something that lets a client's request through, or says when to come back."""

    @property
    def scope(self) -> str:
        """Where the limit holds: `process`, `shared`, or `fallback` to the process."""

    async def wait_for(self, client: str) -> float:
        """0 when the request may pass, else the seconds until one may."""

    async def close(self) -> None:
        """Let go of connections."""


class LocalLimiter:
    """Buckets in this process. A bucket holds `per_minute` + `burst` tokens when full."""

    def __init__(
        self, per_minute: int, burst: int, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._size = float(per_minute + burst)
        self._per_second = per_minute / _MINUTE
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    scope = "process"

    def take(self, client: str) -> float:
        """Take one token: 0 when there was one, else the seconds until there is."""
        now, buckets = self._clock(), self._buckets
        found = buckets.pop(client, None)
        tokens = self._size
        if found is not None:
            tokens = min(tokens, found[0] + (now - found[1]) * self._per_second)
        if tokens >= 1.0:
            wait = 0.0
            tokens -= 1.0
        else:
            wait = (1.0 - tokens) / self._per_second
        buckets[client] = tokens, now
        if len(buckets) > REMEMBERED:
            buckets.popitem(last=False)
        return wait

    def wait(self, client: str) -> float:
        """The seconds until there is a token, 0 when there is one; none is taken."""
        tokens, since = self._buckets.get(client, (self._size, self._clock()))
        tokens += (self._clock() - since) * self._per_second
        return max(0.0, 1.0 - tokens) / self._per_second

    async def wait_for(self, client: str) -> float:
        """See `take`."""
        return self.take(client)

    async def close(self) -> None:
        """Nothing to let go of."""
