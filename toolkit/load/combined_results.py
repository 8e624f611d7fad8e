"""Several runs as one: their figures together, and the thresholds that hold for all of them."""

from dataclasses import dataclass, replace

from toolkit.load.results import LoadResult
from toolkit.load.statistics import Figures, Second


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeLoad:
    """All runs of one command, as thresholds judge them; `result` is what a reader sees of them."""

    result: LoadResult
    unsent: int
    thresholds: tuple[str, ...] = ()

    @property
    def figures(self) -> Figures:
        """What all of them counted."""
        return self.result.figures

    @property
    def seconds(self) -> float:
        """How long any of them sent."""
        return self.result.seconds

    @property
    def measured_seconds(self) -> float:
        """The same: each run's warm-up is in none of the figures."""
        return self.result.seconds


def whole_load(results: tuple[LoadResult, ...], thresholds: tuple[str, ...]) -> WholeLoad:
    """The runs together, whether one after the other or at once."""
    return WholeLoad(
        result=joined(results),
        unsent=sum(result.unsent for result in results),
        thresholds=thresholds,
    )


def joined(results: tuple[LoadResult, ...]) -> LoadResult:
    """Several runs as one, whether one after the other or at once."""
    whole = Figures()
    for result in results:
        whole.merge(result.figures)
    whole.seconds = _seconds(results)
    return replace(
        results[0],
        scenario=", ".join(result.scenario for result in results),
        figures=whole,
        seconds=_span(results),
        workload=None,
        lost=tuple(words for result in results for words in result.lost),
        aborted="; ".join(result.aborted for result in results if result.aborted),
        interrupted=any(result.interrupted for result in results),
    )


def _seconds(results: tuple[LoadResult, ...]) -> dict[int, Second]:
    """The seconds of all by one clock, that of the run which began first."""
    first = min(result.started for result in results)
    found: dict[int, Second] = {}
    for result in results:
        later = round(result.started - first)
        for number, second in result.figures.seconds.items():
            found.setdefault(number + later, Second()).merge(second)
    return found


def _span(results: tuple[LoadResult, ...]) -> float:
    """The seconds in which any of them was sent; what overlaps counts once."""
    total = end = 0.0
    for result in sorted(results, key=lambda each: each.started):
        begins = max(result.started, end)
        end = max(end, result.started + result.seconds)
        total += max(0.0, end - begins)
    return total
