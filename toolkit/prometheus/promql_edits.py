"""Where the parts of a PromQL expression stand that a rewriter changes, and the change itself.

An expression is changed in its text, and never printed from its syntax tree: what is not changed
stays as its author wrote it. The parser prints strings without their escapes, label names without
their quotes, and cuts milliseconds off.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import promql_parser as parser

from toolkit.prometheus.promql_syntax_tree import Node, Span
from toolkit.prometheus.promql_tokens import Token, tokens

_WITH_DURATIONS = (parser.MatrixSelector, parser.VectorSelector, parser.SubqueryExpr)

Edit = tuple[Span, str]
"""A place in an expression's text, and what is written there instead."""


def edited(text: str, edits: Iterable[Edit]) -> str:
    """The text with all edits, whose places do not overlap."""
    for (start, end), new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def quoted(value: str) -> str:
    """A string literal of PromQL, in double quotes, with the escapes that it needs."""
    return json.dumps(value, ensure_ascii=False)


def operator_span(text: str, node: Node) -> Span:
    """Where the operator of a binary expression stands."""
    left, right = node.below
    first = tokens(text, left.span[1], right.span[0])[0]
    return first.start, first.end


def name_span(text: str, node: Node) -> Span | None:
    """Where a selector names its one series, before its braces or in them; None for no such."""
    found = tokens(text, *node.span)
    if found[0].text != "{":
        return found[0].start, found[0].end
    for place in node.labels:
        if place.label == "__name__":
            *_, operator, value = tokens(text, *place.span)
            return (value.start, value.end) if operator.text == "=" else None
    inside = found[: _end_of_braces(found, 0)]
    # The one string to which no operator belongs: {"my.name", zone="a"}.
    free = (
        token
        for before, token, after in zip(inside, inside[1:], inside[2:], strict=False)
        if token.kind == "string" and before.text in "{," and after.text in ",}"
    )
    token = next(free, None)
    return None if token is None else (token.start, token.end)


@dataclass(frozen=True, slots=True)
class Durations:
    """Where the durations of a selector or a subquery stand; None for those that it lacks."""

    range: Span | None = None
    step: Span | None = None
    offset: Span | None = None


def durations(text: str, node: Node) -> Durations:
    """The places of the durations that the node itself has."""
    if not isinstance(node.expr, _WITH_DURATIONS):
        return Durations()
    rest = _behind_operand(text, node)
    length = step = None
    if rest and rest[0].text == "[":
        closing = next(number for number, token in enumerate(rest) if token.text == "]")
        start, end = rest[0].end, rest[closing].start
        colon = text.find(":", start, end) if isinstance(node.expr, parser.SubqueryExpr) else -1
        length = (start, end if colon < 0 else colon)
        step = None if colon < 0 else (colon + 1, end)
        rest = rest[closing + 1 :]
    return Durations(length, step, _offset_span(rest))


def without_matcher(text: str, node: Node, span: Span) -> Edit:
    """The edit that takes one matcher, which stands at `span`, out of its braces."""
    found = tokens(text, *node.span)
    at = next(number for number, token in enumerate(found) if token.start == span[0])
    end = next(number for number, token in enumerate(found) if token.end == span[1])
    if found[end + 1].text == ",":
        return (span[0], found[end + 2].start), ""
    if found[at - 1].text == ",":
        return (found[at - 1].start, span[1]), ""
    return span, ""


def _behind_operand(text: str, node: Node) -> Sequence[Token]:
    """The tokens after what is selected: the range, `offset` and `@`."""
    if isinstance(node.expr, parser.SubqueryExpr):
        return tokens(text, node.below[0].span[1], node.span[1])
    found = tokens(text, *node.span)
    braces = 0 if found[0].text == "{" else 1
    if len(found) > braces and found[braces].text == "{":
        return found[_end_of_braces(found, braces) :]
    return found[braces:]


def _end_of_braces(found: Sequence[Token], opening: int) -> int:
    return next(n for n, token in enumerate(found) if n > opening and token.text == "}") + 1


def _offset_span(found: Sequence[Token]) -> Span | None:
    for number, token in enumerate(found):
        if token.text.lower() == "offset":
            last = number + 1
            while found[last].text in {"-", "+"}:
                last += 1
            return found[number + 1].start, found[last].end
    return None
