"""Regular expressions as Go reads them (RE2), which Prometheus and Alertmanager ask for.

Python reads most of them alike. Where it would read another thing, nothing is decided.
Source: https://github.com/google/re2/wiki/Syntax
"""

import functools
import re
import warnings

# Classes and flags of Go that Python has not, or has with another meaning: `{,3}` is text to Go.
_OTHERWISE = re.compile(r"\\[pPzCQE]|\(\?[a-zA-Z]*U|\[:\^?\w+:\]|\{,\d*\}")
_CLASS = re.compile(r"\\[dDwWsSbB]")
_IGNORES_CASE = re.compile(r"\(\?[a-zA-Z]*i")
_TOKENS = re.compile(
    r"(?P<literal>\\Q.*?(?:\\E|$)|\\.|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]|\(\?(?:P?<[^>]*>|[a-zA-Z-]*[:)]?))"
    r"|(?P<repeat>(?:[*+?]|\{(?P<low>\d+)(?:,(?P<high>\d*))?\})\??)|(?P<other>.)",
    re.DOTALL,
)
# Escapes and flags of Rust, in which the parser checks patterns, that Go has not.
_OF_RUST = re.compile(r"\\[uU]|\(\?[a-zA-Z]*-?[a-zA-Z]*[xuR]")
_MOST_REPEATS = 1000


@functools.lru_cache(maxsize=1024)
def compiled(pattern: str) -> re.Pattern[str] | None:
    """The pattern, to be matched with `fullmatch`; None where Python would read another thing."""
    if _OTHERWISE.search(pattern) or refused_repeat(pattern) or refused_part(pattern):
        return None
    # Go's classes are those of ASCII, and yet it folds the cases of all letters.
    has_class = _CLASS.search(pattern) is not None
    if has_class and not pattern.isascii() and _IGNORES_CASE.search(pattern):
        return None
    flags = re.DOTALL | re.ASCII if has_class else re.DOTALL
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", FutureWarning)  # what Python may come to read otherwise
            return re.compile(pattern, flags)
    except (re.error, FutureWarning, OverflowError, RecursionError):
        return None


def fits(pattern: str, value: str) -> bool | None:
    """Whether a value matches as a whole; None where that cannot be said."""
    found = compiled(pattern)
    return None if found is None else found.fullmatch(value) is not None


def refused_part(pattern: str) -> str:
    """The escape, or the beginning of a group with flags, that Go refuses; or nothing."""
    for token in _TOKENS.finditer(pattern):
        literal = token["literal"] or ""
        if not literal.startswith("\\Q") and (found := _OF_RUST.match(literal)):
            return found[0]
    return ""


def refused_repeat(pattern: str) -> str:
    """The repetition that Go refuses, or nothing: one right after another, or of more than 1000.

    Those around it count too: `(a{100}){11}` repeats 1100 times.
    """
    before = ""
    heaviest, last = [1], 1  # of each open group, and of what stands before
    for token in _TOKENS.finditer(pattern):
        repeat = token["repeat"] or ""
        if repeat and before:
            return before + repeat
        if repeat:
            last *= _repeats(token)
            if last > _MOST_REPEATS:
                return repeat
            heaviest[-1] = max(heaviest[-1], last)
        elif _opens(token[0]):
            heaviest.append(1)
        elif token["other"] == ")" and len(heaviest) > 1:
            last = heaviest.pop()
            heaviest[-1] = max(heaviest[-1], last)
        else:
            last = 1
        before = repeat
    return ""


def _opens(text: str) -> bool:
    return text == "(" or (text.startswith("(?") and not text.endswith(")"))


def _repeats(token: re.Match[str]) -> int:
    """How often, as Go counts: at most, or at least where there is no most."""
    numbers = [x for x in (token["low"], token["high"]) if x]
    if any(len(x) > len(str(_MOST_REPEATS)) or int(x) > _MOST_REPEATS for x in numbers):
        return _MOST_REPEATS + 1
    return max(1, *map(int, numbers)) if numbers else 1
