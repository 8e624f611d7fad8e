"""Rules as Prometheus sees them, wherever they were written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from toolkit.findings import Allow, Level, Location
from toolkit.prometheus.facts_from_prometheus_yml import ServerFacts
from toolkit.prometheus.promql_syntax_tree import Node, tree
from toolkit.prometheus.text_positions import SourceText

UNKNOWN_SERVER = ServerFacts()


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that keeps a file or a rule from being read, or loaded by Prometheus."""

    location: Location
    message: str
    fix: str = ""
    level: Level = Level.ERROR


@dataclass(frozen=True, kw_only=True)
class WrittenRule:
    """One alerting or recording rule. Durations are as written; empty where none is given.

    `file` and `group` say where it is: rules of one file are loaded together, those of a group
    evaluated one after another, every `interval` (empty: the server's own).
    `places` gives the place of `expr`, `for`, `labels.severity`, `annotations.summary` …;
    `lines` the place of each line of the expression, where that is known. `sources` are values as
    they stand in the file, by the same keys.
    """

    name: str
    is_alert: bool
    expr: str
    location: Location
    hold: str = ""
    keep_firing_for: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    file: str = ""
    group: str = ""
    interval: str = ""
    allow: tuple[Allow, ...] = ()
    places: Mapping[str, Location] = field(default_factory=dict)
    lines: tuple[Location, ...] = ()
    sources: Mapping[str, SourceText] = field(default_factory=dict)

    @cached_property
    def root(self) -> Node:
        """The syntax tree of the expression. Raises PromQLError where it is not PromQL."""
        return tree(self.expr)

    def place(self, key: str) -> Location:
        """Where `key` stands, or the rule itself."""
        return self.places.get(key, self.location)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenGroup:
    """A group of a rule file; `settings` are its keys other than name, interval and rules."""

    name: str
    file: str
    location: Location
    interval: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlainRules:
    """What plain rule files hold, what kept some of it from being read, and who loads them.

    `files` are those that Prometheus itself reads: with `groups` at the top, and no language or key
    of another program.
    """

    rules: tuple[WrittenRule, ...]
    problems: tuple[Problem, ...] = ()
    server: ServerFacts = UNKNOWN_SERVER
    groups: tuple[WrittenGroup, ...] = ()
    files: tuple[Path, ...] = ()

    def generated(self) -> dict[str, Any]:
        """Nothing: the user wrote the files."""
        return {}
