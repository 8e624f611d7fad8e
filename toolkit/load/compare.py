"""Two runs of a scenario: what is slower or faster, and whether by more than chance.

Each run's seconds are samples of what it does: how much a figure varies from second to
second says how much two runs of the very same service would differ. A difference counts
when it is beyond that, and large enough to act on.
"""

import math
import statistics as stats
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from toolkit.load.results import LoadResult
from toolkit.load.statistics import Second, three_digits

# With fewer seconds nothing is known of how much they vary.
FEWEST_SECONDS = 5
# A second with fewer requests has no percentile of its own.
FEWEST_REQUESTS = 20
# Two standard errors: by chance alone, one comparison in twenty is further out.
STANDARD_ERRORS = 2.0
# Less than this is not worth acting on, whatever the statistics say.
NOTABLE_SHARE = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One figure in two runs. `noise` is the share that chance alone may make; None: unknown."""

    title: str
    unit: str
    before: float
    after: float
    noise: float | None
    more_is_worse: bool

    @property
    def share(self) -> float:
        """How much more it is now, as a share of what it was."""
        return self.after / self.before - 1 if self.before else math.inf if self.after else 0.0

    @property
    def is_real(self) -> bool:
        """Whether it is beyond what chance makes, and worth a thought."""
        return self.noise is not None and abs(self.share) > max(self.noise, NOTABLE_SHARE)

    def __str__(self) -> str:
        line = f"{self.title}: {three_digits(self.before)} → {three_digits(self.after)} {self.unit}"
        change = f"{self.share:+.0%}" if math.isfinite(self.share) else "from nothing"
        if self.noise is None:
            return f"? {line} ({change}; too few seconds to tell it from chance)"
        noise = f"{change}; chance makes ±{self.noise:.0%}"
        if not self.is_real:
            return f"= {line} ({noise})"
        worse = (self.share > 0) is self.more_is_worse
        words = {"ms": ("slower", "faster"), "/s": ("fewer", "more")}[self.unit]
        return f"{'✗' if worse else '✓'} {line}: {words[not worse]} ({noise})"


def compare(before: LoadResult, after: LoadResult) -> tuple[Change, ...]:
    """Throughput and percentiles, of all requests together."""
    return tuple(_changes(before, after))


def _changes(before: LoadResult, after: LoadResult) -> Iterator[Change]:
    yield Change(
        title="throughput",
        unit="/s",
        before=before.requests_per_second,
        after=after.requests_per_second,
        noise=_noise(before, after, lambda second: second.requests),
        more_is_worse=False,
    )
    for q in (0.5, 0.95, 0.99):
        yield Change(
            title=f"P{q * 100:g}",
            unit="ms",
            before=before.total.durations.quantile_seconds(q) * 1000,
            after=after.total.durations.quantile_seconds(q) * 1000,
            noise=_noise(before, after, lambda second, q=q: second.durations.quantile_seconds(q)),  # type: ignore[misc] # q is bound here
            more_is_worse=True,
        )


def _noise(
    before: LoadResult, after: LoadResult, figure: Callable[[Second], float]
) -> float | None:
    """The share by which two runs of the same service would differ by chance.

    Of each run, the standard error of the mean of its seconds; of their difference, the root
    of the sum of squares, since the runs are independent.
    """
    relative_errors = []
    for result in (before, after):
        values = [figure(second) for second in _full_seconds(result)]
        if len(values) < FEWEST_SECONDS or not (mean := stats.fmean(values)):
            return None
        relative_errors.append(stats.stdev(values) / math.sqrt(len(values)) / mean)
    return STANDARD_ERRORS * math.hypot(*relative_errors)


def _full_seconds(result: LoadResult) -> Sequence[Second]:
    """The seconds in which requests were sent throughout, with enough of them to judge."""
    return [
        second
        for number, second in result.figures.seconds.items()
        if number + 1 <= result.seconds and second.requests >= FEWEST_REQUESTS
    ]


def render(previous: Sequence[LoadResult], current: Sequence[LoadResult]) -> str:
    """Each run next to the earlier one of its scenario."""
    earlier = {result.scenario: result for result in previous}
    parts = []
    for result in current:
        before = earlier.get(result.scenario)
        if before is None:
            parts.append(f"{result.scenario}: the earlier report has no such run")
            continue
        lines = [f"{result.scenario}, compared with the earlier run:"]
        if before.workload != result.workload:
            lines.append("! the two runs were not asked for the same load")
        parts.append("\n".join([*lines, *map(str, compare(before, result))]))
    return "\n\n".join(parts)
