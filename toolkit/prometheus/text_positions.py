"""Values as they are written in their files: where a part of one stands, to the column."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

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


def slice_of(path: str, lines: Sequence[str], node: yaml.Node) -> SourceText:
    """What stands in the file between the marks of a node."""
    first, last = node.start_mark, node.end_mark
    text = "\n".join(lines[first.line : last.line + 1])
    cut = len(lines[last.line]) - last.column if last.line < len(lines) else 0
    text = text[first.column : len(text) - cut]
    return SourceText(Location(path, first.line + 1, first.column + 1), text)


def line_of(path: str, lines: Sequence[str], node: yaml.Node) -> SourceText:
    """The whole line in which a node begins, its end included."""
    number = node.start_mark.line
    return SourceText(Location(path, number + 1, 1), lines[number] + "\n")


def lines_of(path: str, lines: Sequence[str], node: yaml.Node) -> SourceText:
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
    if alone is None or getattr(node, "flow_style", True):
        return SourceText(start, "")
    return SourceText(start, "".join(f"{x}\n" for x in lines[first.line : number]))
