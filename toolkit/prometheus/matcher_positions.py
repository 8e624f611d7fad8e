"""The label matchers of an expression, each where it is written."""

from typing import NamedTuple

from toolkit.prometheus.promql_syntax_tree import Node, Span
from toolkit.promql import LabelMatch


class WrittenMatcher(NamedTuple):
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


def written_matchers(root: Node) -> tuple[WrittenMatcher, ...]:
    """The matchers of all selectors from left to right, those of names left out."""
    found: list[WrittenMatcher] = []
    for node in root.walk():
        if node.series is None or not node.series.matches:
            continue
        named = [x for x in node.labels if x.clause == "{" and x.label != "__name__"]
        if len(named) != len(node.series.matches):
            continue  # such as `or` between matchers
        before = node.span[0]
        found += [
            WrittenMatcher(
                match, node.text[place.span[0] - before : place.span[1] - before], place.span
            )
            for match, place in zip(node.series.matches, named, strict=True)
        ]
    return tuple(found)
