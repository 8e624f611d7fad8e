"""The words for annotations and values in errors about arguments, and guesses at what was meant."""

import difflib
import math
from collections.abc import Mapping, Sequence
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

_MOST_SHOWN = 60
_MOST_BITS = 180  # of a whole number that is shown; Python refuses to write the longest
_ENOUGH = 3  # items by which a collection is known
_WORDS: dict[object, str] = {
    str: "text",
    bool: "True or False",
    int: "a whole number",
    float: "a number",
    NoneType: "None",
}


def called(hint: Any, *, article: bool = True) -> str:
    """What an annotation means, in words: `a tuple of text`."""
    origin, inside = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return str(inside[1].words)
    if origin is tuple:
        return f"a tuple of {called(inside[0], article=False)}"
    if origin in {Union, UnionType}:
        return " or ".join(called(each, article=article) for each in inside)
    if origin is Mapping:
        return f"a mapping from {called(inside[0])} to {called(inside[1])}"
    if isinstance(hint, type) and issubclass(hint, Enum):
        members = ", ".join(f"{hint.__name__}.{each.name}" for each in hint)
        return f"one of {members}" if members else f"a member of a {hint.__name__} of your own"
    name = getattr(hint, "__name__", str(hint))
    words = _WORDS.get(hint) or f"{'an' if name[0] in 'AEIOU' else 'a'} {name}"
    return (
        words
        if article
        else f"{words.removeprefix('a ').removeprefix('an ')}{'s' * (hint in {int, float})}"
    )


def sketch(hint: Any) -> str:
    """The outline of a value of an annotation as Python: `Kind.…`, `(…,)`."""
    origin, inside = get_origin(hint), get_args(hint)
    if origin in {Annotated, Union, UnionType}:
        return sketch(inside[0])
    if origin is tuple:
        return f"({sketch(inside[0])},)"
    if origin is Mapping:
        return f"{{{sketch(inside[0])}: {sketch(inside[1])}}}"
    if hint is str:
        return '"…"'
    if not isinstance(hint, type) or hint in _WORDS:
        return "…"
    return f"{hint.__name__}.…" if issubclass(hint, Enum) else f"{hint.__name__}(…)"


def shown(value: object) -> str:
    """A value as Python writes it, cut short; of an object of a class only the name."""
    match value:
        case Enum():
            text = f"{type(value).__name__}.{value.name}"
        case str():
            plain = value.isprintable() and not {'"', "\\"} & set(value)
            text = f'"{value}"' if plain else ascii(value)
        case int() if value.bit_length() > _MOST_BITS:
            text = "a number of very many digits"
        case None | int() | float() | bytes():
            text = repr(value)
        case tuple():
            text = f"({_some(value)}{',' * (len(value) == 1)})"
        case list():
            text = f"[{_some(value)}]"
        case dict() | set() | frozenset():
            text = f"{{{_some(list(value))}{': …' * (isinstance(value, dict) and bool(value))}}}"
        case type():
            text = f"the class {value.__name__}"
        case _:
            text = f"{type(value).__name__}(…)"
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"


def _some(values: Sequence[object]) -> str:
    return ", ".join(map(shown, values[:_ENOUGH])) + ", …" * (len(values) > _ENOUGH)


def number_meant(value: object, kind: type) -> str:
    """The number that was meant, as Python; empty where there is no guess."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    try:
        number = kind(str(value).strip()) if isinstance(value, str) else math.nan
    except ValueError:
        return ""
    return f"{number}" if math.isfinite(number) else ""


def member_meant(value: object, kind: type[Enum]) -> str:
    """The member that was meant by its value, its name, or another enumeration's like it."""
    word = value.name if isinstance(value, Enum) else str(value)
    meant = [each for each in kind if word.lower() in {str(each.value).lower(), each.name.lower()}]
    if not meant and isinstance(value, str):
        near = difflib.get_close_matches(word.upper(), [each.name for each in kind], n=1)
        meant = [each for each in kind if each.name in near]
    return f"{kind.__name__}.{meant[0].name}" if meant else ""


def object_meant(value: object, kind: type) -> str:
    """What was meant where an object of `kind` is wanted; empty where there is no guess."""
    if kind is str:
        return f'"{value}"' if isinstance(value, int | float) else ""
    if kind is bool:
        return {"true": "True", "false": "False", "1": "True", "0": "False"}.get(
            str(value).lower(), ""
        )
    if isinstance(value, str) and value.isprintable() and '"' not in value:
        return f"{kind.__name__}({shown(value)}, …)"
    return ""
