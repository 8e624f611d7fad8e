"""The words of a LogQL query, and a reader that goes through them.

Grafana's variables are words of a kind of their own, since one may stand for anything.
Source: https://grafana.com/docs/loki/latest/query/
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

_TOKENS = re.compile(
    r"""(?P<space>(?:\s|\#[^\n]*)+)
    |(?P<text>"(?:\\.|[^"\\\n])*"|`[^`]*`)
    |(?P<variable>\$\{[^}]*\}|\$\w+|\[\[\w+(?::\w+)?\]\])
    |(?P<amount>\d+(?:\.\d+)?(?:ns|us|µs|ms|[smhdwy]|[kKMGTPE]?i?[bB])(?:\d+(?:ns|us|µs|ms|[smhdwy]))*(?!\w))
    |(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|0x[0-9a-fA-F]+)
    |(?P<word>[A-Za-z_][\w:.]*)
    |(?P<flag>--[a-z-]+)
    |(?P<sign>\|=|\|~|\|>|!=|!~|!>|=~|==|>=|<=|[-+*/%^(){}\[\],|=<>])""",
    re.VERBOSE,
)


class LogQLError(ValueError):
    """Not LogQL; the text says what was met, and `position` where."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


@dataclass(frozen=True, slots=True)
class Token:
    """One word: of what kind, and where it begins."""

    kind: str
    text: str
    position: int


def tokens(text: str) -> list[Token]:
    """The words of `text`, and an empty one for its end. Raises LogQLError."""
    found, position = [], 0
    while position < len(text):
        match = _TOKENS.match(text, position)
        if not match:
            raise LogQLError(f"{text[position]!r} is not understood", position)
        kind = str(match.lastgroup)
        if kind != "space":
            found.append(Token(kind, match[0], position))
        position = match.end()
    return [*found, Token("end", "", len(text))]


class TokenReader:
    """Goes through the words from left to right: looks at the next, takes it, or refuses it."""

    def __init__(self, text: str) -> None:
        self._tokens, self._at = tokens(text), 0

    @property
    def kind(self) -> str:
        """The kind of the next word."""
        return self._tokens[self._at].kind

    def refuse(self, wanted: str) -> None:
        """Raises LogQLError, naming what would be right here."""
        token = self._tokens[self._at]
        met = repr(token.text) if token.kind != "end" else "the end"
        raise LogQLError(f"expected {wanted}, not {met}", token.position)

    def is_next(self, *texts: str) -> bool:
        """Whether the next word is one of these."""
        return self._tokens[self._at].text in texts and self.kind in {"sign", "word"}

    def is_followed_by(self, text: str) -> bool:
        """Whether that comes after the next word."""
        return self.kind != "end" and self._tokens[self._at + 1].text == text

    def takes(self, *texts: str) -> bool:
        """Take the next word where it is one of these."""
        if self.is_next(*texts):
            self._at += 1
            return True
        return False

    def needs(self, text: str) -> None:
        """Take that word. Raises LogQLError for another."""
        if not self.takes(text):
            self.refuse(repr(text))

    def takes_kind(self, *kinds: str) -> bool:
        """Take the next word where it is of one of these kinds."""
        if self.kind in kinds:
            self._at += 1
            return True
        return False

    def needs_kind(self, wanted: str, *kinds: str) -> None:
        """Take a word of one of these kinds, or a variable. Raises LogQLError, naming `wanted`."""
        if not self.takes_kind("variable", *kinds):
            self.refuse(wanted)

    def items(self, item: Callable[[], None], end: str) -> None:
        """Take items between commas, and `end`."""
        item()
        while self.takes(","):
            item()
        self.needs(end)
