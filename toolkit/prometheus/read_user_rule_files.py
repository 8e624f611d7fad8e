"""Rule files that the user wrote, read with the place of every rule and key.

A rule file has `groups:` at the top, or below `spec:` as the Prometheus Operator has it. What
is wrong with one becomes a `Problem` with line and column, never a traceback, and the rest is
still read. Nothing here judges whether a rule is any good.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import yaml

from toolkit.errors import UsageError
from toolkit.findings import Level, Location
from toolkit.prometheus import rule_file_dialects
from toolkit.prometheus.allow_comments import AllowComments
from toolkit.prometheus.facts_from_prometheus_yml import ServerFacts
from toolkit.prometheus.rule_expression_language import RuleExpressions
from toolkit.prometheus.rule_file_dialects import Dialect
from toolkit.prometheus.rule_file_text import (
    UnreadableError,
    documents_of,
    text_of,
)
from toolkit.prometheus.rule_file_yaml_nodes import (
    RuleNodes,
    is_empty,
    is_filled,
    is_null,
    plain_values,
)
from toolkit.prometheus.rule_positions import lines_of_expression, places, sources
from toolkit.prometheus.rule_validation import refusals
from toolkit.prometheus.rules import UNKNOWN_SERVER, PlainRules, Problem, WrittenGroup, WrittenRule

GROUP_KEYS = frozenset().union(*rule_file_dialects.GROUP_KEYS.values())
RULE_KEYS = frozenset().union(*rule_file_dialects.RULE_KEYS.values())
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
                rules += reader.rules
                problems += reader.nodes.problems
                groups += reader.groups
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
        self.rules: list[WrittenRule] = []
        self.nodes = RuleNodes(path, dialect)
        self.groups: list[WrittenGroup] = []
        self.expressions = RuleExpressions(self.nodes, server, dialect)
        self.text: list[str] = []
        self.allowed = AllowComments((), self.nodes)
        self.named_groups: set[str] = set()
        self.group_node: yaml.Node | None = None
        self.has_plain_document = False
        self.has_second_document = False
        self.begins_empty = False

    @property
    def is_of_prometheus(self) -> bool:
        """Whether Prometheus reads the file as it is."""
        others = any(
            rule_file_dialects.of_group_key(key) is not None
            for group in self.groups
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
        self.text = text.splitlines()
        self.allowed = AllowComments(self.text, self.nodes)
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
            self._group(group)
        return True

    def _group(self, node: yaml.Node) -> None:
        self.group_node = node
        if is_null(node):
            self.nodes.problem(node, "a group without anything.", "drop it.", Level.WARNING)
            return
        fields = self.nodes.mapping(node, GROUP_KEYS, "a group")
        name = self.nodes.text(fields, "name", "a group")
        if fields and not name:
            self.nodes.problem(node, "a group without a name.", "give it a name.")
        elif name in self.named_groups:
            message = f"the group {name!r} is in this file twice, which Prometheus refuses."
            self.nodes.problem(fields["name"], message, "give it another name, or join the two.")
        self.named_groups.add(name)
        self._group_settings(fields)
        self.groups.append(
            WrittenGroup(
                name=name,
                file=str(self.path),
                location=self.nodes.place(node),
                interval=self.nodes.duration(fields, "interval"),
                settings=plain_values(fields, leave_out=("name", "interval", "rules")),
            )
        )
        for rule in self.nodes.sequence(fields["rules"], "rules") if "rules" in fields else ():
            if not is_null(rule):
                self._rule(rule, self.groups[-1])

    def _group_settings(self, fields: Mapping[str, yaml.Node]) -> None:
        """Keys of a group that depend on who reads it, and a limit that is a number."""
        self.nodes.whole_number(fields, "limit")
        self.nodes.duration(fields, "query_offset")
        for name in self.nodes.texts(fields, "labels", "a group"):
            if not name or name == "__name__":
                message = f"a group: {name!r} is not a name that a label may have."
                self.nodes.problem(fields["labels"], message, "rename it.")
        release = self.server.release
        for key, needed in rule_file_dialects.NEEDS.items():
            if key in fields and release is not None and release < needed:
                text = f"`{key}` of a group needs Prometheus {needed[0]}.{needed[1]}"
                message = f"{text}, and {release[0]}.{release[1]} loads it."
                self.nodes.problem(fields[key], message, "update Prometheus, or drop it.")

    def _rule(self, node: yaml.Node, group: WrittenGroup) -> None:
        fields = self.nodes.mapping(node, RULE_KEYS, "a rule")
        if not fields:
            return
        kind, name = self._named(node, fields)
        if not name:
            return
        if "expr" not in fields or not self.nodes.text(fields, "expr", name).strip():
            self.nodes.problem(node, f"{name}: has no expression.", "give it an `expr`.")
            return
        expr = self.nodes.text(fields, "expr", name)
        if not self.expressions.can_be_judged(fields["expr"], name, expr):
            return
        labels = self.nodes.texts(fields, "labels", name)
        annotations = self.nodes.texts(fields, "annotations", name)
        self._refused(fields, name, kind, labels, annotations)
        self.rules.append(
            WrittenRule(
                name=name,
                is_alert=kind == "alert",
                expr=expr,
                location=self.nodes.place(node),
                hold=self.nodes.duration(fields, "for"),
                keep_firing_for=self.nodes.duration(fields, "keep_firing_for"),
                labels=labels,
                annotations=annotations,
                file=str(self.path),
                group=group.name,
                interval=group.interval,
                allow=self.allowed.around(node, self.group_node),
                places=places(self.path, fields),
                lines=lines_of_expression(self.path, self.text, fields["expr"], expr),
                sources=sources(self.path, self.text, node, fields),
            )
        )

    def _named(self, node: yaml.Node, fields: Mapping[str, yaml.Node]) -> tuple[str, str]:
        """`alert` or `record`, and the name; empty, and a problem, where there is none."""
        given = {
            x: self.nodes.text(fields, x, "a rule") for x in ("alert", "record") if x in fields
        }
        named = [kind for kind in given if given[kind]]
        if len(named) == 1:
            return named[0], given[named[0]]
        if len(given) == 1:
            (kind,) = given
            self.nodes.problem(fields[kind], f"`{kind}` is empty.", "give it a name.")
        else:
            self.nodes.problem(node, "a rule has either `alert` or `record`.")
        return "", ""

    def _refused(
        self,
        fields: Mapping[str, yaml.Node],
        name: str,
        kind: str,
        labels: Mapping[str, str],
        annotations: Mapping[str, str],
    ) -> None:
        """What Prometheus has against a rule that could be read."""
        found = refusals(
            name,
            is_alert=kind == "alert",
            given={key for key, value in fields.items() if not is_empty(value)},
            labels=labels,
            annotations=annotations,
            release=self.server.release,
        )
        for refusal in found:
            key, _, inner = refusal.key.partition(".")
            node = fields[key]
            if inner and isinstance(node, yaml.MappingNode):
                node = next((v for k, v in node.value if str(k.value) == inner), node)
            self.nodes.problem(node, refusal.message, refusal.fix)
