"""Token buckets in Redis, so that several replicas enforce one limit together.

One script reads, refills, takes and writes a bucket, by Redis' own clock: no two replicas
can spend the same token, and no replica's clock matters. While Redis does not answer, the
local limits stand in: each replica then enforces the whole limit by itself.
"""

import logging
import time
from collections.abc import Callable
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from target_app.execution.http.rate_limit_per_process import LocalLimiter

# A limiter must not cost a request more than the order does.
_TIMEOUT_SECONDS = 0.25
# After a failure Redis is left alone this long, so that not every request waits for it.
_LEAVE_ALONE_SECONDS = 1.0
_LOG = logging.getLogger(__name__)
_TAKE = """
local size, per_second = tonumber(ARGV[1]), tonumber(ARGV[2])
local clock = redis.call('TIME')
local now = clock[1] + clock[2] / 1e6
local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'since')
local tokens, since = tonumber(bucket[1]) or size, tonumber(bucket[2]) or now
tokens = math.min(size, tokens + math.max(0, now - since) * per_second)
local wait = 0
if tokens >= 1 then tokens = tokens - 1 else wait = (1 - tokens) / per_second end
redis.call('HSET', KEYS[1], 'tokens', string.format('%.6f', tokens), 'since',
           string.format('%.6f', now))
redis.call('PEXPIRE', KEYS[1], math.ceil(size / per_second * 1000) + 1000)
return string.format('%.6f', wait)
"""


class SharedLimiter:
    """Buckets in the Redis at `url`; `fell_back(1)` when the local ones take over, 0 after."""

    def __init__(
        self,
        url: str,
        per_minute: int,
        burst: int,
        *,
        fell_back: Callable[[int], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._redis: Any = Redis.from_url(
            url,
            socket_timeout=_TIMEOUT_SECONDS,
            socket_connect_timeout=_TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
        self._script = self._redis.register_script(_TAKE)
        self._values = (per_minute + burst, per_minute / 60)
        self._local = LocalLimiter(per_minute, burst, clock=clock)
        self._fell_back, self._clock = fell_back, clock
        self._retry_at: float | None = None

    @property
    def scope(self) -> str:
        """`shared`, or `fallback` while the local limits stand in for Redis."""
        return "shared" if self._retry_at is None else "fallback"

    async def wait_for(self, client: str) -> float:
        """0 when the request may pass, else the seconds until one may."""
        if self._retry_at is not None and self._clock() < self._retry_at:
            return self._local.take(client)
        try:
            wait = float(await self._script(keys=[f"execution:rate:{client}"], args=self._values))
        except (RedisError, OSError, TimeoutError) as error:
            if self._retry_at is None:
                _LOG.warning("rate limits are local until Redis answers again: %s", error)
                self._fell_back(1)
            self._retry_at = self._clock() + _LEAVE_ALONE_SECONDS
            return self._local.take(client)
        if self._retry_at is not None:
            _LOG.warning("rate limits are shared again")
            self._retry_at = None
            self._fell_back(0)
        return wait

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()
