"""Whether a value is what an annotation says, or why not.

An annotation becomes a function that gives the value back, a list as the tuple that is meant,
or raises MismatchError. `Annotated[…, Claim(…)]` says what its type alone does not.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from toolkit.definition_arguments.words_of_errors import (
    called,
    member_meant,
    number_meant,
    object_meant,
    shown,
)
from toolkit.unknown_name_did_you_mean import did_you_mean

Accept = Callable[[Any], Any]


class MismatchError(Exception):
    """`value`, found at `path` of what was given (empty: the whole), is not `expected`.

    `write` is the Python that was probably meant instead; `hint` a sentence, where that is
    all that can be said.
    """

    def __init__(self, value: object, expected: str, *, write: str = "", hint: str = "") -> None:
        super().__init__(expected)
        self.value, self.expected, self.write, self.hint = value, expected, write, hint
        self.path = ""

    def within(self, path: str) -> "MismatchError":
        """The same, seen from the value that holds it at `path`."""
        self.path = path + self.path
        return self


@dataclass(frozen=True, slots=True)
class Claim:
    """What holds of a value beyond its type: in words, as a test, and a guess at what is meant.

    `guess` gives Python source, or an empty text. Both functions get any value whatever.
    """

    words: str
    holds: Callable[[Any], bool]
    guess: Callable[[Any], str] = lambda _: ""


def accepting(hint: Any) -> Accept:
    """The function that takes a value for the annotation `hint`."""
    made = _MADE_OF.get(get_origin(hint))
    if made is not None:
        return made(hint, get_args(hint))
    if hint is str:
        return _text
    if hint is float or hint is int:
        return _number(hint)
    if getattr(hint, "_is_protocol", False):
        return _protocol(hint)
    if isinstance(hint, type) and hint is not Any:
        return _enumeration(hint) if issubclass(hint, Enum) else _instance(hint)
    return lambda value: value


def _claimed(_: object, inside: tuple[Any, ...]) -> Accept:
    accept, claim = accepting(inside[0]), inside[1]

    def take(value: Any) -> Any:
        try:
            taken = accept(value)
        except MismatchError as error:
            write = claim.guess(value) or error.write
            raise MismatchError(value, claim.words, write=write) from None
        if not claim.holds(taken):
            raise MismatchError(value, claim.words, write=claim.guess(value))
        return taken

    return take


def _text(value: Any) -> Any:
    if not isinstance(value, str):
        raise MismatchError(value, called(str), write=object_meant(value, str))
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise MismatchError(value, "text that UTF-8 can write") from None
    return value


def _tuple(hint: object, inside: tuple[Any, ...]) -> Accept:
    accept = accepting(inside[0])
    plain = {inside[0]} if isinstance(inside[0], type) and inside[0] not in {str, float} else None

    def take(value: Any) -> Any:
        if type(value) is tuple:
            if not value or {*map(type, value)} == plain:  # the quick way
                return value
        else:
            if not isinstance(value, list | tuple):
                raise MismatchError(value, called(hint), write=_as_tuple(value, accept))
            value = tuple(value)
        same, taken = True, []
        for number, each in enumerate(value):
            try:
                taken.append(accept(each))
            except MismatchError as error:
                raise error.within(f"[{number}]") from None
            same = same and taken[-1] is each
        return value if same else tuple(taken)

    return take


def _as_tuple(value: Any, accept: Accept) -> str:
    """The tuple that was meant by a single item, by `"a, b"`, or by another collection."""
    if isinstance(value, str) and "," in value:
        words = [word.strip() for word in value.split(",") if word.strip()]
        if all(map(_is_taken(accept), words)):
            return f"({', '.join(map(shown, words))}{',' if len(words) == 1 else ''})"
    if _is_taken(accept)(value):
        return f"({shown(value)},)"
    return "tuple(…)" if hasattr(value, "__iter__") and not isinstance(value, str) else ""


def _is_taken(accept: Accept) -> Callable[[object], bool]:
    def is_taken(value: object) -> bool:
        try:
            accept(value)
        except MismatchError:
            return False
        return True

    return is_taken


def _union(hint: object, options: tuple[Any, ...]) -> Accept:
    takes = [accepting(option) for option in options]
    real = [option for option in options if option is not NoneType]

    def take(value: Any) -> Any:
        guesses = []
        for option, accept in zip(options, takes, strict=True):
            try:
                return accept(value)
            except MismatchError as error:
                if len(real) == 1 and option is real[0] and error.path:
                    raise
                guesses.append(error.write)
        raise MismatchError(value, called(hint), write=next(filter(None, guesses), ""))

    return take


def _literal(_: object, words: tuple[Any, ...]) -> Accept:
    def take(value: Any) -> Any:
        if value not in words:
            near = did_you_mean(str(value), map(str, words)).lstrip("; ")
            raise MismatchError(value, "one of " + ", ".join(map(shown, words)), hint=near)
        return value

    return take


def _mapping(hint: object, inside: tuple[Any, ...]) -> Accept:
    key, item = map(accepting, inside)

    def take(value: Any) -> Any:
        if not isinstance(value, Mapping):
            raise MismatchError(value, called(hint), write="{…: …}")
        same, taken = True, {}
        for name, each in value.items():
            try:
                key(name)
            except MismatchError as error:
                raise error.within(" has a key that") from None
            try:
                taken[name] = item(each)
            except MismatchError as error:
                raise error.within(f"[{shown(name)}]") from None
            same = same and taken[name] is each
        return value if same else taken

    return take


def _number(kind: type) -> Accept:
    types = (int,) if kind is int else (int, float)

    def take(value: Any) -> Any:
        if not isinstance(value, types) or isinstance(value, bool):
            raise MismatchError(value, called(kind), write=number_meant(value, kind))
        if isinstance(value, float) and not math.isfinite(value):
            raise MismatchError(value, "a finite number")
        return value

    return take


def _protocol(hint: Any) -> Accept:
    members = {name for name in vars(hint) if not name.startswith("_")}

    def take(value: Any) -> Any:
        if not all(hasattr(type(value), name) for name in members):
            raise MismatchError(value, called(hint))
        return value

    return take


def _enumeration(kind: type[Enum]) -> Accept:
    def take(value: Any) -> Any:
        if not isinstance(value, kind):
            raise MismatchError(value, called(kind), write=member_meant(value, kind))
        return value

    return take


def _instance(kind: type) -> Accept:
    def take(value: Any) -> Any:
        if not isinstance(value, kind):
            raise MismatchError(value, called(kind), write=object_meant(value, kind))
        return value

    return take


_MADE_OF: dict[object, Callable[[Any, tuple[Any, ...]], Accept]] = {
    Annotated: _claimed,
    tuple: _tuple,
    Union: _union,
    UnionType: _union,
    Literal: _literal,
    Mapping: _mapping,
}
