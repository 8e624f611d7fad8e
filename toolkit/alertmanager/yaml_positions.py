"""YAML as values that know their place, so that a finding has a line and a column.

Plain data becomes such values too, with places of the caller's choice: what is generated is
judged like what a user wrote.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from toolkit.findings import Location
from toolkit.prometheus.rules import Problem
from toolkit.yaml_nesting import refuse_deep

# A configuration of a thousand routes has some ten thousand values; more come from aliases alone.
MOST_VALUES = 500_000
MOST_DEPTH = 100
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Value:
    """Text, a mapping or a list, and where it stands. Of the three, two are empty."""

    location: Location
    text: str = ""
    fields: Mapping[str, "Value"] = field(default_factory=dict)
    items: tuple["Value", ...] = ()
    kind: str = "text"
    """`text`, `mapping`, `list` or `nothing`."""
    key: Location | None = None
    """Where its key stands, in a mapping."""
    quoted: bool = False
    """Whether a text is in quotes, or otherwise surely meant as text."""


def of_data(data: object, place: Callable[[tuple[str | int, ...]], Location]) -> Value:
    """Plain data, each value with the place that `place` gives for the way to it."""
    return _of_data(data, place, ())


def _of_data(
    data: object, place: Callable[[tuple[str | int, ...]], Location], way: tuple[str | int, ...]
) -> Value:
    here = place(way)
    match data:
        case dict():
            fields = {str(k): _of_data(v, place, (*way, str(k))) for k, v in data.items()}
            return Value(here, fields=fields, kind="mapping", key=here)
        case list() | tuple():
            items = tuple(_of_data(v, place, (*way, n)) for n, v in enumerate(data))
            return Value(here, items=items, kind="list", key=here)
        case bool():
            return Value(here, text=str(data).lower(), key=here)
        case None:
            return Value(here, kind="nothing", key=here)
        case _:
            return Value(here, text=str(data), key=here, quoted=True)


@dataclass(slots=True)
class Reader:
    """Reads one file; what keeps a part of it from being read is a problem."""

    path: str
    problems: list[Problem] = field(default_factory=list)
    _made: dict[int, Value] = field(default_factory=dict)
    _sizes: dict[int, int] = field(default_factory=dict)
    _size: int = 0

    def read(self, text: str) -> Value | None:
        """The one document of the text; None, and a problem, where there is not just one."""
        try:
            refuse_deep(text)
            documents = list(yaml.compose_all(text, Loader=_Loader))
        except (yaml.YAMLError, RecursionError) as error:
            mark = getattr(error, "problem_mark", None)
            what = getattr(error, "problem", None) or "cannot be read"
            place = (mark.line + 1, mark.column + 1) if mark else (1, 0)
            self.problem(Location(self.path, *place), f"not YAML: {what}.")
            return None
        if len(documents) > 1:
            self.problem(
                self._place(documents[1]),
                "a second document, and Alertmanager reads the first alone.",
                "keep one document in the file.",
            )
        if not documents or documents[0] is None:
            self.problem(Location(self.path, 1), "the file is empty.")
            return None
        try:
            return self._value(documents[0], 0)
        except _TooLargeError as error:
            self.problem(error.location, str(error), "write it without aliases.")
            return None

    def problem(self, location: Location, message: str, fix: str = "") -> None:
        """Note one."""
        self.problems.append(Problem(location, message, fix))

    def _place(self, node: yaml.Node) -> Location:
        return Location(self.path, node.start_mark.line + 1, node.start_mark.column + 1)

    def _value(self, node: yaml.Node, depth: int) -> Value:
        here = self._place(node)
        if depth > MOST_DEPTH:
            raise _TooLargeError(here, f"nested more than {MOST_DEPTH} deep.")
        if id(node) in self._made:
            self._size += self._sizes[id(node)]
        else:
            before = self._size
            self._made[id(node)] = self._new(node, here, depth)
            self._sizes[id(node)] = self._size - before + 1
        self._size += 1
        if self._size > MOST_VALUES:
            raise _TooLargeError(here, f"more than {MOST_VALUES} values, by aliases of aliases.")
        return self._made[id(node)]

    def _new(self, node: yaml.Node, here: Location, depth: int) -> Value:
        if isinstance(node, yaml.MappingNode):
            return Value(here, fields=dict(self._fields(node, depth)), kind="mapping")
        if isinstance(node, yaml.SequenceNode):
            items = tuple(self._value(each, depth + 1) for each in node.value)
            return Value(here, items=items, kind="list")
        if node.tag.endswith(":null"):
            return Value(here, kind="nothing")
        return Value(here, text=str(node.value), quoted=getattr(node, "style", None) is not None)

    def _fields(self, node: yaml.MappingNode, depth: int) -> Iterator[tuple[str, Value]]:
        merged: dict[str, Value] = {}
        own: dict[str, Value] = {}
        for key, given in node.value:
            place, name = self._place(key), str(getattr(key, "value", ""))
            value = self._value(given, depth + 1)
            if key.tag == "tag:yaml.org,2002:merge":
                sources = value.items if value.kind == "list" else (value,)
                for source in reversed(sources):
                    merged |= source.fields
                continue
            if name in own:
                first = own[name].key or own[name].location
                self.problem(
                    place,
                    f"the key `{name}` is given twice; the first is on line {first.line}.",
                    "keep one of them.",
                )
            own[name] = Value(
                value.location,
                value.text,
                value.fields,
                value.items,
                value.kind,
                place,
                value.quoted,
            )
        yield from (merged | own).items()


class _TooLargeError(Exception):
    """A file that is larger, once its aliases are put in, than any configuration."""

    def __init__(self, location: Location, message: str) -> None:
        super().__init__(message)
        self.location = location


def read_text(path: Path, most_bytes: int) -> str:
    """The text of a file. Raises ValueError, in words, for what is too large or not UTF-8."""
    try:
        size = path.stat().st_size
        if size > most_bytes:
            raise ValueError(
                f"{size / 1e6:.0f} MB is too large: at most {most_bytes / 1e6:.0f} MB is read."
            )
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8: {error.reason}.") from None
    except OSError as error:
        raise ValueError(f"{error.strerror}.") from None
