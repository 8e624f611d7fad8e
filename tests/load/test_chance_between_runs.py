"""What two equal runs may differ by: of their stretches, and of several runs' own spread."""

import math
import random
from dataclasses import replace

import pytest

from tests.support.load_runs import judged, result
from toolkit.load.chance_between_runs import MOST_BLOCKS, TOO_SHORT, Sample, chance, student_t
from toolkit.load.results import LoadResult
from toolkit.load.time_blocks import Block


def run(
    milliseconds: float, seconds: int = 10, rate: int = 20, seed: int = 0, spread: float = 0.3
) -> LoadResult:
    lots = random.Random(seed)
    times = [milliseconds * math.exp(lots.gauss(0, spread)) for _ in range(seconds * rate)]
    return result(*map(judged, times), seconds=seconds)


@pytest.mark.parametrize(
    ("freedom", "beyond", "value"),
    [(1, 0.05, 12.706), (2, 0.05, 4.303), (2, 0.01, 9.925), (3, 0.05, 3.182), (9, 0.05, 2.262)],
)
def test_students_t_is_that_of_the_tables(freedom: int, beyond: float, value: float) -> None:
    assert student_t(freedom, beyond) == pytest.approx(value, abs=0.0005)


def test_a_run_is_cut_into_whole_stretches_and_what_is_left_over_is_in_the_outer_ones() -> None:
    sample = Sample.of_run(run(10, seconds=10))
    assert [block.requests for block in sample.stretches(1)] == [20] * 10
    assert [block.requests for block in sample.stretches(4)] == [80, 120]
    warm = replace(sample, first=1.5)
    assert [block.requests for block in warm.stretches(1)] == [60, *[20] * 7]
    assert [block.requests for block in replace(sample, end=9.95).stretches(1)] == [20] * 10
    assert len(replace(sample, end=9.8).stretches(1)) == 9


def test_runs_of_two_lengths_are_compared_in_stretches_of_one() -> None:
    short, long = Sample.of_run(run(10, seconds=12)), Sample.of_run(run(10, 40, seed=1))
    assert chance("p50", 0.1, [short], long)[1] == ""
    # Twenty stretches of four seconds are two of the shorter run.
    assert chance("p50", 0.1, [replace(short, end=8.0)], long)[1] == (
        "too few seconds to tell it from chance"
    )


def test_of_a_run_of_weeks_no_more_stretches_are_made_than_are_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[int] = []
    stretches = Sample.stretches

    def counted(sample: Sample, seconds: int) -> list[Block]:
        found = stretches(sample, seconds)
        made.append(len(found))
        return found

    monkeypatch.setattr(Sample, "stretches", counted)
    short = Sample.of_run(run(10))
    assert chance("p50", 0.1, [short], replace(short, end=1e6)) == (None, TOO_SHORT)
    assert max(made) <= 2 * MOST_BLOCKS + 1


def test_of_more_figures_together_each_must_be_rarer() -> None:
    before, after = Sample.of_run(run(10, seed=1)), Sample.of_run(run(10, seed=2))
    alone, _ = chance("p50", 0.0, [before], after)
    among_many, _ = chance("p50", 0.0, [before], after, among=20)
    assert alone is not None
    assert among_many is not None
    assert among_many > alone > 0


def test_more_requests_narrow_what_is_chance() -> None:
    few = chance("p50", 0.0, [Sample.of_run(run(10))], Sample.of_run(run(10, seed=1)))[0]
    pair = Sample.of_run(run(10, rate=320)), Sample.of_run(run(10, rate=320, seed=1))
    many = chance("p50", 0.0, [pair[0]], pair[1])[0]
    assert few is not None
    assert many is not None
    assert many < few / 2
