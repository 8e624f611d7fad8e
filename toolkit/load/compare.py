"""Runs of a scenario beside earlier ones: what is slower or faster, and by more than chance.

How far two runs of the very same service differ by chance is known best from repeated runs:
of three or more earlier ones their spread says it. Of fewer, a run's seconds are samples of
what it does; for one name of request, so is the rank of its percentile. A difference counts when
it is beyond that, and large enough to act on.
"""

import math
import statistics as stats
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from toolkit.load.regression_limits import RegressionLimit
from toolkit.load.results import LoadResult
from toolkit.load.statistics import Second, Tally, three_digits

# With fewer seconds nothing is known of how much they vary.
FEWEST_SECONDS = 5
# With fewer runs their spread is itself chance.
FEWEST_RUNS = 3
# A second with fewer requests has no percentile of its own, and neither has a name.
FEWEST_REQUESTS = 20
# Two standard errors: by chance alone, one comparison in twenty is further out.
STANDARD_ERRORS = 2.0
# Less than this is not worth acting on, whatever the statistics say.
NOTABLE_SHARE = 0.05
QUANTILES = (0.5, 0.95, 0.99)

Figure = Callable[[Tally, float], float]


def _rate(tally: Tally, seconds: float) -> float:
    return tally.requests / seconds if seconds else 0.0


def _quantile(q: float) -> Figure:
    return lambda tally, _seconds: tally.durations.quantile_seconds(q) * 1000


def _failed(tally: Tally, _seconds: float) -> float:
    return (1 - tally.success_share) * 100 if tally.requests else 0.0


# key in a limit → (title, unit, whether more is worse, figure)
FIGURES: dict[str, tuple[str, str, bool, Figure]] = {
    "rps": ("throughput", "/s", False, _rate),
    **{f"p{q * 100:g}": (f"P{q * 100:g}", "ms", True, _quantile(q)) for q in QUANTILES},
    "failed": ("failed", "%", True, _failed),
}
_WORDS = {"ms": ("slower", "faster"), "/s": ("fewer", "more"), "%": ("more", "fewer")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One figure now and before. `noise` is the share that chance alone may make; None: unknown.

    `name` is empty for all requests together. `limit` is the share that is allowed, where one
    was given; `unknown` says why the noise is not known.
    """

    title: str
    unit: str
    before: float
    after: float
    noise: float | None
    more_is_worse: bool
    name: str = ""
    limit: float | None = None
    unknown: str = "too few seconds to tell it from chance"

    @property
    def share(self) -> float:
        """How much more it is now, as a share of what it was."""
        return self.after / self.before - 1 if self.before else math.inf if self.after else 0.0

    @property
    def is_real(self) -> bool:
        """Whether it is beyond what chance makes, and worth a thought."""
        least = NOTABLE_SHARE if self.limit is None else self.limit
        return self.noise is not None and abs(self.share) > max(self.noise, least)

    @property
    def is_worse(self) -> bool:
        """Whether it goes the wrong way at all."""
        return self.share != 0 and (self.share > 0) is self.more_is_worse

    @property
    def is_regression(self) -> bool:
        """Whether the comparison fails: worse beyond chance, or a limit that cannot be judged."""
        if self.limit is not None and self.noise is None:
            return True
        return self.is_real and self.is_worse

    def __str__(self) -> str:
        name = f"{self.name}: " if self.name else ""
        line = (
            f"{name}{self.title}: {three_digits(self.before)} → {three_digits(self.after)} "
            f"{self.unit}"
        )
        change = f"{self.share:+.0%}" if math.isfinite(self.share) else "from nothing"
        allowed = "" if self.limit is None else f", allowed {self.limit:.0%}"
        if self.noise is None:
            mark = "?" if self.limit is None else "✗"
            return f"{mark} {line} ({change}{allowed}; {self.unknown})"
        noise = f"{change}{allowed}; chance makes ±{self.noise:.0%}"
        if not self.is_real:
            return f"= {line} ({noise})"
        words = _WORDS[self.unit][not self.is_worse]
        return f"{'✗' if self.is_worse else '✓'} {line}: {words} ({noise})"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioComparison:
    """One scenario's run beside earlier ones. `notes` say what stands in the way of it.

    `earlier` is how many there are, and `before` the last of them.
    """

    scenario: str
    earlier: int = 0
    before: LoadResult | None = None
    changes: tuple[Change, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def regressions(self) -> tuple[Change, ...]:
        """The changes for which the comparison fails."""
        return tuple(change for change in self.changes if change.is_regression)

    @property
    def not_judged(self) -> str:
        """Why nothing can be said of the latency, where there was a run to compare with."""
        latency = [x for x in self.changes if x.unit == "ms" and not x.name]
        if not latency or any(x.noise is not None or x.limit is not None for x in latency):
            return ""
        return latency[0].unknown

    def __str__(self) -> str:
        if not self.changes:
            return f"{self.scenario}: {'; '.join(self.notes)}"
        runs = "the earlier run" if self.earlier == 1 else f"the median of {self.earlier} runs"
        head = f"{self.scenario}, compared with {runs}:"
        return "\n".join([head, *(f"! {note}" for note in self.notes), *map(str, self.changes)])


def compare(
    previous: Sequence[LoadResult],
    current: Sequence[LoadResult],
    limits: Sequence[RegressionLimit] = (),
) -> tuple[ScenarioComparison, ...]:
    """Each run beside the earlier ones of its scenario, all together and by name of request."""
    return tuple(
        _compared(run, [each for each in previous if each.scenario == run.scenario], limits)
        for run in current
    )


def _compared(
    run: LoadResult, earlier: Sequence[LoadResult], limits: Sequence[RegressionLimit]
) -> ScenarioComparison:
    if not earlier:
        note = "no earlier run to compare with; one that failed is no measure"
        return ScenarioComparison(scenario=run.scenario, notes=(note,))
    alike = [each for each in earlier if each.workload == run.workload]
    notes: tuple[str, ...] = ()
    if not alike:
        notes = ("the runs were not asked for the same load",)
    before = alike or list(earlier)
    changes = list(_changes(before, run))
    changes = [_limited(change, limits) for change in changes]
    if not alike:
        # Another load has other figures, whatever the service does.
        changes = [
            replace(x, noise=None, unknown="of another load") if x.limit is None else x
            for x in changes
        ]
    unknown = [x for x in limits if not any(x.is_for(c.name, c.title) for c in changes)]
    notes += tuple(f"{limit.text}: no such figure in both runs" for limit in unknown)
    changes += [limit.unjudged(Change) for limit in unknown]
    return ScenarioComparison(
        scenario=run.scenario,
        earlier=len(before),
        before=before[-1],
        changes=tuple(changes),
        notes=notes,
    )


def _limited(change: Change, limits: Sequence[RegressionLimit]) -> Change:
    found = [limit for limit in limits if limit.is_for(change.name, change.title)]
    return replace(change, limit=found[-1].share) if found else change


def _changes(before: Sequence[LoadResult], after: LoadResult) -> Iterator[Change]:
    whole = {
        key: _change(
            key,
            "",
            [(x.total, x.measured_seconds) for x in before],
            (after.total, after.measured_seconds),
        )
        for key in FIGURES
    }
    noises = {key: _noise_of_all(key, change, before, after) for key, change in whole.items()}
    yield from (replace(change, noise=noises[key]) for key, change in whole.items())
    names = [x for x in sorted(after.figures.names) if any(x in b.figures.names for b in before)]
    if len(names) < 2:  # noqa: PLR2004 - of one name, all together say the same
        return
    for name in names:
        tallies = [
            (x.figures.names[name], x.measured_seconds) for x in before if name in x.figures.names
        ]
        now = after.figures.names[name]
        for key, (_, _, _, figure) in FIGURES.items():
            change = _change(key, name, tallies, (now, after.measured_seconds))
            noise = _spread([figure(*tally) for tally in tallies])
            if noise is None:
                noise = _noise_of_name(key, [tally for tally, _ in tallies], now, noises[key])
            yield replace(change, noise=noise)


def _change(
    key: str, name: str, before: Sequence[tuple[Tally, float]], after: tuple[Tally, float]
) -> Change:
    title, unit, more_is_worse, figure = FIGURES[key]
    return Change(
        title=title,
        unit=unit,
        name=name,
        before=stats.median(figure(*each) for each in before),
        after=figure(*after),
        noise=None,
        more_is_worse=more_is_worse,
    )


def _noise_of_all(
    key: str, change: Change, before: Sequence[LoadResult], after: LoadResult
) -> float | None:
    figure = FIGURES[key][3]
    spread = _spread([figure(each.total, each.measured_seconds) for each in before])
    if spread is not None:
        return spread
    of_second: Callable[[Second], float]
    if key == "rps":
        of_second = _requests
    elif key == "failed":
        # A share of failures varies as counts do: by the root of how many there are.
        failed = max(change.before, change.after) / 100 * after.requests
        return STANDARD_ERRORS / math.sqrt(failed) if failed else 0.0
    else:
        q = float(key[1:]) / 100
        of_second = _quantile_of_second(q)
    return _seconds_noise(before[-1], after, of_second)


def _requests(second: Second) -> float:
    return second.requests


def _quantile_of_second(q: float) -> Callable[[Second], float]:
    return lambda second: second.durations.quantile_seconds(q)


def _spread(values: Sequence[float]) -> float | None:
    """The share by which one more run of the same service would differ from these."""
    if len(values) < FEWEST_RUNS or not (mean := stats.fmean(values)):
        return None
    # Of one run and of the mean of several.
    return STANDARD_ERRORS * stats.stdev(values) / mean * math.sqrt(1 + 1 / len(values))


def _seconds_noise(
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


def _noise_of_name(
    key: str, before: Sequence[Tally], after: Tally, of_all: float | None
) -> float | None:
    """The larger of what its own samples and the whole run's seconds say; None of too few."""
    tallies = (before[-1], after)
    if of_all is None or min(tally.requests for tally in tallies) < FEWEST_REQUESTS:
        return None
    if not key.startswith("p"):
        return max(of_all, STANDARD_ERRORS * math.hypot(*(x.requests**-0.5 for x in tallies)))
    q = float(key[1:]) / 100
    return max(of_all, math.hypot(*(_rank_noise(tally, q) for tally in tallies)))


def _rank_noise(tally: Tally, q: float) -> float:
    """How far the percentile lies from those at the ends of its rank's own chance, as a share.

    The rank of a percentile among n samples varies by the root of n·q·(1-q) (binomial).
    """
    middle = tally.durations.quantile_seconds(q)
    off = STANDARD_ERRORS * math.sqrt(q * (1 - q) / tally.requests)
    low, high = (tally.durations.quantile_seconds(min(max(x, 0), 1)) for x in (q - off, q + off))
    return max(middle - low, high - middle) / middle if middle else 0.0
