"""What a run sends: the options that were given, over the scenario's defaults. No locust here."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from toolkit.errors import ConfigurationError, UsageError
from toolkit.load.locust_process_messages import INSTRUCTIONS, Instructions
from toolkit.load.stages import SHAPES
from toolkit.load.workload import DefaultLoad, Loop, Workload
from toolkit.load_generator import locust_options
from toolkit.load_generator.locust_options import Choice, default_load

OPEN = DefaultLoad(rate=40, seconds=5)
CLOSED = DefaultLoad(loop=Loop.CLOSED, seconds=5)


def workload(
    load: DefaultLoad = OPEN,
    *,
    self_paced: tuple[str, ...] = (),
    all_paced: bool = False,
    has_shape: bool = False,
    **given: object,
) -> Workload:
    nothing = {
        "requests": 0,
        "loop": "",
        "run_time": None,
        "num_users": None,
        "stages": "",
        "rate": 0.0,
        "warm_up": 0.0,
        "ramp_users": 0.0,
        "shape": "",
    }
    locust_options = SimpleNamespace(**{**nothing, **given})
    return Choice(
        locust_options, load, self_paced=self_paced, all_paced=all_paced, has_shape=has_shape
    ).workload()


def points(made: Workload) -> tuple[tuple[float, float], ...]:
    return made.schedule.points if made.schedule else ()


def test_without_options_a_scenario_sends_what_it_says() -> None:
    made = workload()
    assert points(made) == ((0, 40), (5, 40))
    assert (made.loop, made.seconds, made.max_requests, made.users) == (Loop.OPEN, 5, 0, 40)


def test_options_come_before_the_scenario() -> None:
    made = workload(rate=100.0, run_time=3, shape="ramp", num_users=7, requests=9)
    assert points(made) == ((0, 10), (3, 100))
    assert (made.seconds, made.max_requests, made.users) == (3, 9, 7)


def test_a_number_of_requests_takes_as_long_as_its_rate_makes_it() -> None:
    assert workload(requests=80).seconds == 2
    assert workload(requests=80, rate=10.0).seconds == 8


def test_users_are_what_leaves_in_a_second_within_bounds() -> None:
    assert workload(rate=1.0).users == locust_options.FEWEST_USERS == 20
    assert workload(rate=21.0).users == 21
    assert workload(rate=9999.0).users == locust_options.MOST_USERS == 2000


def test_a_closed_loop_ends_by_time_or_by_number() -> None:
    assert workload(CLOSED) == Workload(loop=Loop.CLOSED, users=1, seconds=5)
    assert workload(CLOSED, requests=9, num_users=3) == Workload(
        loop=Loop.CLOSED, users=3, seconds=0, max_requests=9
    )
    assert workload(CLOSED, requests=9, run_time=2).seconds == 2
    assert workload(OPEN, loop="closed").loop is Loop.CLOSED


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("requests", [1, 80, 1001])
def test_a_number_of_requests_is_sent_whole_whatever_the_shape(shape: str, requests: int) -> None:
    made = workload(requests=requests, rate=40.0, shape=shape)
    assert made.due_requests == requests
    assert made.schedule is not None
    assert made.schedule.highest == 40


def test_a_number_of_requests_that_the_time_does_not_hold_is_refused() -> None:
    """Twenty of the hundred were sent, and exit 0."""
    assert workload(requests=100, rate=10.0, run_time=10).due_requests == 100
    with pytest.raises(UsageError, match="--requests 101: 10 s at 10/s hold 100 requests") as error:
        workload(requests=101, rate=10.0, run_time=10)
    assert "a longer --duration" in error.value.fix


def test_stages_say_rate_and_time_themselves(tmp_path: Path) -> None:
    path = tmp_path / "stages.yml"
    path.write_text("[{duration: 2s, target: 30}]", encoding="utf-8")
    made = workload(stages=str(path), requests=30)
    assert points(made) == ((0, 0), (2, 30))
    assert (made.seconds, made.users, made.due_requests) == (2, 30, 30)
    with pytest.raises(UsageError, match="--rate and --duration would say it again"):
        workload(stages=str(path), rate=9.0, run_time=9)
    with pytest.raises(UsageError, match=r"--requests 31: the stages of .* hold 30 requests"):
        workload(stages=str(path), requests=31)
    with pytest.raises(ConfigurationError, match=r"none\.yml: No such file"):
        workload(stages=str(tmp_path / "none.yml"))


def test_a_rate_makes_the_loop_of_any_scenario_an_open_one(tmp_path: Path) -> None:
    assert workload(CLOSED, rate=9.0).loop is Loop.OPEN
    assert workload(CLOSED, shape="ramp").loop is Loop.OPEN
    with pytest.raises(ConfigurationError, match=r"nosuch\.yml: No such file"):
        workload(CLOSED, stages=str(tmp_path / "nosuch.yml"))


def test_a_warm_up_must_leave_something_to_count_and_a_ramp_is_of_users() -> None:
    assert workload(warm_up=4.0).warm_up_seconds == 4
    with pytest.raises(UsageError, match="--warm-up 5s: the run is over after 5 s"):
        workload(warm_up=5.0)
    assert workload(CLOSED, ramp_users=3.0).ramp_seconds == 3
    with pytest.raises(UsageError, match="--ramp-users is for a closed loop"):
        workload(ramp_users=3.0)


WITHOUT_EFFECT = {
    "a rate": ({"rate": 20.0}, "--rate: without effect"),
    "a number of requests": ({"requests": 5}, "--requests: without effect"),
    "stages": ({"stages": "nosuch.yml"}, "--stages: without effect"),
    "several": ({"rate": 1.0, "shape": "ramp", "loop": "open"}, "--rate, --shape, --loop open:"),
}


@pytest.mark.parametrize(("given", "words"), WITHOUT_EFFECT.values(), ids=WITHOUT_EFFECT)
def test_what_has_no_effect_on_users_that_pace_themselves_is_refused(
    given: dict[str, Any], words: str
) -> None:
    with pytest.raises(UsageError) as caught:
        workload(self_paced=("Plain",), all_paced=True, **given)
    assert str(caught.value).startswith(words)
    assert "since Plain paces itself with a wait_time of its own" in str(caught.value)
    assert "JudgedUser without wait_time" in str(caught.value)


def test_users_that_pace_themselves_are_a_closed_loop() -> None:
    plain: dict[str, Any] = {"self_paced": ("Plain",), "all_paced": True}
    made = workload(**plain)
    assert (made.loop, made.users, made.seconds, made.self_paced) == (Loop.CLOSED, 1, 5, True)
    assert workload(num_users=7, run_time=9, **plain).users == 7
    # A LoadTestShape says itself how long it takes.
    assert workload(has_shape=True, **plain).seconds == 0
    # Next to others that do not, a rate is for those.
    assert workload(self_paced=("Plain",), rate=9.0).loop is Loop.OPEN


def test_the_first_user_with_defaults_gives_them() -> None:
    plain = SimpleNamespace()
    assert default_load([plain, SimpleNamespace(load=CLOSED)]) is CLOSED
    assert default_load([plain, SimpleNamespace(load="heavy")]) == DefaultLoad()


def test_instructions_come_by_environment_and_may_be_absent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(INSTRUCTIONS, raising=False)
    assert locust_options.instructions() == Instructions()
    monkeypatch.setenv(INSTRUCTIONS, '{"scenario": "rush", "thresholds": ["rps>1"]}')
    assert locust_options.instructions() == Instructions(scenario="rush", thresholds=("rps>1",))


def test_the_web_page_shows_every_option_but_files_secrets_and_the_runs_id() -> None:
    declared: dict[str, bool] = {}

    class Parser:
        def add_argument(self, name: str, *, include_in_web_ui: bool = True, **_: object) -> None:
            declared[name] = include_in_web_ui

    locust_options.declare(Parser())
    assert declared == {
        "--rate": True,
        "--loop": True,
        "--shape": True,
        "--requests": True,
        "--seed": True,
        "--timeout": True,
        "--warm-up": True,
        "--ramp-users": True,
        "--stages": False,
        "--run-id": False,
        "--worker-count": False,
        "--ca-file": False,
        "--client-certificate": False,
        "--client-key": False,
        "--insecure": False,
        "--proxy": False,
        "--credentials": False,
    }
