"""What Locust's own options say is filled in once, and the run's time is kept from Locust."""

from types import SimpleNamespace
from typing import Any

import pytest

from toolkit.errors import UsageError
from toolkit.load.workload import DefaultLoad, Loop
from toolkit.load_generator.locust_options import Choice
from toolkit.load_generator.options_taken_over import OptionsTakenOver

OPEN = DefaultLoad(rate=40, seconds=5)
CLOSED = DefaultLoad(loop=Loop.CLOSED, seconds=5)


def options(**given: object) -> Any:
    nothing = {
        "requests": 0,
        "loop": "",
        "run_time": None,
        "num_users": None,
        "spawn_rate": None,
        "stages": "",
        "rate": 0.0,
        "warm_up": 0.0,
        "ramp_users": 0.0,
        "shape": "",
        "headless": True,
    }
    return SimpleNamespace(**{**nothing, **given})


def test_all_users_come_at_once_where_nobody_asked_for_a_ramp() -> None:
    given = options()
    OptionsTakenOver(Choice(given, OPEN))
    assert (given.num_users, given.spawn_rate) == (40, 40)
    asked = options(num_users=7, spawn_rate=2)
    OptionsTakenOver(Choice(asked, OPEN))
    assert (asked.num_users, asked.spawn_rate) == (7, 2)


def test_a_ramp_takes_as_long_as_was_asked_whatever_the_spawn_rate() -> None:
    given = options(num_users=30, ramp_users=10.0, spawn_rate=1)
    OptionsTakenOver(Choice(given, CLOSED))
    assert given.spawn_rate == 3.0


def test_a_shape_of_the_scenario_has_the_users_to_itself() -> None:
    given = options()
    OptionsTakenOver(Choice(given, CLOSED, self_paced=("A",), all_paced=True, has_shape=True))
    assert (given.num_users, given.spawn_rate) == (None, None)


def test_locust_never_sees_the_time_of_a_run_without_a_page() -> None:
    given = options(run_time=3)
    taken = OptionsTakenOver(Choice(given, OPEN))
    assert given.run_time is None
    assert taken.workload().seconds == 3
    assert given.run_time is None


def test_a_page_may_change_the_time_between_two_runs() -> None:
    given = options(run_time=3, headless=False)
    taken = OptionsTakenOver(Choice(given, OPEN))
    assert (given.run_time, taken.workload().seconds) == (3, 3)
    given.run_time = 8
    assert (taken.workload().seconds, given.run_time) == (8, 8)


def test_the_time_is_kept_from_locust_where_the_options_are_refused_too() -> None:
    given = options(run_time=3)
    taken = OptionsTakenOver(Choice(given, OPEN))
    given.warm_up = 3.0
    with pytest.raises(UsageError, match=r"^--warm-up 3s: the run is over after 3 s"):
        taken.workload()
    assert given.run_time is None
