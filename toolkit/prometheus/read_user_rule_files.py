"""Rule files that the user wrote, read with the place of every rule and key.

A rule file has `groups:` at the top, or below `spec:` as the Prometheus Operator has it. What
is wrong with one becomes a `Problem` with line and column, never a traceback, and the rest is
still read. Nothing here judges whether a rule is any good.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml

from toolkit.errors import UsageError
from toolkit.findings import Level, Location
from toolkit.prometheus import rule_file_dialects
from toolkit.prometheus.facts_from_prometheus_yml import ServerFacts
from toolkit.prometheus.read_rule_groups import RuleGroupReader
from toolkit.prometheus.rule_expression_language import RuleExpressions
from toolkit.prometheus.rule_file_dialects import Dialect
from toolkit.prometheus.rule_file_text import (
    UnreadableError,
    documents_of,
    text_of,
)
from toolkit.prometheus.rule_file_yaml_nodes import (
    RuleNodes,
    is_filled,
)
from toolkit.prometheus.rules import UNKNOWN_SERVER, PlainRules, Problem, WrittenGroup, WrittenRule

_KINDS = {
    "tag:yaml.org,2002:seq": "a list",
    "tag:yaml.org,2002:map": "a mapping",
    "tag:yaml.org,2002:str": "text",
}


def read(
    paths: Sequence[Path],
    server: ServerFacts = UNKNOWN_SERVER,
    dialect: Dialect | None = None,
) -> PlainRules:
    """The rules of files, and of every YAML file with groups below folders.

    `server` is what is known about the Prometheus that loads them. `dialect` says which program
    does; without it, the keys of all are taken.
    Raises UsageError for a path that is not there, or is neither file nor folder, and for a folder
    without rules.
    """
    rules: list[WrittenRule] = []
    problems: list[Problem] = []
    groups: list[WrittenGroup] = []
    own: list[Path] = []
    files = 0
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path}: no such file or folder.")
        if not (path.is_file() or path.is_dir()):
            raise UsageError(
                f"{path}: is a pipe or a device, and files are read more than once.",
                fix="write it to a file first, and name that.",
            )
        locked: list[Problem] = []
        found = [path] if path.is_file() else sorted(_yaml_files(path, locked))
        before = files
        problems += locked
        for file in found:
            reader = _Reader(file, server, dialect, named=path.is_file())
            if reader.read():
                files += 1
                rules += reader.groups.rules
                problems += reader.nodes.problems
                groups += reader.groups.groups
                own += [file] if reader.is_of_prometheus else []
        if files == before and not locked:
            raise UsageError(f"{path}: holds no rule file.", fix="name a file with `groups:`.")
    return PlainRules(tuple(rules), tuple(problems), server, tuple(groups), tuple(own))


def _yaml_files(folder: Path, locked: list[Problem]) -> Iterator[Path]:
    """Every YAML file below a folder; to `locked`, a problem for each folder that says nothing."""

    def refuse(error: OSError) -> None:
        where, message = Location(str(error.filename), 1), f"{error.strerror}: none of it is read."
        locked.append(Problem(where, message, "let the user who lints read the folder."))

    for parent, _, names in os.walk(folder, onerror=refuse):
        paths = (Path(parent, name) for name in names if name.endswith((".yml", ".yaml")))
        yield from (path for path in paths if path.is_file())


class _Reader:
    """One file. `named` says that the user named it, so that it must be a rule file."""

    def __init__(
        self, path: Path, server: ServerFacts, dialect: Dialect | None, *, named: bool
    ) -> None:
        self.path = path
        self.server = server
        self.dialect = dialect
        self.named = named
        self.nodes = RuleNodes(path, dialect)
        self.expressions = RuleExpressions(self.nodes, server, dialect)
        self.groups = RuleGroupReader(self.nodes, self.expressions, server, path, ())
        self.has_plain_document = False
        self.has_second_document = False
        self.begins_empty = False

    @property
    def is_of_prometheus(self) -> bool:
        """Whether Prometheus reads the file as it is."""
        others = any(
            rule_file_dialects.of_group_key(key) is not None
            for group in self.groups.groups
            for key in group.settings
        )
        foreign = self.dialect not in {None, Dialect.PROMETHEUS}
        readable = self.has_plain_document and self.expressions.are_of_prometheus
        return readable and not (others or foreign)

    def read(self) -> bool:
        """Read it all; False for a file of something else."""
        try:
            text = text_of(self.path)
            documents, unread = documents_of(text)
        except UnreadableError as error:
            return self._unreadable(error)
        self.groups = RuleGroupReader(
            self.nodes, self.expressions, self.server, self.path, text.splitlines()
        )
        if not any(map(is_filled, documents)) and self.named:
            return self._empty()
        # An empty first document is all that Prometheus reads, but kubectl goes on to the next.
        self.begins_empty = not is_filled(documents[0]) if documents else False
        read = [self._document(root) for root in documents if is_filled(root)]
        if unread is not None and self.has_plain_document:
            self._second_document(Location(str(self.path), unread.line, unread.column))
        elif unread is not None:
            self._unreadable(unread)
        self.expressions.say_what_is_filled_in()
        return any(read)

    def _unreadable(self, error: UnreadableError) -> bool:
        place = Location(str(self.path), error.line, error.column)
        self.nodes.problems.append(Problem(place, str(error), error.fix))
        return True

    def _empty(self) -> bool:
        where, message = Location(str(self.path), 1), "empty: Prometheus reads no rule here."
        self.nodes.problems.append(Problem(where, message, level=Level.WARNING))
        return True

    def _second_document(self, where: Location) -> None:
        """Say once that Prometheus reads the first document alone."""
        if not self.has_second_document:
            message = "a second YAML document, which Prometheus does not read."
            fix = "write its groups into the first one."
            self.nodes.problems.append(Problem(where, message, fix, Level.WARNING))
        self.has_second_document = True

    def _document(self, root: yaml.Node, *, is_in_spec: bool = False) -> bool:
        fields = {}
        if isinstance(root, yaml.MappingNode):
            fields = {k.value: v for k, v in root.value if isinstance(k, yaml.ScalarNode)}
        if "groups" not in fields and isinstance(fields.get("spec"), yaml.MappingNode):
            return self._document(fields["spec"], is_in_spec=True)
        if self.has_plain_document:
            self._second_document(self.nodes.place(root))
            return True
        if "groups" not in fields:
            if self.named and isinstance(root, yaml.MappingNode) and not root.value:
                return self._empty()
            if self.named:
                kind = _KINDS.get(root.tag, root.tag.rpartition(":")[2])
                self.nodes.problem(root, f"not a rule file: {kind} without `groups`.")
            return self.named
        if self.begins_empty and not is_in_spec:
            self._second_document(self.nodes.place(root))
            return True
        self.has_plain_document = not is_in_spec
        self.nodes.mapping(root, frozenset({"groups"}) if not is_in_spec else None, "the file")
        for group in self.nodes.sequence(fields["groups"], "groups"):
            self.groups.read(group)
        return True
