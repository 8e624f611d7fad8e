"""PromQL's syntax tree with the place of every node, and of every label that a list names.

promql-parser gives the tree without places. They are found by reading the tokens along it: the
tree says what comes next, so that nothing is parsed twice and no precedence is known here.
"""

import functools
import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import promql_parser as parser

from toolkit.prometheus.promql_tokens import end_of, text_of, token_matches
from toolkit.promql import Selector, children, matches_of, name_of, parse, written_alike

_SELECTING = (parser.VectorSelector, parser.MatrixSelector, parser.SubqueryExpr)
_WITH_OPERATOR = (parser.BinaryExpr, parser.AggregateExpr)
_CLOSING = {"(": ")", "{": "}", "[": "]"}
_LISTS = frozenset({"by", "without", "on", "ignoring", "group_left", "group_right"})
_BETWEEN = frozenset({"bool", *_LISTS, "fill", "fill_left", "fill_right"})
_NAMING = frozenset({"word", "string"})
_COUNTING = frozenset({"count", "group"})
_SIGNS = frozenset("+-")
_MOVING = frozenset({"offset", "@"})
_MATCHING = frozenset({"=", "!=", "=~", "!~"})

Span = tuple[int, int]
"""A half-open range of characters of the expression's text."""


class LabelPlace(NamedTuple):  # there are many, and a tuple is made sooner than a dataclass
    """A label that a list (`by`, `on`, `group_left` …) or a matcher (`{`) names, and where."""

    clause: str
    label: str
    span: Span


@dataclass(slots=True, eq=False)  # not frozen: that takes four times as long to make
class Node:
    """A node of the syntax tree: `text` is what was written, `span` where it stands.

    `below` are its operands or arguments from left to right, as `toolkit.promql.children` has
    them. `labels` are the places of the labels that the node itself names. `operator` is that of
    an operator or an aggregation, `function` the name that is called; empty for other nodes.
    `series` is what a selector asks for, and where its name and its braces stand.
    """

    expr: parser.Expr
    text: str
    span: Span
    below: tuple["Node", ...]
    labels: tuple[LabelPlace, ...]
    # Read once: the parser makes these anew whenever they are asked for, and every rule asks.
    operator: str
    function: str
    series: Selector | None
    _walked: list["Node"] = field(default_factory=list, init=False)
    _of_kind: dict[type[parser.Expr], list["Node"]] = field(default_factory=dict, init=False)

    @property
    def canonical(self) -> str:
        """What is equal where two nodes ask for the same, however it is written."""
        return written_alike(self.expr, self.text)

    def place_of(self, label: str, *clauses: str) -> Span:
        """Where the node names a label, in one of the clauses; the node's own place otherwise."""
        for place in self.labels:
            if place.label == label and place.clause in clauses:
                return place.span
        return self.span

    def walk(self) -> Iterator["Node"]:
        """The node and everything below it, from the outside in."""
        if not self._walked:  # every rule walks, so that the way is kept
            pending = [self]
            while pending:
                node = pending.pop()
                self._walked.append(node)
                pending += reversed(node.below)
        return iter(self._walked)

    def all_of(self, kind: type[parser.Expr]) -> Sequence["Node"]:
        """The nodes of a kind among the node and everything below it, from the outside in."""
        if not self._of_kind:
            for node in self.walk():
                self._of_kind.setdefault(type(node.expr), []).append(node)
        return self._of_kind.get(kind, ())

    def selectors(self, call: str = "") -> list[Selector]:
        """What it asks for, from left to right; `call` is the function around it."""
        if self.series is not None:
            return [self.series._replace(call=call) if call else self.series]
        # count(rate(x[5m])) reads the rate: only a bare operand is read for its presence.
        inside = self.function or (self.operator if self.operator in _COUNTING else call)
        return [found for node in self.below for found in node.selectors(inside)]


@functools.lru_cache(maxsize=4096)
def tree(text: str) -> Node:
    """The syntax tree of `text`. Raises PromQLError, as `toolkit.promql.parse` does."""
    reader = _Reader(text)
    return reader.node(parse(text))


class _Reader:
    """Goes along the tokens of one text, as the tree says."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        # The matches themselves are the tokens: of most, only that they are there is asked.
        self.tokens = list(token_matches(text))

    def node(self, expr: parser.Expr) -> Node:  # noqa: C901 - one case for each kind of node
        """The node of `expr`, whose first token is the next one."""
        start = self.at
        labels: list[LabelPlace] = []
        below: list[Node] = []
        series: Selector | None = None
        match expr:
            case parser.BinaryExpr():
                below.append(self.node(expr.lhs))
                self.at += 1
                self.clauses(labels)
                below.append(self.node(expr.rhs))
            case parser.AggregateExpr():
                self.at += 1
                self.clauses(labels)
                self.arguments(expr, below)
                self.clauses(labels)
            case parser.Call():
                self.at += 1
                self.arguments(expr, below)
            case parser.ParenExpr():
                self.arguments(expr, below)
            case parser.UnaryExpr():
                self.at += 1
                below.append(self.node(expr.expr))
            case parser.SubqueryExpr():
                below.append(self.node(expr.expr))
                self.brackets()
            case parser.VectorSelector():
                series = self.selector(expr, None, labels)
            case parser.MatrixSelector():
                seconds = expr.range.total_seconds()
                series = self.selector(expr.vector_selector, seconds, labels)
                self.brackets()
            case _:
                while self.sees(_SIGNS):
                    self.at += 1
                self.at += 1
        if isinstance(expr, _SELECTING):
            self.modifiers()
        return self.made(expr, start, tuple(below), tuple(labels), series)

    def made(
        self,
        expr: parser.Expr,
        start: int,
        below: tuple[Node, ...],
        labels: tuple[LabelPlace, ...],
        series: Selector | None,
    ) -> Node:
        """The node from the token number `start` to the last one read."""
        last = len(self.tokens) - 1
        first, end = (
            self.tokens[min(start, last)].start(),
            end_of(self.tokens[min(self.at - 1, last)]),
        )
        operator = str(expr.op) if isinstance(expr, _WITH_OPERATOR) else ""
        function = str(expr.func.name) if isinstance(expr, parser.Call) else ""
        text = self.text[first:end]
        return Node(expr, text, (first, end), below, labels, operator, function, series)

    def sees(self, texts: Container[str]) -> bool:
        """Whether the next token is one of these, in any case."""
        return self.at < len(self.tokens) and text_of(self.tokens[self.at]).lower() in texts

    def arguments(self, expr: parser.Expr, below: list[Node]) -> None:
        """What stands in round brackets, with commas between."""
        self.at += 1
        for child in children(expr):
            below.append(self.node(child))
            self.at += self.sees(",")
        self.at += 1

    def clauses(self, labels: list[LabelPlace]) -> None:
        """`bool`, `by (…)`, `on (…)`, `group_left (…)` and the like, in any number."""
        while self.sees(_BETWEEN):
            clause = text_of(self.tokens[self.at]).lower()
            self.at += 1
            if clause != "bool" and self.sees("("):
                labels += self.named(clause)

    def named(self, clause: str) -> list[LabelPlace]:
        """The labels of a list in round brackets."""
        inside = self.brackets()
        return [
            LabelPlace(clause, _label(token), (token.start(), end_of(token)))
            for token in inside
            if clause in _LISTS and token.lastgroup in _NAMING
        ]

    def selector(
        self, expr: parser.VectorSelector, seconds: float | None, labels: list[LabelPlace]
    ) -> Selector:
        """A series' name and its matchers, each where it is written."""
        start = self.tokens[self.at].start()
        self.at += not self.sees("{")
        if self.sees("{"):
            inside = self.brackets()
            for token, sign, value in zip(inside, inside[1:], inside[2:], strict=False):
                if token.lastgroup in _NAMING and text_of(sign) in _MATCHING:
                    labels.append(LabelPlace("{", _label(token), (token.start(), end_of(value))))
        span = (start, end_of(self.tokens[self.at - 1]))
        text = self.text[slice(*span)]
        return Selector(name_of(expr), matches_of(expr), "", text, span, seconds)

    def brackets(self) -> list[re.Match[str]]:
        """What stands between the bracket that comes next and the one that closes it."""
        opening, start, level = text_of(self.tokens[self.at]), self.at, 0
        closing = _CLOSING[opening]
        while self.at < len(self.tokens):
            text = text_of(self.tokens[self.at])
            level += (text == opening) - (text == closing)
            self.at += 1
            if level == 0:
                break
        return self.tokens[start + 1 : self.at - 1]

    def modifiers(self) -> None:
        """`offset` and `@`, which stand after what they move."""
        while self.sees(_MOVING):
            self.at += 1
            while self.sees(_SIGNS):
                self.at += 1
            if self.sees("("):
                self.brackets()
                continue
            self.at += 1
            if self.sees("("):  # start() and end()
                self.brackets()


def _label(token: re.Match[str]) -> str:
    text = text_of(token)
    return text[1:-1] if token.lastgroup == "string" else text
