"""What chance makes of the difference of two runs: how often it is wrong, and what it sees."""

import math
import random
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from toolkit.load import permutation_test
from toolkit.load.latency_histogram import BUCKETS_PER_E, bucket_of
from toolkit.load.time_blocks import Block

Lots = random.Random
SHARE = 0.05


def block(*seconds: float, failures: int = 0) -> Block:
    return Block(len(seconds), failures, dict(Counter(map(bucket_of, seconds))))


def exponential(lots: Lots) -> Block:
    return block(*(0.001 + lots.expovariate(300) for _ in range(50)))


def log_normal(lots: Lots) -> Block:
    return block(*(0.003 * math.exp(lots.gauss(0, 1)) for _ in range(50)))


def two_kinds(lots: Lots) -> Block:
    return block(*(0.05 if lots.random() < 0.05 else 0.003 for _ in range(50)))


def with_stalls(lots: Lots) -> Block:
    """Every fifth second or so, up to half of its requests wait for the end of a stall."""
    stalled = lots.randrange(25) if lots.random() < 0.2 else 0
    return block(*(0.003 + (n < stalled) * (stalled - n) / 50 for n in range(50)))


def beyond_chance(one: Callable[[Lots], Block], q: float, times: float = 1.0) -> float:
    """Of a hundred pairs of runs of eight seconds, the share said to differ."""
    lots, found, pairs = Lots(3), 0, 100
    slower = round(math.log(times) * BUCKETS_PER_E)
    for _ in range(pairs):
        before, after = ([one(lots) for _ in range(8)] for _ in range(2))
        for each in after:
            each.counts = {bucket + slower: n for bucket, n in each.counts.items()}
        found += permutation_test.of_quantile(before, after, q, SHARE).is_beyond
    return found / pairs


@pytest.fixture(autouse=True)
def fewer_permutations(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Enough for one in twenty, and quicker."""
    monkeypatch.setattr(permutation_test, "PERMUTATIONS", 200)
    permutation_test._deals.cache_clear()
    yield
    permutation_test._deals.cache_clear()


@pytest.mark.parametrize("one", [exponential, log_normal, two_kinds, with_stalls])
@pytest.mark.parametrize("q", [0.5, 0.95])
def test_of_equal_runs_about_one_in_twenty_at_most_is_beyond_chance(
    one: Callable[[Lots], Block], q: float
) -> None:
    # Of a hundred at one in twenty, nine or fewer are beyond in 97 of 100 draws; this is one draw.
    assert beyond_chance(one, q) <= 0.09


@pytest.mark.parametrize(
    ("one", "q"), [(exponential, 0.5), (log_normal, 0.5), (log_normal, 0.95), (with_stalls, 0.5)]
)
def test_what_is_twice_as_slow_is_seen(one: Callable[[Lots], Block], q: float) -> None:
    assert beyond_chance(one, q, times=2) >= 0.75


def test_a_slow_time_of_several_seconds_is_one_event() -> None:
    """Half of a run is slow, in one piece: nobody knows whether the next run would be too."""
    calm = [block(*[0.01] * 50) for _ in range(8)]
    slow = [block(*[0.03] * 50) for _ in range(8)]
    in_one_piece = permutation_test.of_quantile(calm, calm[:3] + slow[:5], 0.5, SHARE)
    assert not in_one_piece.is_beyond
    spread = [calm[0], slow[0]] * 2 + [slow[0]] * 2 + [calm[0], slow[0]]
    assert permutation_test.of_quantile(calm, spread, 0.5, SHARE).is_beyond


def test_what_is_measured_is_the_ratio_of_the_quantiles() -> None:
    before, after = [block(*[0.01] * 9)] * 5, [block(*[0.02] * 9)] * 5
    found = permutation_test.of_quantile(before, after, 0.5, SHARE)
    assert found.measured == pytest.approx(math.log(2), abs=0.02)
    # All stretches of a run are alike: by themselves they make no difference at all.
    assert found.at_most == 0
    back = permutation_test.of_quantile(after, before, 0.5, SHARE)
    assert back.measured == -found.measured


def test_a_run_without_answers_is_not_compared() -> None:
    found = permutation_test.of_quantile([Block()] * 5, [block(0.1)] * 5, 0.5, SHARE)
    assert not found.is_beyond
    assert permutation_test.of_rate([Block()] * 5, [Block()] * 5, SHARE).measured == 0


def test_rates_and_failures() -> None:
    ten, twelve = [[block(*[0.01] * n)] * 6 for n in (10, 12)]
    found = permutation_test.of_rate(ten, twelve, SHARE)
    assert found.measured == pytest.approx(math.log(1.2))
    assert found.is_beyond
    lots = Lots(1)
    one, other = ([block(*[0.01] * lots.randint(5, 15)) for _ in range(6)] for _ in range(2))
    assert not permutation_test.of_rate(one, other, SHARE).is_beyond
    failing = [block(*[0.01] * 10, failures=n) for n in (1, 2, 1, 2, 2, 1)]
    found = permutation_test.of_failures(ten, failing, SHARE)
    assert found.measured == pytest.approx(0.15)
    assert found.is_beyond
    once = [*ten[1:], block(*[0.01] * 10, failures=9)]
    assert not permutation_test.of_failures(ten, once, SHARE).is_beyond
