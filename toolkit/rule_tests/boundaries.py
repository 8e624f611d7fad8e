"""Boundary cases of an alert, generated from its expression and its hold.

Just under, at and just over every number it compares with; one evaluation before and at the
end of its hold; nothing there, no traffic, a restart. What should happen follows from the
operator, so these cases pin the alert down; what the alert is *for* stays in its written
proofs. A case that cannot be right is waived on the alert, by its id and with a reason.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any

import promql_parser as parser

from toolkit.alerts import Alert, Proof, RuleFile
from toolkit.durations import seconds
from toolkit.errors import DefinitionError, did_you_mean
from toolkit.project import Project
from toolkit.prometheus.rule_files import evaluated_every
from toolkit.promql import children, parse
from toolkit.rule_tests.solver import (
    Condition,
    Flow,
    UnsolvableError,
    World,
    bare,
    conditions,
    number,
)

_TRIES = 3  # a condition has up to three clear values
_OFFSET = Fraction(1_000_000)  # what a counter had reached before the restart


@dataclass(frozen=True, slots=True)
class Case:
    """A generated proof and the id by which it can be waived."""

    id: str
    proof: Proof


@dataclass(frozen=True, slots=True)
class Generated:
    """The cases of one alert, or why there are none; waived ones are left out."""

    cases: tuple[Case, ...]
    unsolved: str = ""


def generate(project: Project, alert: Alert, every: str) -> Generated:
    """The boundary cases of `alert`, whose rules are evaluated `every` so often.

    Raises DefinitionError for a waiver that names no case of this alert.
    """
    try:
        cases = tuple(_Cases(project, alert, seconds(every)).all())
        unsolved = ""
    except UnsolvableError as error:
        cases, unsolved = (), str(error)
    known = {case.id for case in cases}
    waived = {x.what for x in alert.waive if not x.what.startswith("mutant: ")}
    for name in sorted(waived - known - {"boundaries"}):
        raise DefinitionError(f"{alert.name}.waive: no case {name!r}{did_you_mean(name, known)}")
    return Generated(tuple(case for case in cases if case.id not in waived), unsolved)


def boundaries(project: Project, file: RuleFile) -> dict[str, tuple[Proof, ...]]:
    """By alert name, the generated proofs of a rule file, to be rendered beside the written."""
    found = {}
    for group in file.groups:
        for alert in group.alerts:
            every = evaluated_every(alert, group, project.config.scrape_interval)
            made = generate(project, alert, every)
            found[alert.name] = tuple(case.proof for case in made.cases)
    return found


@dataclass(frozen=True, slots=True)
class _Cases:
    project: Project
    alert: Alert
    every: float

    def all(self) -> Iterator[Case]:
        """Every case. Raises UnsolvableError when not even firing can be arranged."""
        node = parse(self.alert.expr)
        firing, attempt = self._world(node, {})
        found = conditions(self.project, self.alert.expr)
        quiet = None
        for condition in found:
            for case, world in self._boundary(node, condition):
                yield case
                if not case.proof.fires and condition.main:
                    quiet = quiet or world
        yield from self._hold(firing)
        if self.alert.keep_firing_for != "0s":
            yield from self._keep_firing(firing)
        yield from self._nothing(node, firing)
        for condition in found:
            if condition.main and condition.operator[0] in "<>":
                yield from self._begins_late(node, condition)
                if condition.node is bare(node):  # of several, the shortest window decides
                    yield from self._windows(node, condition, firing, attempt)
        counters = any(flow.counter for flow in firing)
        if counters:
            yield self._case(
                "restart-while-firing",
                "the counters restart while it fires",
                self._restarted(firing),
                self._settled + self._hold_seconds,
                fires=True,
            )
        if counters and quiet:
            yield self._case(
                "restart-while-quiet",
                "the counters restart just short of firing",
                self._restarted(quiet),
                self._settled,
                fires=False,
            )

    def _world(self, node: Any, targets: dict[int, Fraction]) -> tuple[tuple[Flow, ...], int]:
        """The flows, and which of its clear values every other condition took."""
        error = UnsolvableError("")
        for attempt in range(_TRIES):
            world = World(self.project, targets, attempt)
            try:
                world.arrange(node)
            except UnsolvableError as problem:
                error = problem
            else:
                return tuple(world.flows), attempt
        raise error

    def _boundary(self, node: Any, condition: Condition) -> Iterator[tuple[Case, tuple[Flow, ...]]]:
        limit = f"{float(condition.limit):g}"
        id_ = limit if condition.main else f"guard-{limit}"
        what = "the limit" if condition.main else "the guard"
        for word, sign in (("just-under", -1), ("at", 0), ("just-over", 1)):
            value = condition.limit + sign * condition.step / 2
            try:
                world, _ = self._world(node, {id(condition.node): value})
            except UnsolvableError:
                continue  # a counter does not fall, a part is not more than its whole
            yield (
                self._case(
                    f"{word}-{id_}",
                    f"{word.replace('-', ' ')} {what} {condition.operator} {limit}",
                    self._steady(world),
                    self._settled + self._hold_seconds,
                    fires=condition.holds(value),
                ),
                world,
            )

    def _hold(self, firing: tuple[Flow, ...]) -> Iterator[Case]:
        begins = self._begins(firing)
        ends = begins + self._hold_seconds
        if self._hold_seconds:
            yield self._case(
                "hold-not-over", "one evaluation before the hold is over",
                self._steady(firing), ends - self.every, fires=False,
            )  # fmt: skip
        yield self._case(
            "hold-over", "as soon as the hold is over", self._steady(firing), ends, fires=True
        )

    def _keep_firing(self, firing: tuple[Flow, ...]) -> Iterator[Case]:
        """The series end; a rate outlives them by its window, give or take a sample."""
        end = self._begins(firing) + self._hold_seconds + self.every
        counters = any(flow.counter for flow in firing)
        gone = end + self.every + (self._window if counters else 0)
        kept = seconds(self.alert.keep_firing_for)
        margin = 2 * self.every if counters else self.every
        for id_, sentence, at, fires in (
            ("keeps-firing", "it is kept firing after the series ended",
             gone + kept - margin, True),
            ("stops-firing", "no longer than it is to be kept firing",
             gone + kept + margin - self.every, False),
        ):  # fmt: skip
            yield self._case(id_, sentence, self._ended(firing, end), at, fires=fires)

    def _nothing(self, node: Any, firing: tuple[Flow, ...]) -> Iterator[Case]:
        yield self._case(
            "missing-series", "none of its series exists", {},
            self._settled + self._hold_seconds, fires=_fires_on_nothing(node),
        )  # fmt: skip
        if any(flow.counter for flow in firing):
            still = tuple(
                Flow(x.name, x.labels, Fraction(0) if x.counter else x.value, x.counter)
                for x in firing
            )
            yield self._case(
                "no-traffic", "its counters stand still", self._steady(still),
                self._settled + self._hold_seconds, fires=False,
            )  # fmt: skip

    def _windows(
        self, node: Any, condition: Condition, firing: tuple[Flow, ...], attempt: int
    ) -> Iterator[Case]:
        """From clearly firing to clearly not: how long its windows remember."""
        clear = condition.clearly()[min(attempt, len(condition.clearly()) - 1)]
        calm = condition.quiet[0]
        quiet = None
        for value in condition.quiet:
            try:
                quiet, _ = self._world(node, {id(condition.node): value})
            except UnsolvableError:
                continue
            break
        if quiet is None:
            return
        # A share falls evenly while the window moves on; a quantile when the rest is under it.
        q = _quantile(condition.node.lhs, self.project)
        fades = q or 1 - (condition.limit - calm) / (clear - calm)
        step = float(fades) * self._window / 4
        if step < 2 * self.every:
            return
        series, ended = self._switched(firing, quiet)
        kept = seconds(self.alert.keep_firing_for)
        for id_, sentence, after, fires in (
            ("window-remembers", "it is over, and the window still holds enough of it", 3, True),
            ("window-forgets", "it is over for longer than the window holds it", 5, False),
        ):
            at = ended + kept + round(after * step / self.every) * self.every
            yield self._case(id_, sentence, series, at, fires=fires)

    def _begins_late(self, node: Any, condition: Condition) -> Iterator[Case]:
        """The first traffic after silence: a ratio must not depend on a window being full."""
        ratio = bare(condition.node.lhs)
        if not isinstance(ratio, parser.BinaryExpr) or str(ratio.op) != "/":
            return
        for word, sign in (("over", 1), ("under", -1)):
            value = condition.limit + sign * condition.step / 2
            try:
                world, _ = self._world(node, {id(condition.node): value})
            except UnsolvableError:
                continue
            still = tuple(Flow(x.name, x.labels, Fraction(0), x.counter) for x in world)
            series, begins = self._switched(still, world)
            yield self._case(
                f"begins-{word}",
                f"traffic begins after a silence, just {word} the limit",
                series,
                begins + self._hold_seconds + 2 * self.every,
                fires=condition.holds(value),
            )

    def _switched(
        self, before: tuple[Flow, ...], after: tuple[Flow, ...]
    ) -> tuple[dict[str, str], float]:
        """Series that go on with other values, and when they do."""
        at = self._settled + self._hold_seconds
        samples = int(at / self._sample)
        later = {flow.selector: flow for flow in after}
        first = {flow.selector: flow for flow in before}
        both = {**first, **later}

        def text(flow: Flow, count: int) -> str:
            zero = Flow(flow.name, flow.labels, Fraction(0), flow.counter)
            old, new = first.get(flow.selector, zero), later.get(flow.selector, zero)
            if not flow.counter:
                return f"{self._run(old, samples - 1)} {self._run(new, count)}"
            reached = old.value * Fraction(self._sample) * samples
            begin = reached + new.value * Fraction(self._sample)
            return f"{self._run(old, samples)} {self._run(new, count, begin)}"

        return self._written(tuple(both.values()), text), at

    @property
    def _hold_seconds(self) -> float:
        """The hold, rounded up to whole evaluations, as Prometheus sees it."""
        return ceil(seconds(self.alert.hold) / self.every) * self.every

    @property
    def _window(self) -> float:
        return _longest_rate(self.project, parse(self.alert.expr))

    @property
    def _settled(self) -> float:
        """When every rate covers its whole window."""
        return ceil((self._window + 2 * self.every) / self.every) * self.every

    @property
    def _sample(self) -> float:
        return min(self.every, seconds(self.project.config.scrape_interval))

    def _begins(self, flows: tuple[Flow, ...]) -> float:
        """The first evaluation that sees the condition: a rate needs two samples."""
        return self.every if any(flow.counter for flow in flows) else 0

    def _steady(self, flows: tuple[Flow, ...]) -> dict[str, str]:
        return self._written(flows, self._run)

    def _ended(self, flows: tuple[Flow, ...], end: float) -> dict[str, str]:
        present = int(end / self._sample)
        return self._written(
            flows, lambda flow, count: f"{self._run(flow, present)} stale _x{count}"
        )

    def _restarted(self, flows: tuple[Flow, ...]) -> dict[str, str]:
        """The counters fall to zero in the middle of the last window, and go on."""
        before = int((self._settled + self._hold_seconds - self._window / 2) / self._sample)
        return self._written(
            flows,
            lambda flow, count: (
                f"{self._run(flow, before, _OFFSET)} {self._run(flow, count)}"
                if flow.counter
                else self._run(flow, before + count)
            ),
        )

    def _written(self, flows: tuple[Flow, ...], text: Callable[[Flow, int], str]) -> dict[str, str]:
        lasts = self._settled + self._hold_seconds + seconds(self.alert.keep_firing_for)
        count = int((lasts + 4 * self.every + 2 * self._window) / self._sample)
        return {flow.selector: text(flow, count) for flow in flows}

    def _run(self, flow: Flow, count: int, start: Fraction = Fraction(0)) -> str:
        if not flow.counter:
            return f"{_number(flow.value)}x{count}"
        return f"{_number(start)}+{_number(flow.value * Fraction(self._sample))}x{count}"

    def _case(
        self, id_: str, sentence: str, series: dict[str, str], at: float, *, fires: bool
    ) -> Case:
        proof = Proof(sentence, series, at=f"{at:g}s", fires=fires, interval=f"{self._sample:g}s")
        return Case(id_, proof)


def _number(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else repr(float(value))


def _fires_on_nothing(node: Any) -> bool:
    """Whether an expression has a result although no series exists."""
    match node:
        case parser.Call() if node.func.name in {"absent", "absent_over_time", "vector"}:
            return True
        case parser.BinaryExpr() if str(node.op) == "or":
            return _fires_on_nothing(node.lhs) or _fires_on_nothing(node.rhs)
        case parser.BinaryExpr() if str(node.op) == "unless":
            return _fires_on_nothing(node.lhs)
        case parser.BinaryExpr() if str(node.op) == "and":
            return _fires_on_nothing(node.lhs) and _fires_on_nothing(node.rhs)
        case parser.ParenExpr():
            return _fires_on_nothing(node.expr)
        case _:
            return False


def _quantile(node: Any, project: Project) -> Fraction | None:
    """Which quantile a condition compares, recordings looked through; None for anything else."""
    if isinstance(node, parser.VectorSelector):
        recorded = project.recording(node)
        return _quantile(parse(recorded.expr), project) if recorded else None
    if isinstance(node, parser.Call) and node.func.name == "histogram_quantile":
        return number(node.args[0])
    return None


def _longest_rate(project: Project, node: Any) -> float:
    """The longest window of a rate in `node`, recordings looked through, in seconds."""
    if isinstance(node, parser.MatrixSelector):
        inner = _longest_rate(project, node.vector_selector)
        rated = project.recording(node.vector_selector) is None
        return max(inner, node.range.total_seconds() if rated else 0)
    recorded = project.recording(node) if isinstance(node, parser.VectorSelector) else None
    if recorded is not None:
        return _longest_rate(project, parse(recorded.expr))
    return max((_longest_rate(project, child) for child in children(node)), default=0)
