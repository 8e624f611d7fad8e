"""The words about a name that is not known: what is, and which of them was meant."""

import difflib
from collections.abc import Iterable

MOST_LISTED = 40
"""More names than a sentence holds."""


def unknown_name(kind: str, name: str, known: Iterable[str]) -> str:
    """`unknown label 'statuss'; did you mean 'status'? (known: source, status)`."""
    return f"unknown {kind} {name!r}{did_you_mean(name, known)}"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'? (known: x, y)` for a word that is not among `known`.

    The guess is left out when nothing is near; the list when there is nothing to list, and where
    it is long and something is near.
    """
    names = sorted(known)
    if len(names) > MOST_LISTED and (near := guess(word, names)):
        return near
    listing = f" (known: {', '.join(names)})" if names else " (none are known)"
    return guess(word, names) + listing


def guess(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?`, or nothing where nothing is near; for names too many to list."""
    near = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""
