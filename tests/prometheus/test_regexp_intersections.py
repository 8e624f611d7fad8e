"""Texts that fit several patterns: what is certain holds for every text that was tried."""

import itertools
import random
import re

import pytest

from toolkit.prometheus.regexp_intersections import overlap

DECIDED = {
    "two beginnings": (("a.*", "b.*"), (), False),
    "a beginning and an end": (("a.*", ".*b"), (), True),
    "a class and what is not in it": (("[a-c]", "[^a-c]"), (), False),
    "a pattern without itself": (("a.*",), ("a.*",), False),
    "a pattern without a part of it": (("a.*",), ("ab.*",), True),
    "anything without something": ((".*",), (".+",), True),
    "something without anything": ((".+",), (".*",), False),
    "digits, counted and not": (("\\d{3}",), ("\\d+",), False),
    "digits in another script": (("\u0663",), ("\\d",), True),
    "fewer than are asked for": (("a{2,3}", "a{4,}"), (), False),
    "nothing and something": (("", ".+"), (), False),
    "words": (("\\w+", "\\W+"), (), False),
    "white space": (("\\s",), (" ", "\\t", "\\n", "\\f", "\\r"), False),
    "a line's end": (("a.b", "a\nb"), (), True),
    "nothing is asked for": ((), ("a.*",), True),
    "nothing is left": ((), (".*",), False),
    "a class without its last letter": (("[a-c]", "[b-d]"), ("b", "c"), False),
    "the last of all letters": (("[^\\x00-\\U0010FFFE]",), (), True),
}


@pytest.mark.parametrize(("fitting", "refusing", "wanted"), DECIDED.values(), ids=DECIDED)
def test_decides(fitting: tuple[str, ...], refusing: tuple[str, ...], *, wanted: bool) -> None:
    assert overlap(fitting, refusing) is wanted


UNDECIDED = {
    "a pattern that is none": "(",
    "letters of either case": "(?i)a",
    "the edge of a word": "a\\b",
    "a dot that takes no line break": "(?-s:.)",
    "a named class among others": "[^[:space:]]",
    "what Python alone reads as a repetition": "a{,3}",
    "a class of Unicode": "\\pL",
    "more states than are made": "a{600}b{600}",
    "more sets of states than are visited": "(a|b)*a(a|b){12}",
}


@pytest.mark.parametrize("pattern", UNDECIDED.values(), ids=UNDECIDED)
def test_decides_nothing_of(pattern: str) -> None:
    assert overlap((pattern, "c.*")) is (False if "{12}" in pattern else None)
    assert overlap((pattern,), (".*c", pattern)) is None


def some_pattern(source: random.Random, depth: int = 0) -> str:
    inner = [some_pattern(source, depth + 1) for _ in range(2)] if depth < 4 else []
    plain = source.choice(("a", "b", "c", ".", "[ab]", "[^a]"))
    if not inner or source.random() < 0.35:
        return plain
    joined = f"({inner[0]}|{inner[1]})"
    repeated = f"({inner[0]}){source.choice(('*', '+', '?', '{1,2}', '{2}'))}"
    return source.choice((inner[0] + inner[1], joined, repeated))


def test_no_short_text_fits_what_no_text_fits() -> None:
    source = random.Random(7)
    words = ["".join(x) for n in range(5) for x in itertools.product("abcd", repeat=n)]
    never = 0
    for _ in range(150):
        fitting = tuple(some_pattern(source) for _ in range(source.choice((1, 2))))
        refusing = tuple(some_pattern(source) for _ in range(source.choice((0, 1))))
        fit = [w for w in words if all(re.fullmatch(x, w) for x in fitting)]
        left = [w for w in fit if not any(re.fullmatch(x, w) for x in refusing)]
        decided = overlap(fitting, refusing)
        never += decided is False
        assert not (left and decided is False), (fitting, refusing, left)
    assert never > 20
