"""A table or a key of a TOML file, as an error about it names it: with the file and its line.

The parser of TOML gives values without lines. A line of the text counts where it is a table's head
or a key that the parsed file has, too.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from toolkit.errors import ConfigurationError

_PART = r"""(?:[\w-]+|"[^"\n]*"|'[^'\n]*')"""
_HEAD = re.compile(rf"\s*(\[\[?)\s*({_PART}(?:\s*\.\s*{_PART})*)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(rf"\s*({_PART}(?:\s*\.\s*{_PART})*)\s*=")
# Texts of several lines, and what may hold their quotes without being one.
_TEXT = re.compile(
    r""""{3}(?:\\.|[^\\])*?"{3,5}|'{3}.*?'{3,5}|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|\#[^\n]*""", re.DOTALL
)
_BARE = re.compile(r"[\w-]+")

_Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TomlPlace:
    """`FILE: [TABLE] KEY`. Without a file, whoever shows it knows which one is meant.

    `words` are said in place of the keys, where those are not what a reader looks for.
    """

    file: Path | None
    table: _Path = ()
    keys: _Path = ()
    words: str = ""

    def below(self, name: str) -> "TomlPlace":
        """The table of that name inside this table."""
        return replace(self, table=(*self.table, name))

    def key(self, *names: str, words: str = "") -> "TomlPlace":
        """A key of this table, or one further in. Those of a list count from 0, as text."""
        if self.words and not words:
            words = f"{self.words} {' '.join(names)}"
        return replace(self, keys=(*self.keys, *names), words=words)

    def error(self, message: str, *, fix: str = "", of_key: str = "") -> ConfigurationError:
        """What is wrong here; the line is that of `of_key` inside, where it is given."""
        line = _line_of(self.file, (*self.table, *self.keys, *([of_key] if of_key else [])))
        return ConfigurationError(f"{self._told(line)}: {message}", fix=fix)

    def __str__(self) -> str:
        return self._told(None)

    def _told(self, line: int | None) -> str:
        parts = (x if _BARE.fullmatch(x) else f'"{x}"' for x in self.table)
        table = f"[{'.'.join(parts)}]" if self.table else ""
        names = (x if _BARE.fullmatch(x) else repr(x) for x in self.keys)
        inside = " ".join(x for x in (table, self.words or " ".join(names)) if x)
        file = f"{self.file}:{line}" if line else str(self.file or "")
        return ": ".join(x for x in (file, inside) if x)


def _line_of(file: Path | None, wanted: _Path) -> int | None:
    """The line of what is wanted, else of the nearest table around it. None for neither."""
    try:
        lines = [*_lines(file.read_text("utf-8"))] if file else []
    except (OSError, ValueError):  # no file, or not TOML: the error says so
        return None
    for length in range(len(wanted), 0, -1):
        # A table may be written by its keys alone: commands.run = "…".
        below = (line for place, line in lines if place[:length] == wanted[:length])
        if line := next(below, 0):
            return line
    return None


def _lines(text: str) -> Iterator[tuple[_Path, int]]:
    """Each table and key that stands on a line of its own, and the line, from 1."""
    data = tomllib.loads(text)
    table: _Path = ()
    numbers: dict[_Path, int] = {}  # of the tables of a list: how many there were
    texts = _lines_in_texts(text)
    # TOML has no other ends of lines; str.splitlines() would count those inside texts, too.
    for number, line in enumerate(text.split("\n"), 1):
        if number in texts:
            continue
        head, key = _HEAD.match(line), _KEY.match(line)
        if head:
            named = _parts(head[2])
            if head[1] == "[[":
                numbers[named] = numbers.get(named, -1) + 1
            # Tables below one of a list belong to its last table so far.
            named = _numbered(named, numbers)
            if _has(data, named):
                table = named
                yield table, number
        elif key and _has(data, (*table, *_parts(key[1]))):
            yield (*table, *_parts(key[1])), number


def _lines_in_texts(text: str) -> set[int]:
    """The lines that begin inside a text of several lines."""
    found: set[int] = set()
    line, seen = 1, 0
    for each in _TEXT.finditer(text):
        line += text.count("\n", seen, each.start())
        more = each[0].count("\n")
        found.update(range(line + 1, line + more + 1))
        line, seen = line + more, each.end()
    return found


def _numbered(named: _Path, numbers: Mapping[_Path, int]) -> _Path:
    """The path with the number of the table behind each name of a list of tables."""
    found: list[str] = []
    for end, part in enumerate(named, 1):
        found.append(part)
        if named[:end] in numbers:
            found.append(str(numbers[named[:end]]))
    return tuple(found)


def _parts(dotted: str) -> _Path:
    return tuple(part.strip("\"'") for part in re.findall(_PART, dotted))


def _has(data: object, path: _Path) -> bool:
    for part in path:
        if isinstance(data, Mapping) and part in data:
            data = data[part]
        elif isinstance(data, Sequence) and part.isdigit() and int(part) < len(data):
            data = data[int(part)]
        else:
            return False
    return True
