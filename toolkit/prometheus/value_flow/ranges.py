"""A range of numbers, and which comparisons between two ranges always or never hold."""

import math
from typing import NamedTuple

MIRRORED = {">": "<", "<": ">", ">=": "<=", "<=": ">=", "==": "==", "!=": "!="}
"""The operator that says the same with its sides exchanged."""

COMPARISONS = frozenset(MIRRORED)


class Range(NamedTuple):
    """All values from `low` to `high`; without an end that is open, and without 0 if so said.

    `whole` holds whole numbers alone.
    """

    low: float = -math.inf
    high: float = math.inf
    low_open: bool = False
    high_open: bool = False
    without_zero: bool = False
    whole: bool = False

    @property
    def is_one(self) -> bool:
        """Whether there is one value alone."""
        return self.low == self.high

    @property
    def is_zero(self) -> bool:
        """Whether 0 is the one value."""
        return self.is_one and self.low == 0

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
        whole = self.whole and other.whole
        return Range(low, high, low_open, not closed, without_zero=without, whole=whole)

    def common(self, other: "Range") -> "Range":
        """The values that are in both."""
        low, low_open = max((self.low, self.low_open), (other.low, other.low_open))
        high, closed = min((self.high, not self.high_open), (other.high, not other.high_open))
        without = self.without_zero or other.without_zero
        whole = self.whole or other.whole
        if whole:
            low, low_open = _whole_end(low, is_open=low_open, up=True)
            high, high_open = _whole_end(high, is_open=not closed, up=False)
            closed = not high_open
        return Range(low, high, low_open, not closed, without_zero=without, whole=whole)

    def negative(self) -> "Range":
        """The values with their signs changed."""
        return self._replace(
            low=-self.high, high=-self.low, low_open=self.high_open, high_open=self.low_open
        )

    def __str__(self) -> str:
        if self.is_one:
            return f"always {self.low:g}"
        if math.isinf(self.high):
            return f"never {self.low:g} or less" if self.low_open else f"never under {self.low:g}"
        if math.isinf(self.low):
            return f"never {self.high:g} or more" if self.high_open else f"never over {self.high:g}"
        return f"between {self.low:g} and {self.high:g}"


def _whole_end(end: float, *, is_open: bool, up: bool) -> tuple[float, bool]:
    """The first whole number inside an end, and that it belongs to the range."""
    if math.isinf(end):
        return end, is_open
    inside = float(math.ceil(end) if up else math.floor(end))
    return (inside + (1 if up else -1) if is_open and inside == end else inside), False


ANY = Range()
NEVER_NEGATIVE = Range(low=0)
COUNT = Range(low=0, whole=True)
ONE_OR_MORE = Range(low=1, whole=True)
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
    if left.common(right).is_empty:
        return True
    return (left.is_zero and right.without_zero) or (right.is_zero and left.without_zero)
