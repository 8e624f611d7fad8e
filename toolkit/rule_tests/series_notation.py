"""Input series over time, in promtool's expanding notation: steady, ended, restarted, switched.

`0+30x40` is a first sample of 0 and forty more, each 30 higher than the one before; `5x40` is a
gauge of 5; `stale _x9` ends a series and leaves nine samples out.
Source: https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil
from typing import Any

import promql_parser as parser

from toolkit.durations import seconds
from toolkit.promql import children, parse
from toolkit.rule_tests.boundary_case_sources import SolvableAlert, SolvableRules
from toolkit.rule_tests.solver import InputSeries

_OFFSET = Fraction(1_000_000)  # what a counter had reached before the restart

Values = dict[str, str]
"""By selector, a series' samples in promtool's notation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """When things happen in the cases of one alert. All in seconds."""

    every: float  # from one evaluation of the rules to the next
    sample: float  # from one sample of an input series to the next
    hold: float  # rounded up to whole evaluations, as Prometheus sees it
    kept_firing: float
    window: float  # the longest that a rate of the expression looks back; 0 without a rate

    @classmethod
    def of(cls, project: SolvableRules, alert: SolvableAlert, every: float) -> "Timing":
        """The times of `alert`, whose rules are evaluated `every` so many seconds."""
        return cls(
            every=every,
            sample=min(every, seconds(project.config.scrape_interval)),
            # Firing begins at the first evaluation at which the hold is over.
            hold=ceil(seconds(alert.hold) / every) * every,
            kept_firing=seconds(alert.keep_firing_for),
            window=_longest_rate(project, parse(alert.expr)),
        )

    @property
    def settled(self) -> float:
        """When every rate covers its whole window."""
        return ceil((self.window + 2 * self.every) / self.every) * self.every

    @property
    def judged(self) -> float:
        """When an alert whose condition has settled fires."""
        return self.settled + self.hold

    def begins(self, series: Sequence[InputSeries]) -> float:
        """The first evaluation that sees the condition: a rate needs two samples."""
        return self.every if any(x.counter for x in series) else 0

    def steady(self, series: Sequence[InputSeries]) -> Values:
        """Every series goes on and on."""
        return self._written(series, self._run)

    def ended(self, series: Sequence[InputSeries], end: float) -> Values:
        """Every series ends at `end`."""
        present = int(end / self.sample)
        return self._written(series, lambda x, count: f"{self._run(x, present)} stale _x{count}")

    def restarted(self, series: Sequence[InputSeries]) -> Values:
        """The counters fall to zero in the middle of the last window, and go on."""
        before = int((self.judged - self.window / 2) / self.sample)

        def samples(one: InputSeries, count: int) -> str:
            if not one.counter:
                return self._run(one, before + count)
            return f"{self._run(one, before, _OFFSET)} {self._run(one, count)}"

        return self._written(series, samples)

    def switched(self, before: Sequence[InputSeries], after: Sequence[InputSeries]) -> Values:
        """The series of `before` go on with the values of `after` from `judged` on.

        Those that are not in `after` go on at zero, and those that are not in `before` begin
        there.
        """
        samples = int(self.judged / self.sample)
        first = {x.selector: x for x in before}
        later = {x.selector: x for x in after}
        both = {**first, **later}

        def text(one: InputSeries, count: int) -> str:
            zero = replace(one, value=Fraction(0))
            old, new = first.get(one.selector, zero), later.get(one.selector, zero)
            if not one.counter:
                return f"{self._run(old, samples - 1)} {self._run(new, count)}"
            # A counter goes on from where it is: a jump to where the new rate alone would have
            # brought it would be a restart, or growth that nobody asked for.
            reached = old.value * Fraction(self.sample) * samples
            begin = reached + new.value * Fraction(self.sample)
            return f"{self._run(old, samples)} {self._run(new, count, begin)}"

        return self._written(tuple(both.values()), text)

    def _written(
        self, series: Sequence[InputSeries], text: Callable[[InputSeries, int], str]
    ) -> Values:
        # Long enough for every case: also for what windows remember after a switch.
        lasts = self.judged + self.kept_firing + 4 * self.every + 2 * self.window
        count = int(lasts / self.sample)
        return {x.selector: text(x, count) for x in series}

    def _run(self, one: InputSeries, count: int, start: Fraction = Fraction(0)) -> str:
        if not one.counter:
            return f"{_number(one.value)}x{count}"
        return f"{_number(start)}+{_number(one.value * Fraction(self.sample))}x{count}"


def _number(value: Fraction) -> str:
    # promtool reads no fractions, and whole numbers beyond what a float keeps must stay whole.
    return str(value.numerator) if value.denominator == 1 else repr(float(value))


def _longest_rate(project: SolvableRules, node: Any) -> float:
    """The longest window of a rate in `node` or in a recording that it reads, in seconds."""
    if isinstance(node, parser.MatrixSelector):
        inner = _longest_rate(project, node.vector_selector)
        rated = project.recording(node.vector_selector) is None
        return max(inner, node.range.total_seconds() if rated else 0)
    recorded = project.recording(node) if isinstance(node, parser.VectorSelector) else None
    if recorded is not None:
        return _longest_rate(project, parse(recorded.expr))
    return max((_longest_rate(project, child) for child in children(node)), default=0)
