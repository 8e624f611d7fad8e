"""The groups of a rule file, node by node: their settings, and rules with the place of each key."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from toolkit.findings import Level
from toolkit.prometheus import rule_file_dialects
from toolkit.prometheus.allow_comments import AllowComments
from toolkit.prometheus.facts_from_prometheus_yml import ServerFacts
from toolkit.prometheus.rule_expression_language import RuleExpressions
from toolkit.prometheus.rule_file_yaml_nodes import RuleNodes, is_empty, is_null, plain_values
from toolkit.prometheus.rule_positions import lines_of_expression, places, sources
from toolkit.prometheus.rule_validation import refusals
from toolkit.prometheus.rules import WrittenGroup, WrittenRule

GROUP_KEYS = frozenset().union(*rule_file_dialects.GROUP_KEYS.values())
RULE_KEYS = frozenset().union(*rule_file_dialects.RULE_KEYS.values())


class RuleGroupReader:
    """Reads one group after the other of a file, whose lines are `text`.

    `groups` and `rules` are what was read; what is wrong is added to the problems of `nodes`.
    """

    def __init__(
        self,
        nodes: RuleNodes,
        expressions: RuleExpressions,
        server: ServerFacts,
        path: Path,
        text: Sequence[str],
    ) -> None:
        self.nodes = nodes
        self.expressions = expressions
        self.server = server
        self.path = path
        self.text = text
        self.rules: list[WrittenRule] = []
        self.groups: list[WrittenGroup] = []
        self.allowed = AllowComments(text, nodes)
        self.named_groups: set[str] = set()
        self.group_node: yaml.Node | None = None

    def read(self, node: yaml.Node) -> None:
        """One group with its rules."""
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
