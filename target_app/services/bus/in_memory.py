"""The bus in this process, for services that are embedded in one: all is lost with it."""

import asyncio
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from target_app.services.bus.contract import (
    DEAD_LETTERS,
    MOST_ENTRIES,
    Batch,
    BusError,
    Delivery,
    GroupState,
)


@dataclass(slots=True)
class _Pending:
    delivered_at: float
    deliveries: int


@dataclass(slots=True)
class _Group:
    last: int = 0
    pending: dict[int, _Pending] = field(default_factory=dict)


@dataclass(slots=True)
class _Stream:
    last: int = 0
    entries: dict[int, bytes] = field(default_factory=dict)  # oldest first
    groups: dict[str, _Group] = field(default_factory=dict)
    added: asyncio.Event = field(default_factory=asyncio.Event)


class MemoryBus:
    """Implements `Bus`. `is_away` makes every call fail, as when a server is away."""

    def __init__(
        self, most_entries: int = MOST_ENTRIES, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most, self._clock = most_entries, clock
        self._streams: dict[str, _Stream] = {}
        self._identity = secrets.token_hex(8)
        self.is_away = False

    async def connect(self) -> None:
        """See `Bus`."""
        self._refuse_away()

    async def publish(self, entries: Sequence[tuple[str, bytes]]) -> None:
        """See `Bus`."""
        self._refuse_away()
        for name, data in entries:
            stream = self._streams.setdefault(name, _Stream())
            stream.last += 1
            stream.entries[stream.last] = data
            while len(stream.entries) > self._most:
                del stream.entries[next(iter(stream.entries))]
            stream.added.set()

    async def send(self, stream: str, data: bytes, *, expire_seconds: float) -> None:
        """See `Bus`. What is forgotten here is forgotten with the process."""
        del expire_seconds
        await self.publish([(stream, data)])

    async def subscribe(self, stream: str, group: str) -> None:
        """See `Bus`."""
        self._refuse_away()
        self._streams.setdefault(stream, _Stream()).groups.setdefault(group, _Group())

    async def read(
        self, stream: str, group: str, consumer: str, *, count: int, wait_seconds: float
    ) -> Batch:
        """See `Bus`."""
        del consumer
        found = self._read(stream, group, count)
        if found.deliveries:
            return found
        added = self._streams[stream].added
        added.clear()
        try:
            async with asyncio.timeout(wait_seconds):
                await added.wait()
        except TimeoutError:
            return Batch()
        return self._read(stream, group, count)

    async def claim(
        self, stream: str, group: str, consumer: str, *, idle_seconds: float, count: int
    ) -> Batch:
        """See `Bus`."""
        del consumer
        there, reader = self._group(stream, group)
        now = self._clock()
        found: list[Delivery] = []
        lost = 0
        for number, pending in list(reader.pending.items()):
            if now - pending.delivered_at < idle_seconds or len(found) == count:
                continue
            if number not in there.entries:
                del reader.pending[number]
                lost += 1
                continue
            pending.delivered_at = now
            pending.deliveries += 1
            data = there.entries[number]
            found.append(Delivery(stream, number, data, pending.deliveries))
        return Batch(tuple(found), lost)

    async def acknowledge(self, stream: str, group: str, numbers: Sequence[int]) -> None:
        """See `Bus`."""
        _, reader = self._group(stream, group)
        for number in numbers:
            reader.pending.pop(number, None)

    async def bury(self, delivery: Delivery, group: str, letter: bytes) -> None:
        """See `Bus`."""
        await self.publish([(DEAD_LETTERS, letter)])
        await self.acknowledge(delivery.stream, group, [delivery.number])

    async def state(self, stream: str, group: str) -> GroupState:
        """See `Bus`."""
        self._refuse_away()
        there = self._streams.get(stream)
        reader = there.groups.get(group) if there else None
        if there is None or reader is None:
            return GroupState(0, 0)
        return GroupState(there.last - reader.last, len(reader.pending))

    async def history(self, stream: str, *, after: int, count: int) -> Sequence[Delivery]:
        """See `Bus`."""
        self._refuse_away()
        there = self._streams.get(stream, _Stream())
        found = [Delivery(stream, n, data) for n, data in there.entries.items() if n > after]
        return tuple(found[:count])

    async def identity(self) -> str:
        """See `Bus`."""
        self._refuse_away()
        return self._identity

    async def close(self) -> None:
        """See `Bus`."""

    def empty(self) -> None:
        """Lose everything, as a server that came back without its data."""
        woken = [stream.added for stream in self._streams.values()]
        self._streams.clear()
        self._identity = secrets.token_hex(8)
        for added in woken:
            added.set()

    def _read(self, name: str, group: str, count: int) -> Batch:
        stream, reader = self._group(name, group)
        fresh = [n for n in stream.entries if n > reader.last][:count]
        if not fresh:
            return Batch()
        lost = fresh[0] - reader.last - 1
        now = self._clock()
        for number in fresh:
            reader.pending[number] = _Pending(now, 1)
        reader.last = fresh[-1]
        return Batch(tuple(Delivery(name, n, stream.entries[n]) for n in fresh), lost)

    def _group(self, stream: str, group: str) -> tuple[_Stream, _Group]:
        self._refuse_away()
        there = self._streams.get(stream)
        reader = there.groups.get(group) if there else None
        if there is None or reader is None:
            raise BusError(f"there is no group {group!r} of the stream {stream!r}")
        return there, reader

    def _refuse_away(self) -> None:
        if self.is_away:
            raise BusError("the bus is away")
