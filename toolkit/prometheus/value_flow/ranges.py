"""A range of numbers, and which comparisons between two ranges always or never hold."""

import math
from typing import NamedTuple

MIRRORED = {">": "<", "<": ">", ">=": "<=", "<=": ">=", "==": "==", "!=": "!="}
"""The operator that says the same with its sides exchanged."""

COMPARISONS = frozenset(MIRRORED)


class Range(NamedTuple):
    """All values from `low` to `high`; without an end that is open, and without 0 if so said."""

    low: float = -math.inf
    high: float = math.inf
    low_open: bool = False
    high_open: bool = False
    without_zero: bool = False

    @property
    def is_one(self) -> bool:
        """Whether there is one value alone."""
        return self.low == self.high

    @property
    def is_empty(self) -> bool:
        """Whether there is no value at all."""
        return self.low > self.high or (self.is_one and (self.low_open or self.high_open))

    @property
    def may_be_zero(self) -> bool:
        """Whether 0 is among the values."""
        return not self.without_zero and self.has(0)

    def has(self, value: float) -> bool:
        """Whether a number lies between the ends."""
        above = self.low < value or (self.low == value and not self.low_open)
        below = value < self.high or (self.high == value and not self.high_open)
        return above and below

    def hull(self, other: "Range") -> "Range":
        """The values of both, and those between."""
        low, low_open = min((self.low, self.low_open), (other.low, other.low_open))
        high, closed = max((self.high, not self.high_open), (other.high, not other.high_open))
        without = not (self.may_be_zero or other.may_be_zero)
        return Range(low, high, low_open, not closed, without_zero=without)

    def common(self, other: "Range") -> "Range":
        """The values that are in both."""
        low, low_open = max((self.low, self.low_open), (other.low, other.low_open))
        high, closed = min((self.high, not self.high_open), (other.high, not other.high_open))
        without = self.without_zero or other.without_zero
        return Range(low, high, low_open, not closed, without_zero=without)

    def negative(self) -> "Range":
        """The values with their signs changed."""
        return Range(-self.high, -self.low, self.high_open, self.low_open, self.without_zero)

    def __str__(self) -> str:
        if self.is_one:
            return f"always {self.low:g}"
        if math.isinf(self.high):
            return f"never {self.low:g} or less" if self.low_open else f"never under {self.low:g}"
        if math.isinf(self.low):
            return f"never {self.high:g} or more" if self.high_open else f"never over {self.high:g}"
        return f"between {self.low:g} and {self.high:g}"


ANY = Range()
NEVER_NEGATIVE = Range(low=0)
POSITIVE = Range(low=0, low_open=True)


def holds(operator: str, left: Range, right: Range) -> bool | None:  # noqa: PLR0911
    """Whether a comparison is always true, or never; None where it depends on the values."""
    if left.is_empty or right.is_empty:
        return None  # the operator that made it empty is at fault
    match operator:
        case "<":
            return holds(">", right, left)
        case "<=":
            return holds(">=", right, left)
        case ">":
            opened = left.low_open or right.high_open
            if left.low > right.high or (left.low == right.high and opened):
                return True
            return False if left.high <= right.low else None
        case ">=":
            under = holds(">", right, left)
            return None if under is None else not under
        case "==":
            if left.is_one and right.is_one and left.low == right.low:
                return True
            return False if _are_apart(left, right) else None
        case _:
            equal = holds("==", left, right)
            return None if equal is None else not equal


def _are_apart(left: Range, right: Range) -> bool:
    only_zero = Range(0, 0)
    if left.common(right).is_empty:
        return True
    return (left == only_zero and right.without_zero) or (right == only_zero and left.without_zero)
