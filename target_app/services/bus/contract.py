"""What an event bus does, whichever program keeps it.

A bus keeps bounded streams of entries, which have numbers without gaps: 1, 2, 3, and so on.
A group reads each entry once; what it has read and not acknowledged is pending, and is
claimed after a crash. So every entry is delivered at least once, unless it is trimmed before
it was read: a stream keeps its newest entries only. A group that is too slow is told how many it
lost.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

MOST_ENTRIES = 10_000
"""Entries that a stream keeps: at a hundred events a second, a group may be away for a
hundred seconds before it loses one."""


class BusError(Exception):
    """The bus does not answer, or answers with an error. Try again later."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One entry as a group gets it; `deliveries` counts this one."""

    stream: str
    number: int
    data: bytes
    deliveries: int = 1


@dataclass(frozen=True, slots=True)
class Batch:
    """What a group got, and how many entries it will never get, because they were trimmed."""

    deliveries: tuple[Delivery, ...] = ()
    lost: int = 0


@dataclass(frozen=True, slots=True)
class GroupState:
    """Entries that a group has not read (`lag`), and has not acknowledged (`pending`)."""

    lag: int
    pending: int


class Bus(Protocol):
    """An event bus. Every method but `close` raises BusError where the bus is away."""

    async def connect(self) -> None:
        """Reach the bus. Raises ConfigurationError where it can never work as configured."""

    async def publish(self, entries: Sequence[tuple[str, bytes]]) -> None:
        """Add (stream, data) entries in their order. After a BusError some may have been added."""

    async def send(self, stream: str, data: bytes, *, expire_seconds: float) -> None:
        """Add an entry to a stream that is forgotten when nothing is added for so long."""

    async def subscribe(self, stream: str, group: str) -> None:
        """Make the group, which reads from the stream's first entry. It may exist already."""

    async def read(
        self, stream: str, group: str, consumer: str, *, count: int, wait_seconds: float
    ) -> Batch:
        """The next entries of a group; an empty batch when none came in time."""

    async def claim(
        self, stream: str, group: str, consumer: str, *, idle_seconds: float, count: int
    ) -> Batch:
        """Pending entries that nobody has acknowledged for so long, delivered again."""

    async def acknowledge(self, stream: str, group: str, numbers: Sequence[int]) -> None:
        """The group is done with these entries."""

    async def bury(self, delivery: Delivery, group: str, letter: bytes) -> None:
        """Acknowledge an entry and add `letter` to the dead letters, both or neither."""

    async def state(self, stream: str, group: str) -> GroupState:
        """How far behind the group is. Zeros where there is no such stream or group."""

    async def history(self, stream: str, *, after: int, count: int) -> Sequence[Delivery]:
        """Entries that the stream still keeps, without any group."""

    async def identity(self) -> str:
        """Changes when the bus may have lost entries: it was restarted or emptied."""

    async def close(self) -> None:
        """Let go of connections."""


DEAD_LETTERS = "dead-letters"
"""The stream of what no consumer could use, each with its reason."""
