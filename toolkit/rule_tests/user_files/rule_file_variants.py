"""Rule files that the user wrote, as promtool loads them: whole, in part, or with one change.

promtool is the judge of what is a rule file; `toolkit.prometheus.read_user_rule_files` says
where what it refuses stands. A `PrometheusRule` of the Prometheus Operator is loaded by its `spec`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from toolkit.errors import UsageError
from toolkit.findings import Location
from toolkit.prometheus import read_user_rule_files
from toolkit.prometheus.recording_rules import RecordingRules
from toolkit.prometheus.rules import PlainRules, Problem, WrittenRule
from toolkit.rule_tests import run_promtool_batches
from toolkit.rule_tests.user_files.read_tests import WrittenTest
from toolkit.yaml_nesting import refuse_deep

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_TAG = "tag:yaml.org,2002:"

Change = Mapping[str, str]
"""By key of a rule (`expr`, `for`, `keep_firing_for`), what it is instead."""


@dataclass(frozen=True, slots=True)
class LoadedRuleFile:
    """One rule file: its groups as YAML nodes, and its rules with their places."""

    path: Path
    groups: yaml.Node
    rules: tuple[WrittenRule, ...]

    def text(
        self,
        keep: Collection[str] | None = None,
        changed: WrittenRule | None = None,
        change: Change | None = None,
    ) -> str:
        """The file with the rules of the names `keep` alone (all for None), one of them changed."""
        groups = yaml.SequenceNode(f"{_TAG}seq", [])
        for group in self.groups.value:
            pairs = []
            for key, value in group.value:
                node = value
                if key.value == "rules" and isinstance(value, yaml.SequenceNode):
                    rules = [
                        _changed(rule, change or {}) if _is_at(rule, changed) else rule
                        for rule in value.value
                        if keep is None or _name(rule) in keep
                    ]
                    node = yaml.SequenceNode(value.tag, rules)
                pairs.append((key, node))
            groups.value.append(yaml.MappingNode(group.tag, pairs))
        root = yaml.MappingNode(f"{_TAG}map", [(_scalar("groups"), groups)])
        text: str = yaml.serialize(root, Dumper=_Dumper)
        return text

    def intervals(self) -> dict[str, str]:
        """By group name, how often it is evaluated, where the file says so."""
        found = {}
        for group in self.groups.value:
            fields = {str(key.value): value.value for key, value in group.value}
            if fields.get("interval"):
                found[str(fields.get("name"))] = str(fields["interval"])
        return found

    def group_names(self) -> tuple[str, ...]:
        """The names of its groups, in their order."""
        named = ({str(k.value): v.value for k, v in group.value} for group in self.groups.value)
        return tuple(str(fields.get("name", "")) for fields in named)


@dataclass(frozen=True, slots=True)
class LoadedRules:
    """The rule files that promtool takes, and what is wrong with the others."""

    files: tuple[LoadedRuleFile, ...]
    problems: tuple[Problem, ...]

    def of(self, paths: Iterable[Path]) -> tuple[LoadedRuleFile, ...]:
        """The files at these paths, without those that promtool refuses."""
        wanted = {path.resolve() for path in paths}
        return tuple(file for file in self.files if file.path.resolve() in wanted)


def read_by(rules: Sequence[WrittenRule], test: WrittenTest) -> frozenset[str]:
    """The names of the rules on which a test's answers depend, directly or not."""
    asked = [x for x in rules if test.asks_for(x.name, is_alert=x.is_alert)]
    if any("ALERTS" in rule.expr for rule in rules):  # Alerts that read alerts: all may matter.
        return frozenset(rule.name for rule in rules)
    recordings = RecordingRules(rule for rule in rules if not rule.is_alert)
    read = recordings.read_by(rule.expr for rule in asked)
    return frozenset(rule.name for rule in (*asked, *read))


def load(paths: Sequence[Path], workers: int) -> LoadedRules:
    """Read rule files and folders of them, and ask promtool about each.

    `workers` promtools run at once. Raises UnreachableError without promtool.
    """
    files: list[LoadedRuleFile] = []
    problems: list[Problem] = []
    read: list[tuple[LoadedRuleFile | None, Path, PlainRules]] = []
    for path in _rule_files(paths):
        found = read_user_rule_files.read([path])
        read.append((_loaded(path, found.rules), path, found))
    taken = run_promtool_batches.check_rules(
        [None if file is None else file.text() for file, _, _ in read], workers
    )
    for (file, path, found), refused in zip(read, taken, strict=True):
        if file is not None and not refused:
            files.append(file)
        elif found.problems:
            problems += found.problems
        else:
            place = _place_of(path, found.rules, refused)
            problems.append(Problem(place, f"promtool refuses it: {' '.join(refused.split())}"))
    return LoadedRules(tuple(files), tuple(problems))


def _place_of(path: Path, rules: Sequence[WrittenRule], refused: str) -> Location:
    """The rule that promtool's words name in quotes, or the file."""
    named = (rule.location for rule in rules if f'"{rule.name}"' in refused)
    return next(named, Location(str(path), 1))


def _rule_files(paths: Sequence[Path]) -> list[Path]:
    """The files named, and those of folders that have groups."""
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            listed = read_user_rule_files.read([path])
            places = [rule.location for rule in listed.rules]
            places += [problem.location for problem in listed.problems]
            found |= dict.fromkeys(sorted(Path(place.path) for place in places))
        elif path.exists():
            found[path] = None
        else:
            raise UsageError(f"{path}: no such file or folder.")
    return list(found)


def _loaded(path: Path, rules: tuple[WrittenRule, ...]) -> LoadedRuleFile | None:
    """The file's groups; None where it has none that can be read."""
    try:
        text = path.read_text("utf-8")
        refuse_deep(text)
        root = yaml.compose(text, Loader=_Loader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError):
        return None
    for _ in range(2):
        if not isinstance(root, yaml.MappingNode):
            return None
        fields = {str(key.value): value for key, value in root.value}
        groups = fields.get("groups")
        if isinstance(groups, yaml.SequenceNode) and all(
            isinstance(group, yaml.MappingNode) for group in groups.value
        ):
            return LoadedRuleFile(path, groups, rules)
        root = fields.get("spec")
    return None


def _is_at(node: yaml.Node, rule: WrittenRule | None) -> bool:
    if rule is None:
        return False
    mark = node.start_mark
    return (mark.line + 1, mark.column + 1) == (rule.location.line, rule.location.column)


def _name(rule: yaml.Node) -> str:
    pairs = rule.value if isinstance(rule, yaml.MappingNode) else ()
    return next((str(v.value) for k, v in pairs if str(k.value) in {"alert", "record"}), "")


def _changed(rule: yaml.Node, change: Change) -> yaml.Node:
    pairs = [(key, value) for key, value in rule.value if str(key.value) not in change]
    pairs += [(_scalar(key), _scalar(text)) for key, text in change.items()]
    return yaml.MappingNode(rule.tag, pairs)


def _scalar(text: str) -> yaml.ScalarNode:
    return yaml.ScalarNode(f"{_TAG}str", text, style='"')
