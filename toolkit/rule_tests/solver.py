"""Input series under which an alert's expression takes a value that was asked for.

It reads an expression backwards: `sum(rate(x[5m]))` shall be 3, so one series of `x` grows
by 3 a second. Recording rules are looked through. What it cannot read backwards, it says:
UnsolvableError. Values are steady; `toolkit.rule_tests.boundaries` lets them begin, end and
restart.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice, product
from math import ceil, floor, log2
from typing import Any

import promql_parser as parser

from toolkit.catalogue import Kind
from toolkit.project import Project
from toolkit.promql import LabelMatch, children, matches_of, parse

EVENTS = Fraction(100_000)
"""Events a second where any number does: a share of five decimals is a whole number of them,
so that rates and their quotients are exact in floating point."""

COMPARISONS = frozenset({">", "<", ">=", "<=", "==", "!="})
_TRIED_LABELS = 2000  # combinations of label values; more are never needed by real expressions


class UnsolvableError(ValueError):
    """There is no such input, or none that this module finds; the text says why."""


@dataclass(frozen=True, slots=True)
class Flow:
    """One input series: a counter's growth a second, or a gauge's level."""

    name: str
    labels: tuple[tuple[str, str], ...]
    value: Fraction
    counter: bool

    @property
    def selector(self) -> str:
        """The series as promtool takes it."""
        labels = ", ".join(f'{name}="{value}"' for name, value in self.labels)
        return f"{self.name}{{{labels}}}" if labels else self.name


@dataclass(frozen=True, slots=True)
class Condition:
    """A comparison with a number, somewhere in an expression or in what it reads."""

    node: Any
    operator: str
    limit: Fraction
    main: bool  # False for a guard inside, such as `whole > 0.05`

    @property
    def step(self) -> Fraction:
        """The smallest change that means something: one of a count, a hundredth of a share."""
        whole = self.limit.denominator == 1 and self.limit != 0
        return Fraction(1) if whole else abs(self.limit) / 100 or Fraction(1, 50)

    @property
    def quiet(self) -> tuple[Fraction, ...]:
        """Values far on the other side of a limit: nothing, or everything, or half-way."""
        if self.operator.startswith(">"):
            return (Fraction(0), self.limit / 2)
        return (Fraction(1) if self.limit < 1 else self.limit * 2,)

    def holds(self, value: Fraction) -> bool:
        """Whether `value` meets the condition."""
        return {
            ">": value > self.limit,
            "<": value < self.limit,
            ">=": value >= self.limit,
            "<=": value <= self.limit,
            "==": value == self.limit,
            "!=": value != self.limit,
        }[self.operator]

    def clearly(self) -> tuple[Fraction, ...]:
        """Values that meet it with room to spare, the clearest first."""
        if self.operator in {"==", ">=", "<="} and self.limit == 0:
            return (Fraction(0),)
        if self.operator.startswith(">"):
            # Powers of two are exact in floating point, so that a guard can be met exactly.
            power = Fraction(2) ** (1 + ceil(log2(self.limit or EVENTS)))
            return (self.limit * 100 or EVENTS, power, (1 + self.limit) / 2)
        if self.operator.startswith("<"):
            return (
                Fraction(2) ** floor(log2(self.limit / 2)) if self.limit > 0 else self.limit - 1,
            )
        return (self.limit if self.operator == "==" else self.limit + 1,)


def number(node: Any) -> Fraction | None:
    """The value of an expression of literals only, such as `14.4 * 0.005`; else None."""
    if isinstance(node, parser.NumberLiteral):
        text = repr(node.val)
        return None if text in {"nan", "inf", "-inf"} else Fraction(text)
    if isinstance(node, parser.ParenExpr):
        return number(node.expr)
    if not isinstance(node, parser.BinaryExpr):
        return None
    left, right, operator = number(node.lhs), number(node.rhs), str(node.op)
    if left is None or right is None or (operator == "/" and not right):
        return None
    values = {"*": left * right, "+": left + right, "-": left - right}
    return left / right if operator == "/" else values.get(operator)


def conditions(project: Project, text: str) -> tuple[Condition, ...]:
    """Every comparison with a number that an expression makes, recordings looked through.

    Guards against zero are left out: without traffic is a case of its own.
    """
    found = {id(x.node): x for x in _conditions(project, parse(text), main=True)}
    return tuple(x for x in found.values() if x.main or x.limit)


def _are_twins(project: Project, node: Any) -> bool:
    """Whether `x over an hour > 3 and x over five minutes > 3`: steady values meet both or none."""
    sides = (node.lhs, node.rhs)
    if str(node.op) != "and" or not all(isinstance(x, parser.BinaryExpr) for x in sides):
        return False
    same = str(node.lhs.op) == str(node.rhs.op) and number(node.lhs.rhs) == number(node.rhs.rhs)
    return same and _shape(project, node.lhs.lhs) == _shape(project, node.rhs.lhs)


def _shape(project: Project, node: Any) -> str:
    """What an expression computes, whatever the windows: recordings looked through."""
    if isinstance(node, parser.MatrixSelector):
        return _shape(project, node.vector_selector)
    if isinstance(node, parser.VectorSelector):
        recorded = project.recording(node)
        return _shape(project, parse(recorded.expr)) if recorded else str(node)
    below = ", ".join(_shape(project, child) for child in children(node))
    if isinstance(node, parser.ParenExpr):
        return below
    if isinstance(node, parser.Call):
        name = node.func.name
        return below if name.endswith("_over_time") else f"{name}({below})"
    return f"{type(node).__name__} {getattr(node, 'op', node)} {below}"


def _conditions(project: Project, node: Any, *, main: bool) -> Iterator[Condition]:
    if isinstance(node, parser.BinaryExpr):
        operator = str(node.op)
        limit = number(node.rhs)
        if operator in COMPARISONS and limit is not None:
            yield Condition(node, operator, limit, main)
            yield from _conditions(project, node.lhs, main=False)
            return
        stays = main and operator in {"and", "unless", "or"}
        first = operator in {"or", "unless"} or _are_twins(project, node)
        below = (node.lhs,) if first else (node.lhs, node.rhs)
        for child in below:
            yield from _conditions(project, child, main=stays)
        return
    recorded = project.recording(node) if isinstance(node, parser.VectorSelector) else None
    if recorded is not None:
        yield from _conditions(project, parse(recorded.expr), main=main)
    inner = node.vector_selector if isinstance(node, parser.MatrixSelector) else None
    keeps = isinstance(node, parser.ParenExpr)
    for child in (*children(node), *([inner] if inner is not None else [])):
        yield from _conditions(project, child, main=main and keeps)


@dataclass(slots=True)
class World:
    """Series under construction. `targets` gives chosen conditions, by id, their exact value."""

    project: Project
    targets: dict[int, Fraction] = field(default_factory=dict)
    attempt: int = 0  # which of a condition's clear values is taken
    flows: list[Flow] = field(default_factory=list)
    _demands: list[tuple[str, tuple[LabelMatch, ...]]] = field(default_factory=list)
    _solved: dict[str, Fraction] = field(default_factory=dict)

    def arrange(self, node: Any) -> None:
        """Make the alert condition `node` hold, or miss it exactly as `targets` says."""
        if isinstance(node, parser.ParenExpr):
            return self.arrange(node.expr)
        if not isinstance(node, parser.BinaryExpr):
            return self.solve(node, Fraction(1))
        operator = str(node.op)
        if operator in COMPARISONS:
            return self.solve(node.lhs, self._wanted(node))
        if operator in {"or", "unless"} or _are_twins(self.project, node):
            return self.arrange(node.lhs)
        if operator == "and":
            self.arrange(node.lhs)
            return self.arrange(node.rhs)
        return self.solve(node, Fraction(1))

    def _wanted(self, node: Any) -> Fraction:
        limit = number(node.rhs)
        if limit is None:
            raise UnsolvableError(f"`{node}` compares two series")
        if id(node) in self.targets:
            return self.targets[id(node)]
        clear = Condition(node, str(node.op), limit, main=True).clearly()
        return clear[min(self.attempt, len(clear) - 1)]

    def solve(self, node: Any, value: Fraction, extra: tuple[LabelMatch, ...] = ()) -> None:
        """Add series so that `node` has one result, `value`. `extra` matchers reach inside."""
        self._solve(node, value, extra)
        self._solved[f"{node} {extra}"] = value

    def _solve(self, node: Any, value: Fraction, extra: tuple[LabelMatch, ...]) -> None:
        match node:
            case parser.ParenExpr():
                self.solve(node.expr, value, extra)
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

    def _call(self, node: Any, value: Fraction, extra: tuple[LabelMatch, ...]) -> None:
        name = node.func.name
        if name in {"rate", "irate", "increase"} and isinstance(
            node.args[0], parser.MatrixSelector
        ):
            matrix = node.args[0]
            window = Fraction(matrix.range.total_seconds()) if name == "increase" else Fraction(1)
            self._selected(matrix.vector_selector, value / window, extra, counter=True)
        elif name in {"avg_over_time", "max_over_time", "min_over_time"} and isinstance(
            node.args[0], parser.MatrixSelector
        ):
            self._selected(node.args[0].vector_selector, value, extra, counter=False)
        elif name == "histogram_quantile":
            self._quantile(node, value, extra)
        else:
            raise UnsolvableError(f"`{name}()` cannot be read backwards")

    def _binary(self, node: Any, value: Fraction, extra: tuple[LabelMatch, ...]) -> None:
        operator, left, right = str(node.op), number(node.lhs), number(node.rhs)
        if operator == "or" or operator in COMPARISONS:
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
            self.solve(node.rhs, self._solved[f"{node.lhs} {extra}"] - value, extra)
        else:
            raise UnsolvableError(f"`{node}` cannot be read backwards")

    def _ratio(self, node: Any, value: Fraction, extra: tuple[LabelMatch, ...]) -> None:
        """Part and whole: the part first, so that the whole can be filled up around it.

        Where the part is itself a difference from the whole, the whole comes first.
        """
        part, whole = bare(node.lhs), bare(node.rhs)
        guarded = isinstance(whole, parser.BinaryExpr) and str(whole.op) in COMPARISONS
        size = self.targets.get(id(whole), EVENTS) if guarded else EVENTS
        all_of_it = bare(whole.lhs if guarded else whole)
        is_rest = isinstance(part, parser.BinaryExpr) and str(part.op) == "-"
        if is_rest and str(bare(part.lhs)) == str(all_of_it):  # (whole - other) / whole
            self.solve(part.rhs, (1 - value) * size, extra)
            return self.solve(whole, size, extra)
        before = (list(self.flows), list(self._demands), dict(self._solved))
        try:
            self.solve(node.lhs, value * size, extra)
            self.solve(whole, size, extra)
        except UnsolvableError:
            self.flows, self._demands, self._solved = before
            self.solve(whole, size, extra)
            self.solve(node.lhs, value * size, extra)
        return None

    def _quantile(self, node: Any, value: Fraction, extra: tuple[LabelMatch, ...]) -> None:
        """Buckets whose interpolated quantile is `value`.

        Source: https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile
        """
        q, inner = number(node.args[0]), node.args[1]
        while not isinstance(inner, parser.MatrixSelector | parser.VectorSelector):
            below = children(inner)
            if len(below) != 1:
                raise UnsolvableError(f"`{node}` reads more than one series")
            inner = below[0]
        selector = inner.vector_selector if isinstance(inner, parser.MatrixSelector) else inner
        series = self.project.series.get(selector.name or "")
        if series is None or not series.bounds or not q:
            raise UnsolvableError(f"`{selector.name}` has no declared buckets")
        edges = [Fraction(bound) for bound in series.bounds[:-1]]
        if not 0 < value <= edges[-1]:
            raise UnsolvableError(f"a quantile of {float(value):g} lies outside the buckets")
        k = next(k for k, edge in enumerate(edges) if value <= edge)
        lower = edges[k - 1] if k else Fraction(0)
        place = (value - lower) / (edges[k] - lower)
        if place >= q:
            below_it, up_to_it = Fraction(0), EVENTS * q / place
        else:
            below_it, up_to_it = EVENTS * (q - place) / (1 - place), EVENTS
        counts = {series.bounds[k]: up_to_it, "+Inf": EVENTS}
        counts |= {series.bounds[k - 1]: below_it} if k else {}
        counts |= {series.bounds[k + 1]: EVENTS} if k + 1 < len(edges) else {}
        for bound in sorted(counts, key=series.bounds.index):
            at_bound = (*extra, LabelMatch("le", "=", bound))
            self._selected(selector, counts[bound], at_bound, counter=True)

    def _selected(
        self, node: Any, value: Fraction, extra: tuple[LabelMatch, ...], *, counter: bool
    ) -> None:
        """Make what the selector selects add up to `value`."""
        matches = (*matches_of(node), *extra)
        recorded = self.project.recording(node)
        if recorded is not None:
            fixed = frozenset(recorded.labels)
            inside = tuple(match for match in matches if match.label not in fixed)
            return self.solve(parse(recorded.expr), value, inside)
        name = node.name or ""
        series = self.project.series.get(name)
        if counter and series is not None and series.kind is Kind.GAUGE:
            raise UnsolvableError(f"`{name}` is a gauge and has no rate")
        present = sum(
            (x.value for x in self.flows if x.name == name and _selects(matches, dict(x.labels))),
            Fraction(0),
        )
        if value < present or (counter and value < 0):
            raise UnsolvableError(f"`{name}` would have to be under what other parts need")
        missing = value - present
        if missing or not present:
            self.flows.append(Flow(name, self._labels(name, matches), missing, counter))
        return self._demands.append((name, matches))

    def _labels(self, name: str, matches: tuple[LabelMatch, ...]) -> tuple[tuple[str, str], ...]:
        """Labels that these matchers select and no earlier demand on the same series does."""
        series = self.project.series.get(name)
        named = {match.label: match.values for match in matches}
        choices: dict[str, list[str]] = {}
        for label in sorted(series.label_names if series else named):
            closed = series.values_of(label) if series else ()
            usual = ("a", "b") if label == "instance" else (f"{label}-1", f"{label}-2")
            choices[label] = [*named.get(label, ()), *(closed or usual)]
        for label, values in named.items():
            choices.setdefault(label, [*values, f"{label}-1"])
        taken = [demand for known, demand in self._demands if known == name]
        for values in islice(product(*choices.values()), _TRIED_LABELS):
            labels = dict(zip(choices, values, strict=True))
            if _selects(matches, labels) and not any(_selects(x, labels) for x in taken):
                return tuple(labels.items())
        raise UnsolvableError(f"no labels of `{name}` keep its parts apart")


def bare(node: Any) -> Any:
    """An expression without the brackets around it."""
    while isinstance(node, parser.ParenExpr):
        node = node.expr
    return node


def _selects(matches: tuple[LabelMatch, ...], labels: dict[str, str]) -> bool:
    return all(_agrees(match, labels.get(match.label, "")) for match in matches)


def _agrees(match: LabelMatch, value: str) -> bool:
    if match.operator in {"=", "!="}:
        return (value == match.text) == (match.operator == "=")
    return bool(re.fullmatch(match.text, value)) == (match.operator == "=~")
