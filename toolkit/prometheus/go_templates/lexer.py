"""The tokens of a Go template: text, and what stands between `{{` and `}}`.

Source of the grammar: https://pkg.go.dev/text/template
"""

import re
from typing import NamedTuple


class TemplateError(ValueError):
    """Not a template; `offset` is the place in its text."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message, self.offset = message, offset


class Token(NamedTuple):  # there are many, and a tuple is made in a third of a dataclass' time
    """`kind` is one of the groups of the patterns below, or `text`, `open`, `close`."""

    kind: str
    text: str
    offset: int


_OPEN = re.compile(r"\{\{(-(?=[ \t\r\n]))?")
_CLOSE = re.compile(r"(?<=[ \t\r\n])-\}\}|\}\}")
# A comment begins at once, or after the one space of a trim marker.
_COMMENT = re.compile(r"(?<=\{\{)/\*|(?<=\{\{-)[ \t\r\n]/\*")
_ESCAPE = re.compile(r"\\(?:[abfnrtv\\\"]|[0-7]{3}|x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8})")
_INSIDE = re.compile(
    r"""(?P<space>[ \t\r\n]+)
    |(?P<string>"(?:\\.|[^"\\\n])*"|`[^`]*`)
    |(?P<char>'(?:\\.|[^'\\\n])+')
    |(?P<number>[+-]?(?:0[xX][0-9a-fA-F_]+|0[bBoO][0-7_]+|(?:\d[\d_]*(?:\.\d*)?|\.\d+)
        (?:[eE][+-]?\d+)?)i?(?![\w.]))
    |(?P<variable>\$\w*)
    |(?P<field>\.\w+)
    |(?P<dot>\.)
    |(?P<word>[^\W\d]\w*)
    |(?P<sign>:=|[=|(),])""",
    re.VERBOSE,
)


def tokens(text: str) -> list[Token]:
    """The tokens of a template. Raises TemplateError where none can be read."""
    found: list[Token] = []
    at = 0
    while opening := _OPEN.search(text, at):
        start, end = opening.span()
        if start > at:
            found.append(Token("text", text[at:start], at))
        if _COMMENT.match(text, end):
            at = _after_comment(text, end)
            continue
        found.append(Token("open", text[start:end], start))
        at = _inside(text, end, found)
    if at < len(text):
        found.append(Token("text", text[at:], at))
    return found


def _after_comment(text: str, start: int) -> int:
    end = text.find("*/", start)
    if end < 0:
        raise TemplateError("unclosed comment", start)
    closing = re.compile(r"[ \t\r\n]+-\}\}|\}\}").match(text, end + 2)
    if closing is None:
        raise TemplateError("comment ends before closing delimiter", end)
    return closing.end()


def _inside(text: str, at: int, found: list[Token]) -> int:
    """Add the tokens of an action to `found`; the place after it."""
    while True:
        if closing := _CLOSE.match(text, at):
            found.append(Token("close", closing.group(), at))
            return closing.end()
        match = _INSIDE.match(text, at)
        if match is None:
            raise TemplateError(_unread(text, at), at)
        token = Token(match.lastgroup or "", match.group(), at)
        if token.text.startswith('"') and "\\" in _ESCAPE.sub("", token.text):
            raise TemplateError(f"unknown escape in {token.text}", at)
        found.append(token)
        at = match.end()


def _unread(text: str, at: int) -> str:
    if at >= len(text):
        return "unclosed action"
    if text[at] == '"':
        return "unterminated quoted string"
    if text[at] == "`":
        return "unterminated raw quoted string"
    if text[at] == "'":
        return "unterminated character constant"
    return f"unexpected {text[at]!r} in an action"
