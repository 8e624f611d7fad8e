"""Input series under which an alert's expression takes a value that was asked for.

The solver reads an expression backwards, from the value that it shall have to the series that
it selects. For example, in a project whose label `kind` is `read` or `write`,

    sum(rate(events{kind="read"}[5m])) / sum(rate(events[5m]))

shall be 0.25. Nothing says how large the whole is, so it is EVENTS, 100,000 a second.

1. The part shall be 0.25 × 100,000. `sum` of one series is that series, and to have a rate of
   25,000 a counter grows by 25,000 a second: `events{kind="read"}` is added.
2. The whole shall be 100,000. Its selector finds the 25,000 that are there already, so 75,000
   are missing. They must not become part of the part: `events{kind="write"}` is added, whose
   labels the earlier selector does not select.

A recording is replaced by the expression that it records. An expression that cannot be read
backwards raises UnsolvableError, which says which one. Values are steady;
`toolkit.rule_tests.series_notation` lets series begin, end and restart.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import promql_parser as parser

from toolkit.catalogue import NEVER_ACCUMULATING
from toolkit.definition_arguments.metric_names import label_text, selector_text
from toolkit.promql import LabelMatch, children, matches_of, name_of, parse
from toolkit.rule_tests.alert_comparisons import (
    COMPARISONS,
    EVENTS,
    Condition,
    are_twins,
    bare,
    number,
)
from toolkit.rule_tests.boundary_case_sources import SolvableRules
from toolkit.rule_tests.histogram_buckets import bucket_counts
from toolkit.rule_tests.input_series_labels import Matchers, choose_labels, selects


class UnsolvableError(ValueError):
    """There are no such series, or none that this module finds; the text says why."""


@dataclass(frozen=True, slots=True)
class InputSeries:
    """One steady input series: a counter's growth a second, or a gauge's level."""

    name: str
    labels: tuple[tuple[str, str], ...]
    value: Fraction
    counter: bool

    @property
    def selector(self) -> str:
        """The series as promtool takes it."""
        labels = ", ".join(f'{label_text(name)}="{value}"' for name, value in self.labels)
        return selector_text(self.name, (labels,) if labels else ())


@dataclass(slots=True)
class Solver:
    """Builds up `series`. `targets` gives chosen conditions, by their node's id, exact values.

    `attempt` says which of a condition's clear values every other condition takes.
    """

    project: SolvableRules
    targets: dict[int, Fraction] = field(default_factory=dict)
    attempt: int = 0
    series: list[InputSeries] = field(default_factory=list)
    # Every selector that has its value. Series added later must not be selected by it.
    _settled: list[tuple[str, Matchers]] = field(default_factory=list)
    # The value of each expression so far, for `a - b` where the whole `a` was asked for before.
    _solved: dict[str, Fraction] = field(default_factory=dict)

    def satisfy(self, node: Any) -> None:
        """Make the alert condition `node` hold, or miss it exactly as `targets` says."""
        if isinstance(node, parser.ParenExpr):
            return self.satisfy(node.expr)
        if not isinstance(node, parser.BinaryExpr):
            return self.solve(node, Fraction(1))
        operator = str(node.op)
        if operator in COMPARISONS:
            return self.solve(node.lhs, self._wanted(node))
        # Of `or` one side is enough, of `unless` the other must be missing, and twins are one
        # condition over two windows, which steady values meet both: the left side decides alone.
        if operator in {"or", "unless"} or are_twins(self.project, node):
            return self.satisfy(node.lhs)
        if operator == "and":
            self.satisfy(node.lhs)
            return self.satisfy(node.rhs)
        return self.solve(node, Fraction(1))

    def _wanted(self, node: Any) -> Fraction:
        limit = number(node.rhs)
        if limit is None:
            raise UnsolvableError(f"`{node}` compares two series")
        if id(node) in self.targets:
            return self.targets[id(node)]
        # Far from the limit, so that neither rounding nor sampling decides. Which clear value goes
        # with those of other conditions is found by trying: see `boundary_cases`.
        clear = Condition(node, str(node.op), limit, main=True).clearly()
        return clear[min(self.attempt, len(clear) - 1)]

    def solve(self, node: Any, value: Fraction, extra: Matchers = ()) -> None:
        """Add series so that `node` has one result, `value`.

        `extra` are matchers on a recording that hold for the series behind it, too. Raises
        UnsolvableError.
        """
        self._solve(node, value, extra)
        self._solved[f"{node} {extra}"] = value

    def _solve(self, node: Any, value: Fraction, extra: Matchers) -> None:
        match node:
            case parser.ParenExpr():
                self.solve(node.expr, value, extra)
            # One series is made for each selector, and of one series these four are its value.
            case parser.AggregateExpr() if str(node.op) in {"sum", "min", "max", "avg"}:
                self.solve(node.expr, value, extra)
            case parser.VectorSelector():
                self._selected(node, value, extra, counter=False)
            case parser.Call():
                self._call(node, value, extra)
            case parser.BinaryExpr():
                self._binary(node, value, extra)
            case _:
                raise UnsolvableError(f"`{node}` cannot be read backwards")

    def _call(self, node: Any, value: Fraction, extra: Matchers) -> None:
        name = node.func.name
        matrix: Any = node.args[0] if node.args else None
        of_range = isinstance(matrix, parser.MatrixSelector)
        if name in {"rate", "irate", "increase"} and of_range:
            # `increase` is the growth in its window, the others that of a second.
            window = Fraction(matrix.range.total_seconds()) if name == "increase" else Fraction(1)
            self._selected(matrix.vector_selector, value / window, extra, counter=True)
        elif name in {"avg_over_time", "max_over_time", "min_over_time"} and of_range:
            self._selected(matrix.vector_selector, value, extra, counter=False)
        elif name == "histogram_quantile":
            self._quantile(node, value, extra)
        else:
            raise UnsolvableError(f"`{name}()` cannot be read backwards")

    def _binary(self, node: Any, value: Fraction, extra: Matchers) -> None:
        operator, left, right = str(node.op), number(node.lhs), number(node.rhs)
        if operator == "or" or operator in COMPARISONS:
            # A comparison inside an expression filters: what passes keeps its value.
            self.solve(node.lhs, value, extra)
        elif operator == "*" and (left or right):
            part, factor = (node.rhs, left) if left else (node.lhs, right)
            self.solve(part, value / (factor or Fraction(1)), extra)
        elif operator == "/" and right:
            self.solve(node.lhs, value * right, extra)
        elif operator == "/":
            self._ratio(node, value, extra)
        elif operator == "-" and left is not None:
            self.solve(node.rhs, left - value, extra)
        elif operator == "-" and f"{node.lhs} {extra}" in self._solved:
            # `whole - part` alone has many solutions; with the whole known it has one.
            self.solve(node.rhs, self._solved[f"{node.lhs} {extra}"] - value, extra)
        else:
            raise UnsolvableError(f"`{node}` cannot be read backwards")

    def _ratio(self, node: Any, value: Fraction, extra: Matchers) -> None:
        """Part and whole: the part first, so that the whole can be filled up around it."""
        part, whole = bare(node.lhs), bare(node.rhs)
        guarded = isinstance(whole, parser.BinaryExpr) and str(whole.op) in COMPARISONS
        size = self.targets.get(id(whole), EVENTS) if guarded else EVENTS
        all_of_it = bare(whole.lhs if guarded else whole)
        is_rest = isinstance(part, parser.BinaryExpr) and str(part.op) == "-"
        if is_rest and str(bare(part.lhs)) == str(all_of_it):
            # `(whole - other) / whole`: the part is what `other` leaves, so `other` comes first.
            self.solve(part.rhs, (1 - value) * size, extra)
            return self.solve(whole, size, extra)
        before = (list(self.series), list(self._settled), dict(self._solved))
        try:
            self.solve(node.lhs, value * size, extra)
            self.solve(whole, size, extra)
        except UnsolvableError:
            # A part that is a difference, such as a recorded `whole - good`, can only be solved
            # once the whole has its value.
            self.series, self._settled, self._solved = before
            self.solve(whole, size, extra)
            self.solve(node.lhs, value * size, extra)
        return None

    def _quantile(self, node: Any, value: Fraction, extra: Matchers) -> None:
        """Buckets whose interpolated quantile is `value`.

        Source: https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile
        """
        q, selector = number(node.args[0]), _bucket_selector(node)
        series = self.project.series.get(name_of(selector))
        if series is None or not series.metric.buckets or not q:
            raise UnsolvableError(f"`{selector.name}` has no declared buckets")
        # In the first bucket Prometheus interpolates from zero, and sees no event below.
        if not q * Fraction(series.bounds[0]) <= value <= Fraction(series.bounds[-2]) or not value:
            raise UnsolvableError(f"a quantile of {float(value):g} lies outside the buckets")
        for bound, count in bucket_counts(series.bounds, q, value).items():
            at_bound = (*extra, LabelMatch("le", "=", bound))
            self._selected(selector, count, at_bound, counter=True)

    def _selected(self, node: Any, value: Fraction, extra: Matchers, *, counter: bool) -> None:
        """Make what the selector selects add up to `value`."""
        matches = (*matches_of(node), *extra)
        recorded = self.project.recording(node)
        if recorded is not None:
            # Labels that the rule sets are not on the series that it reads.
            fixed = frozenset(recorded.labels)
            inside = tuple(match for match in matches if match.label not in fixed)
            return self.solve(parse(recorded.expr), value, inside)
        name = name_of(node)
        series = self.project.series.get(name)
        if counter and series is not None and series.kind in NEVER_ACCUMULATING:
            raise UnsolvableError(f"`{name}` is {series.kind.noun} and has no rate")
        # Selectors may overlap, as a part and its whole do: what an earlier one needed counts here.
        present = sum(
            (x.value for x in self.series if x.name == name and selects(matches, dict(x.labels))),
            Fraction(0),
        )
        if value < present or (counter and value < 0):
            raise UnsolvableError(f"`{name}` would have to be under what other parts need")
        missing = value - present
        # A series of zero is not the same as none, which would leave a ratio without a result.
        if missing or not present:
            earlier = [matchers for known, matchers in self._settled if known == name]
            labels = choose_labels(series, matches, avoided=earlier)
            if labels is None:
                raise UnsolvableError(f"no labels of `{name}` keep its parts apart")
            self.series.append(InputSeries(name, labels, missing, counter))
        return self._settled.append((name, matches))


def _bucket_selector(node: Any) -> Any:
    """The one selector of buckets inside a `histogram_quantile()`."""
    inner = node.args[1]
    while not isinstance(inner, parser.MatrixSelector | parser.VectorSelector):
        below = children(inner)
        if len(below) != 1:
            raise UnsolvableError(f"`{node}` reads more than one series")
        inner = below[0]
    return inner.vector_selector if isinstance(inner, parser.MatrixSelector) else inner
