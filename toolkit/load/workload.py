"""What a scenario sends by default, and what one run was asked to send: its workload."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from toolkit.definition_arguments.annotated_types import Claim
from toolkit.definition_arguments.durations_and_ranges import Positive
from toolkit.definition_arguments.refuse_wrong_arguments import checked
from toolkit.errors import DefinitionError, UsageError
from toolkit.load import thresholds
from toolkit.load.stages import SHAPES, Schedule


class Loop(StrEnum):
    """Who decides when the next request leaves: the clock, or the last answer."""

    OPEN = "open"
    CLOSED = "closed"


Shape = Annotated[str, Claim(f"one of {', '.join(SHAPES)}", SHAPES.__contains__)]


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultLoad:
    """What a scenario sends where the command line says nothing.

    `rate` is the highest, in requests a second. `thresholds` hold for every run of the
    scenario, each unless the command line gives another for the same figure.
    """

    rate: Positive = 50.0
    seconds: Positive = 20.0
    loop: Loop = Loop.OPEN
    shape: Shape = "constant"
    thresholds: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for text in self.thresholds:
            try:
                thresholds.parse(text)
            except UsageError as error:
                raise DefinitionError(error.message, fix=error.fix, argument="thresholds") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """What one run sends. An open loop has a schedule; `max_requests` 0 means no bound.

    `users` is how many requests may be under way at once. Those of a `self_paced` one wait as
    their own `wait_time` says. Requests due in the warm-up are sent and not counted; users come
    over the ramp.
    """

    loop: Loop
    users: int
    schedule: Schedule | None = None
    seconds: float = 0.0  # 0: until `max_requests` are sent, or the run is stopped
    max_requests: int = 0
    self_paced: bool = False
    warm_up_seconds: float = 0.0
    ramp_seconds: float = 0.0

    @property
    def due_requests(self) -> int | None:
        """How many requests fall due; None when only the answers decide."""
        if self.schedule is None:
            return self.max_requests or None
        total = self.schedule.total
        return min(total, self.max_requests) if self.max_requests else total

    @property
    def ends_by_number(self) -> bool:
        """Whether a closed loop ends when so many tasks are begun, and by no clock."""
        return self.schedule is None and bool(self.max_requests) and not self.seconds

    @property
    def must_be_sent_whole(self) -> bool:
        """Whether it is known how many tasks there are, so that a missing one is a failure."""
        return self.schedule is not None or self.ends_by_number

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "loop": self.loop.value,
            "users": self.users,
            "points": self.schedule.points if self.schedule else None,
            "seconds": self.seconds,
            "max_requests": self.max_requests,
            "self_paced": self.self_paced,
            "warm_up_seconds": self.warm_up_seconds,
            "ramp_seconds": self.ramp_seconds,
        }

    @classmethod
    def read(cls, document: dict[str, Any]) -> "Workload":
        """What `document` wrote."""
        points = document["points"]
        return cls(
            loop=Loop(document["loop"]),
            users=int(document["users"]),
            schedule=Schedule(tuple((float(a), float(b)) for a, b in points)) if points else None,
            seconds=float(document["seconds"]),
            max_requests=int(document["max_requests"]),
            self_paced=bool(document["self_paced"]),
            warm_up_seconds=float(document["warm_up_seconds"]),
            ramp_seconds=float(document["ramp_seconds"]),
        )
