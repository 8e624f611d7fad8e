"""How far figures of two runs of the very same service differ by chance.

Of three or more earlier runs their spread says it, which knows what changes from run to run; of any
number, the stretches of time within the runs do, which knows stalls. What counts as a change must
be beyond both.
"""

import math
import statistics as stats
from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.load import permutation_test
from toolkit.load.results import LoadResult
from toolkit.load.statistics import Tally
from toolkit.load.time_blocks import Block, TimeBlocks

# With fewer runs their spread is itself chance.
FEWEST_RUNS = 3
# Four and four stretches can be dealt out in seventy ways: the rarest two are 3 in 100 of them.
FEWEST_BLOCKS = 5
MOST_BLOCKS = 20
# A percentile is known by the requests beyond it: of fewer, one more moves it by much.
FEWEST_BEYOND = 5
# Of pairs of equal runs so many differ by more than what is called chance.
BEYOND_CHANCE = 0.05
# A stretch that lacks less than this share of its time is whole: the last answer comes early.
_NEARLY_WHOLE = 0.1

TOO_SHORT = "too few seconds to tell it from chance"
TOO_FEW = "cannot be told from so few requests"
NO_TIMES = "an earlier report does not say when requests of a name were answered"


@dataclass(frozen=True, slots=True)
class Sample:
    """What one run counted of one name, or of all, and when: from `first` to `end` seconds."""

    tally: Tally
    blocks: TimeBlocks
    first: float
    end: float

    @classmethod
    def of_run(cls, run: LoadResult) -> "Sample":
        """All requests of a run."""
        blocks = TimeBlocks(
            1,
            {
                number: Block(second.requests, second.failures, dict(second.durations.counts))
                for number, second in run.figures.seconds.items()
            },
        )
        return cls(run.total, blocks, run.seconds - run.measured_seconds, run.seconds)

    @classmethod
    def of_name(cls, run: LoadResult, name: str) -> "Sample":
        """The requests of one name."""
        tally = run.figures.names[name]
        return cls(tally, tally.blocks, run.seconds - run.measured_seconds, run.seconds)

    @property
    def seconds(self) -> float:
        """How long requests were sent that are in the figures."""
        return self.end - self.first

    def stretches(self, seconds: int) -> list[Block]:
        """The whole run in stretches of so many seconds; what is left over is in the outer ones."""
        first = math.ceil(self.first / seconds)
        last = max(first, int(self.end / seconds + _NEARLY_WHOLE) - 1)
        found = [Block() for _ in range(first, last + 1)]
        for number, block in self.blocks.blocks.items():
            place = number * self.blocks.seconds // seconds
            found[min(max(place, first), last) - first].merge(block)
        return found


def chance(
    key: str, share: float, before: Sequence[Sample], after: Sample, *, among: int = 1
) -> tuple[float | None, str]:
    """What chance makes of the figure `key`, as a share of what it was, or why it is not known.

    `share` is what the figure changed by. `among` is how many figures of this kind are judged
    together: by chance alone, none of them is beyond it in 19 of 20 comparisons (Bonferroni).
    """
    beyond = BEYOND_CHANCE / among
    within, why = _within_runs(key, share, before[-1], after, beyond)
    if len(before) < FEWEST_RUNS:
        return within, why
    between = _between_runs(key, share, before, beyond)
    return (between if within is None else max(within, between)), ""


def figure(key: str, sample: Sample) -> float:
    """Requests a second of `rps`, percent of `failed`, milliseconds of `p95` and the like."""
    tally = sample.tally
    if key == "rps":
        return tally.requests / sample.seconds if sample.seconds else 0.0
    if key == "failed":
        return (1 - tally.success_share) * 100 if tally.requests else 0.0
    return tally.durations.quantile_seconds(_q(key)) * 1000


def _q(key: str) -> float:
    return float(key[1:]) / 100


def _between_runs(key: str, share: float, before: Sequence[Sample], beyond: float) -> float:
    """The share by which one more run of the same service would differ from these."""
    values = [figure(key, sample) for sample in before]
    if key == "failed" or not all(values):
        mean = stats.fmean(values)
        return _prediction(values, beyond) / mean if mean else 0.0
    # Times differ by factors: one run in ten that is twice as slow is no rarity.
    return _as_share(_prediction([math.log(x) for x in values], beyond), share)


def _prediction(values: Sequence[float], beyond: float) -> float:
    """How far one more value is from the mean of these, all but a share of `beyond` times."""
    n = len(values)
    return student_t(n - 1, beyond) * stats.stdev(values) * math.sqrt(1 + 1 / n)


def _within_runs(
    key: str, share: float, before: Sample, after: Sample, beyond: float
) -> tuple[float | None, str]:
    every = (before, after)
    if not all(sample.blocks.blocks for sample in every if sample.tally.requests):
        return None, NO_TIMES
    of_latency = key not in {"rps", "failed"}
    if of_latency and min(_beyond(x.tally, _q(key)) for x in every) < FEWEST_BEYOND:
        return None, TOO_FEW
    earlier, now = blocks = _alike(every)
    if min(map(len, blocks)) < FEWEST_BLOCKS:
        return None, TOO_SHORT
    if key == "failed":
        return _of_failures(share, before, permutation_test.of_failures(earlier, now, beyond)), ""
    if of_latency:
        found = permutation_test.of_quantile(earlier, now, _q(key), beyond)
    else:
        found = permutation_test.of_rate(earlier, now, beyond)
    noise = _as_share(found.at_most, share)
    # The measured difference is known to a bucket's width only.
    return noise if found.is_beyond else max(noise, abs(share)), ""


def _of_failures(share: float, before: Sample, found: permutation_test.Chance) -> float:
    earlier = figure("failed", before) / 100
    noise = found.at_most / earlier if earlier else 0.0
    return noise if found.is_beyond else max(noise, abs(share))


def _beyond(tally: Tally, q: float) -> int:
    """How many requests took longer than the quantile."""
    return int(tally.requests * (1 - q) + 1e-9)  # 500 · (1 - 0.99) is a little less than five


def _alike(samples: Sequence[Sample]) -> list[list[Block]]:
    """All runs in stretches of one length, at most `MOST_BLOCKS` of them in each."""
    seconds = max(sample.blocks.seconds for sample in samples)
    # Far too many need not be made to be counted: a run may take days.
    while max(sample.seconds for sample in samples) > 2 * MOST_BLOCKS * seconds:
        seconds *= 2
    while (found := [sample.stretches(seconds) for sample in samples]) and any(
        len(run) > MOST_BLOCKS for run in found
    ):
        seconds *= 2
    return found


def _as_share(logarithm: float, share: float) -> float:
    """A factor as a share up or down, whichever way `share` goes."""
    return math.exp(logarithm) - 1 if share >= 0 else 1 - math.exp(-logarithm)


def student_t(freedom: int, beyond: float) -> float:
    """What Student's t of so many degrees of freedom is beyond, on either side, so rarely.

    Source: Abramowitz and Stegun, 26.7.3 and 26.7.4, where the angle is that of t/√freedom.
    """
    low, high = 0.0, math.pi / 2
    for _ in range(60):  # halvings: to the last bit
        middle = (low + high) / 2
        if 1 - _within_angle(middle, freedom) > beyond:
            low = middle
        else:
            high = middle
    return math.tan(low) * math.sqrt(freedom)


def _within_angle(angle: float, freedom: int) -> float:
    sine, cosine = math.sin(angle), math.cos(angle)
    odd = freedom % 2
    term, total = cosine if odd else 1.0, 0.0
    for number in range((freedom - odd) // 2):
        total += term
        term *= cosine**2 * (2 * number + 1 + odd) / (2 * number + 2 + odd)
    return 2 / math.pi * (angle + sine * total) if odd else sine * total
