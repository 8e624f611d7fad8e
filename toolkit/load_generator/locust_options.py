"""The settings of a run as Locust's own options: the web page shows them as fields.

What `toolkit load` alone decides comes by environment variable, so that no field of the
page offers it and no list of processes shows it.
"""

import json
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from toolkit.errors import UsageError
from toolkit.load.locust_process_messages import CREDENTIALS, INSTRUCTIONS, PROXY, Instructions
from toolkit.load.stages import SHAPES, Schedule, require_alone, shaped, shaped_for, stages
from toolkit.load.workload import DefaultLoad, Loop, Workload
from toolkit.load_generator.user_http_client import ConnectionSettings

# How many requests may be under way at once in an open loop: what leaves in one second.
# A service that takes a second for an answer still does not hold the clock up.
SECONDS_UNDER_WAY = 1.0
FEWEST_USERS, MOST_USERS = 20, 2000
# The end of a run waits for requests as long as their own timeout, and a little for the rest.
STOP_MARGIN_SECONDS = 2.0


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
        "--timeout", type=float, default=0.0, help="Seconds that a whole request may take"
    )
    parser.add_argument(
        "--warm-up", type=float, default=0.0, help="Seconds at the start that are not counted"
    )
    parser.add_argument(
        "--ramp-users",
        type=float,
        default=0.0,
        help="Seconds over which the users of a closed loop come",
    )
    _declare_hidden(parser)


def _declare_hidden(parser: Any) -> None:
    """Those that the web page does not show. The master's go to its workers too."""

    def hidden(name: str, text: str, **more: Any) -> None:
        parser.add_argument(name, include_in_web_ui=False, help=text, **more)

    hidden("--stages", "File of stages (duration, target) in place of a shape", default="")
    # Set by the master, for its workers: they must not use ids of an earlier run.
    hidden("--run-id", "Part of every id", default="")
    hidden("--worker-count", "How many share the rows of a data file", type=int, default=0)
    hidden("--ca-file", "Certificate authorities, in PEM", default="")
    hidden("--client-certificate", "The client's certificate, in PEM", default="")
    hidden("--client-key", "And its key", default="")
    hidden("--insecure", "Do not verify the service's certificate", action="store_true")
    hidden("--proxy", "Address of an HTTP proxy", default="", env_var=PROXY, is_secret=True)
    hidden(
        "--credentials",
        "user:password for the service, by variable",
        default="",
        env_var=CREDENTIALS,
        is_secret=True,
    )


def connection_settings(
    options: Any, *, timeout_seconds: float, connect_seconds: float, insecure: bool, proxy: str
) -> ConnectionSettings:
    """The options over what the scenario's user says."""
    return ConnectionSettings(
        timeout_seconds=options.timeout or timeout_seconds,
        connect_seconds=min(connect_seconds, options.timeout or timeout_seconds),
        insecure=options.insecure or insecure,
        ca_file=options.ca_file,
        client_certificate=options.client_certificate,
        client_key=options.client_key,
        proxy=options.proxy or proxy,
        credentials=options.credentials,
    )


def stop_seconds(options: Any, user_classes: list[Any]) -> float:
    """How long the end of a run waits for answers that are under way."""
    longest = max((getattr(user, "timeout_seconds", 0.0) for user in user_classes), default=0.0)
    return float((options.timeout or longest or 10.0) + STOP_MARGIN_SECONDS)


def instructions() -> Instructions:
    """What `toolkit load` asks for besides the options; without it, nothing."""
    return Instructions.read(json.loads(os.environ.get(INSTRUCTIONS, "{}")))


def default_load(user_classes: list[Any]) -> DefaultLoad:
    """The defaults of the scenario: those of its first user that has any."""
    found = (getattr(user, "load", None) for user in user_classes)
    return next((load for load in found if isinstance(load, DefaultLoad)), DefaultLoad())


@dataclass(frozen=True, slots=True)
class Choice:
    """The options that were given, over the scenario's defaults.

    `self_paced` names the user classes that have a pace of their own; `all_paced` says that
    the scenario has no others; `has_shape`, that a LoadTestShape of its own drives the users.
    """

    given: Any  # Locust's parsed options
    load: DefaultLoad
    self_paced: tuple[str, ...] = ()
    all_paced: bool = False
    has_shape: bool = False

    def workload(self) -> Workload:
        """What to send. Raises ToolkitError for options that cannot be together."""
        made = replace(
            self._workload(),
            warm_up_seconds=self.given.warm_up,
            ramp_seconds=self.given.ramp_users,
        )
        if made.seconds and made.warm_up_seconds >= made.seconds:
            raise UsageError(
                f"--warm-up {made.warm_up_seconds:g}s: the run is over after {made.seconds:g} s, "
                "and nothing would be counted.",
                fix="give a shorter one, or a longer --duration.",
            )
        if made.ramp_seconds and made.schedule is not None:
            raise UsageError(
                "--ramp-users is for a closed loop; in an open one the rate says what is sent.",
                fix="give --concurrent, or --shape ramp for a rate that grows.",
            )
        return made

    def defaults(self) -> dict[str, object]:
        """What the scenario says by itself, for options that were not given; none of self-paced."""
        given, load = self.given, self.load
        if self.all_paced or given.stages:
            return {}
        loop = self._loop()
        found: dict[str, object] = {"loop": given.loop or loop.value}
        if loop is Loop.OPEN:
            found |= {"rate": given.rate or load.rate, "shape": given.shape or load.shape}
        return found

    def _workload(self) -> Workload:
        if self.all_paced:
            self._refuse_what_has_no_effect()
            return self._self_paced()
        bound = max(0, self.given.requests)
        loop = self._loop()
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

    def _loop(self) -> Loop:
        # A rate is an open loop's, whatever the scenario does without one.
        has_rate = self.given.rate or self.given.shape or self.given.stages
        return Loop(self.given.loop or (Loop.OPEN if has_rate else self.load.loop))

    def _self_paced(self) -> Workload:
        seconds = float(self.given.run_time or 0)
        if not seconds and not self.has_shape:
            seconds = self.load.seconds
        return Workload(
            loop=Loop.CLOSED, users=self.given.num_users or 1, seconds=seconds, self_paced=True
        )

    def _refuse_what_has_no_effect(self) -> None:
        given = self.given
        without_effect = {
            "--rate": given.rate,
            "--shape": given.shape,
            "--stages": given.stages,
            "--requests": given.requests > 0,
        }
        names = [name for name, value in without_effect.items() if value]
        if given.loop == Loop.OPEN:
            names.append("--loop open")
        if names:
            raise UsageError(
                f"{', '.join(names)}: without effect, since {', '.join(self.self_paced)} "
                "paces itself with a wait_time of its own.",
                fix="send from a JudgedUser without wait_time (docs/load.md), or leave "
                f"{'them' if len(names) > 1 else 'it'} out: --concurrent and --duration "
                "say how many users there are and for how long.",
            )

    def schedule(self, seconds: float, bound: int) -> Schedule:
        """When requests are due. Raises UsageError where the options contradict each other."""
        if self.given.stages:
            require_alone(rate=self.given.rate, shape=self.given.shape, seconds=seconds)
            return self._stages(bound)
        rate = self.given.rate or self.load.rate
        shape = self.given.shape or self.load.shape
        if bound and not seconds:
            return shaped_for(shape, rate=rate, requests=bound)
        schedule = shaped(shape, rate=rate, seconds=seconds or self.load.seconds)
        return _holding(schedule, bound, f"{seconds:g} s at {rate:g}/s hold", "a longer --duration")

    def _stages(self, bound: int) -> Schedule:
        path = Path(self.given.stages)
        return _holding(stages(path), bound, f"the stages of {path} hold", "longer stages")

    @staticmethod
    def _users(schedule: Schedule) -> int:
        wanted = round(schedule.highest * SECONDS_UNDER_WAY)
        return max(FEWEST_USERS, min(MOST_USERS, wanted))


def _holding(schedule: Schedule, bound: int, what: str, otherwise: str) -> Schedule:
    """The schedule where so many requests fall due in it. Raises UsageError for fewer."""
    if bound > schedule.total:
        raise UsageError(
            f"--requests {bound}: {what} {schedule.total} requests.",
            fix=f"give fewer, or {otherwise}.",
        )
    return schedule
