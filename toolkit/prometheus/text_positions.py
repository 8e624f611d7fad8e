"""Values as they are written in their files: where a part of one stands, to the column."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import yaml

from toolkit.findings import Location


@dataclass(frozen=True, slots=True)
class SourceText:
    """The characters of a value in its file, with its quotes and escapes, from `start` on."""

    start: Location
    text: str

    def find(self, part: str, number: int) -> Location | None:
        """Where the part occurs for the time `number`, from 0 on; None where it does not."""
        at = -1
        for _ in range(number + 1):
            at = self.text.find(part, at + 1)
            if at < 0:
                return None
        return self.place(at)

    def place(self, offset: int) -> Location:
        """Where the character at `offset` of the text stands."""
        before = self.text[:offset].split("\n")
        if len(before) == 1:
            return replace(self.start, column=self.start.column + offset)
        start = self.start
        return replace(start, line=start.line + len(before) - 1, column=len(before[-1]) + 1)

    @property
    def end(self) -> Location:
        """The place after the last character."""
        return self.place(len(self.text))


class Places(Mapping[str, Location]):
    """The places of keys in one file, each made when it is asked for: most never are.

    `marks` have line and column from 0 on.
    """

    def __init__(self, path: str, marks: Mapping[str, tuple[int, int]]) -> None:
        self._path, self._marks = path, marks

    def __getitem__(self, key: str) -> Location:
        line, column = self._marks[key]
        return Location(self._path, line + 1, column + 1)

    def __iter__(self) -> Iterator[str]:
        return iter(self._marks)

    def __len__(self) -> int:
        return len(self._marks)


class Extent(NamedTuple):
    """Where a node begins and ends: what is kept of it."""

    start_mark: yaml.Mark
    end_mark: yaml.Mark
    flow_style: bool | None

    @classmethod
    def of(cls, node: yaml.Node) -> "Extent":
        """That of a node of YAML."""
        return cls(node.start_mark, node.end_mark, getattr(node, "flow_style", True))


class SourceTexts(Mapping[str, SourceText]):
    """The texts of keys in a file with these lines, each cut out when it is asked for."""

    def __init__(self, path: str, lines: Sequence[str], cuts: Mapping[str, "Cut"]) -> None:
        self._path, self._lines, self._cuts = path, lines, cuts

    def __getitem__(self, key: str) -> SourceText:
        cut, extent = self._cuts[key]
        return cut(self._path, self._lines, extent)

    def __iter__(self) -> Iterator[str]:
        return iter(self._cuts)

    def __len__(self) -> int:
        return len(self._cuts)


def slice_of(path: str, lines: Sequence[str], node: Extent) -> SourceText:
    """What stands in the file between the marks of a node."""
    first, last = node.start_mark, node.end_mark
    text = "\n".join(lines[first.line : last.line + 1])
    cut = len(lines[last.line]) - last.column if last.line < len(lines) else 0
    text = text[first.column : len(text) - cut]
    return SourceText(Location(path, first.line + 1, first.column + 1), text)


def line_of(path: str, lines: Sequence[str], node: Extent) -> SourceText:
    """The whole line in which a node begins, its end included."""
    number = node.start_mark.line
    return SourceText(Location(path, number + 1, 1), lines[number] + "\n")


def lines_of(path: str, lines: Sequence[str], node: Extent) -> SourceText:
    """The whole lines of an item of a list; empty where other things stand in them too."""
    first, last = node.start_mark, node.end_mark
    ended = lines[last.line][: last.column].strip() if last.line < len(lines) else ""
    number = last.line + bool(ended)  # the mark stands at whatever comes next
    while number > first.line and re.fullmatch(
        r"\s*(#.*)?", (lines[number - 1 : number] or [""])[0]
    ):
        number -= 1
    start = Location(path, first.line + 1, 1)
    alone = re.fullmatch(r"\s*-\s+", lines[first.line][: first.column])
    if alone is None or node.flow_style:
        return SourceText(start, "")
    return SourceText(start, "".join(f"{x}\n" for x in lines[first.line : number]))


Cut = tuple[Callable[[str, Sequence[str], Extent], SourceText], Extent]
"""How a text is cut out of a file, and of which part."""
