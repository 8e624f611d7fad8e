"""Whether any text fits several patterns at once, and none of several others.

Each pattern becomes an automaton without backtracking, as RE2 makes it; all of them read the same
letters, one of each kind that they tell apart. Where a pattern holds more than texts, classes,
alternatives and repetitions, or the search grows too large, nothing is decided.
"""

import functools
import re._constants as op  # type: ignore[import-not-found]
import re._parser as syntax  # type: ignore[import-not-found]
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from toolkit.label_matchers import go_regexps

_LAST = 0x10FFFF
# What is searched are sets of states, and `.*a.{20}` alone has over a million.
_MOST_STATES = 1000
_MOST_STEPS = 300_000
_CLASSES = {
    op.CATEGORY_DIGIT: ((48, 57),),
    op.CATEGORY_WORD: ((48, 57), (65, 90), (95, 95), (97, 122)),
    op.CATEGORY_SPACE: ((9, 10), (12, 13), (32, 32)),
}
"""Go's classes are those of ASCII: https://github.com/google/re2/wiki/Syntax."""
_OTHERS = {
    op.CATEGORY_NOT_DIGIT: op.CATEGORY_DIGIT,
    op.CATEGORY_NOT_WORD: op.CATEGORY_WORD,
    op.CATEGORY_NOT_SPACE: op.CATEGORY_SPACE,
}

Letters = tuple[tuple[int, int], ...]
"""Ranges of code points, both ends included."""


class _UndecidedError(Exception):
    """A pattern is more than what is read here."""


@dataclass(frozen=True, slots=True)
class _Automaton:
    """States by number; state 0 begins, state 1 ends. `free` are the ways that read nothing."""

    reads: list[list[tuple[Letters, int]]] = field(default_factory=lambda: [[], []])
    free: list[list[int]] = field(default_factory=lambda: [[], []])

    def state(self) -> int:
        """A new state."""
        if len(self.reads) >= _MOST_STATES:
            raise _UndecidedError
        self.reads.append([])
        self.free.append([])
        return len(self.reads) - 1

    def closed(self, states: Iterable[int]) -> frozenset[int]:
        """The states, and all that are reached from them without a letter."""
        found, pending = set(states), list(states)
        while pending:
            for each in self.free[pending.pop()]:
                if each not in found:
                    found.add(each)
                    pending.append(each)
        return frozenset(found)

    def after(self, states: frozenset[int], letter: int) -> frozenset[int]:
        """Where one letter leads from the states."""
        return self.closed(
            [
                target
                for state in states
                for letters, target in self.reads[state]
                if any(low <= letter <= high for low, high in letters)
            ]
        )


def overlap(fitting: tuple[str, ...], refusing: tuple[str, ...] = ()) -> bool | None:
    """Whether a text fits every pattern of `fitting` and none of `refusing`; None if undecided.

    A pattern has to fit as a whole, as in Prometheus.
    """
    try:
        all_of = [_automaton(pattern) for pattern in (*fitting, *refusing)]
    except _UndecidedError:
        return None
    letters = _one_of_each_kind(all_of)
    start = tuple(each.closed([0]) for each in all_of)
    seen, pending, steps = {start}, [start], 0
    while pending:
        at = pending.pop()
        if all((1 in states) is (n < len(fitting)) for n, states in enumerate(at)):
            return True
        steps += len(letters) * sum(map(len, at))
        if steps > _MOST_STEPS:
            return None
        # A pattern without a state left never fits again, whatever follows. One that refuses may be
        # without: then it refuses nothing more.
        for letter in letters:
            after = tuple(x.after(states, letter) for x, states in zip(all_of, at, strict=True))
            if after not in seen and all(after[: len(fitting)]):
                seen.add(after)
                pending.append(after)
    return False


def _one_of_each_kind(all_of: list[_Automaton]) -> list[int]:
    """The first letter of every range between whose letters no automaton tells."""
    ranges = [pair for x in all_of for state in x.reads for letters, _ in state for pair in letters]
    borders = {low for low, _ in ranges} | {high + 1 for _, high in ranges}
    return sorted(x for x in borders | {0} if x <= _LAST)


@functools.lru_cache(maxsize=1024)
def _automaton(pattern: str) -> _Automaton:
    if go_regexps.compiled(pattern) is None:
        raise _UndecidedError
    made = _Automaton()
    # From Prometheus 3.0 on a dot fits the end of a line, too.
    parsed = syntax.parse(pattern, op.SRE_FLAG_DOTALL | op.SRE_FLAG_ASCII)
    if parsed.state.flags & (op.SRE_FLAG_IGNORECASE | op.SRE_FLAG_MULTILINE):
        raise _UndecidedError
    made.free[_add(made, 0, parsed)].append(1)
    return made


def _add(made: _Automaton, start: int, parts: Iterable[tuple[Any, Any]]) -> int:
    """Adds what a pattern reads from the state `start` on, and gives the state after it."""
    for kind, argument in parts:
        letters = _letters(kind, argument)
        if letters is not None:
            end = made.state()
            made.reads[start].append((letters, end))
        elif kind is op.SUBPATTERN and not argument[1] and not argument[2]:  # no flags
            end = _add(made, start, argument[3])
        elif kind is op.BRANCH:
            end = made.state()
            for alternative in argument[1]:
                made.free[_add(made, start, alternative)].append(end)
        elif kind in {op.MAX_REPEAT, op.MIN_REPEAT}:
            end = _add_repeated(made, start, *argument)
        else:
            raise _UndecidedError
        start = end
    return start


def _add_repeated(made: _Automaton, start: int, least: int, most: Any, part: Any) -> int:
    for _ in range(least):
        start = _add(made, start, part)
    end = made.state()
    made.free[start].append(end)
    if most is op.MAXREPEAT:
        # A state of its own: a way back to `start` would lead on into whatever else begins there.
        again = made.state()
        made.free[start].append(again)
        back = _add(made, again, part)
        made.free[back] += [again, end]
        return end
    for _ in range(most - least):
        start = _add(made, start, part)
        made.free[start].append(end)
    return end


def _letters(kind: Any, argument: Any) -> Letters | None:
    """The letters of a part that reads one; None for another part."""
    if kind is op.LITERAL:
        return ((argument, argument),)
    if kind is op.NOT_LITERAL:
        return _all_but(((argument, argument),))
    if kind is op.ANY:
        return ((0, _LAST),)
    if kind is not op.IN:
        return None
    negated = bool(argument) and argument[0][0] is op.NEGATE
    found = tuple(x for each in argument[negated:] for x in _class(*each))
    return _all_but(found) if negated else found


def _class(kind: Any, argument: Any) -> Iterator[tuple[int, int]]:
    if kind is op.LITERAL:
        yield (argument, argument)
    elif kind is op.RANGE:
        yield argument
    elif kind is op.CATEGORY and argument in _CLASSES:
        yield from _CLASSES[argument]
    elif kind is op.CATEGORY and argument in _OTHERS:
        yield from _all_but(_CLASSES[_OTHERS[argument]])
    else:
        raise _UndecidedError


def _all_but(letters: Letters) -> Letters:
    found, start = [], 0
    for low, high in sorted(letters):
        if start < low:
            found.append((start, low - 1))
        start = max(start, high + 1)
    return (*found, (start, _LAST)) if start <= _LAST else tuple(found)
