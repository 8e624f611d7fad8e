"""Comments in a rule file that allow a finding: `# allow [group|file] RULE [until DATE]: why`."""

import re
from collections.abc import Iterator, Sequence

import yaml

from toolkit.errors import DefinitionError
from toolkit.findings import Allow, Level, Location
from toolkit.prometheus.rule_file_yaml_nodes import RuleNodes
from toolkit.prometheus.rules import Problem

_ALLOW = re.compile(
    r"#\s*allow\s+(?:(?P<scope>group|file)\s+)?(?P<rule>[a-z-]+)"
    r"(?:\s+until\s+(?P<until>[^\s:]+))?:(?P<reason>.*)"
)
# What was meant as one, and has no reason. Only a rule's name has a hyphen, so that prose is left.
_UNREASONED = re.compile(r"^\s*#\s*allow\s+(?:(?:group|file)\s+)?([a-z]+(?:-[a-z]+)+)\s*$")


class AllowComments:
    """The allowances among a file's lines. What is wrong with one is a problem of `nodes`."""

    def __init__(self, lines: Sequence[str], nodes: RuleNodes) -> None:
        self._nodes, self._end = nodes, len(lines)
        noted = [(number, line) for number, line in enumerate(lines) if "allow" in line]
        self._found = [(number, x) for number, line in noted if (x := _ALLOW.search(line))]
        for number, line in noted:
            if match := _UNREASONED.match(line):
                message = f"`allow {match[1]}` gives no reason, so that nothing is allowed."
                fix = f"write # allow {match[1]}: why."
                nodes.problems.append(Problem(self._at(number), message, fix, Level.WARNING))

    def _at(self, number: int) -> Location:
        return Location(str(self._nodes.path), number + 1)

    def around(self, rule: yaml.Node, group: yaml.Node | None) -> tuple[Allow, ...]:
        """What is allowed of a rule: between its own lines, for its group, and for the file."""
        return (
            *self._between(rule),
            *self._between(group, "group"),
            *self._between(None, "file"),
        )

    def _between(self, node: yaml.Node | None, scope: str = "") -> Iterator[Allow]:
        """The allowances of a scope between a node's lines, or in the whole file."""
        if not self._found:
            return
        first = node.start_mark.line if node else 0
        last = node.end_mark.line if node else self._end
        for number, match in self._found:
            if not first <= number < last or (match["scope"] or "") != scope:
                continue
            try:
                yield Allow(match["rule"], match["reason"].strip(), match["until"] or "")
            except DefinitionError as error:
                problem = Problem(self._at(number), error.message, error.fix)
                if problem not in self._nodes.problems:  # a file's is read for each of its rules
                    self._nodes.problems.append(problem)
