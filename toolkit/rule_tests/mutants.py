"""Every change of one place in a rule: an operator, a number, a window, a matcher, a hold.

A mutant is a rule with one such change. `toolkit.rule_tests.run_mutants` asks whether the tests
notice it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction
from typing import Any

import promql_parser as parser

from toolkit.alerts import Alert, Recording
from toolkit.durations import seconds
from toolkit.promql import LabelMatch, matches_of, parse
from toolkit.rule_tests.conditions import Condition

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
_SHELTER = "\ue000"  # of a private area: no expression has it
_SHELTERED = re.compile(f'"{_SHELTER}(\\d+){_SHELTER}"')
_LITERAL = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|`[^`]*`')
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
    sheltered = _Sheltered.of(text)
    for change, after in _changed(sheltered.text):
        yield sheltered.restored(change), sheltered.restored(after)


@dataclass(frozen=True, slots=True)
class _Sheltered:
    """An expression whose literals with escapes are words of their own, until it is changed.

    The parser writes a literal back without the back slashes that it needs.
    """

    text: str
    literals: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> "_Sheltered":
        """The expression, with every literal in double quotes."""
        literals: list[str] = []

        def shelter(found: re.Match[str]) -> str:
            words = found[0][1:-1]
            if "\\" not in words and '"' not in words:
                return f'"{words}"'
            literals.append(found[0])
            return f'"{_SHELTER}{len(literals) - 1}{_SHELTER}"'

        return cls(_LITERAL.sub(shelter, text), tuple(literals))

    def restored(self, text: str) -> str:
        """The same text with the literals as they were."""
        return _SHELTERED.sub(lambda found: self.literals[int(found[1])], text)


def _changed(text: str) -> Iterator[tuple[str, str]]:
    # Two changes may come to the same text: 1 + 1 and 1 * 2. The first stands for both.
    seen = {str(parse(text))}
    changes: list[str] = []
    for number, node in enumerate(_nodes(parse(text))):
        for change, new in _changes(node):
            after = _with(text, number, new)
            if after not in seen:
                seen.add(after)
                changes.append(change)
                # A waiver names a change, so equal changes of two places are numbered.
                again = changes.count(change)
                yield f"{change} ({again})" if again > 1 else change, after


def _nodes(root: Any) -> list[Any]:
    """Every node in the order in which the parser's own `transform` visits them."""
    found: list[Any] = []
    parser.walk(root, pre_visit=lambda node: found.append(node))  # noqa: PLW0108 - None goes on
    return found


def _with(text: str, number: int, new: str) -> str:
    """The expression with its `number`-th node replaced."""
    # The parser's nodes cannot be changed, so the place is counted while `transform` walks.
    visited = -1
    replacement = parse(new)

    def swap(_node: Any) -> Any:
        nonlocal visited
        visited += 1
        return replacement if visited == number else None

    return str(parser.transform(parse(text), pre_visit=swap))


def _changes(node: Any) -> Iterator[tuple[str, str]]:
    match node:
        case parser.BinaryExpr():
            yield from _operators(node)
        case parser.NumberLiteral():
            yield from _numbers(node)
        case parser.MatrixSelector():
            yield from _windows(node)
        case parser.VectorSelector():
            yield from _matchers(node)


def _operators(node: Any) -> Iterator[tuple[str, str]]:
    # What is between the sides is more than the operator: `and on (instance)`, `> bool`.
    operator, left, right = str(node.op), str(node.lhs), str(node.rhs)
    between = str(node)[len(left) : -len(right)]
    for other in OPERATORS.get(operator, ()):
        new = f"{left}{between.replace(operator, other, 1)}{right}"
        yield f"{operator} → {other} before {right.strip()}", new


def _numbers(node: Any) -> Iterator[tuple[str, str]]:
    now = Fraction(repr(node.val))
    # The same step by which boundary cases miss the limit, so that they can notice it.
    step = Condition(node, ">", now, main=True).step
    for value in (now + step, now - step, now * 2):
        if value != now:
            yield f"{float(now):g} → {float(value):g}", f"{float(value)!r}"


def _windows(node: Any) -> Iterator[tuple[str, str]]:
    now = parser.display_duration(node.range)
    head, _, tail = str(node).rpartition(f"[{now}]")
    for factor in (2, 0.5):
        new = parser.display_duration(timedelta(seconds=node.range.total_seconds() * factor))
        yield f"[{now}] → [{new}]", f"{head}[{new}]{tail}"


def _matchers(node: Any) -> Iterator[tuple[str, str]]:
    matches = matches_of(node)
    # `offset 5m` and `@ 0` stand behind the braces.
    tail = str(node).rpartition("}")[2]
    for place, match in enumerate(matches):
        others = (*matches[:place], *matches[place + 1 :])
        yield f"without {match.label}{match.operator}…", _selector(node, others, tail)
        wrong = LabelMatch(match.label, "=", ANOTHER_VALUE)
        yield (
            f'{match.label}{match.operator}"{match.text}" → "{ANOTHER_VALUE}"',
            _selector(node, (*others, wrong), tail),
        )
        for value in match.values if len(match.values) > 1 else ():
            left = "|".join(x for x in match.values if x != value)
            fewer = LabelMatch(match.label, match.operator, left)
            yield (
                f"{match.label} without {value}",
                _selector(node, (*others, fewer), tail),
            )


def _selector(node: Any, matches: Sequence[LabelMatch], tail: str) -> str:
    inside = ", ".join(f'{x.label}{x.operator}"{x.text}"' for x in matches)
    return f"{node.name or ''}{{{inside}}}{tail}"


def renamed(text: str, names: Mapping[str, str]) -> str:
    """`text` with every selector of an old name reading the new one instead."""
    sheltered = _Sheltered.of(text)
    return sheltered.restored(_renamed(sheltered.text, names))


def _renamed(text: str, names: Mapping[str, str]) -> str:
    for number, node in enumerate(_nodes(parse(text))):
        if isinstance(node, parser.VectorSelector) and node.name and node.name in names:
            new = str(node).replace(node.name, names[node.name], 1)
            return _renamed(_with(text, number, new), names)
    return text
