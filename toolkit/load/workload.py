"""What a scenario does unless it is told otherwise, and what one run was told to do."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from toolkit.load.stages import Schedule


class Loop(StrEnum):
    """Who decides when the next request leaves: the clock, or the last answer."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """A scenario's defaults: `rate` is the highest, in requests a second.

    `thresholds` hold for every run of the scenario, each unless the command line gives
    another for the same figure.
    """

    rate: float = 50.0
    seconds: float = 20.0
    loop: Loop = Loop.OPEN
    shape: str = "constant"
    thresholds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """One run. An open loop has a schedule; `most` bounds the requests, 0 does not.

    `users` is how many requests may be under way at once.
    """

    loop: Loop
    users: int
    schedule: Schedule | None = None
    seconds: float = 0.0  # 0: until `most` are sent, or somebody stops it
    most: int = 0

    @property
    def due(self) -> int | None:
        """How many requests fall due; None when only the answers decide."""
        if self.schedule is None:
            return self.most or None
        return min(self.schedule.total, self.most) if self.most else self.schedule.total

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "loop": self.loop.value,
            "users": self.users,
            "points": self.schedule.points if self.schedule else None,
            "seconds": self.seconds,
            "most": self.most,
        }

    @classmethod
    def read(cls, document: dict[str, Any]) -> "Orders":
        """What `document` wrote."""
        points = document["points"]
        return cls(
            loop=Loop(document["loop"]),
            users=int(document["users"]),
            schedule=Schedule(tuple((float(a), float(b)) for a, b in points)) if points else None,
            seconds=float(document["seconds"]),
            most=int(document["most"]),
        )
