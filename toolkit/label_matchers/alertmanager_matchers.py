"""Label matchers as Alertmanager reads them, and what several of them together let through.

Nothing here decides more than it can know: a regular expression that is more than a list of
words is compared only with itself, with the empty value and with words.
Source: https://prometheus.io/docs/alerting/latest/configuration/#label-matchers
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from toolkit.findings import Location
from toolkit.label_matchers import go_regexps

_MATCHER = re.compile(
    r"""\s*(?:"(?P<quoted>(?:[^"\\]|\\.)+)"|(?P<name>[^\W\d][\w.:/-]*))
    \s*(?P<op>=~|!=|!~|=)\s*
    (?:"(?P<text>(?:[^"\\]|\\.)*)"|(?P<bare>[^"{}]*?))\s*$""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_WORD = re.compile(r"(?:[^\\.+*?()|\[\]{}^$]|\\[^\w\s])*", re.DOTALL)
# Every alert has a name, so that no matcher can ask for alerts without one.
ALWAYS_SET = frozenset({"alertname"})
# Ten routes of ten words each: more combinations than any real route asks for.
MOST_CASES = 1000


@dataclass(frozen=True, slots=True)
class Matcher:
    """`name`, one of the operators `=`, `!=`, `=~`, `!~`, and `value`; a place to point to."""

    name: str
    op: str
    value: str
    location: Location

    def __str__(self) -> str:
        value = self.value.replace("\\", "\\\\").replace('"', '\\"')
        return f'{self.name}{self.op}"{value}"'

    @property
    def pattern(self) -> re.Pattern[str] | None:
        """The regular expression; None for `=` and `!=`, and for what Python cannot read."""
        return go_regexps.compiled(self.value) if self.op in {"=~", "!~"} else None

    @property
    def takes_everything(self) -> bool:
        """Whether it is a regular expression that lets every value through, the empty too."""
        return self.op == "=~" and _bare(self.value) == ".*"

    @property
    def words(self) -> tuple[str, ...] | None:
        """The only values that it lets through, where they can be listed."""
        if self.op == "=":
            return (self.value,)
        if self.op != "=~":
            return None
        parts = _bare(self.value).split("|")
        if not all(_WORD.fullmatch(part) for part in parts):
            return None
        return tuple(_ESCAPED.sub(r"\1", part) for part in parts)

    def takes(self, value: str, *, unknown: bool) -> bool:
        """Whether it lets the value through; `unknown` where that cannot be said."""
        if self.op in {"=", "!="}:
            return (value == self.value) is (self.op == "=")
        if self.pattern is None:
            return unknown
        return (self.pattern.fullmatch(value) is not None) is (self.op == "=~")


def _bare(pattern: str) -> str:
    """The expression without anchors and without a group around all of it."""
    text = pattern.removeprefix("^")
    if text.endswith("$") and not text.endswith("\\$"):
        text = text[:-1]
    if text.startswith("(") and text.endswith(")") and not re.search(r"[()]", text[1:-1]):
        text = text[1:-1].removeprefix("?:")
    return text


def read_matcher(text: str, location: Location) -> Matcher | None:
    """One matcher such as `severity=~"a|b"`; None for what Alertmanager would refuse."""
    match = _MATCHER.match(text)
    if match is None:
        return None
    name = match["name"] if match["quoted"] is None else _ESCAPED.sub(r"\1", match["quoted"])
    # A backslash before anything but these two stays, so that `\.` can be written in quotes.
    value = match["bare"]
    if match["text"] is not None:
        value = re.sub(r'\\(["\\n])', lambda m: "\n" if m[1] == "n" else m[1], match["text"])
    return Matcher(name, match["op"], value, location)


def split_matchers(text: str) -> list[str]:
    """The matchers of one text: `{a="b",c="d,e"}` has two."""
    inner = text.strip()
    if inner.startswith("{") and inner.endswith("}"):
        inner = inner[1:-1]
    parts = re.findall(r'(?:"(?:[^"\\]|\\.)*"|[^,"]|")+', inner)
    return [part for part in parts if part.strip()]


def values_of(matchers: Iterable[Matcher], name: str) -> tuple[str, ...] | None:
    """The only values of a label that all the matchers let through, where they can be listed."""
    about = [matcher for matcher in matchers if matcher.name == name]
    lists = [matcher.words for matcher in about if matcher.words is not None]
    if not lists:
        return () if any(x.op == "!~" and _bare(x.value) == ".*" for x in about) else None
    least = min(lists, key=len)
    return tuple(
        value
        for value in dict.fromkeys(least)
        if all(matcher.takes(value, unknown=True) for matcher in about)
        and not (value == "" and name in ALWAYS_SET)
    )


def contradiction(matchers: Sequence[Matcher]) -> tuple[Matcher, ...]:
    """The matchers of one label that no value satisfies; empty where there are none."""
    for name in dict.fromkeys(matcher.name for matcher in matchers):
        if values_of(matchers, name) == ():
            return tuple(matcher for matcher in matchers if matcher.name == name)
    return ()


def implies(given: Sequence[Matcher], wanted: Matcher) -> bool:
    """Whether each alert that all of `given` let through is surely let through by `wanted`."""
    if wanted.takes_everything:
        return True
    values = values_of(given, wanted.name)
    if values is not None:
        return all(wanted.takes(value, unknown=False) for value in values)
    about = [matcher for matcher in given if matcher.name == wanted.name]
    if any((x.op, x.value) == (wanted.op, wanted.value) for x in about):
        return True
    takes_all_but_empty = (wanted.op, wanted.value) in {("!=", ""), ("=~", ".+")}
    never_empty = wanted.name in ALWAYS_SET or any(not x.takes("", unknown=True) for x in about)
    return takes_all_but_empty and never_empty


def all_implied(given: Sequence[Matcher], wanted: Iterable[Matcher]) -> bool:
    """Whether `given` implies every matcher of `wanted`."""
    return all(implies(given, matcher) for matcher in wanted)


def cases(matchers: Sequence[Matcher]) -> Iterator[tuple[Matcher, ...]]:
    """The matchers with one value for each label whose values can be listed, in all combinations.

    Where there are too many, the matchers as they are.
    """
    listed = {m.name: v for m in matchers if (v := values_of(matchers, m.name)) is not None}
    rest = tuple(matcher for matcher in matchers if matcher.name not in listed)
    places = {matcher.name: matcher.location for matcher in matchers}
    number = 1
    for values in listed.values():
        number *= len(values)
    if number > MOST_CASES:
        yield tuple(matchers)
        return
    for chosen in itertools.product(*listed.values()):
        pairs = zip(listed, chosen, strict=True)
        yield (*rest, *(Matcher(name, "=", value, places[name]) for name, value in pairs))
