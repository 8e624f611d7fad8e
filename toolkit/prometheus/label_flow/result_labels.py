"""What is certain about the labels of a result: there, not there, or unknown, each with a reason.

A result may have several alternatives, one for each side of an `or`: every series of it belongs
to one of them.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from types import MappingProxyType
from typing import NamedTuple

import promql_parser as parser

from toolkit.prometheus.promql_syntax_tree import Span
from toolkit.promql import LabelMatch

MOST_ALTERNATIVES = 16
"""More are joined to one that knows less, so that a long chain of `or` costs no more."""


class State(Enum):
    """Whether the series of a result carry a label."""

    PRESENT = "present"
    ABSENT = "absent"
    UNKNOWN = "unknown"


class Certainty(NamedTuple):  # these are many, and a tuple is made sooner than a dataclass
    """Why a label is certainly there, or certainly not.

    `reason` completes a sentence that begins with the label: "`x` is …". `span` is the place in
    the expression's text. `values` are all that a label that is there can have; None for any.
    """

    reason: str
    span: Span
    values: frozenset[str] | None = None


class Limit(NamedTuple):
    """A matcher that a label's value fits, such as `job!="a"`, and where it stands."""

    match: LabelMatch
    span: Span


NONE: Mapping[str, Certainty] = MappingProxyType({})


class Labels(NamedTuple):
    """The labels of every series of one alternative of a result. `__name__` is not among them.

    `others` says why a label that is neither in `present` nor in `possible` is not there; None
    where any label may be. `limits` are the matchers that the values fit, of labels that need not
    be there. `empty` says why there is no series at all.
    """

    present: Mapping[str, Certainty] = NONE
    absent: Mapping[str, Certainty] = NONE
    possible: frozenset[str] = frozenset()
    others: Certainty | None = None
    limits: tuple[Limit, ...] = ()
    is_scalar: bool = False
    empty: Certainty | None = None

    def state(self, label: str) -> State:
        """Whether the series carry the label."""
        if label in self.present:
            return State.PRESENT
        return State.ABSENT if self.why_absent(label) else State.UNKNOWN

    def why_absent(self, label: str) -> Certainty | None:
        """Why no series carries the label; None where one may."""
        if label in self.present or label in self.possible:
            return None
        return self.absent.get(label) or self.others

    def all_possible(self) -> frozenset[str] | None:
        """Every label that a series may carry; None for any."""
        return None if self.others is None else frozenset(self.present) | self.possible

    def values_of(self, label: str) -> frozenset[str] | None:
        """All values that the label can have; None for any. Absent is the empty value."""
        if label in self.present:
            return self.present[label].values
        return frozenset({""}) if self.why_absent(label) else None

    def with_present(self, label: str, why: Certainty) -> "Labels":
        """The same where the label is certainly there."""
        absent = {name: x for name, x in self.absent.items() if name != label}
        present = {**self.present, label: why}
        return self._replace(
            present=present,
            absent=absent,
            possible=self.possible - {label},
            limits=self._limits_but(label),
        )

    def with_absent(self, label: str, why: Certainty) -> "Labels":
        """The same where the label is certainly not there."""
        present = {name: x for name, x in self.present.items() if name != label}
        absent = {**self.absent, label: why}
        return self._replace(
            present=present,
            absent=absent,
            possible=self.possible - {label},
            limits=self._limits_but(label),
        )

    def with_unknown(self, label: str) -> "Labels":
        """The same where the label may be there."""
        present = {name: x for name, x in self.present.items() if name != label}
        absent = {name: x for name, x in self.absent.items() if name != label}
        return self._replace(
            present=present,
            absent=absent,
            possible=self.possible | {label},
            limits=self._limits_but(label),
        )

    def within(self, limit: Limit) -> "Labels":
        """The same where a label's value fits a matcher."""
        return self._replace(limits=(*self.limits, limit))

    def _limits_but(self, label: str) -> tuple[Limit, ...]:
        return tuple(x for x in self.limits if x.match.label != label) if self.limits else ()

    def only(self, labels: Iterable[str], why: Certainty) -> "Labels":
        """The same with these labels alone, as `by` leaves it; what was lost before, stays so."""
        kept = frozenset(labels)
        lost = (self.present.keys() | self.possible) - kept
        absent = {name: x for name in sorted(kept) if (x := self.why_absent(name))}
        return Labels(
            present={name: x for name, x in self.present.items() if name in kept},
            absent={**self.absent, **absent, **dict.fromkeys(sorted(lost), why)},
            possible=frozenset(name for name in kept if self.state(name) is State.UNKNOWN),
            others=self.others or why,
            limits=tuple(x for x in self.limits if x.match.label in kept),
            empty=self.empty,
        )


Result = tuple[Labels, ...]
"""The alternatives of a result; at least one."""

LabelsOf = Callable[[parser.VectorSelector, Span], Result | None]
"""What the series that a selector asks for carry, beyond what its matchers say.

None for series that nobody declared. The span is the selector's, for the reasons.
"""

ANY = Labels()


def nothing_declared(selector: parser.VectorSelector, span: Span) -> None:
    """Says of no series what it carries."""


def all_possible(result: Result) -> frozenset[str] | None:
    """Every label that some series of the result may carry; None for any."""
    found: frozenset[str] = frozenset()
    for labels in result:
        possible = labels.all_possible()
        if possible is None:
            return None
        found |= possible
    return found


def why_absent(result: Result, label: str) -> Certainty | None:
    """Why no series of the result carries the label; None where one may."""
    reasons = [labels.why_absent(label) for labels in result]
    return reasons[0] if all(reasons) else None


def is_present(result: Result, label: str) -> bool:
    """Whether every series of the result carries the label."""
    return all(label in labels.present for labels in result)


def bounded(alternatives: Iterable[Labels]) -> Result:
    """The alternatives without repetitions, or one that holds for all where they are too many."""
    found: list[Labels] = []
    for labels in alternatives:
        if labels not in found:
            found.append(labels)
    if len(found) <= MOST_ALTERNATIVES:
        return tuple(found)
    # Every operator multiplies them: without a bound, a long expression would take for ever.
    return (_joined(found),)


def _joined(alternatives: list[Labels]) -> Labels:
    """What holds for every one of several alternatives."""
    first = alternatives[0]
    named = {label for x in alternatives for label in (*x.present, *x.absent, *x.possible)}
    absent = {name: why for name in sorted(named) if (why := why_absent((*alternatives,), name))}
    present = {
        # The alternatives may give it different values, so that none is certain.
        name: why._replace(values=None)
        for name, why in first.present.items()
        if is_present((*alternatives,), name)
    }
    return Labels(
        present=present,
        absent=absent,
        possible=frozenset(named - absent.keys() - present.keys()),
        others=first.others if all(x.others for x in alternatives) else None,
    )
