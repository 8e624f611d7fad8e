"""Rule files that the user wrote, read with the place of every rule and key.

A rule file has `groups:` at the top, or below `spec:` as the Prometheus Operator has it. What
is wrong with one becomes a `Problem` with line and column, never a traceback, and the rest is
still read. Nothing here judges whether a rule is any good.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from toolkit.did_you_mean import did_you_mean
from toolkit.durations import seconds
from toolkit.errors import ConfigurationError, DefinitionError, UsageError
from toolkit.findings import Allow, Location
from toolkit.prometheus.rules import (
    UNKNOWN_SERVER,
    PlainRules,
    Problem,
    WrittenGroup,
    WrittenRule,
)
from toolkit.prometheus.server_facts import ServerFacts
from toolkit.promql import PromQLError, depth, parse

# The largest rule files known are a few megabytes; a larger one is not a rule file.
MAX_BYTES = 10_000_000
# Deeper than any real expression, and far from what Python's stack holds.
MAX_DEPTH = 100
# With those of Mimir, Cortex and Thanos, which read the same files.
GROUP_KEYS = frozenset(
    {
        "name",
        "interval",
        "query_offset",
        "limit",
        "labels",
        "rules",
        "partial_response_strategy",
        "source_tenants",
        "evaluation_delay",
        "align_evaluation_time_on_interval",
    }
)
RULE_KEYS = frozenset(
    {"record", "alert", "expr", "for", "keep_firing_for", "labels", "annotations"}
)
_KINDS = {
    "tag:yaml.org,2002:seq": "a list",
    "tag:yaml.org,2002:map": "a mapping",
    "tag:yaml.org,2002:str": "text",
}
_ALLOW = re.compile(r"#\s*allow\s+(?P<rule>[a-z-]+):(?P<reason>.*)")
# What Helm's templates begin with, and Prometheus' own do not: `{{ .Values.x }}`, `{{- if … }}`.
_HELM = re.compile(
    r"\{\{-?\s*(?:\.(?:Values|Release|Chart|Capabilities|Files)\b|include\b|template\b|end\b|if\b"
    r"|range\b|with\b|define\b|tpl\b|\$[.\w]*\.Values\b)[^}]*\}?\}?"
)
_HELM_FIX = "read what Helm makes of it: helm template CHART > rules.yml."
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(paths: Sequence[Path], server: ServerFacts = UNKNOWN_SERVER) -> PlainRules:
    """The rules of files, and of every YAML file with groups below folders.

    `server` is what is known about the Prometheus that loads them.
    Raises UsageError for a path that is not there, and for a folder without rules.
    """
    rules: list[WrittenRule] = []
    problems: list[Problem] = []
    groups: list[WrittenGroup] = []
    files = 0
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path}: no such file or folder.")
        found = [path] if path.is_file() else sorted(_yaml_files(path))
        before = files
        for file in found:
            reader = _Reader(file, named=path.is_file())
            if reader.read():
                files += 1
                rules += reader.rules
                problems += reader.problems
                groups += reader.groups
        if files == before:
            raise UsageError(f"{path}: holds no rule file.", fix="name a file with `groups:`.")
    return PlainRules(tuple(rules), tuple(problems), server, tuple(groups))


def _yaml_files(folder: Path) -> Iterator[Path]:
    return (x for x in folder.rglob("*") if x.suffix in {".yml", ".yaml"} and x.is_file())


class _Reader:
    """One file. `named` says that the user named it, so that it must be a rule file."""

    def __init__(self, path: Path, *, named: bool) -> None:
        self.path = path
        self.named = named
        self.rules: list[WrittenRule] = []
        self.problems: list[Problem] = []
        self.groups: list[WrittenGroup] = []
        self.text: list[str] = []

    def read(self) -> bool:
        """Read it all; False for a file of something else."""
        try:
            if self.path.stat().st_size > MAX_BYTES:
                size = self.path.stat().st_size / 1e6
                most = f"at most {MAX_BYTES / 1e6:.0f} MB is read."
                return self._unreadable(f"{size:.0f} MB is too large for a rule file: {most}")
            text = self.path.read_bytes().decode("utf-8")
            documents = list(yaml.compose_all(text, Loader=_Loader))
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            return self._unreadable(f"not UTF-8: {error.reason}.", line)
        except OSError as error:
            return self._unreadable(f"{error.strerror}.")
        except (yaml.YAMLError, RecursionError) as error:
            mark = getattr(error, "problem_mark", None)
            what = getattr(error, "problem", None) or "cannot be read"
            place = (mark.line + 1, mark.column + 1) if mark else (1, 0)
            helm = _HELM.search(text)
            if helm:
                place = (text[: helm.start()].count("\n") + 1, 0)
                what = f"{what}; it is a template of Helm, which has {helm[0]!r}"
            line, column = place
            fix = _HELM_FIX if helm else ""
            return self._unreadable(f"not YAML: {what}.", line, column, fix)
        self.text = text.splitlines()
        if not documents and self.named:
            return self._unreadable("not a rule file: empty.")
        read = [self._document(root) for root in documents]
        return any(read)

    def _unreadable(self, message: str, line: int = 1, column: int = 0, fix: str = "") -> bool:
        self.problems.append(Problem(Location(str(self.path), line, column), message, fix))
        return True

    def _problem(self, node: yaml.Node, message: str, fix: str = "") -> None:
        self.problems.append(Problem(self._place(node), message, fix))

    def _place(self, node: yaml.Node) -> Location:
        mark = node.start_mark
        return Location(str(self.path), mark.line + 1, mark.column + 1)

    def _document(self, root: yaml.Node) -> bool:
        fields = {}
        if isinstance(root, yaml.MappingNode):
            fields = {k.value: v for k, v in root.value if isinstance(k, yaml.ScalarNode)}
        if "groups" not in fields and isinstance(fields.get("spec"), yaml.MappingNode):
            return self._document(fields["spec"])
        if "groups" not in fields:
            if self.named and root is not None:
                kind = _KINDS.get(root.tag, root.tag.rpartition(":")[2])
                self._problem(root, f"not a rule file: {kind} without `groups`.")
            elif self.named:
                self._unreadable("not a rule file: empty.")
            return self.named
        self._mapping(root, None, "the file")
        for group in self._sequence(fields["groups"], "groups"):
            self._group(group)
        return True

    def _group(self, node: yaml.Node) -> None:
        fields = self._mapping(node, GROUP_KEYS, "a group")
        name = self._text(fields, "name", "a group")
        if fields and not name:
            self._problem(node, "a group without a name.", "give it a name.")
        self.groups.append(
            WrittenGroup(
                name=name,
                file=str(self.path),
                location=self._place(node),
                interval=self._duration(fields, "interval"),
                settings=_settings(fields),
            )
        )
        if "rules" in fields:
            for rule in self._sequence(fields["rules"], "rules"):
                self._rule(rule, name)

    def _rule(self, node: yaml.Node, group: str) -> None:
        fields = self._mapping(node, RULE_KEYS, "a rule")
        if not fields:
            return
        kinds = [kind for kind in ("alert", "record") if kind in fields]
        if len(kinds) != 1:
            self._problem(node, "a rule has either `alert` or `record`.")
            return
        name = self._text(fields, kinds[0], "a rule") or "a rule"
        if "expr" not in fields or not self._text(fields, "expr", name).strip():
            self._problem(node, f"{name}: has no expression.", "give it an `expr`.")
            return
        expr = self._text(fields, "expr", name)
        try:
            levels = depth(parse(expr))
        except PromQLError as error:
            helm = _HELM.search(expr)
            what = f"holds {helm[0]!r}, a template of Helm" if helm else f"not PromQL: {error}"
            self._problem(fields["expr"], f"{name}: {what}", _HELM_FIX if helm else "")
            return
        if levels > MAX_DEPTH:
            message = f"{name}: nested {levels} deep, and at most {MAX_DEPTH} are read."
            self._problem(fields["expr"], message, "record a part of it.")
            return
        labels = self._texts(fields, "labels", name)
        annotations = self._texts(fields, "annotations", name)
        places = {key: self._place(value) for key, value in fields.items()}
        for key in ("labels", "annotations"):
            if isinstance(fields.get(key), yaml.MappingNode):
                places |= {f"{key}.{k.value}": self._place(v) for k, v in fields[key].value}
        self.rules.append(
            WrittenRule(
                name=name,
                is_alert=kinds[0] == "alert",
                expr=expr,
                location=self._place(node),
                hold=self._duration(fields, "for"),
                keep_firing_for=self._duration(fields, "keep_firing_for"),
                labels=labels,
                annotations=annotations,
                file=str(self.path),
                group=group,
                allow=tuple(self._allowed(node)),
                places=places,
                lines=self._lines(fields["expr"], expr),
            )
        )

    def _mapping(
        self, node: yaml.Node, known: frozenset[str] | None, what: str
    ) -> dict[str, yaml.Node]:
        if not isinstance(node, yaml.MappingNode):
            self._problem(node, f"{what} must be a mapping.")
            return {}
        fields: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = str(key.value)
            if name in fields:
                self._problem(key, f"{what}: the key {name!r} is given twice.")
            if known is not None and name not in known:
                hint = did_you_mean(name, known)
                self._problem(key, f"{what}: unknown key {name!r}{hint}")
            fields[name] = value
        return fields

    def _sequence(self, node: yaml.Node, key: str) -> list[yaml.Node]:
        if isinstance(node, yaml.SequenceNode):
            return list(node.value)
        shown = node.value if isinstance(node, yaml.ScalarNode) else "a mapping"
        self._problem(node, f"`{key}` must be a list, but is {shown or 'null'}.")
        return []

    def _text(self, fields: Mapping[str, yaml.Node], key: str, subject: str) -> str:
        node = fields.get(key)
        if node is None:
            return ""
        if not isinstance(node, yaml.ScalarNode):
            self._problem(node, f"{subject}: `{key}` must be text.")
            return ""
        return str(node.value)

    def _texts(self, fields: Mapping[str, yaml.Node], key: str, subject: str) -> dict[str, str]:
        node = fields.get(key)
        if node is None or (isinstance(node, yaml.ScalarNode) and node.tag.endswith(":null")):
            return {}
        inner = self._mapping(node, None, f"{subject}: `{key}`")
        return {name: self._text(inner, name, subject) for name in inner}

    def _duration(self, fields: Mapping[str, yaml.Node], key: str) -> str:
        text = self._text(fields, key, "a rule")
        if text and text != "0":
            try:
                seconds(text)
            except ConfigurationError as error:
                self._problem(fields[key], f"`{key}`: {error.message}", error.fix)
                return ""
        return text

    def _allowed(self, node: yaml.Node) -> Iterator[Allow]:
        for number in range(node.start_mark.line, min(node.end_mark.line, len(self.text))):
            match = _ALLOW.search(self.text[number])
            if match:
                try:
                    yield Allow(match["rule"], match["reason"].strip())
                except DefinitionError as error:
                    place = Location(str(self.path), number + 1)
                    self.problems.append(Problem(place, error.message, error.fix))

    def _lines(self, node: yaml.Node, expr: str) -> tuple[Location, ...]:
        """Where each line of the expression stands; empty where YAML folded it."""
        first = node.start_mark.line
        block = isinstance(node, yaml.ScalarNode) and node.style in {"|", ">"}
        found = []
        # YAML keeps only where a scalar begins; a line that is not found below was folded.
        for number, line in enumerate(expr.rstrip("\n").split("\n")):
            row = first + number + (1 if block else 0)
            column = self.text[row].find(line.strip()) if row < len(self.text) else -1
            if column < 0:
                return ()
            indent = len(line) - len(line.lstrip())
            found.append(Location(str(self.path), row + 1, column + 1 - indent))
        return tuple(found)


def _settings(fields: Mapping[str, yaml.Node]) -> dict[str, Any]:
    """The values of the keys that are not read one by one."""
    values = yaml.constructor.SafeConstructor()
    found = {}
    for key in fields.keys() - {"name", "interval", "rules"}:
        try:
            found[key] = values.construct_document(fields[key])
        except yaml.YAMLError:  # such as a list as a key, which no rule file has
            found[key] = None
    return dict(sorted(found.items()))
