"""An expression calls what the Prometheus that loads it does not know, or only behind a flag.

Why: an older Prometheus refuses the whole file for one function, or one new way to write something.
What is experimental needs `--enable-feature=promql-experimental-functions` or another flag, without
which it is refused too.

    histogram_avg(rate(x[5m]))      # bad with --prometheus-version 2.42
    x > 1_000, rate(x[300])         # bad with --prometheus-version 2.53
    {"http.requests"}               # bad with --prometheus-version 2.55
    a / fill(0) b                   # bad: experimental
    mad_over_time(x[5m])            # bad: experimental
    histogram_quantile(0.9, …)      # good

Checks releases where `--prometheus-version` says which one loads the files.

Exempt: everything that every release since 2.26 knows.

Source: https://prometheus.io/docs/prometheus/latest/querying/functions/
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace

import promql_parser as parser

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus.go_templates.lexer import TemplateError, tokens
from toolkit.prometheus.label_flow.joins import is_filled
from toolkit.prometheus.located_expressions import Expression
from toolkit.prometheus.promql_syntax_tree import Node, Span
from toolkit.prometheus.rules import WrittenRule
from toolkit.prometheus.syntax_by_release import (
    ELSE_WITH,
    EXPERIMENTAL,
    FILL,
    NAMED_GROUPS,
    NO_OFFSET,
    NUMBERS,
    SINCE,
    TEMPLATES,
    UNTIL,
    UTF8_NAMES,
    Release,
)
from toolkit.promql import matches_of, name_of

_ELSE_WITH = re.compile(r"\{\{-?\s*else\s+with\b")
_ZERO_OFFSET = re.compile(r"\boffset\s+-?0+(?:ms|[smhdwy])?(?!\w)(?![^{]*\})", re.IGNORECASE)
_GROUP = re.compile(r"\(\?<[A-Za-z_]")
_DATED = SINCE.keys() | UNTIL.keys() | EXPERIMENTAL.keys()


def check(project: Project) -> Iterator[Finding]:
    """Flag every function, and way to write something, that needs another Prometheus or a flag."""
    release = project.server.release
    for expression in project.expressions():
        for node in expression.root.walk():
            yield from _called(expression, node, release)
            yield from _written(expression, node, release)
    for rule in project.rules if release else ():
        for key, text in _templates(rule):
            for name, since in _words(text):
                if release and release < since:
                    needs = f"`{name}` needs Prometheus {_text(since)}"
                    message = f"{needs}, and {_text(release)} loads it."
                    yield RULE.at_field(rule, key, message, fix="update Prometheus, or drop it.")


def _templates(rule: WrittenRule) -> Iterator[tuple[str, str]]:
    """The texts of an alert that are templates, by their keys."""
    for table, texts in (("labels", rule.labels), ("annotations", rule.annotations)):
        for name, text in texts.items() if rule.is_alert else ():
            if "{{" in text:
                yield f"{table}.{name}", text


def _words(text: str) -> Iterator[tuple[str, Release]]:
    """What a template has that only newer releases know, and since when."""
    try:
        read = tokens(text)
    except TemplateError:
        return  # `malformed-rules` says so
    words = [x.text for x in read if x.kind == "word"]
    yield from ((x, TEMPLATES[x]) for x in words if x in TEMPLATES)
    if ("else", "with") in itertools.pairwise(words) and _ELSE_WITH.search(text):
        yield "else with", ELSE_WITH


def _called(expression: Expression, node: Node, release: Release | None) -> Iterator[Finding]:
    name = node.function or node.operator
    if name not in _DATED:
        return
    since, until = SINCE.get(name), UNTIL.get(name)
    span = (node.span[0], node.span[0] + len(name))
    if release and since and release < since:
        yield _younger(expression, span, f"`{name}`", since, release)
    elif until and (release is None or release >= until):
        found = RULE.at_span(
            expression,
            span,
            f"`{name}` is not there since Prometheus {_text(until)}.",
            fix="write double_exponential_smoothing.",
            replacement=(span, "double_exponential_smoothing"),
        )
        yield replace(found, level=Level.WARNING if release else Level.INFO)
    elif name in EXPERIMENTAL:
        stable = EXPERIMENTAL[name]
        if stable is None or (release is not None and release < stable):
            yield _experimental(expression, span, name, "promql-experimental-functions")


def _written(expression: Expression, node: Node, release: Release | None) -> Iterator[Finding]:
    if isinstance(node.expr, parser.BinaryExpr):
        if node.expr.modifier and is_filled(node.expr.modifier):
            place = node.below[1].span[0]
            start = expression.text.rfind("fill", node.below[0].span[1], place)
            span = (start, start + len("fill"))
            if release and release < FILL:
                yield _younger(expression, span, "`fill`", FILL, release)
            else:
                yield _experimental(expression, span, "fill", "promql-binop-fill-modifiers")
    elif release and release < NO_OFFSET and _ZERO_OFFSET.search(_own_text(node)):
        yield _younger(expression, node.span, "an offset of nothing", NO_OFFSET, release)
    elif release and release < NUMBERS and (what := _number(node)):
        yield _younger(expression, node.span, what, NUMBERS, release)
    elif release and release < NAMED_GROUPS and any(_GROUP.search(x) for x in _patterns(node)):
        yield _younger(expression, node.span, "`(?<name>…)`", NAMED_GROUPS, release)
    elif release and release < UTF8_NAMES:
        quoted = [x.span for x in node.labels if expression.text[x.span[0]] in "\"'`"]
        selector = node.expr if isinstance(node.expr, parser.VectorSelector) else None
        if selector and not selector.name and name_of(selector) and "__name__" not in node.text:
            quoted.append(node.span)
        for span in quoted[:1]:
            yield _younger(expression, span, "a name in quotes", UTF8_NAMES, release)


def _patterns(node: Node) -> Iterator[str]:
    expr = node.expr.vector_selector if isinstance(node.expr, parser.MatrixSelector) else node.expr
    if isinstance(expr, parser.VectorSelector):
        yield from (x.text for x in matches_of(expr) if x.operator in {"=~", "!~"})


def _number(node: Node) -> str:
    """What a number or a range has that only newer releases read; empty where there is nothing."""
    match node.expr:
        case parser.NumberLiteral() if "_" in node.text:
            return "`_` in a number"
        case parser.NumberLiteral() if re.fullmatch(r"[-+\s]*(?:\d+(?:ms|[smhdwy]))+", node.text):
            return "a duration as a number"
        case parser.MatrixSelector() | parser.SubqueryExpr() | parser.VectorSelector():
            plain = r"[\d._]+(?:e\+?\d+)?(?![\w.])"
            written = rf"[\[:]\s*{plain}|\boffset\s+-?\s*{plain}"
            outside = re.sub(r"\{[^}]*\}", "", _own_text(node))
            return "a duration without a unit" if re.search(written, outside, re.IGNORECASE) else ""
        case _:
            return ""


def _own_text(node: Node) -> str:
    """What a node has outside of what it is applied to."""
    return node.text[node.below[0].span[1] - node.span[0] :] if node.below else node.text


def _younger(
    expression: Expression, span: Span, what: str, since: Release, release: Release
) -> Finding:
    return RULE.at_span(
        expression,
        span,
        f"{what} needs Prometheus {_text(since)}, and {_text(release)} loads it.",
        fix="update Prometheus, or write it as older releases read it.",
    )


def _experimental(expression: Expression, span: Span, name: str, flag: str) -> Finding:
    return RULE.at_span(
        expression,
        span,
        f"`{name}` is experimental: Prometheus refuses it without --enable-feature={flag}.",
        fix="set the flag and allow this, or write it another way.",
    )


def _text(release: Release) -> str:
    return f"{release[0]}.{release[1]}"


RULE = Rule("needs-newer-prometheus", Level.WARNING, check)
