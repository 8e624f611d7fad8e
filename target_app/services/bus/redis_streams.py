"""The bus on Redis Streams, from Redis 7.0.

Entries get the ids 0-1, 0-2, 0-3: Redis numbers what is added as `0-*` without a gap, so that
a reader can count what was trimmed before it came. Where a stranger adds an entry with a higher
id, such as a time, ours go on after it: `<time>-*`. What was trimmed between is not counted.
Source: https://redis.io/docs/latest/commands/xadd/ (`<ms>-*` since 7.0)
"""

import asyncio
import contextlib
import re
import secrets
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import (
    AuthenticationError,
    InvalidResponse,
    NoPermissionError,
    RedisError,
    ResponseError,
)

from target_app.services.bus.contract import (
    DEAD_LETTERS,
    MOST_ENTRIES,
    Batch,
    BusError,
    Delivery,
    GroupState,
)
from target_app.services.bus.redis_appends import RedisAppends
from target_app.services.bus.redis_entry_ids import IDENTITY, entry_id, key_of, number_of, time_of
from toolkit.errors import ConfigurationError

_LEAST_VERSION = (7, 0)
# Longer than any wait for entries, and short enough that a paused server is noticed.
_ANSWER_SECONDS, _CONNECT_SECONDS = 5.0, 2.0
_LONGEST_WAIT_SECONDS = 2.0
_PASSWORD = re.compile(r"(//[^/@]*:)[^/@]*@")
# redis has classes for some of these, and gives others as they come.
_NOT_LET_IN = ("NOAUTH", "WRONGPASS", "invalid username-password", "Authentication required")


def shown(url: str) -> str:
    """The address without its password."""
    return _PASSWORD.sub(r"\1…@", url)


class RedisBus:
    """Implements `Bus`. One object serves every task of a process."""

    def __init__(
        self,
        url: str,
        most_entries: int = MOST_ENTRIES,
        *,
        answer_seconds: float = _ANSWER_SECONDS,
    ) -> None:
        self._url = url
        try:
            # Any: redis' own types cover every protocol and decoding at once.
            self._redis: Any = Redis.from_url(
                url,
                protocol=2,
                socket_timeout=answer_seconds,
                socket_connect_timeout=_CONNECT_SECONDS,
                # An error is the caller's to see: it tries again, and says so.
                retry=Retry(NoBackoff(), 0),
            )
        except ValueError as error:
            raise ConfigurationError(
                f"BUS_URL: {shown(url)}: {error}",
                fix="write redis://127.0.0.1:6379/0, unix:///path/to/redis.sock, or memory:.",
            ) from None
        self._last: dict[tuple[str, str], int] = {}  # what each group has read, for `lost`
        self._appends = RedisAppends(self._redis, most_entries)

    async def connect(self) -> None:
        """See `Bus`."""
        try:
            with _cancellable():
                info = await self._redis.info("server")
        except (AuthenticationError, NoPermissionError) as error:
            raise self._refused(error) from None
        except (RedisError, OSError) as error:
            if any(words in str(error) for words in _NOT_LET_IN):
                raise self._refused(error) from None
            raise self._away(error) from None
        version = str(info.get("redis_version", "0"))
        if tuple(int(part) for part in version.split(".")[:2]) < _LEAST_VERSION:
            raise ConfigurationError(
                f"BUS_URL: {shown(self._url)} is Redis {version}; streams with numbered entries "
                "need Redis 7.0.",
                fix="use Redis 7.0 or later, or memory: for services in one process.",
            )

    async def publish(self, entries: Sequence[tuple[str, bytes]]) -> None:
        """See `Bus`."""
        async with self._errors():
            await self._appends.add(entries)

    async def send(self, stream: str, data: bytes, *, expire_seconds: float) -> None:
        """See `Bus`."""
        async with self._errors():
            await self._appends.add_expiring(stream, data, expire_seconds)

    async def subscribe(self, stream: str, group: str) -> None:
        """See `Bus`."""
        async with self._errors():
            with contextlib.suppress(_BusyGroup):
                await self._create(stream, group)
            groups = await self._redis.xinfo_groups(key_of(stream))
            found = next(x for x in groups if x["name"] == group.encode())
            self._last[stream, group] = number_of(found["last-delivered-id"])

    async def read(
        self, stream: str, group: str, consumer: str, *, count: int, wait_seconds: float
    ) -> Batch:
        """See `Bus`."""
        wait = max(1, int(min(wait_seconds, _LONGEST_WAIT_SECONDS) * 1000))
        async with self._errors():
            answer = await self._redis.xreadgroup(
                group, consumer, {key_of(stream): ">"}, count=count, block=wait
            )
        found = _deliveries(stream, answer[0][1]) if answer else ()
        if not found:
            return Batch()
        last = self._last[stream, group]
        lost = found[0].number - last - 1 if time_of(found[0].number) == time_of(last) else 0
        self._last[stream, group] = found[-1].number
        return Batch(found, max(0, lost))

    async def claim(
        self, stream: str, group: str, consumer: str, *, idle_seconds: float, count: int
    ) -> Batch:
        """See `Bus`."""
        async with self._errors():
            _, entries, gone = await self._redis.xautoclaim(
                key_of(stream), group, consumer, int(idle_seconds * 1000), "0-0", count=count
            )
            found = _deliveries(stream, entries)
            if not found:
                return Batch((), len(gone))
            pending = await self._redis.xpending_range(
                key_of(stream),
                group,
                min=entry_id(found[0].number),
                max=entry_id(found[-1].number),
                count=len(found) + count,
                consumername=consumer,
            )
        times = {number_of(x["message_id"]): int(x["times_delivered"]) for x in pending}
        again = (Delivery(stream, x.number, x.data, times.get(x.number, 1)) for x in found)
        return Batch(tuple(again), len(gone))

    async def acknowledge(self, stream: str, group: str, numbers: Sequence[int]) -> None:
        """See `Bus`."""
        if not numbers:
            return
        async with self._errors():
            await self._redis.xack(key_of(stream), group, *map(entry_id, numbers))

    async def bury(self, delivery: Delivery, group: str, letter: bytes) -> None:
        """See `Bus`."""
        async with self._errors():
            await self._appends.add_and_acknowledge(
                DEAD_LETTERS, letter, delivery.stream, group, delivery.number
            )

    async def state(self, stream: str, group: str) -> GroupState:
        """See `Bus`."""
        async with self._errors():
            try:
                about = await self._redis.xinfo_stream(key_of(stream))
                groups = await self._redis.xinfo_groups(key_of(stream))
            except ResponseError as error:
                if "no such key" in str(error):
                    return GroupState(0, 0)
                raise
        for found in groups:
            if found["name"] == group.encode():
                last = number_of(about["last-generated-id"])
                read = number_of(found["last-delivered-id"])
                # Redis' own figure knows nothing of what was trimmed unread.
                lag = last - read if time_of(last) == time_of(read) else int(found.get("lag") or 0)
                return GroupState(lag, found["pending"])
        return GroupState(0, 0)

    async def history(self, stream: str, *, after: int, count: int) -> Sequence[Delivery]:
        """See `Bus`."""
        async with self._errors():
            entries = await self._redis.xrange(
                key_of(stream), min=f"({entry_id(after)}", count=count
            )
        return _deliveries(stream, entries)

    async def identity(self) -> str:
        """See `Bus`. Redis' own run id, and a key that only an emptied Redis lacks."""
        async with self._errors():
            info = await self._redis.info("server")
            made = secrets.token_hex(8)
            there = await self._redis.set(IDENTITY, made, nx=True, get=True)
        return f"{info['run_id']}:{there.decode() if there else made}"

    async def close(self) -> None:
        """See `Bus`."""
        with contextlib.suppress(RedisError, OSError):
            await self._redis.aclose()

    async def _create(self, stream: str, group: str) -> None:
        try:
            await self._redis.xgroup_create(key_of(stream), group, id="0", mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" in str(error):
                raise _BusyGroup from None
            raise

    @contextlib.asynccontextmanager
    async def _errors(self) -> AsyncIterator[None]:
        with _cancellable():
            try:
                yield
            except (RedisError, InvalidResponse, OSError) as error:
                raise self._away(error) from None

    def _away(self, error: Exception) -> BusError:
        return BusError(f"{shown(self._url)}: {error or type(error).__name__}")

    def _refused(self, error: Exception) -> ConfigurationError:
        return ConfigurationError(
            f"BUS_URL: {shown(self._url)} refuses us: {error}",
            fix="give the password in the address: redis://:PASSWORD@HOST:PORT/0.",
        )


class _BusyGroup(Exception):  # noqa: N818 - it is no error: the group exists
    """The group is there already."""


@contextlib.contextmanager
def _cancellable() -> Iterator[None]:
    """Raise a cancellation that the client lost; without it, a service that is to end never ends.

    The client sends by `asyncio.wait_for`, which before Python 3.12 forgets a cancellation that
    comes in the same turn of the loop as the end of what it waits for.
    Source: https://github.com/python/cpython/issues/86296
    """
    task = asyncio.current_task()
    before = task.cancelling() if task else 0
    try:
        yield
    finally:
        if task and task.cancelling() > before:
            raise asyncio.CancelledError


def _deliveries(
    stream: str, entries: Sequence[tuple[bytes, dict[bytes, bytes]]]
) -> tuple[Delivery, ...]:
    return tuple(
        Delivery(stream, number_of(entry), (fields or {}).get(b"data", b""))
        for entry, fields in entries
    )
