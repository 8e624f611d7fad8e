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
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
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
from toolkit.errors import ConfigurationError

_LEAST_VERSION = (7, 0)
# Longer than any wait for entries, and short enough that a paused server is noticed.
_ANSWER_SECONDS, _CONNECT_SECONDS = 5.0, 2.0
_LONGEST_WAIT_SECONDS = 2.0
_PASSWORD = re.compile(r"(//[^/@]*:)[^/@]*@")
_PREFIX = "trading:"
# Two strangers at once are unlikely; more tries would only repeat what Redis said.
_MOST_TRIES = 3
_SEQUENCE_BITS = 64  # of an id `<time>-<sequence>`, both of which have as many
# In a script an error ends what follows; in a transaction an acknowledgement would be executed
# although its letter was refused, and an event would be in neither place.
# Source: https://redis.io/docs/latest/develop/using-commands/transactions/
_BURY = """
redis.call('XADD', KEYS[1], 'MAXLEN', '=', ARGV[1], ARGV[2], 'data', ARGV[3])
redis.call('XACK', KEYS[2], ARGV[4], ARGV[5])
"""
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
        self._url, self._most = url, most_entries
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
        self._times: dict[str, int] = {}  # of streams in which a stranger's id is the highest

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
        left = list(entries)

        def add(pipeline: Any) -> None:
            for stream, data in left:
                self._add(pipeline, stream, data)

        async with self._errors():
            for _ in range(_MOST_TRIES):
                answers = await self._added({stream for stream, _ in left}, add, transaction=False)
                left = [x for x, answer in zip(left, answers, strict=True) if _is_outrun(answer)]
                if not left:
                    return
            raise answers[-1]

    async def send(self, stream: str, data: bytes, *, expire_seconds: float) -> None:
        """See `Bus`."""

        def add(pipeline: Any) -> None:
            self._add(pipeline, stream, data)
            pipeline.pexpire(_key(stream), int(expire_seconds * 1000))

        await self._add_one(stream, add)

    async def subscribe(self, stream: str, group: str) -> None:
        """See `Bus`."""
        async with self._errors():
            with contextlib.suppress(_BusyGroup):
                await self._create(stream, group)
            groups = await self._redis.xinfo_groups(_key(stream))
            found = next(x for x in groups if x["name"] == group.encode())
            self._last[stream, group] = _number(found["last-delivered-id"])

    async def read(
        self, stream: str, group: str, consumer: str, *, count: int, wait_seconds: float
    ) -> Batch:
        """See `Bus`."""
        wait = max(1, int(min(wait_seconds, _LONGEST_WAIT_SECONDS) * 1000))
        async with self._errors():
            answer = await self._redis.xreadgroup(
                group, consumer, {_key(stream): ">"}, count=count, block=wait
            )
        found = _deliveries(stream, answer[0][1]) if answer else ()
        if not found:
            return Batch()
        last = self._last[stream, group]
        lost = found[0].number - last - 1 if _time(found[0].number) == _time(last) else 0
        self._last[stream, group] = found[-1].number
        return Batch(found, max(0, lost))

    async def claim(
        self, stream: str, group: str, consumer: str, *, idle_seconds: float, count: int
    ) -> Batch:
        """See `Bus`."""
        async with self._errors():
            _, entries, gone = await self._redis.xautoclaim(
                _key(stream), group, consumer, int(idle_seconds * 1000), "0-0", count=count
            )
            found = _deliveries(stream, entries)
            if not found:
                return Batch((), len(gone))
            pending = await self._redis.xpending_range(
                _key(stream),
                group,
                min=_id(found[0].number),
                max=_id(found[-1].number),
                count=len(found) + count,
                consumername=consumer,
            )
        times = {_number(x["message_id"]): int(x["times_delivered"]) for x in pending}
        again = (Delivery(stream, x.number, x.data, times.get(x.number, 1)) for x in found)
        return Batch(tuple(again), len(gone))

    async def acknowledge(self, stream: str, group: str, numbers: Sequence[int]) -> None:
        """See `Bus`."""
        if not numbers:
            return
        async with self._errors():
            await self._redis.xack(_key(stream), group, *map(_id, numbers))

    async def bury(self, delivery: Delivery, group: str, letter: bytes) -> None:
        """See `Bus`."""
        keys = _key(DEAD_LETTERS), _key(delivery.stream)
        async with self._errors():
            for _ in range(_MOST_TRIES):
                number = self._next_id(DEAD_LETTERS)
                acknowledged = group, _id(delivery.number)
                try:
                    await self._redis.eval(
                        _BURY, len(keys), *keys, self._most, number, letter, *acknowledged
                    )
                except ResponseError as error:
                    if not _is_outrun(error):
                        raise
                    outrun = error
                    await self._follow([DEAD_LETTERS])
                else:
                    return
            raise outrun

    async def state(self, stream: str, group: str) -> GroupState:
        """See `Bus`."""
        async with self._errors():
            try:
                about = await self._redis.xinfo_stream(_key(stream))
                groups = await self._redis.xinfo_groups(_key(stream))
            except ResponseError as error:
                if "no such key" in str(error):
                    return GroupState(0, 0)
                raise
        for found in groups:
            if found["name"] == group.encode():
                last = _number(about["last-generated-id"])
                read = _number(found["last-delivered-id"])
                # Redis' own figure knows nothing of what was trimmed unread.
                lag = last - read if _time(last) == _time(read) else int(found.get("lag") or 0)
                return GroupState(lag, found["pending"])
        return GroupState(0, 0)

    async def history(self, stream: str, *, after: int, count: int) -> Sequence[Delivery]:
        """See `Bus`."""
        async with self._errors():
            entries = await self._redis.xrange(_key(stream), min=f"({_id(after)}", count=count)
        return _deliveries(stream, entries)

    async def identity(self) -> str:
        """See `Bus`. Redis' own run id, and a key that only an emptied Redis lacks."""
        async with self._errors():
            info = await self._redis.info("server")
            made = secrets.token_hex(8)
            there = await self._redis.set(f"{_PREFIX}identity", made, nx=True, get=True)
        return f"{info['run_id']}:{there.decode() if there else made}"

    async def close(self) -> None:
        """See `Bus`."""
        with contextlib.suppress(RedisError, OSError):
            await self._redis.aclose()

    async def _create(self, stream: str, group: str) -> None:
        try:
            await self._redis.xgroup_create(_key(stream), group, id="0", mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" in str(error):
                raise _BusyGroup from None
            raise

    def _add(self, pipeline: Any, stream: str, data: bytes) -> None:
        number = self._next_id(stream)
        pipeline.xadd(_key(stream), {"data": data}, id=number, maxlen=self._most, approximate=False)

    def _next_id(self, stream: str) -> str:
        return f"{self._times.get(stream, 0)}-*"

    async def _add_one(self, stream: str, add: Callable[[Any], None]) -> None:
        """Run `add` in a transaction; again, and whole, where a stranger's id was higher."""
        async with self._errors():
            for _ in range(_MOST_TRIES):
                answers = await self._added({stream}, add, transaction=True)
                if not any(_is_outrun(answer) for answer in answers):
                    return
            raise next(answer for answer in answers if _is_outrun(answer))

    async def _added(
        self, streams: Iterable[str], add: Callable[[Any], None], *, transaction: bool
    ) -> list[Any]:
        """The answers. Where an id was too small, that of the stream is followed from now on."""
        pipeline = self._redis.pipeline(transaction=transaction)
        add(pipeline)
        answers: list[Any] = await pipeline.execute(raise_on_error=False)
        for answer in answers:
            if isinstance(answer, Exception) and not _is_outrun(answer):
                raise answer
        if any(_is_outrun(answer) for answer in answers):
            await self._follow(streams)
        return answers

    async def _follow(self, streams: Iterable[str]) -> None:
        """Add after the highest id that each stream has now."""
        for stream in streams:
            about = await self._redis.xinfo_stream(_key(stream))
            self._times[stream] = _time(_number(about["last-generated-id"]))

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


def _key(stream: str) -> str:
    return _PREFIX + stream


def _id(number: int) -> str:
    return f"{_time(number)}-{number - (_time(number) << _SEQUENCE_BITS)}"


def _number(entry_id: bytes | str) -> int:
    text = entry_id.decode() if isinstance(entry_id, bytes) else entry_id
    time, _, sequence = text.partition("-")
    return (int(time) << _SEQUENCE_BITS) + int(sequence)


def _time(number: int) -> int:
    """The first part of the entry's id, which is 0 in ours."""
    return number >> _SEQUENCE_BITS


def _is_outrun(answer: object) -> bool:
    """Whether an entry was refused because its stream has one with a higher id."""
    return isinstance(answer, ResponseError) and "equal or smaller" in str(answer)


def _deliveries(
    stream: str, entries: Sequence[tuple[bytes, dict[bytes, bytes]]]
) -> tuple[Delivery, ...]:
    return tuple(
        Delivery(stream, _number(entry), (fields or {}).get(b"data", b""))
        for entry, fields in entries
    )
