"""A label or an annotation shows a label that the expression's result cannot have.

Why: an aggregation drops every label that it does not name. The template then shows nothing,
in the one sentence that the person on call reads. What the rule itself sets, and the alert's name,
are not among `$labels` either.

    sum by (exchange) (…) > 1      "{{ $labels.instance }} fails"      # bad
    sum by (exchange) (…) > 1      "{{ $labels.exchange }} fails"      # good
    x > 1 or sum(y) > 1            "{{ $labels.exchange }} fails"      # bad: empty for the sum

Checks `$externalLabels` too, where prometheus.yml is known, and the labels that a template reads of
its own queries.

Exempt: labels that are not certain; one side of an `or` that lacks a label for which the template
asks with `if`, `with` or `or`.

Source: https://prometheus.io/docs/prometheus/latest/configuration/template_reference/
"""

import re
from collections.abc import Iterator

import promql_parser as parser

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus.go_templates.labels_and_queries_read import (
    external_labels_read,
    labels_read,
    query_labels_read,
)
from toolkit.prometheus.label_flow.labels_of_expression import Flow
from toolkit.prometheus.label_flow.result_labels import Certainty, all_possible, why_absent
from toolkit.prometheus.promql_syntax_tree import Node, tree
from toolkit.prometheus.rules import WrittenRule
from toolkit.promql import PromQLError

ABSENT = frozenset({"absent", "absent_over_time"})


def check(project: Project) -> Iterator[Finding]:
    """Flag every label read that the result does not carry."""
    external = project.server.external_labels
    for rule in project.rules:
        if not rule.is_alert:
            continue
        for key, text in _templates(rule):
            if "{{" not in text:
                continue
            yield from _missing(project, rule, key, text)
            yield from _of_queries(project, rule, key, text)
            for name in external_labels_read(text) if external is not None else ():
                if name not in (external or ()):
                    yield RULE.at_field(
                        rule,
                        key,
                        f"`$externalLabels.{name}` is shown, and prometheus.yml sets none of that "
                        "name.",
                        fix="set it under global.external_labels, or drop it.",
                    )


def _missing(project: Project, rule: WrittenRule, key: str, text: str) -> Iterator[Finding]:
    flow = project.flow(rule.root)
    result = flow.result
    for name in labels_read(text):
        why = None if name == "__name__" else why_absent(result, name)
        if _is_set_by_the_rule(rule, name) and not any(name in x.present for x in result):
            yield RULE.at_field(
                rule,
                key,
                f"`$labels.{name}` is shown, and templates see the expression's labels alone.",
                fix=f"write the value of `{name}` as text.",
            )
        elif why is not None:
            carried = all_possible(result)
            has = ", ".join(f"`{label}`" for label in sorted(carried or ())) or "no label"
            known = "" if carried is None else f"; the expression results in {has}"
            yield RULE.at_field(
                rule,
                key,
                f"`$labels.{name}` is shown, and it is {why.reason}{known}.",
                fix=_fix(rule, name, why),
            )
        elif (
            name != "__name__"
            and not _is_asked_for(text, name)
            and (why := _absent_of_one_side(flow, flow.root, name))
        ):
            yield RULE.at_field(
                rule,
                key,
                f"`$labels.{name}` is shown, and where one side of `or` fires it is {why.reason}.",
                fix=f"show it within {{{{ if $labels.{name} }}}}, or have it on both sides.",
            )


def _absent_of_one_side(flow: Flow, node: Node, label: str) -> Certainty | None:
    """Why one side of the `or` that an expression is lacks a label; None where none does."""
    while isinstance(node.expr, parser.ParenExpr):
        node = node.below[0]
    if node.operator != "or":
        return why_absent(flow.of(node), label)
    reasons = (_absent_of_one_side(flow, side, label) for side in node.below)
    return next(filter(None, reasons), None)


def _is_asked_for(text: str, label: str) -> bool:
    """Whether a template asks whether the label is there, or keeps it, and may ask later."""
    name = re.escape(label)
    asking = r"(?:\b(?:if|with|or|and|not|eq|ne)\b|:=)"
    return re.search(rf"\{{\{{[^}}]*{asking}[^}}]*(?:\$l|\.L)abels\.{name}\b", text) is not None


def _is_set_by_the_rule(rule: WrittenRule, name: str) -> bool:
    """Whether a label comes from the rule alone: its value does not read the series' own."""
    if name == "alertname":
        return "ALERTS" not in rule.expr
    return name in rule.labels and name not in labels_read(rule.labels[name])


def _fix(rule: WrittenRule, name: str, why: Certainty) -> str:
    nodes = rule.root.walk()
    if any(isinstance(x.expr, parser.Call) and x.function in ABSENT for x in nodes):
        if "of a calculation" in why.reason:
            return "ask for the absence of a selector alone, or do not show the label."
        return f"ask for it with `{name}=` in the selector, or do not show it."
    if "`on (" in why.reason or "`ignoring (" in why.reason:
        return f"keep `{name}` with group_left () on the side that has it, or do not show it."
    if any(clause in why.reason for clause in (" by (", " without (", "no `by`")):
        return f"keep `{name}` in the aggregations, or do not show it."
    return "do not show it."


def _of_queries(project: Project, rule: WrittenRule, key: str, text: str) -> Iterator[Finding]:
    """Labels of a template's own queries, which their results do not carry."""
    for query, name in query_labels_read(text):
        try:
            why = why_absent(project.flow(tree(query)).result, name)
        except PromQLError:
            continue  # `malformed-rules` says so
        if why is not None:
            yield RULE.at_field(
                rule,
                key,
                f"`{name}` of the query {query!r} is shown, and it is {why.reason}.",
                fix=f"keep `{name}` in the query, or do not show it.",
            )


def _templates(rule: WrittenRule) -> Iterator[tuple[str, str]]:
    yield from ((f"labels.{name}", text) for name, text in rule.labels.items())
    yield from ((f"annotations.{name}", text) for name, text in rule.annotations.items())


RULE = Rule("template-reads-missing-label", Level.WARNING, check)
