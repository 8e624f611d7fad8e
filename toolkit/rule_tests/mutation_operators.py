"""Every change of one place in a rule: an operator, a number, a window, a matcher, a hold.

A mutant is a rule with one such change. `toolkit.rule_tests.mutation_score` asks whether the tests
notice it.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction

import promql_parser as parser

from toolkit.alerts import Alert, Recording
from toolkit.durations import seconds
from toolkit.prometheus.promql_edits import (
    Edit,
    durations,
    edited,
    name_span,
    operator_span,
    quoted,
    without_matcher,
)
from toolkit.prometheus.promql_syntax_tree import Node, tree
from toolkit.prometheus.promql_tokens import tokens
from toolkit.promql import LabelMatch, PromQLError, canonical, matches_of, name_of
from toolkit.rule_tests.alert_comparisons import Condition

# What a slip of the hand would turn an operator into, and what turns the meaning round.
OPERATORS = {
    ">": (">=", "<"),
    "<": ("<=", ">"),
    ">=": (">", "<"),
    "<=": ("<", ">"),
    "==": ("!=", ">"),
    "!=": ("==",),
    "and": ("or", "unless"),
    "or": ("and", "unless"),
    "unless": ("and",),
}
ANOTHER_VALUE = "mutated"
_ALTERNATIVES = re.compile(r"(?<!\\)\|")
MUTANT = "mutant: "
"""How a waiver says that it is about a mutant."""

NO_MUTANTS = "mutation: there is no rule to change, so nothing is known"
"""The score of no mutant, in words."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change to one rule."""

    before: Alert | Recording
    after: Alert | Recording
    change: str

    @property
    def id(self) -> str:
        """What a waiver on the rule names: `mutant: for 5m → 0s`."""
        return f"{MUTANT}{self.change}"

    @property
    def waived(self) -> str:
        """Why no test can notice it, as a waiver on the rule says; empty without one."""
        return next((x.reason for x in self.before.waive if x.what == self.id), "")


def mutants(rule: Alert | Recording, every: str) -> Iterator[Mutant]:
    """Every mutant of a rule, none twice; `every` is one evaluation."""
    for change, text in changed_expressions(rule.expr):
        yield Mutant(rule, replace(rule, expr=text), change)
    # It has neither of the two that follow.
    if isinstance(rule, Recording):
        return
    for change, hold in changed_holds(rule.hold, every):
        yield Mutant(rule, replace(rule, hold=hold), change)
    for change, kept in changed_keeps(rule.keep_firing_for):
        yield Mutant(rule, replace(rule, keep_firing_for=kept), change)


def changed_holds(hold: str, every: str) -> Iterator[tuple[str, str]]:
    """(what was changed, the new hold) for every other hold that a test should notice."""
    for value in _holds(hold, every):
        yield f"for {hold} → {value}", value


def changed_keeps(kept: str) -> Iterator[tuple[str, str]]:
    """The same for `keep_firing_for`; nothing where the alert is not kept firing."""
    if seconds(kept):
        for value in ("0s", f"{2 * seconds(kept):g}s"):
            yield f"keep_firing_for {kept} → {value}", value


def _holds(hold: str, every: str) -> Iterator[str]:
    # One evaluation more or less is the smallest difference that a test can see.
    step, now = int(seconds(every)), int(seconds(hold))
    for value in dict.fromkeys((now + step, max(0, now - step), 0, now * 2)):
        if value != now:
            yield f"{value}s"


def changed_expressions(text: str) -> Iterator[tuple[str, str]]:
    """(what was changed, the new text) for every single change of an expression."""
    # Two changes may come to the same expression: 1 + 1 and 1 * 2. The first stands for both.
    seen = {canonical(text)}
    changes: list[str] = []
    for node in tree(text).walk():
        for change, edit in _changes(text, node):
            after = edited(text, (edit,))
            try:
                form = canonical(after)
            except PromQLError:  # {job="x"} without its matcher selects everything: it is refused
                continue
            if form not in seen:
                seen.add(form)
                changes.append(change)
                # A waiver names a change, so equal changes of two places are numbered.
                again = changes.count(change)
                yield f"{change} ({again})" if again > 1 else change, after


def _changes(text: str, node: Node) -> Iterator[tuple[str, Edit]]:
    match node.expr:
        case parser.BinaryExpr():
            yield from _operators(text, node)
        case parser.NumberLiteral(val=value):
            yield from _numbers(node, value)
        case parser.MatrixSelector(range=length, vector_selector=selector):
            yield from _windows(text, node, length)
            yield from _matchers(text, node, matches_of(selector))
        case parser.VectorSelector() as selector:
            yield from _matchers(text, node, matches_of(selector))


def _operators(text: str, node: Node) -> Iterator[tuple[str, Edit]]:
    right = _in_one_line(node.below[1].text)
    for other in OPERATORS.get(node.operator, ()):
        yield f"{node.operator} → {other} before {right}", (operator_span(text, node), other)


def _numbers(node: Node, number: float) -> Iterator[tuple[str, Edit]]:
    if not math.isfinite(number):
        return
    now = Fraction(repr(number))
    # The same step by which boundary cases miss the limit, so that they can notice it.
    step = Condition(node.expr, ">", now, main=True).step
    for value in (now + step, now - step, now * 2):
        if value != now:
            yield f"{float(now):g} → {float(value):g}", (node.span, _number_text(value))


def _number_text(value: Fraction) -> str:
    return repr(float(value)).removesuffix(".0")


def _windows(text: str, node: Node, length: timedelta) -> Iterator[tuple[str, Edit]]:
    place = durations(text, node).range
    if place is None:
        return
    for factor in (2, 0.5):
        new = parser.display_duration(timedelta(seconds=length.total_seconds() * factor))
        yield f"[{parser.display_duration(length)}] → [{new}]", (place, new)


def _matchers(text: str, node: Node, matches: Sequence[LabelMatch]) -> Iterator[tuple[str, Edit]]:
    places = [x for x in node.labels if x.clause == "{" and x.label != "__name__"]
    if len(places) != len(matches):  # two alternatives with `or`, which Prometheus does not read
        return
    for place, match in zip(places, matches, strict=True):
        label, *_, value = tokens(text, *place.span)
        written = f"{match.label}{match.operator}{value.text}"
        edit = without_matcher(text, node, place.span)
        yield f"without {match.label}{match.operator}…", edit
        wrong = f"{label.text}={quoted(ANOTHER_VALUE)}"
        yield f"{written} → {quoted(ANOTHER_VALUE)}", (place.span, wrong)
        # Of a single word, leaving it out would leave an empty pattern: another change than meant.
        words = _ALTERNATIVES.split(match.text) if len(match.values) > 1 else ()
        for number, word in enumerate(words):
            left = "|".join((*words[:number], *words[number + 1 :]))
            yield (
                f"{match.label} without {word}",
                ((value.start, value.end), quoted(left)),
            )


def _in_one_line(text: str) -> str:
    return " ".join(text.split())


def renamed(text: str, names: Mapping[str, str]) -> str:
    """`text` with every selector of an old name reading the new one instead."""
    edits: list[Edit] = []
    for node in tree(text).walk():
        match node.expr:
            case parser.MatrixSelector(vector_selector=selector):
                pass
            case parser.VectorSelector() as selector:
                pass
            case _:
                continue
        new, place = names.get(name_of(selector)), name_span(text, node)
        if new is not None and place is not None:
            in_quotes = text[place[0]] in "\"'`"
            edits.append((place, quoted(new) if in_quotes else new))
    return edited(text, edits)
