"""Recording rules looked through: what an expression reads, itself or through recordings."""

from collections.abc import Iterable, Mapping
from typing import Generic, Protocol, TypeVar

from toolkit.promql import LabelMatch, selectors


class RecordingRule(Protocol):
    """What a definition and a rule that was read from a file have in common."""

    @property
    def name(self) -> str:
        """The name of the series that it records."""

    @property
    def expr(self) -> str:
        """The expression whose result it records."""

    @property
    def labels(self) -> Mapping[str, str]:
        """The labels that it sets on what it records."""


R = TypeVar("R", bound=RecordingRule)


class RecordingRules(Generic[R]):
    """Recording rules, found by what selects their results."""

    def __init__(self, rules: Iterable[R]) -> None:
        self._rules = tuple(rules)
        self._named: dict[str, list[R]] = {}
        for rule in self._rules:
            self._named.setdefault(rule.name, []).append(rule)
        # Asked for at every selector: made once, so that the cost stays linear.
        self._names = frozenset(self._named)

    @property
    def names(self) -> frozenset[str]:
        """The names of everything that is recorded."""
        return self._names

    def named(self, name: str) -> tuple[R, ...]:
        """Every rule that records under `name`, whatever its labels."""
        return tuple(self._named.get(name, ()))

    def selected_by(self, name: str, matches: Iterable[LabelMatch]) -> tuple[R, ...]:
        """The rules whose results a selector selects: no `=` of it contradicts their labels."""
        equal = {match.label: match.text for match in matches if match.operator == "="}
        return tuple(
            rule
            for rule in self._named.get(name, ())
            # A pattern may match, so that only an equality rules a recording out.
            if all(equal.get(label, value) == value for label, value in rule.labels.items())
        )

    def read_by(self, texts: Iterable[str]) -> tuple[R, ...]:
        """The rules that expressions read, directly or through others, in order."""
        pending, read = list(texts), set[int]()
        while pending:
            for selector in selectors(pending.pop()):
                for rule in self.selected_by(selector.name, selector.matches):
                    if id(rule) not in read:
                        read.add(id(rule))
                        pending.append(rule.expr)
        return tuple(rule for rule in self._rules if id(rule) in read)

    def series_read_by(self, texts: Iterable[str]) -> frozenset[str]:
        """The names of the series that expressions read, themselves or through recordings."""
        given = tuple(texts)
        all_texts = (*given, *(rule.expr for rule in self.read_by(given)))
        return frozenset(selector.name for text in all_texts for selector in selectors(text))
