"""Labels through operators between two results, and why two results can never match.

Source: https://prometheus.io/docs/prometheus/latest/querying/operators/#vector-matching
"""

import functools
from collections.abc import Iterator
from typing import NamedTuple

import promql_parser as parser

from toolkit.prometheus.label_flow.result_labels import (
    Certainty,
    Labels,
    Limit,
    Result,
    State,
    bounded,
)
from toolkit.prometheus.matcher_overlap import may_fit
from toolkit.prometheus.promql_syntax_tree import Node

SET_OPERATORS = frozenset({"and", "or", "unless"})


class Conflict(NamedTuple):
    """A label that keeps two sides from ever being equal, and what each side has."""

    label: str
    left: Certainty
    right: Certainty
    lost_on: str  # "left" or "right"; empty where both have it, with other values


class Matching(NamedTuple):
    """The labels on which the sides of an operator must be equal."""

    labels: frozenset[str]
    is_on: bool

    @classmethod
    @functools.lru_cache(maxsize=4096)  # several rules ask about the same operators
    def of(cls, expr: parser.BinaryExpr) -> "Matching":
        """The `on (…)` or `ignoring (…)` of an operator; without one, every label counts."""
        matching = expr.modifier.matching if expr.modifier else None
        if matching is None:
            return cls(frozenset(), is_on=False)
        return cls(frozenset(matching.labels), matching.type == parser.LabelModifierType.Include)

    def matched(self, *sides: Labels) -> list[str]:
        """The labels that count, out of those that a side certainly has, or limits."""
        named = {label for side in sides for label in side.present}
        named |= {limit.match.label for side in sides for limit in side.limits}
        return sorted(named & self.labels if self.is_on else named - self.labels)


def conflict(expr: parser.BinaryExpr, left: Result, right: Result) -> Conflict | None:
    """Why no series of one side ever matches one of the other; None where some may."""
    if expr.modifier is not None and is_filled(expr.modifier):
        return None
    if left[0].is_scalar or right[0].is_scalar:
        return None  # a number matches everything
    matching = Matching.of(expr)
    found: Conflict | None = None
    # Only where no alternative of one side can match any of the other is the result surely empty:
    # a single pair that may match decides nothing, and ends the search.
    for one in left:
        for other in right:
            pair = next(_conflicts(matching, one, other), None)
            if pair is None:
                return None
            # A finding names one reason; that of the first pair is as good as any.
            found = found or pair
    return found


def _conflicts(matching: Matching, left: Labels, right: Labels) -> Iterator[Conflict]:
    if left.is_scalar or right.is_scalar or left.empty or right.empty:
        return  # a side without results is its own operator's fault
    for label in matching.matched(left, right):
        one, other = left.present.get(label), right.present.get(label)
        if refused := _refused(label, left, right):
            yield refused
        elif one and other:
            # Where either side may have any value, the two may be equal.
            if one.values and other.values and not one.values & other.values:
                yield Conflict(label, one, other, "")
        # A label that is not there counts as the empty value, which one that is there never has.
        elif one and (why := right.why_absent(label)):
            yield Conflict(label, one, why, "right")
        elif other and (why := left.why_absent(label)):
            yield Conflict(label, why, other, "left")


def _refused(label: str, left: Labels, right: Labels) -> Conflict | None:
    """Matchers of one side that no value fits which the label has on the other."""
    asked = [tuple(x for x in side.limits if x.match.label == label) for side in (left, right)]
    if not any(asked) or left.why_absent(label) or right.why_absent(label):
        return None
    is_present = label in left.present or label in right.present
    listed = [values for side in (left, right) if (values := side.values_of(label)) is not None]
    matches = tuple(limit.match for limits in asked for limit in limits)
    if listed:
        known = frozenset.intersection(*listed)
        # Where the lists alone do not meet, that is said instead.
        if not known or any(all(x.selects(value) for x in matches) for value in known):
            return None
    elif may_fit(matches, is_present=is_present):
        return None
    return Conflict(label, _asked(label, left, asked[0]), _asked(label, right, asked[1]), "")


def _asked(label: str, side: Labels, limits: tuple[Limit, ...]) -> Certainty:
    """What is known of a label on one side: its values, or else the matchers that they fit."""
    known = side.present.get(label)
    if known is not None and (known.values is not None or not limits):
        return known
    if not limits:
        return Certainty("anything", (0, 0))
    texts = (f'`{label}{x.match.operator}"{x.match.text}"`' for x in limits)
    return Certainty(f"asked for by {' and '.join(texts)}", limits[0].span)


def is_filled(modifier: parser.BinModifier) -> bool:
    """Whether a side that has nothing to match gets a number instead."""
    filled = modifier.fill_values
    return filled is not None and (filled.lhs is not None or filled.rhs is not None)


def joined(  # noqa: PLR0911 - one for each kind of operator
    node: Node, expr: parser.BinaryExpr, left: Result, right: Result
) -> Result:
    """The labels of an operator's result; `expr` stands at `node`."""
    operator = node.operator
    if operator == "or":
        return bounded((*left, *right))
    if operator == "unless":
        # It only takes series away.
        return left
    if expr.modifier is not None and is_filled(expr.modifier):
        return (Labels(),)  # of either side
    if all(x.is_scalar for x in left):
        return right  # the other one's, which is a scalar too where both are
    if all(x.is_scalar for x in right):
        return left
    matching = Matching.of(expr)
    pairs = [
        (one, other)
        for one in left
        for other in right
        if next(_conflicts(matching, one, other), None) is None
    ]
    if not pairs:
        empty = Certainty(f"the sides of `{operator}` never match", node.span)
        # What the result would carry is still told, so that what reads it has no second finding.
        return tuple(_pair(node, expr, one, right[0])._replace(empty=empty) for one in left)
    return bounded(_pair(node, expr, one, other) for one, other in pairs)


def _pair(node: Node, expr: parser.BinaryExpr, left: Labels, right: Labels) -> Labels:
    matching, modifier = Matching.of(expr), expr.modifier
    if node.operator == "and":
        # The series are those of the left side; the right one says which of them stay.
        return _equal(left, right, matching)
    card = modifier.card if modifier else parser.VectorMatchCardinality.OneToOne
    if card == parser.VectorMatchCardinality.OneToOne:
        result = _equal(left, right, matching)
        clause = "on" if matching.is_on else "ignoring"
        listed = ", ".join(sorted(matching.labels))
        why = Certainty(f"removed by `{clause} ({listed})`", node.span)
        if matching.is_on:
            return result.only(matching.labels, why)
        for label in sorted(matching.labels):
            result = result.with_absent(label, why._replace(span=node.place_of(label, clause)))
        return result
    # The result carries the labels of the side that may have many series for one of the other.
    clause = "group_left"
    if card == parser.VectorMatchCardinality.OneToMany:
        left, right, clause = right, left, "group_right"
    result = _equal(left, right, matching)
    for label in (modifier.group_labels or ()) if modifier else ():
        taken = Certainty(f"taken by `{clause}`", node.place_of(label, clause))
        absent = right.why_absent(label)
        if label in right.present:
            result = result.with_present(label, taken._replace(values=right.present[label].values))
        elif absent:
            reason = f"overwritten by `{clause}`, whose side does not have it"
            # Prometheus sets the label to what the other side has, and nothing removes it.
            result = result.with_absent(label, taken._replace(reason=reason))
        else:
            # The other side may have it, and then its value goes over the one that was there.
            result = result.with_unknown(label)
    return result


def _equal(left: Labels, right: Labels, matching: Matching) -> Labels:
    """The left side, with what is known about it because it equals the right one."""
    result = left
    for label in matching.matched(left, right):
        mine, other = result.present.get(label), right.present.get(label)
        # Equal on this label: what is certain of one side is certain of the other.
        if mine is None and other is not None and result.state(label) is State.UNKNOWN:
            result = result.with_present(label, other)
        elif mine and other and other.values is not None:
            values = other.values if mine.values is None else mine.values & other.values
            known = result.with_present(label, mine._replace(values=values))
            result = known._replace(limits=result.limits)
    for limit in right.limits:
        counts = (limit.match.label in matching.labels) is matching.is_on
        if counts and limit.match not in {x.match for x in result.limits}:
            result = result.within(limit)
    return result
