"""When requests are due: shapes, stages from a file, and who sends which."""

from itertools import pairwise
from pathlib import Path

import pytest

from toolkit.errors import ConfigurationError, UsageError
from toolkit.load.stages import SHAPES, Schedule, WorkerShare, shaped, stages, worker_part


def times(schedule: Schedule) -> list[float]:
    return [at for _, at in schedule.times()]


def test_a_constant_rate_is_evenly_spaced_from_the_first_moment_on() -> None:
    schedule = shaped("constant", rate=4, seconds=2)
    assert times(schedule) == [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75]
    assert schedule.total == 8


TOTALS = {"constant": 1000, "ramp": 550, "spike": 360}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_request_of_a_shape_is_due_when_its_number_is_reached(shape: str) -> None:
    schedule = shaped(shape, rate=100, seconds=10)
    due = times(schedule)
    assert len(due) == schedule.total == TOTALS[shape]
    assert due == sorted(due)
    for number, at in enumerate(due):
        assert schedule.due(at - 1e-6) <= number
        assert schedule.due(at + 1e-6) >= number + 1


def test_a_ramp_climbs_and_a_spike_rushes() -> None:
    ramp = times(shaped("ramp", rate=100, seconds=10))
    assert sum(at < 5 for at in ramp) < sum(at >= 5 for at in ramp) / 2
    spike = times(shaped("spike", rate=100, seconds=10))
    assert sum(4 <= at < 6 for at in spike) == 200
    assert sum(at < 4 for at in spike) == 80


def test_an_unknown_shape_is_refused_with_a_guess() -> None:
    with pytest.raises(UsageError, match=r"unknown shape 'spik'; did you mean 'spike'\?"):
        shaped("spik", rate=1, seconds=1)


def test_stages_ramp_from_nothing_to_each_target_and_may_step(tmp_path: Path) -> None:
    path = tmp_path / "stages.yml"
    path.write_text(
        "stages:\n- {duration: 2s, target: 10}\n- {duration: 0s, target: 50}\n"
        "- {duration: 1s, target: 50}\n",
        encoding="utf-8",
    )
    schedule = stages(path)
    assert schedule.points == ((0, 0), (2, 10), (2, 50), (3, 50))
    assert (schedule.total, schedule.seconds, schedule.highest) == (60, 3, 50)


WRONG_STAGES = {
    "no list": ("duration: 3", "does not hold a list of stages"),
    "an empty list": ("[]", "does not hold a list of stages"),
    "a typo": ("[{duration: 3s, rate: 5}]", "stage 1: must have duration and target"),
    "no duration": ("[{duration: soon, target: 5}]", "stage 1: 'soon' is not a duration"),
    "a target below nothing": ("[{duration: 3s, target: -1}]", "target must be a rate, but is -1"),
    "nothing at all": ("[{duration: 3s, target: 0}]", "no request falls due"),
    "no YAML": ("[", "while parsing"),
    "too deep": ("[\n" * 1500, "maximum recursion depth exceeded"),
}


@pytest.mark.parametrize(("text", "message"), WRONG_STAGES.values(), ids=WRONG_STAGES)
def test_wrong_stages_are_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "stages.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=message) as caught:
        stages(path)
    assert str(path) in str(caught.value)


def test_a_missing_file_of_stages_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"none\.yml: No such file"):
        stages(tmp_path / "none.yml")


def test_no_request_is_of_two_workers_or_of_none_when_a_worker_is_lost() -> None:
    shares = [WorkerShare() for _ in range(3)]
    for index, share in enumerate(shares):
        share.set(0, index, 3)
    for index, survivor in enumerate((0, 2)):
        shares[survivor].set(10, index, 2)
    shares[1].set(10, 0, 0)
    owners = [[n for n, share in enumerate(shares) if share.has(number)] for number in range(20)]
    assert owners[:10] == [[n % 3] for n in range(10)]
    assert owners[10:] == [[(0, 2)[n % 2]] for n in range(10, 20)]


def test_a_number_of_requests_is_shared_without_a_remainder() -> None:
    assert [worker_part(10, index, 4) for index in range(4)] == [3, 3, 2, 2]
    assert worker_part(1, 3, 4) == 0


def test_moments_from_the_middle_are_those_of_the_whole() -> None:
    schedule = shaped("spike", rate=30, seconds=4)
    assert list(schedule.times(17)) == list(schedule.times())[17:]
    assert all(b > a for (_, a), (_, b) in pairwise(schedule.times()))
