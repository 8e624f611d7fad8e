"""The label matchers of an expression, each where it is written."""

import functools
from dataclasses import dataclass

import promql_parser as parser

from toolkit.prometheus.promql_syntax_tree import Span, tree
from toolkit.promql import LabelMatch, matches_of


@dataclass(frozen=True, slots=True)
class WrittenMatcher:
    """A matcher, its text as it was written, and the place of that in the expression."""

    match: LabelMatch
    text: str
    span: Span

    def with_text(self, operator: str, text: str) -> str:
        """The matcher with another operator and value, in the quotes of this one."""
        quote = self.text[-1]
        if quote != "`":
            text = text.replace("\\", "\\\\").replace(quote, f"\\{quote}")
        head = self.text[: self.text.index(self.match.operator)]
        return f"{head.rstrip()}{operator}{quote}{text}{quote}"


@functools.lru_cache(maxsize=4096)
def written_matchers(text: str) -> tuple[WrittenMatcher, ...]:
    """The matchers of all selectors from left to right, those of names left out."""
    found = []
    for node in tree(text).walk():
        expr = node.expr
        selector = expr.vector_selector if isinstance(expr, parser.MatrixSelector) else expr
        if not isinstance(selector, parser.VectorSelector):
            continue
        places = [place for place in node.labels if place.clause == "{"]
        matches = matches_of(selector)
        named = [place for place in places if place.label != "__name__"]
        if len(named) != len(matches):
            continue  # such as `or` between matchers
        found += [
            WrittenMatcher(match, text[slice(*place.span)], place.span)
            for match, place in zip(matches, named, strict=True)
        ]
    return tuple(found)
