"""Prometheus loads a rule, and fails at each evaluation of it.

Why: the file is taken without a word. The alert then never fires and the recording writes nothing;
only the page of rules and the log say so.

    expr: up[5m]                                                # bad: a range is not a result
    expr: label_replace(up, "a", "$1", "b", "(")                # bad: not a pattern
    expr: count_values("my-label", up)                          # bad before Prometheus 3
    labels: {severity: "{{ $value }}"}                          # bad in a recording
    expr: max_over_time(up[5m])                                 # good

Exempt: what depends on the samples, such as several matches where one is allowed.

Source: https://prometheus.io/docs/prometheus/latest/querying/basics/#expression-language-data-types
"""

import re
from collections.abc import Iterator
from dataclasses import replace

import promql_parser as parser

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus.located_expressions import Expression
from toolkit.prometheus.promql_syntax_tree import Node
from toolkit.prometheus.syntax_by_release import UTF8_NAMES
from toolkit.promql import PromQLError, parse

_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
NAMES = {"label_replace": 1, "label_join": 1}
"""By function, the argument that names a label to be set."""


def check(project: Project) -> Iterator[Finding]:
    """Flag every expression and label that fails once it is evaluated."""
    utf8 = (project.server.release or (0, 0)) >= UTF8_NAMES
    for expression in project.expressions():
        if expression.rule is None:
            continue
        root = expression.root
        yield from _result(expression, root)
        for node in root.walk():
            yield from _pattern(expression, node)
            if not utf8:
                yield from _name(expression, node)
    for rule in project.rules:
        for name, text in rule.labels.items() if not rule.is_alert else ():
            if "{{" in text:
                found = RULE.at_field(
                    rule,
                    f"labels.{name}",
                    f"`{name}` is a template, and a recording writes it as it is.",
                    fix="write the value as text, or keep the label in the expression.",
                )
                yield replace(found, level=Level.WARNING)


def _result(expression: Expression, root: Node) -> Iterator[Finding]:
    while isinstance(root.expr, parser.ParenExpr):
        root = root.below[0]
    if isinstance(root.expr, parser.MatrixSelector | parser.SubqueryExpr | parser.StringLiteral):
        what = "a text" if isinstance(root.expr, parser.StringLiteral) else "a range of samples"
        yield RULE.at_span(
            expression,
            root.span,
            f"the result is {what}, with which a rule cannot do anything.",
            fix="take a value of the range, as with max_over_time(…) or rate(…).",
        )


def _pattern(expression: Expression, node: Node) -> Iterator[Finding]:
    if node.function != "label_replace":
        return
    written = node.below[4]
    try:
        parse(f"x{{y=~{written.text}}}")  # the same patterns as in a matcher
    except PromQLError:
        yield RULE.at_span(
            expression,
            written.span,
            f"`label_replace` fails: {written.text} is not a pattern.",
            fix="correct the pattern.",
        )


def _name(expression: Expression, node: Node) -> Iterator[Finding]:
    number = None
    if node.function:
        number = NAMES.get(node.function)
    elif isinstance(node.expr, parser.AggregateExpr) and node.operator == "count_values":
        number = 0
    named = node.below[number] if number is not None else None
    if named is None or not isinstance(named.expr, parser.StringLiteral):
        return
    if not _LABEL.fullmatch(str(named.expr.val)):
        yield RULE.at_span(
            expression,
            named.span,
            f"{named.text} is not a label's name for Prometheus 2, so that the evaluation fails.",
            fix="use letters, digits and `_`.",
        )


RULE = Rule("evaluation-fails", Level.ERROR, check)
