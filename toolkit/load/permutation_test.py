"""What chance makes of the difference between two runs: their stretches of time, dealt out anew.

If the service is the same in both runs, it is chance which stretch was measured before and which
after. So all stretches are dealt out into two runs again and again, and what such pairs differ by
is what chance makes (a permutation test). Requests that a stall delays together stay together, and
no shape of latencies is assumed. The test is exact where stretches do not depend on each other;
where a slow one is followed by another slow one, what chance makes is widened as that of an
autoregressive series is, by √((1+ρ)/(1-ρ)).

Sources: B. Phipson, G. Smyth, "Permutation p-values should never be zero" (2010), for counting the
pair that was measured among the others; B. Schmeiser, "Batch size effects in the analysis of
simulation output" (1982), for ten to thirty stretches.
"""

import itertools
import math
import random
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from toolkit.load.latency_histogram import BUCKETS_PER_E
from toolkit.load.time_blocks import Block

# Every way to deal them out is tried where there are no more; otherwise so many by lot.
PERMUTATIONS = 1000
# A series that depends on itself more than this says nothing of chance; nor is it ever known well.
_MOST_DEPENDENCE = 0.8
_LANE_BITS = 64

Blocks = Sequence[Block]
# How two runs differ, one of which has these stretches; what decides where that is the same.
Difference = Callable[[tuple[int, ...]], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Chance:
    """`measured` is how the runs differ, `at_most` what chance makes of it in either direction.

    Both are natural logarithms of a ratio, or a difference of shares. `is_beyond` where the runs
    differ by more than chance makes.
    """

    measured: float
    at_most: float
    is_beyond: bool


def of_quantile(before: Blocks, after: Blocks, q: float, share: float) -> Chance:
    """The ratio of the quantile `q` (0..1), after to before.

    `share` of pairs of equal runs (0..1) differ by more than `at_most`.
    """
    found = _quantile(before, after, q, share)
    if not found.is_beyond or math.isinf(found.measured):
        return replace(found, is_beyond=False)
    # A true difference makes pairs that mix both runs differ too. Without it they say what chance
    # makes of the quantile; it is the smaller figure, and the one that a reader expects.
    apart = round(found.measured * BUCKETS_PER_E)
    alike = _quantile(before, [_shifted(block, -apart) for block in after], q, share)
    return replace(found, at_most=min(found.at_most, alike.at_most))


def of_rate(before: Blocks, after: Blocks, share: float) -> Chance:
    """The ratio of the requests in a stretch, after to before."""
    blocks = [*before, *after]
    requests = [block.requests for block in blocks]
    whole = sum(requests)

    def difference(first: tuple[int, ...]) -> tuple[float, float]:
        one = sum(requests[i] for i in first)
        other, sizes = whole - one, len(blocks) - len(first)
        if not one or not other:
            return (math.inf if one != other else 0.0), 0.0
        return math.log(other / sizes * len(first) / one), 0.0

    series = [[float(block.requests) for block in run] for run in (before, after)]
    return _chance(difference, series, share)


def of_failures(before: Blocks, after: Blocks, share: float) -> Chance:
    """The difference of the shares of failed requests, after less before."""
    blocks = [*before, *after]
    requests = [block.requests for block in blocks]
    failures = [block.failures for block in blocks]
    whole, failed = sum(requests), sum(failures)

    def difference(first: tuple[int, ...]) -> tuple[float, float]:
        sent = sum(requests[i] for i in first)
        wrong = sum(failures[i] for i in first)
        return _share(failed - wrong, whole - sent) - _share(wrong, sent), 0.0

    series = [_beyond(run, lambda block: block.failures) for run in (before, after)]
    return _chance(difference, series, share)


def _share(some: int, of: int) -> float:
    return some / of if of else 0.0


def _quantile(before: Blocks, after: Blocks, q: float, share: float) -> Chance:
    buckets = sorted({bucket for block in (*before, *after) for bucket in block.counts})
    cumulated = [_cumulated(block.counts, buckets) for block in (*before, *after)]
    sums = [_sum(block) for block in (*before, *after)]
    whole, whole_sum = sum(cumulated), sum(sums)
    size = len(buckets) * _LANE_BITS // 8

    def place(counts: int) -> tuple[float, int]:
        """The bucket of the quantile, and how many requests there are; not a number of none."""
        lanes = memoryview(counts.to_bytes(size, "little")).cast("Q")
        count = lanes[-1]
        return (buckets[bisect_left(lanes, math.ceil(q * count))] if count else math.nan), count

    def difference(first: tuple[int, ...]) -> tuple[float, float]:
        one, one_sum = sum(cumulated[i] for i in first), sum(sums[i] for i in first)
        (there, n), (here, m) = place(one), place(whole - one)
        if not n or not m:
            return math.inf, math.inf  # nothing can be said of a run without answers
        # Where latencies are of two kinds, many pairs have the same ratio; the mean tells them
        # apart.
        means = (whole_sum - one_sum) / m - one_sum / n
        return (here - there) / BUCKETS_PER_E, means / BUCKETS_PER_E

    split = len(before)
    series = [
        _slower_than(run, place(sum(each))[0])
        for run, each in ((before, cumulated[:split]), (after, cumulated[split:]))
    ]
    return _chance(difference, series, share, [_beyond(run, _sum) for run in (before, after)])


def _cumulated(counts: Mapping[int, int], buckets: Sequence[int]) -> int:
    """How many requests are at most in each bucket: numbers side by side in one great number.

    So that one addition of two stretches adds all of their buckets.
    """
    sums = itertools.accumulate(counts.get(bucket, 0) for bucket in buckets)
    return int.from_bytes(b"".join(n.to_bytes(_LANE_BITS // 8, "little") for n in sums), "little")


def _shifted(block: Block, buckets: int) -> Block:
    """The stretch as it would be, were all its requests slower by so many buckets."""
    counts = {bucket + buckets: count for bucket, count in block.counts.items()}
    return Block(block.requests, block.failures, counts)


def _sum(block: Block) -> int:
    """The buckets of all its requests, which are their logarithms, added."""
    return sum(bucket * count for bucket, count in block.counts.items())


def _slower_than(run: Blocks, bucket: float) -> list[float]:
    """By how many requests more than usual each stretch is slower than that."""
    return _beyond(run, lambda block: sum(n for b, n in block.counts.items() if b > bucket))


def _beyond(run: Blocks, count: Callable[[Block], int]) -> list[float]:
    """By how much each stretch counts more than its part of all."""
    counts = [count(block) for block in run]
    usual = _share(sum(counts), sum(block.requests for block in run))
    return [n - usual * block.requests for n, block in zip(counts, run, strict=True)]


def _chance(
    difference: Difference,
    series: Sequence[Sequence[float]],
    share: float,
    series_of_means: Sequence[Sequence[float]] = (),
) -> Chance:
    first, second = map(len, series)
    deals = (difference(deal) for deal in _deals(first + second, first))
    sizes = sorted(((abs(x), abs(y)) for x, y in deals), reverse=True)
    rare, rare_mean = sizes[int(share * len(sizes))]
    wider = _widening(series)
    wider_mean = max(wider, _widening(series_of_means))
    measured, mean = difference(tuple(range(first)))
    size = abs(measured)
    if size > rare * wider:
        less = rare * wider
    elif size == rare:
        # The others differ by less; of those that differ as much, the mean decides.
        less = max((x for x, _ in sizes if x < size), default=0.0)
    else:
        return Chance(measured, rare * wider, is_beyond=False)
    # Stretches that depend on each other are as good as so many fewer.
    rarer = sizes[int(share / wider_mean**2 * len(sizes))]
    if (size, abs(mean)) > (rare, rare_mean * wider_mean) and (size, abs(mean)) > rarer:
        return Chance(measured, less, is_beyond=True)
    return Chance(measured, max(rare * wider, size), is_beyond=False)


@cache
def _deals(blocks: int, first: int) -> tuple[tuple[int, ...], ...]:
    """Which of the stretches are in the first run: as measured, and in every other way."""
    if math.comb(blocks, first) <= PERMUTATIONS:
        return tuple(itertools.combinations(range(blocks), first))
    lots = random.Random(1)  # noqa: S311 - the same comparison says the same again
    drawn = (tuple(lots.sample(range(blocks), first)) for _ in range(PERMUTATIONS - 1))
    return (tuple(range(first)), *drawn)


def _widening(series: Sequence[Sequence[float]]) -> float:
    """How much wider chance is than of stretches that do not depend on each other; 1 or more."""
    products = squares = 0.0
    for values in series:
        mean = sum(values) / len(values)
        apart = [value - mean for value in values]
        squares += sum(x * x for x in apart)
        products += sum(x * y for x, y in itertools.pairwise(apart))
    if not squares:
        return 1.0
    # Of n values, what is estimated is too small by 1/n. Source: Kendall (1954).
    dependence = products / squares + 1 / min(map(len, series))
    dependence = min(max(0.0, dependence), _MOST_DEPENDENCE)
    return math.sqrt((1 + dependence) / (1 - dependence))
