"""The line of pyproject.toml that an error is about: the parser of TOML gives values without lines.

A line counts where it is a table's head or a key that the parsed file has, too.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from toolkit.errors import ConfigurationError

_PART = r"""(?:[\w-]+|"[^"\n]*"|'[^'\n]*')"""
_HEAD = re.compile(rf"\s*\[\s*({_PART}(?:\s*\.\s*{_PART})*)\s*\]\s*(?:#.*)?$")
_KEY = re.compile(rf"\s*({_PART}(?:\s*\.\s*{_PART})*)\s*=")
_MULTILINE = re.compile(r"\"{3}|'{3}")
_ABOUT = re.compile(
    r"""\[(?P<table>tool\.toolkit[^\]]*)\](?P<keys>(?:\ [\w-]+|\ '[^']+')*)
    (?::\ unknown\ key\ '(?P<unknown>[^']+)')?""",
    re.VERBOSE,
)

_Place = tuple[str, ...]


@contextmanager
def lines_told(path: Path) -> Iterator[None]:
    """Give an error about the file at `path` the line, where it is found.

    The message of such an error begins with `path: [TABLE] KEY`.
    """
    try:
        yield
    except ConfigurationError as error:
        try:
            line = _line_of(error.message.removeprefix(f"{path}: "), path.read_text("utf-8"))
        except (OSError, ValueError):  # no file, or not TOML: the error says so
            line = None
        if line is None:
            raise
        rest = error.message.removeprefix(str(path))
        raise ConfigurationError(f"{path}:{line}{rest}", fix=error.fix) from None


def _line_of(words: str, text: str) -> int | None:
    """The line that a message is about: of its key, else of its table. None for neither."""
    about = _ABOUT.match(words)
    if about is None:
        return None
    keys = (x.strip("'") for x in (*about["keys"].split(), about["unknown"] or "") if x)
    wanted = (*_parts(about["table"]), *keys)
    lines = [*_lines(text)]
    for length in range(len(wanted), 0, -1):
        # A table may be written by its keys alone: commands.run = "…".
        below = (line for place, line in lines if place[:length] == wanted[:length])
        if line := next(below, 0):
            return line
    return None


def _lines(text: str) -> Iterator[tuple[_Place, int]]:
    """Each table and key that stands on a line of its own, and the line, from 1."""
    data = tomllib.loads(text)
    table: _Place = ()
    quotes = ""  # of the text of several lines that is open
    for number, line in enumerate(text.splitlines(), 1):
        was_open = quotes
        for each in _MULTILINE.findall(line):
            quotes = "" if quotes == each else quotes or each
        if was_open:
            continue
        head, key = _HEAD.match(line), _KEY.match(line)
        if head and _has(data, _parts(head[1])):
            table = _parts(head[1])
            yield table, number
        elif key and _has(data, (*table, *_parts(key[1]))):
            yield (*table, *_parts(key[1])), number


def _parts(dotted: str) -> _Place:
    return tuple(part.strip("\"'") for part in re.findall(_PART, dotted))


def _has(data: object, path: _Place) -> bool:
    for part in path:
        if not isinstance(data, Mapping) or part not in data:
            return False
        data = data[part]
    return True
