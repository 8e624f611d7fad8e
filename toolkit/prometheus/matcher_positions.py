"""The label matchers of an expression, each where it is written."""

from typing import NamedTuple

import promql_parser as parser

from toolkit.prometheus.promql_syntax_tree import Node, Span
from toolkit.promql import LabelMatch

_ABSENT = frozenset({"absent", "absent_over_time"})


class WrittenMatcher(NamedTuple):
    """A matcher, its text as it was written, and the place of that in the expression.

    Where it `makes_labels`, the selector is what `absent` asks for: each `=` is then a label of the
    result, and no other operator is. It `shares_its_label` where another matcher names that too.
    Source: createLabelsForAbsentFunction of Prometheus' promql/functions.go
    """

    match: LabelMatch
    text: str
    span: Span
    makes_labels: bool = False
    shares_its_label: bool = False

    def with_text(self, operator: str, text: str) -> str:
        """The matcher with another operator and value, in the quotes of this one."""
        quote = self.text[-1]
        if quote != "`":
            text = text.replace("\\", "\\\\").replace(quote, f"\\{quote}")
        head = self.text[: self.text.index(self.match.operator)]
        return f"{head.rstrip()}{operator}{quote}{text}{quote}"


def written_matchers(root: Node) -> tuple[WrittenMatcher, ...]:
    """The matchers of all selectors from left to right, those of names left out."""
    found: list[WrittenMatcher] = []
    asked = _asked_for_absence(root)
    for node in root.walk():
        if node.series is None or not node.series.matches:
            continue
        makes_labels = id(node) in asked
        names = [match.label for match in node.series.matches]
        named = [x for x in node.labels if x.clause == "{" and x.label != "__name__"]
        if len(named) != len(node.series.matches):
            continue  # such as `or` between matchers
        before = node.span[0]
        found += [
            WrittenMatcher(
                match,
                node.text[place.span[0] - before : place.span[1] - before],
                place.span,
                makes_labels,
                names.count(match.label) > 1,
            )
            for match, place in zip(node.series.matches, named, strict=True)
        ]
    return tuple(found)


def _asked_for_absence(root: Node) -> set[int]:
    """The identities of the selectors that are an argument of `absent`, in brackets or not."""
    found = set()
    for node in root.walk():
        if node.function in _ABSENT:
            inner = node.below[0]
            while isinstance(inner.expr, parser.ParenExpr):
                inner = inner.below[0]
            found.add(id(inner))
    return found
