"""Runs of a scenario beside earlier ones: what is slower or faster, and by more than chance.

A difference counts when it is beyond what `chance_between_runs` says, and large enough to act on.
"""

import math
import statistics as stats
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from toolkit.load import load_generator_delays
from toolkit.load.chance_between_runs import TOO_SHORT, Sample, chance, figure
from toolkit.load.regression_limits import RegressionLimit
from toolkit.load.results import LoadResult
from toolkit.load.statistics import three_digits

# Less than this is not worth acting on, whatever the statistics say.
NOTABLE_SHARE = 0.05
TOO_UNEVEN = "the runs are too uneven to tell even twice as slow from chance: send for longer"
# key in a limit → (title, unit, whether more is worse)
FIGURES = {
    "rps": ("throughput", "/s", False),
    "p50": ("P50", "ms", True),
    "p95": ("P95", "ms", True),
    "p99": ("P99", "ms", True),
    "failed": ("failed", "%", True),
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
    unknown: str = TOO_SHORT

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
    def chance(self) -> str:
        """What chance makes, as text; why that is not known."""
        if self.noise is None:
            return self.unknown
        return f"chance makes ±{self.noise:.0%}" if math.isfinite(self.noise) else "may be chance"

    @property
    def hides_a_doubling(self) -> bool:
        """Whether chance alone makes it twice or half as much, so that no change says nothing."""
        if self.noise is None or self.is_real:
            return False
        return self.noise > (1.0 if self.share >= 0 else 0.5)

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
            return f"{mark} {line} ({change}{allowed}; {self.chance})"
        noise = f"{change}{allowed}; {self.chance}"
        if not self.is_real:
            return f"= {line} ({noise})"
        words = _WORDS[self.unit][not self.is_worse]
        return f"{'✗' if self.is_worse else '✓'} {line}: {words} ({noise})"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioComparison:
    """One scenario's run beside earlier ones. `notes` say what stands in the way of it.

    `earlier` is how many there are, and `before` the last of them. `not_alike` says why
    latencies that differ are not judged.
    """

    scenario: str
    earlier: int = 0
    before: LoadResult | None = None
    changes: tuple[Change, ...] = ()
    notes: tuple[str, ...] = ()
    not_alike: str = ""

    @property
    def regressions(self) -> tuple[Change, ...]:
        """The changes for which the comparison fails."""
        return tuple(change for change in self.changes if change.is_regression)

    @property
    def not_judged(self) -> str:
        """Why nothing can be said of the latency, where there was a run to compare with."""
        if any(x.unknown == load_generator_delays.NOT_ALIKE for x in self.changes):
            return self.not_alike
        latency = [x for x in self.changes if x.unit == "ms" and not x.name]
        if not latency or any(x.limit is not None for x in latency):
            return ""
        judged = [x for x in latency if x.noise is not None]
        if not judged:
            return latency[0].unknown
        return TOO_UNEVEN if all(x.hides_a_doubling for x in judged) else ""

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
    not_alike = load_generator_delays.differ(before, run)
    changes = list(_changes(before, run))
    if not_alike:
        changes = [
            replace(x, noise=None, unknown=load_generator_delays.NOT_ALIKE)
            if x.unit == "ms" and x.is_real
            else x
            for x in changes
        ]
        notes += (not_alike,)
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
        not_alike=not_alike,
    )


def _limited(change: Change, limits: Sequence[RegressionLimit]) -> Change:
    found = [limit for limit in limits if limit.is_for(change.name, change.title)]
    return replace(change, limit=found[-1].share) if found else change


def _changes(before: Sequence[LoadResult], after: LoadResult) -> Iterator[Change]:
    earlier = [Sample.of_run(run) for run in before]
    yield from (_change(key, "", earlier, Sample.of_run(after)) for key in FIGURES)
    names = [x for x in sorted(after.figures.names) if any(x in b.figures.names for b in before)]
    if len(names) < 2:  # noqa: PLR2004 - of one name, all together say the same
        return
    for name in names:
        earlier = [Sample.of_name(run, name) for run in before if name in run.figures.names]
        now = Sample.of_name(after, name)
        yield from (_change(key, name, earlier, now, among=len(names)) for key in FIGURES)


def _change(
    key: str, name: str, before: Sequence[Sample], after: Sample, *, among: int = 1
) -> Change:
    title, unit, more_is_worse = FIGURES[key]
    change = Change(
        title=title,
        unit=unit,
        name=name,
        before=stats.median(figure(key, each) for each in before),
        after=figure(key, after),
        noise=None,
        more_is_worse=more_is_worse,
    )
    noise, unknown = chance(key, change.share, before, after, among=among)
    return replace(change, noise=noise, unknown=unknown)
