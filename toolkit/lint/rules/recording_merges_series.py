"""A recording sets a label that its expression still tells series apart by.

Why: the rule's own label overwrites the result's. Series that differed in that label alone are
then the same, and Prometheus refuses the evaluation: nothing is recorded, and only its log says so.

    expr: sum by (job, env) (x)      labels: {env: all}      # bad, from the second env on
    expr: sum by (job) (x)           labels: {env: all}      # good

Exempt: labels that the result has with one value alone.

Source: https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/
"""

from collections.abc import Iterator

import promql_parser as parser

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus.promql_syntax_tree import Node


def check(project: Project) -> Iterator[Finding]:
    """Flag every label of a recording that its outermost grouping keeps."""
    for rule in project.rules:
        if rule.is_alert:
            continue
        flow = project.flow(rule.root)
        for name in rule.labels:
            kept = _groups_by(flow.root, name)
            values = [labels.values_of(name) for labels in flow.result]
            if kept and not all(value is not None and len(value) == 1 for value in values):
                yield RULE.at_field(
                    rule,
                    f"labels.{name}",
                    f"`{name}` is set here, and the expression groups by it: series that differ "
                    "in it alone become one, which Prometheus refuses.",
                    fix=f"take `{name}` out of the grouping, or do not set it.",
                )


def _groups_by(node: Node, label: str) -> bool:
    """Whether the outermost aggregation of an expression names the label with `by`."""
    while isinstance(node.expr, parser.ParenExpr | parser.UnaryExpr):
        node = node.below[0]
    if isinstance(node.expr, parser.BinaryExpr):
        return any(_groups_by(side, label) for side in node.below[:1])
    return any(place.clause == "by" and place.label == label for place in node.labels)


RULE = Rule("recording-merges-series", Level.WARNING, check)
