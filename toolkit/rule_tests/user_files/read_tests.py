"""promtool test files that the user wrote, read with the place of every test.

The YAML is kept as nodes and written again from them: a value that was read and written anew
would not always mean the same to promtool (`1e3` is text in YAML 1.1, and a number to it).
Source: https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/
"""

import glob
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from toolkit.findings import Location
from toolkit.prometheus.rules import Problem
from toolkit.promql import LabelMatch, PromQLError, selectors
from toolkit.rule_tests.input_series_labels import selects
from toolkit.yaml_nesting import refuse_deep

# Larger than any real one; promtool would work on it for hours.
MAX_BYTES = 10_000_000
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_MEANT = re.compile(r"field (\S+) not found|cannot unmarshal !!\w+ `([^`]*)")


class UnreadableError(ValueError):
    """Not a test file; `problem` says where and why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Expectation:
    """One thing that a test asks: about an alert, or for the result of an expression."""

    location: Location
    at: str
    alert: str = ""
    expr: str = ""


@dataclass(frozen=True, slots=True)
class WrittenTest:
    """One test of a file."""

    name: str
    location: Location
    node: yaml.Node
    expectations: tuple[Expectation, ...]

    def asks_for(self, name: str, *, is_alert: bool) -> bool:
        """Whether it asks for this rule itself; what cannot be read asks for everything."""
        return any(_asks_for(one, name, is_alert=is_alert) for one in self.expectations)


def _asks_for(one: Expectation, name: str, *, is_alert: bool) -> bool:
    if one.alert:
        return is_alert and one.alert == name
    try:
        read = selectors(one.expr)
    except PromQLError:
        return True
    if not is_alert:
        return any(x.name in {name, ""} for x in read)
    labels = {"alertname": name}
    return any(
        x.name in {"ALERTS", "ALERTS_FOR_STATE", ""} and selects(_of_alertname(x.matches), labels)
        for x in read
    )


def _of_alertname(matches: Sequence[LabelMatch]) -> tuple[LabelMatch, ...]:
    return tuple(match for match in matches if match.label == "alertname")


@dataclass(frozen=True, slots=True)
class WrittenTestFile:
    """One test file: its tests, and the rule files that it names, as paths that exist."""

    path: Path
    root: yaml.MappingNode
    rule_files: tuple[Path, ...]
    tests: tuple[WrittenTest, ...]

    def text(self, rule_files: Sequence[str], tests: Sequence[int]) -> str:
        """The file with these rule files, and of its tests only those of these numbers."""
        tag = "tag:yaml.org,2002:"
        paths = [yaml.ScalarNode(f"{tag}str", path, style='"') for path in rule_files]
        made = {
            "rule_files": yaml.SequenceNode(f"{tag}seq", paths),
            "tests": yaml.SequenceNode(f"{tag}seq", [self.tests[n].node for n in tests]),
        }
        kept = [(k, v) for k, v in self.root.value if str(k.value) not in made]
        kept += [(yaml.ScalarNode(f"{tag}str", key), value) for key, value in made.items()]
        text: str = yaml.serialize(yaml.MappingNode(f"{tag}map", kept), Dumper=_Dumper)
        return text

    def place_of(self, message: str) -> Location | None:
        """Where the key or the value stands that promtool's message refuses, where it says."""
        match = _MEANT.search(message)
        wanted = (match[1] or match[2]) if match else None
        for node in _scalars(self.root):
            if wanted is not None and node.value == wanted:
                return _place(self.path, node)
        return None


def read(path: Path) -> WrittenTestFile:
    """The file at `path`. Raises UnreadableError where it is not a promtool test file."""
    root = _root(path)
    fields = _fields(root)
    if "tests" not in fields:
        what = "has `groups`, so it is a rule file" if "groups" in fields else "has no `tests`"
        fix = "name it with --rules." if "groups" in fields else "write a list of `tests`."
        raise UnreadableError(Problem(_place(path, root), f"not a test file: it {what}.", fix))
    files: list[Path] = []
    for node in _sequence(path, fields.get("rule_files"), "rule_files"):
        if not isinstance(node, yaml.ScalarNode):
            raise UnreadableError(Problem(_place(path, node), "a rule file must be a path."))
        # promtool warns of a pattern without a file, and the tests then pass without the rules.
        found = sorted(glob.glob(str(path.parent / str(node.value))))  # noqa: PTH207 - absolute too
        if not found:
            raise UnreadableError(
                Problem(
                    _place(path, node),
                    f"no file matches {node.value!r} below {path.parent.resolve()}.",
                    "correct `rule_files`, or leave it out and name the files with --rules.",
                )
            )
        files += map(Path, found)
    tests = _sequence(path, fields["tests"], "tests")
    return WrittenTestFile(
        path,
        root,
        tuple(dict.fromkeys(files)),
        tuple(_test(path, number, node) for number, node in enumerate(tests, start=1)),
    )


def _root(path: Path) -> yaml.MappingNode:
    def unreadable(message: str, line: int = 1, column: int = 0) -> UnreadableError:
        return UnreadableError(Problem(Location(str(path), line, column), message))

    try:
        if path.stat().st_size > MAX_BYTES:
            raise unreadable(f"is larger than {MAX_BYTES / 1e6:.0f} MB: not a test file.")
        text = path.read_bytes().decode("utf-8")
        refuse_deep(text)
        root = yaml.compose(text, Loader=_Loader)
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise unreadable(f"not UTF-8: {error.reason}.", line) from None
    except OSError as error:
        raise unreadable(f"{error.strerror}.") from None
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or "cannot be read"
        place = (mark.line + 1, mark.column + 1) if mark else (1, 0)
        raise unreadable(f"not YAML: {what}.", *place) from None
    if not isinstance(root, yaml.MappingNode):
        raise unreadable("not a test file: it has no `tests`.")
    return root


def _test(path: Path, number: int, node: yaml.Node) -> WrittenTest:
    if not isinstance(node, yaml.MappingNode):
        raise UnreadableError(Problem(_place(path, node), "a test must be a mapping."))
    fields = _fields(node)
    asked = []
    for key in ("alert_rule_test", "promql_expr_test"):
        for one in _sequence(path, fields.get(key), key):
            inner = _fields(one)
            texts = {k: str(v.value) for k, v in inner.items() if isinstance(v, yaml.ScalarNode)}
            asked.append(
                Expectation(
                    _place(path, one),
                    texts.get("eval_time", "0s"),
                    texts.get("alertname", ""),
                    texts.get("expr", ""),
                )
            )
    given = str(fields["name"].value) if "name" in fields else ""
    return WrittenTest(given or _named(number, asked), _place(path, node), node, tuple(asked))


def _named(number: int, asked: Sequence[Expectation]) -> str:
    """A name for a test without one: its number, and what it asks."""
    about = list(dict.fromkeys(one.alert or one.expr for one in asked if one.alert or one.expr))
    return f"test {number}: {', '.join(about)}" if about else f"test {number}"


def _fields(node: yaml.Node) -> dict[str, yaml.Node]:
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {str(key.value): value for key, value in node.value}


def _sequence(path: Path, node: yaml.Node | None, key: str) -> list[yaml.Node]:
    if node is None or (isinstance(node, yaml.ScalarNode) and not node.value):
        return []
    if not isinstance(node, yaml.SequenceNode):
        raise UnreadableError(Problem(_place(path, node), f"`{key}` must be a list."))
    return list(node.value)


def _place(path: Path, node: yaml.Node) -> Location:
    return Location(str(path), node.start_mark.line + 1, node.start_mark.column + 1)


def _scalars(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    """Every scalar in the order of the file; an alias is followed once."""
    pending, seen = [node], set[int]()
    while pending:
        one = pending.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, yaml.ScalarNode):
            yield one
        elif isinstance(one, yaml.MappingNode):
            pending += [x for pair in one.value for x in pair]
        else:
            pending += one.value
