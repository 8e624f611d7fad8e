"""Where each value of a JSON text stands: json.loads says what, this says where."""

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass

from toolkit.findings import Location

Path = tuple[str | int, ...]
AT = "__at"
"""The key under which a part of a loaded text carries its path, where somebody marked it."""

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


@dataclass(frozen=True, slots=True)
class LocatedJson:
    """The places of the values in a valid JSON text, by the keys and indices that lead to them."""

    file: str
    places: Mapping[Path, int]
    lines: tuple[int, ...]  # the offset of each line's first character

    def location(self, path: Path) -> Location:
        """Where the value stands, or the nearest one above it that is in the text."""
        while path and path not in self.places:
            path = path[:-1]
        offset = self.places.get(path, 0)
        line = bisect_right(self.lines, offset)
        return Location(self.file, line, offset - self.lines[line - 1] + 1)


def located(text: str, file: str) -> LocatedJson:
    """The places in `text`, which json.loads has read before."""
    places: dict[Path, int] = {}
    path: list[str | int] = []
    is_list: list[bool] = []
    key: str | None = None
    for match in _TOKEN.finditer(text):
        mark = match[0]
        if mark in ":,":
            if mark == "," and is_list[-1]:
                path[-1] = int(path[-1]) + 1
            continue
        if mark in "}]":
            is_list.pop()
            path.pop()
            continue
        if is_list and not is_list[-1] and key is None:
            key = mark[1:-1]
            path[-1] = key
            continue
        places[tuple(path)] = match.start()
        key = None
        if mark in "{[":
            is_list.append(mark == "[")
            path.append(0 if mark == "[" else "")
    starts = (0, *(match.end() for match in re.finditer("\n", text)))
    return LocatedJson(file, places, starts)
