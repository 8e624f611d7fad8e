"""Boundary cases of an alert, generated from its expression and its hold.

Just under, at and just over every number it compares with; one evaluation before and at the
end of its hold; nothing there, no traffic, a restart. What should happen follows from the
operator, so these cases pin the alert down; what the alert is *for* stays in its written
proofs. A case that cannot be right is waived on the alert, by its id and with a reason.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import promql_parser as parser

from toolkit.alerts import Alert, Proof, RuleFile
from toolkit.durations import plain, seconds
from toolkit.errors import DefinitionError
from toolkit.project import Project
from toolkit.prometheus.write_promtool_tests import evaluated_every
from toolkit.promql import parse
from toolkit.rule_tests.alert_comparisons import (
    Condition,
    bare,
    conditions,
    fires_on_nothing,
    quantile_of,
)
from toolkit.rule_tests.boundary_case_sources import SolvableAlert, SolvableRules
from toolkit.rule_tests.histogram_buckets import quantile_fades
from toolkit.rule_tests.series_notation import Timing, Values
from toolkit.rule_tests.solver import InputSeries, Solver, UnsolvableError
from toolkit.unknown_name_did_you_mean import did_you_mean

_TRIES = 4  # a condition has up to four clear values

AllSeries = tuple[InputSeries, ...]


@dataclass(frozen=True, slots=True)
class BoundaryCase:
    """A generated proof and the id by which it can be waived."""

    id: str
    proof: Proof


@dataclass(frozen=True, slots=True)
class BoundaryCases:
    """The cases of one alert, or why there are none; waived ones are left out."""

    cases: tuple[BoundaryCase, ...]
    unsolved: str = ""


def generate(project: Project, alert: Alert, every: str) -> BoundaryCases:
    """The boundary cases of `alert`, whose rules are evaluated `every` so often.

    Raises DefinitionError for a waiver that names no case of this alert.
    """
    made = all_cases(project, alert, every)
    known = {case.id for case in made.cases}
    waived = {x.what for x in alert.waive if not x.what.startswith("mutant: ")}
    for name in sorted(waived - known - {"boundaries"}):
        raise DefinitionError(f"{alert.name}.waive: no case {name!r}{did_you_mean(name, known)}")
    kept = tuple(case for case in made.cases if case.id not in waived)
    return BoundaryCases(kept, made.unsolved)


def all_cases(rules: SolvableRules, alert: SolvableAlert, every: str) -> BoundaryCases:
    """The boundary cases of an alert of any origin, which is evaluated `every` so often."""
    try:
        return BoundaryCases(tuple(_Generator.of(rules, alert, seconds(every)).all()))
    except UnsolvableError as error:
        return BoundaryCases((), str(error))


def generated_proofs(project: Project, file: RuleFile) -> dict[str, tuple[Proof, ...]]:
    """By alert name, the generated proofs of a rule file, to be rendered next to the written."""
    found = {}
    for group in file.groups:
        for alert in group.alerts:
            every = evaluated_every(alert, group, project.config.scrape_interval)
            made = generate(project, alert, every)
            found[alert.name] = tuple(case.proof for case in made.cases)
    return found


@dataclass(frozen=True, slots=True)
class _Generator:
    project: SolvableRules
    alert: SolvableAlert
    node: Any  # the alert's expression
    timing: Timing

    @classmethod
    def of(cls, project: SolvableRules, alert: SolvableAlert, every: float) -> "_Generator":
        return cls(project, alert, parse(alert.expr), Timing.of(project, alert, every))

    def all(self) -> Iterator[BoundaryCase]:
        """Every case. Raises UnsolvableError when not even firing can be arranged."""
        # First: where it cannot even fire, there is no case worth having.
        firing, attempt = self._solved({})
        found = conditions(self.project, self.alert.expr)
        quiet = None
        for condition in found:
            for case, series in self._limit(condition):
                yield case
                if not case.proof.fires and condition.main:
                    quiet = quiet or series
        yield from self._hold(firing)
        if self.timing.kept_firing:
            yield from self._keep_firing(firing)
        yield from self._nothing(firing)
        for condition in found:
            if condition.main and condition.operator[0] in "<>":
                yield from self._begins_late(condition)
                if condition.node is bare(self.node):  # of several, the shortest window decides
                    yield from self._window(condition, firing, attempt)
        yield from self._restart(firing, quiet)

    def _solved(self, targets: dict[int, Fraction]) -> tuple[AllSeries, int]:
        """The series, and which of its clear values every other condition took."""
        error = UnsolvableError("")
        for attempt in range(_TRIES):
            solver = Solver(self.project, targets, attempt)
            try:
                solver.satisfy(self.node)
            except UnsolvableError as problem:
                error = problem
            else:
                return tuple(solver.series), attempt
        raise error

    def _with_value(self, condition: Condition, value: Fraction) -> AllSeries | None:
        """The series that give a condition's left side that value; None where none do."""
        try:
            return self._solved({id(condition.node): value})[0]
        except UnsolvableError:
            return None  # a counter does not fall, a part is not more than its whole

    def _limit(self, condition: Condition) -> Iterator[tuple[BoundaryCase, AllSeries]]:
        limit = f"{float(condition.limit):g}"
        suffix = limit if condition.main else f"guard-{limit}"
        what = "the limit" if condition.main else "the guard"
        for word, sign in (("just-under", -1), ("at", 0), ("just-over", 1)):
            # Half a step, so that a mutant that moves the limit by a step is on the other side.
            value = condition.limit + sign * condition.step / 2
            series = self._with_value(condition, value)
            if series is None or (sign == 0 and self._is_guessed(condition, series)):
                continue
            case = self._case(
                f"{word}-{suffix}",
                f"{word.replace('-', ' ')} {what} {condition.operator} {limit}",
                self.timing.steady(series),
                self.timing.judged,
                fires=condition.holds(value),
            )
            yield case, series

    def _is_guessed(self, condition: Condition, series: AllSeries) -> bool:
        """Whether it compares a quantile with what is no bucket's bound.

        There Prometheus interpolates, and floats meet the limit only by luck.
        """
        if quantile_of(condition.node.lhs, self.project) is None:
            return False
        bounds = {dict(x.labels).get("le", "+Inf") for x in series}
        return condition.limit not in {Fraction(x) for x in bounds if x != "+Inf"}

    def _hold(self, firing: AllSeries) -> Iterator[BoundaryCase]:
        series = self.timing.steady(firing)
        over = self.timing.begins(firing) + self.timing.hold
        if self.timing.hold:
            # An alert changes at evaluations alone, so nothing closer can be seen.
            sentence = "one evaluation before the hold is over"
            before = over - self.timing.every
            yield self._case("hold-not-over", sentence, series, before, fires=False)
        yield self._case("hold-over", "as soon as the hold is over", series, over, fires=True)

    def _keep_firing(self, firing: AllSeries) -> Iterator[BoundaryCase]:
        """The series end; a rate outlives them by its window, give or take a sample."""
        every, kept = self.timing.every, self.timing.kept_firing
        end = self.timing.begins(firing) + self.timing.hold + every
        counters = any(x.counter for x in firing)
        gone = end + every + (self.timing.window if counters else 0)
        margin = 2 * every if counters else every
        # A range holds the sample at its very start until Prometheus 2, and not in 3.
        early = margin + every if counters else margin
        series = self.timing.ended(firing, end)
        sentence = "it is kept firing after the series ended"
        yield self._case("keeps-firing", sentence, series, gone + kept - early, fires=True)
        sentence = "no longer than it is to be kept firing"
        at = gone + kept + margin - every
        yield self._case("stops-firing", sentence, series, at, fires=False)

    def _nothing(self, firing: AllSeries) -> Iterator[BoundaryCase]:
        at, fires = self.timing.judged, fires_on_nothing(self.node)
        yield self._case("missing-series", "none of its series exists", {}, at, fires=fires)
        if any(x.counter for x in firing):
            # Not the same as no series: their rate is 0, where a missing one has none.
            still = tuple(replace(x, value=Fraction(0)) if x.counter else x for x in firing)
            series = self.timing.steady(still)
            yield self._case("no-traffic", "its counters stand still", series, at, fires=False)

    def _window(
        self, condition: Condition, firing: AllSeries, attempt: int
    ) -> Iterator[BoundaryCase]:
        """From clearly firing to clearly not: how long its windows remember."""
        clear = condition.clearly()[min(attempt, len(condition.clearly()) - 1)]
        tried = (self._with_value(condition, value) for value in condition.quiet)
        quiet = next((series for series in tried if series is not None), None)
        if quiet is None:
            return
        # While the window moves on, what it sees of a share goes evenly from `clear` to `calm`,
        # so it passes the limit after this part of the window.
        q, calm = quantile_of(condition.node.lhs, self.project), condition.quiet[0]
        if q:
            fades = quantile_fades(q, condition.limit, firing, quiet)
        else:
            fades = 1 - (condition.limit - calm) / (clear - calm)
        # A quarter of it before and after is room enough for what sampling adds or takes away.
        step = float(fades) * self.timing.window / 4
        every = self.timing.every
        if step < 2 * every:
            return
        series = self.timing.switched(firing, quiet)
        ended = self.timing.judged + self.timing.kept_firing
        for name, sentence, steps, fires in (
            ("window-remembers", "it is over, and the window still holds enough of it", 3, True),
            ("window-forgets", "it is over for longer than the window holds it", 5, False),
        ):
            at = ended + round(steps * step / every) * every
            yield self._case(name, sentence, series, at, fires=fires)

    def _begins_late(self, condition: Condition) -> Iterator[BoundaryCase]:
        """The first traffic after a silence: a ratio must not depend on a window being full."""
        ratio = bare(condition.node.lhs)
        if not isinstance(ratio, parser.BinaryExpr) or str(ratio.op) != "/":
            return
        for word, sign in (("over", 1), ("under", -1)):
            value = condition.limit + sign * condition.step / 2
            series = self._with_value(condition, value)
            if series is None:
                continue
            still = tuple(replace(x, value=Fraction(0)) for x in series)
            yield self._case(
                f"begins-{word}",
                f"traffic begins after a silence, just {word} the limit",
                self.timing.switched(still, series),
                self.timing.judged + self.timing.hold + 2 * self.timing.every,
                fires=condition.holds(value),
            )

    def _restart(self, firing: AllSeries, quiet: AllSeries | None) -> Iterator[BoundaryCase]:
        """`rate()` sees a restart; a difference of two samples would not."""
        if not any(x.counter for x in firing):
            return
        sentence, series = "the counters restart while it fires", self.timing.restarted(firing)
        at = self.timing.judged
        yield self._case("restart-while-firing", sentence, series, at, fires=True)
        if quiet:
            sentence, series = (
                "the counters restart just short of firing",
                self.timing.restarted(quiet),
            )
            at = self.timing.settled
            yield self._case("restart-while-quiet", sentence, series, at, fires=False)

    def _case(
        self, name: str, sentence: str, series: Values, at: float, *, fires: bool
    ) -> BoundaryCase:
        interval = f"{self.timing.sample:g}s"
        return BoundaryCase(
            name, Proof(sentence, series, at=f"{plain(at)}s", fires=fires, interval=interval)
        )
