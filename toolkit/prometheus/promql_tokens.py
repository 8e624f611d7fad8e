"""The tokens of a PromQL expression, each with its place."""

import re
import sys
from collections.abc import Iterator
from typing import NamedTuple

# Each token with the blanks and comments after it, which no alternative begins with.
_BLANKS = re.compile(r"(?:\s|\#[^\n]*)*+")
_TOKEN = re.compile(
    rf"""(?:(?P<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`)
    |(?P<word>[a-zA-Z_:$][\w:.$]*(?:\{{\w+(?::\w+)?\}})?)
    |(?P<number>0[xX][0-9a-fA-F_]+|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?\w*)
    |(?P<sign>==|!=|<=|>=|=~|!~|</|>/|[-+*/%^<>=(){{}}\[\],@:;])
    |(?P<other>.)){_BLANKS.pattern}""",
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """A word, a number, a string or a sign of an expression, and where it stands."""

    kind: str
    text: str
    start: int
    end: int


def tokens(text: str, start: int = 0, end: int = sys.maxsize) -> list[Token]:
    """The tokens between two places of the text, without blanks and comments."""
    return [
        Token(token.lastgroup or "", text_of(token), token.start(), end_of(token))
        for token in token_matches(text, start, end)
    ]


def token_matches(text: str, start: int = 0, end: int = sys.maxsize) -> Iterator[re.Match[str]]:
    """The same as matches, which are made far sooner; `text_of` and `end_of` read them."""
    blanks = _BLANKS.match(text, start, end)
    return _TOKEN.finditer(text, blanks.end() if blanks else start, end)


def text_of(token: re.Match[str]) -> str:
    """A token without the blanks after it."""
    return token[token.lastindex or 0]


def end_of(token: re.Match[str]) -> int:
    """The place after a token."""
    return token.end(token.lastindex or 0)
