"""The settings of a run as Locust's own options: the web page shows them as fields.

What `toolkit load` alone decides comes by environment variable, so that no field of the
page offers it and no list of processes shows it.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.load.process_messages import INSTRUCTIONS, Instructions
from toolkit.load.stages import SHAPES, Schedule, shaped, stages
from toolkit.load.workload import DefaultLoad, Loop, Workload

# How many requests may be under way at once in an open loop: what leaves in one second.
# A service that takes a second for an answer still does not hold the clock up.
SECONDS_UNDER_WAY = 1.0
FEWEST_USERS, MOST_USERS = 20, 2000


def declare(parser: Any) -> None:
    """Add the options of every scenario to Locust's; 0 or nothing is as the scenario says."""
    parser.add_argument(
        "--rate",
        type=float,
        default=0.0,
        help="Requests a second at the most, sent by the clock (open loop)",
    )
    parser.add_argument(
        "--loop",
        choices=["", *Loop],
        default="",
        help="open: requests leave by the clock; closed: each user waits for its answer",
    )
    parser.add_argument(
        "--shape", choices=["", *SHAPES], default="", help="How the rate changes over the run time"
    )
    parser.add_argument("--requests", type=int, default=0, help="Stop after so many requests")
    parser.add_argument("--seed", type=int, default=1, help="The same seed sends the same payloads")
    parser.add_argument(
        "--stages",
        default="",
        include_in_web_ui=False,
        help="File of stages (duration, target) in place of a shape",
    )
    # Set by the master, for its workers: they must not use ids of an earlier run.
    parser.add_argument("--run-id", default="", include_in_web_ui=False, help="Part of every id")


def instructions() -> Instructions:
    """What `toolkit load` asks for besides the options; without it, nothing."""
    return Instructions.read(json.loads(os.environ.get(INSTRUCTIONS, "{}")))


def default_load(user_classes: list[Any]) -> DefaultLoad:
    """The defaults of the scenario: those of its first user that has any."""
    found = (getattr(user, "load", None) for user in user_classes)
    return next((load for load in found if isinstance(load, DefaultLoad)), DefaultLoad())


@dataclass(frozen=True, slots=True)
class Choice:
    """The options that were given, over the scenario's defaults."""

    given: Any  # Locust's parsed options
    load: DefaultLoad

    def workload(self) -> Workload:
        """What to send. Raises ToolkitError for a file that does not hold stages."""
        bound = max(0, self.given.requests)
        loop = Loop(self.given.loop or self.load.loop)
        seconds = float(self.given.run_time or 0)
        if loop is Loop.CLOSED:
            users = self.given.num_users or 1
            # As many requests as were asked for take as long as they take.
            length = seconds or (0.0 if bound else self.load.seconds)
            return Workload(loop=loop, users=users, seconds=length, max_requests=bound)
        schedule = self.schedule(seconds, bound)
        return Workload(
            loop=loop,
            users=self.given.num_users or self._users(schedule),
            schedule=schedule,
            seconds=schedule.seconds,
            max_requests=bound,
        )

    def schedule(self, seconds: float, bound: int) -> Schedule:
        """When requests are due."""
        if self.given.stages:
            return stages(Path(self.given.stages))
        rate = self.given.rate or self.load.rate
        # So many requests at that rate, however long it takes, unless a time is given.
        length = seconds or (bound / rate if bound else self.load.seconds)
        return shaped(self.given.shape or self.load.shape, rate=rate, seconds=length)

    @staticmethod
    def _users(schedule: Schedule) -> int:
        wanted = round(schedule.highest * SECONDS_UNDER_WAY)
        return max(FEWEST_USERS, min(MOST_USERS, wanted))
