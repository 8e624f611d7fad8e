"""The comparisons with numbers that an alert's expression makes, and which values meet them.

An expression such as

    sum(rate(errors[5m])) / (sum(rate(calls[5m])) > 2) > 0.1

makes two: its own, `> 0.1`, and a guard inside, `> 2`. Expressions of recording rules are read
in place of what they record.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, log2
from typing import Any

import promql_parser as parser

from toolkit.promql import children, parse
from toolkit.rule_tests.boundary_case_sources import SolvableRules

EVENTS = Fraction(100_000)
"""Events a second where any number does: a share of five decimals is a whole number of them,
so that rates and their quotients are exact in floating point."""

COMPARISONS = frozenset({">", "<", ">=", "<=", "==", "!="})


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
        """Values that meet it with room to spare, the clearest first.

        Not every expression can take the first: a share is not a hundred times its limit.
        """
        if self.operator in {"==", ">=", "<="} and self.limit == 0:
            return (Fraction(0),)
        if self.operator.startswith(">"):
            # Powers of two are exact in floating point, so that a guard can be met exactly.
            power = Fraction(2) ** (1 + ceil(log2(self.limit or EVENTS)))
            # Half-way between a share and everything is always a share; a quantile may have room
            # only up to the next bucket's bound.
            near = (1 + self.limit) / 2, self.limit * 5 / 4 or EVENTS
            return (self.limit * 100 or EVENTS, power, *near)
        if self.operator.startswith("<"):
            if self.limit <= 0:
                return (self.limit - 1,)
            # A quantile in the first bucket is not far below that bucket's bound.
            near = (self.limit * 3 / 4, self.limit * 99 / 100)
            return (Fraction(2) ** floor(log2(self.limit / 2)), *near)
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


def bare(node: Any) -> Any:
    """An expression without the brackets around it."""
    while isinstance(node, parser.ParenExpr):
        node = node.expr
    return node


def conditions(project: SolvableRules, text: str) -> tuple[Condition, ...]:
    """Every comparison with a number that an expression or a recording that it reads makes.

    Guards against zero are left out: without traffic is a case of its own.
    """
    found = {id(x.node): x for x in _conditions(project, parse(text), main=True)}
    return tuple(x for x in found.values() if x.main or x.limit)


def _conditions(project: SolvableRules, node: Any, *, main: bool) -> Iterator[Condition]:
    if isinstance(node, parser.BinaryExpr):
        operator = str(node.op)
        limit = number(node.rhs)
        if operator in COMPARISONS and limit is not None:
            yield Condition(node, operator, limit, main)
            yield from _conditions(project, node.lhs, main=False)
            return
        stays = main and operator in {"and", "unless", "or"}
        # The solver makes an alert fire by the left side of `or` and `unless`, without the other.
        first = operator in {"or", "unless"} or are_twins(project, node)
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


def are_twins(project: SolvableRules, node: Any) -> bool:
    """Whether `x over an hour > 3 and x over five minutes > 3`: steady values meet both or none."""
    sides = (node.lhs, node.rhs)
    if str(node.op) != "and" or not all(isinstance(x, parser.BinaryExpr) for x in sides):
        return False
    same = str(node.lhs.op) == str(node.rhs.op) and number(node.lhs.rhs) == number(node.rhs.rhs)
    return same and _shape(project, node.lhs.lhs) == _shape(project, node.rhs.lhs)


def _shape(project: SolvableRules, node: Any) -> str:
    """What an expression computes whatever its windows, with recordings written out."""
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
        # The average over a window of something steady is that something.
        return below if name.endswith("_over_time") else f"{name}({below})"
    return f"{type(node).__name__} {getattr(node, 'op', node)} {below}"


def fires_on_nothing(node: Any) -> bool:
    """Whether an expression has a result although no series exists."""
    match node:
        case parser.Call() if node.func.name in {"absent", "absent_over_time", "vector"}:
            return True
        case parser.BinaryExpr() if str(node.op) == "or":
            return fires_on_nothing(node.lhs) or fires_on_nothing(node.rhs)
        case parser.BinaryExpr() if str(node.op) == "unless":
            return fires_on_nothing(node.lhs)
        case parser.BinaryExpr() if str(node.op) == "and":
            return fires_on_nothing(node.lhs) and fires_on_nothing(node.rhs)
        case parser.ParenExpr():
            return fires_on_nothing(node.expr)
        case _:
            return False


def quantile_of(node: Any, project: SolvableRules) -> Fraction | None:
    """Which quantile a condition or the recording that it reads compares; None for none."""
    if isinstance(node, parser.VectorSelector):
        recorded = project.recording(node)
        return quantile_of(parse(recorded.expr), project) if recorded else None
    if isinstance(node, parser.Call) and node.func.name == "histogram_quantile":
        return number(node.args[0])
    return None
