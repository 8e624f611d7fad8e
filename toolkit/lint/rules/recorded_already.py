"""An expression computes again what a recording already has.

Why: the same text is evaluated twice, and the two drift apart when one of them is changed.

    - record: job:errors:rate5m  { expr: sum by (job) (rate(errors_total[5m])) }
    - alert: Errors  { expr: sum by (job) (rate(errors_total[5m])) > 5 }      # bad
    - alert: Errors  { expr: job:errors:rate5m > 5 }                          # good

Exempt: bare selectors; panels, whose windows follow the zoom; recordings that set labels.

Source: https://prometheus.io/docs/practices/rules/
"""

from collections.abc import Container, Iterator

import promql_parser as parser

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus.promql_syntax_tree import Node
from toolkit.prometheus.rules import WrittenRule


def check(project: Project) -> Iterator[Finding]:
    """Flag the largest part of a rule's expression that a recording has."""
    recorded: dict[str, WrittenRule] = {}
    for rule in project.rules:
        if not rule.is_alert and not rule.labels and not _is_bare(rule.root):
            recorded.setdefault(str(rule.root.expr.prettify()), rule)
    for expression in project.expressions() if recorded else ():
        if expression.rule is None:
            continue
        for node in _outermost(expression.root, recorded):
            rule = recorded[str(node.expr.prettify())]
            if rule is not expression.rule and rule.name != expression.rule.name:
                yield RULE.at_span(
                    expression,
                    node.span,
                    f"`{rule.name}` records exactly this.",
                    fix=f"read {rule.name}.",
                    replacement=(node.span, rule.name),
                )


def _outermost(node: Node, recorded: Container[str]) -> Iterator[Node]:
    if str(node.expr.prettify()) in recorded:
        yield node
        return
    for below in node.below:
        yield from _outermost(below, recorded)


def _is_bare(node: Node) -> bool:
    return isinstance(node.expr, parser.VectorSelector | parser.NumberLiteral)


RULE = Rule("recorded-already", Level.INFO, check)
