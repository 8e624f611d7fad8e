"""The YAML of a rule file, node by node: what is wrong becomes a problem at its place."""

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import yaml

from toolkit.durations import seconds
from toolkit.errors import ConfigurationError
from toolkit.findings import Level, Location
from toolkit.prometheus import rule_file_dialects
from toolkit.prometheus.rule_file_dialects import Dialect
from toolkit.prometheus.rules import Problem
from toolkit.unknown_name_did_you_mean import did_you_mean

_MERGE = "tag:yaml.org,2002:merge"
_MOST_WHOLE = 2**63
_PREFIXED = re.compile(r"[-+]?0(?:[xX][\da-fA-F]+|o[0-7]+|b[01]+)")
_DECIMAL = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_FLATTEN = yaml.constructor.SafeConstructor()


class RuleNodes:
    """Reads the nodes of the file at `path`, and keeps its problems.

    `dialect` is the program that reads the file; None where that is not known.
    """

    def __init__(self, path: Path, dialect: Dialect | None) -> None:
        self.path = path
        self._file = str(path)
        self.problems: list[Problem] = []
        self._dialect = dialect
        self._merged: dict[int, int] = {}  # by mapping, how many of its keys came by `<<`

    def problem(
        self, node: yaml.Node, message: str, fix: str = "", level: Level = Level.ERROR
    ) -> None:
        """Note what is wrong at a node."""
        self.problems.append(Problem(self.place(node), message, fix, level))

    def place(self, node: yaml.Node) -> Location:
        """Where a node begins."""
        mark = node.start_mark
        return Location(self._file, mark.line + 1, mark.column + 1)

    def mapping(
        self, node: yaml.Node, known: frozenset[str] | None, what: str
    ) -> dict[str, yaml.Node]:
        """The values of a mapping by key; empty, and a problem, where it is not one."""
        if not isinstance(node, yaml.MappingNode):
            self.problem(node, f"{what} must be a mapping.")
            return {}
        fields: dict[str, yaml.Node] = {}
        merged, own = self._merge(node), set[str]()
        for number, (key, value) in enumerate(node.value):
            name = str(key.value)
            if name in own:
                self.problem(key, f"{what}: the key {name!r} is given twice.")
            if known is not None and name not in known:
                hint = did_you_mean(name, known)
                self.problem(key, f"{what}: unknown key {name!r}{hint}")
            elif self._dialect is not None and known is not None:
                self._foreign_key(key, what, name)
            fields[name] = value
            if number >= merged:
                own.add(name)
        return fields

    def _merge(self, node: yaml.MappingNode) -> int:
        """Put what `<<: *alias` stands for before the mapping's own keys; how many those are."""
        if not any([key.tag == _MERGE for key, _ in node.value]):  # noqa: C419 - the quickest way
            return self._merged.get(id(node), 0)
        if id(node) not in self._merged:
            own = sum(key.tag != _MERGE for key, _ in node.value)
            _FLATTEN.flatten_mapping(node)
            self._merged[id(node)] = len(node.value) - own
        return self._merged[id(node)]

    def _foreign_key(self, key: yaml.Node, what: str, name: str) -> None:
        """Refuse what only another program than the one that was named takes."""
        owner = (
            rule_file_dialects.of_group_key(name)
            if what == "a group"
            else rule_file_dialects.of_rule_key(name)
        )
        if owner is not None and owner is not self._dialect:
            message = f"{what}: `{name}` is {owner.value}'s key, and {self._dialect} refuses it."
            self.problem(key, message, "drop it, or say --dialect " + owner.value + ".")

    def sequence(self, node: yaml.Node, key: str) -> list[yaml.Node]:
        """The items of a list; empty, and a problem, where it is not one."""
        if isinstance(node, yaml.SequenceNode):
            return list(node.value)
        if is_null(node):
            return []  # as Prometheus takes it
        shown = node.value if isinstance(node, yaml.ScalarNode) else "a mapping"
        self.problem(node, f"`{key}` must be a list, but is {shown or 'null'}.")
        return []

    def text(self, fields: Mapping[str, yaml.Node], key: str, subject: str) -> str:
        """The text of a key; empty where it is not given, or null."""
        node = fields.get(key)
        if node is None:
            return ""
        if not isinstance(node, yaml.ScalarNode):
            self.problem(node, f"{subject}: `{key}` must be text.")
            return ""
        return "" if is_null(node) else str(node.value)

    def texts(self, fields: Mapping[str, yaml.Node], key: str, subject: str) -> dict[str, str]:
        """The texts of a mapping by key; null is empty."""
        node = fields.get(key)
        if node is None or (isinstance(node, yaml.ScalarNode) and node.tag.endswith(":null")):
            return {}
        inner = self.mapping(node, None, f"{subject}: `{key}`")
        return {name: self.text(inner, name, subject) for name in inner}

    def whole_number(self, fields: Mapping[str, yaml.Node], key: str) -> None:
        """A key whose value must be a whole number; Prometheus cuts off what is behind a point."""
        node = fields.get(key)
        if node is None or is_null(node):
            return
        value = _number(node)
        if value is None or abs(value) >= _MOST_WHOLE:
            shown = node.value if isinstance(node, yaml.ScalarNode) else "a list or a mapping"
            self.problem(node, f"`{key}` must be a whole number, but is {shown!r}.")
        elif value != int(value):
            message = f"`{key}` is {node.value}, of which Prometheus takes {int(value)}."
            self.problem(node, message, "write a whole number.", Level.WARNING)

    def duration(self, fields: Mapping[str, yaml.Node], key: str) -> str:
        """The duration of a key, as written; empty where it is not one."""
        text = self.text(fields, key, "a rule")
        if not text and key in fields and not is_null(fields[key]):
            self.problem(fields[key], f"`{key}` is empty.", "write it like 15s, or drop it.")
        if text and text != "0":
            try:
                seconds(text)
            except ConfigurationError as error:
                self.problem(fields[key], f"`{key}`: {error.message}", error.fix)
                return ""
        return text


def _number(node: yaml.Node) -> float | None:
    """The number that Prometheus reads from a plain scalar; None where it reads none."""
    if not isinstance(node, yaml.ScalarNode) or node.style:  # in quotes
        return None
    text = node.value.replace("_", "")
    if _PREFIXED.fullmatch(text):
        return int(text, 0)
    return float(text) if _DECIMAL.fullmatch(text) else None


def is_null(node: yaml.Node) -> bool:
    """Whether a node is null."""
    return isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:null"


def is_filled(document: yaml.Node | None) -> bool:
    """Whether a YAML document holds anything."""
    return document is not None and not is_null(document)


def is_empty(node: yaml.Node) -> bool:
    """Whether Prometheus takes the value as if the key were not there."""
    if isinstance(node, yaml.ScalarNode):
        return is_null(node) or node.value in {"", "0"} or not node.value.strip("0smhdwy")
    return not node.value


def plain_values(fields: Mapping[str, yaml.Node], leave_out: Collection[str]) -> dict[str, Any]:
    """The values of a mapping's other keys, in the order of their names."""
    values = yaml.constructor.SafeConstructor()
    found = {}
    for key in fields.keys() - leave_out:
        try:
            found[key] = values.construct_document(fields[key])
        except yaml.YAMLError:  # such as a list as a key, which no rule file has
            found[key] = None
    return dict(sorted(found.items()))
