"""PromQL's syntax tree with the place of every node, and of every label that a list names.

promql-parser gives the tree without places. They are found by reading the tokens along it: the
tree says what comes next, so that nothing is parsed twice and no precedence is known here.
"""

import functools
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import promql_parser as parser

from toolkit.promql import children, parse

_TOKEN = re.compile(
    r"""(?P<skip>\s+|\#[^\n]*)
    |(?P<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`)
    |(?P<word>[a-zA-Z_:$][\w:.$]*(?:\{\w+(?::\w+)?\})?)
    |(?P<number>0[xX][0-9a-fA-F_]+|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?\w*)
    |(?P<sign>==|!=|<=|>=|=~|!~|</|>/|[-+*/%^<>=(){}\[\],@:;])
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_SELECTING = (parser.VectorSelector, parser.MatrixSelector, parser.SubqueryExpr)
_WITH_OPERATOR = (parser.BinaryExpr, parser.AggregateExpr)
_CLOSING = {"(": ")", "{": "}", "[": "]"}
_LISTS = ("by", "without", "on", "ignoring", "group_left", "group_right")
_BETWEEN = frozenset({"bool", *_LISTS, "fill", "fill_left", "fill_right"})

Span = tuple[int, int]
"""A half-open range of characters of the expression's text."""


@dataclass(frozen=True, slots=True)
class LabelPlace:
    """A label that a list (`by`, `on`, `group_left` …) or a matcher (`{`) names, and where."""

    clause: str
    label: str
    span: Span


@dataclass(frozen=True, slots=True)
class Node:
    """A node of the syntax tree: `text` is what was written, `span` where it stands.

    `below` are its operands or arguments from left to right, as `toolkit.promql.children` has
    them. `labels` are the places of the labels that the node itself names. `operator` is that of
    an operator or an aggregation, `function` the name that is called; empty for other nodes.
    """

    expr: parser.Expr
    text: str
    span: Span
    below: tuple["Node", ...] = ()
    labels: tuple[LabelPlace, ...] = ()
    # Read once: the parser makes these texts anew whenever they are asked for, and every rule asks.
    operator: str = ""
    function: str = ""
    _walked: list["Node"] = field(default_factory=list, compare=False, repr=False)

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


@functools.lru_cache(maxsize=4096)
def tree(text: str) -> Node:
    """The syntax tree of `text`. Raises PromQLError, as `toolkit.promql.parse` does."""
    reader = _Reader(text)
    return reader.node(parse(text))


class Token(NamedTuple):  # there are many, and a tuple is made in a third of a dataclass' time
    """A word, a number, a string or a sign of an expression, and where it stands."""

    kind: str
    text: str
    start: int
    end: int


def tokens(text: str, start: int = 0, end: int = sys.maxsize) -> list[Token]:
    """The tokens between two places of the text, without blanks and comments."""
    return [
        Token(match.lastgroup or "", match.group(), *match.span())
        for match in _TOKEN.finditer(text, start, end)
        if match.lastgroup != "skip"
    ]


class _Reader:
    """Goes along the tokens of one text, as the tree says."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.tokens = tokens(text)

    def node(self, expr: parser.Expr) -> Node:  # noqa: C901 - one case for each kind of node
        """The node of `expr`, whose first token is the next one."""
        start = self.at
        labels: list[LabelPlace] = []
        below: list[Node] = []
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
                self.selector(labels)
            case parser.MatrixSelector():
                self.selector(labels)
                self.brackets()
            case _:
                while self.sees("+", "-"):
                    self.at += 1
                self.at += 1
        if isinstance(expr, _SELECTING):
            self.modifiers()
        return self.made(expr, start, tuple(below), tuple(labels))

    def made(
        self, expr: parser.Expr, start: int, below: tuple[Node, ...], labels: tuple[LabelPlace, ...]
    ) -> Node:
        """The node from the token number `start` to the last one read."""
        last = len(self.tokens) - 1
        first, end = self.tokens[min(start, last)].start, self.tokens[min(self.at - 1, last)].end
        operator = str(expr.op) if isinstance(expr, _WITH_OPERATOR) else ""
        function = str(expr.func.name) if isinstance(expr, parser.Call) else ""
        return Node(expr, self.text[first:end], (first, end), below, labels, operator, function)

    def sees(self, *texts: str) -> bool:
        """Whether the next token is one of these, in any case."""
        return self.at < len(self.tokens) and self.tokens[self.at].text.lower() in texts

    def arguments(self, expr: parser.Expr, below: list[Node]) -> None:
        """What stands in round brackets, with commas between."""
        self.at += 1
        for child in children(expr):
            below.append(self.node(child))
            self.at += self.sees(",")
        self.at += 1

    def clauses(self, labels: list[LabelPlace]) -> None:
        """`bool`, `by (…)`, `on (…)`, `group_left (…)` and the like, in any number."""
        while self.sees(*_BETWEEN):
            clause = self.tokens[self.at].text.lower()
            self.at += 1
            if clause != "bool" and self.sees("("):
                labels += self.named(clause)

    def named(self, clause: str) -> list[LabelPlace]:
        """The labels of a list in round brackets."""
        inside = self.brackets()
        return [
            LabelPlace(clause, _label(token), (token.start, token.end))
            for token in inside
            if clause in _LISTS and token.kind in {"word", "string"}
        ]

    def selector(self, labels: list[LabelPlace]) -> None:
        """A series' name and its matchers, each where it is written."""
        self.at += not self.sees("{")
        if not self.sees("{"):
            return
        inside = self.brackets()
        for token, after, *_ in zip(inside, inside[1:], inside[2:], strict=False):
            if token.kind in {"word", "string"} and after.text in {"=", "!=", "=~", "!~"}:
                span = (token.start, inside[inside.index(after) + 1].end)
                labels.append(LabelPlace("{", _label(token), span))

    def brackets(self) -> list[Token]:
        """What stands between the bracket that comes next and the one that closes it."""
        opening, start, level = self.tokens[self.at].text, self.at, 0
        closing = _CLOSING[opening]
        while self.at < len(self.tokens):
            level += (self.tokens[self.at].text == opening) - (self.tokens[self.at].text == closing)
            self.at += 1
            if level == 0:
                break
        return self.tokens[start + 1 : self.at - 1]

    def modifiers(self) -> None:
        """`offset` and `@`, which stand after what they move."""
        while self.sees("offset", "@"):
            self.at += 1
            while self.sees("-", "+"):
                self.at += 1
            if self.sees("("):
                self.brackets()
                continue
            self.at += 1
            if self.sees("("):  # start() and end()
                self.brackets()


def _label(token: Token) -> str:
    return token.text[1:-1] if token.kind == "string" else token.text
