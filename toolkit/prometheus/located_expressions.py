"""Every PromQL text of a project, of a rule or a panel, and the definition that holds it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from toolkit.findings import Allow, Edit, Location
from toolkit.prometheus.matcher_positions import WrittenMatcher, written_matchers
from toolkit.prometheus.promql_syntax_tree import Node, tree
from toolkit.prometheus.rules import WrittenRule
from toolkit.promql import Selector

if TYPE_CHECKING:
    from toolkit.dashboards import Dashboard


@dataclass(frozen=True, kw_only=True)
class Expression:
    """One PromQL text, and the definition that holds it.

    A rule's expression has the `rule`, a panel's query the `dashboard` whose variables it may
    use. What many lint rules ask about the text is found once, and kept with it.
    """

    text: str
    subject: str
    location: Location
    allow: tuple[Allow, ...]
    lines: tuple[Location, ...] = ()
    rule: WrittenRule | None = None
    dashboard: "Dashboard | None" = None

    @classmethod
    def of(cls, rule: WrittenRule) -> "Expression":
        """The expression of a rule."""
        return cls(
            text=rule.expr,
            subject=f"{rule.name}.expr",
            location=rule.place("expr"),
            allow=rule.allow,
            lines=rule.lines,
            rule=rule,
        )

    @cached_property
    def root(self) -> Node:
        """The syntax tree. Raises PromQLError for another text."""
        return tree(self.text) if self.rule is None else self.rule.root

    @cached_property
    def selectors(self) -> tuple[Selector, ...]:
        """What the expression asks for, from left to right."""
        return tuple(self.root.selectors())

    @cached_property
    def matchers(self) -> tuple[WrittenMatcher, ...]:
        """The label matchers as they are written, from left to right."""
        return written_matchers(self.root)

    def exact(self, offset: int) -> Location | None:
        """Where the character at `offset` stands; None where its column is not known."""
        is_known = len(self.lines) > self.text.count("\n", 0, offset)
        return self.place(offset) if is_known else None

    def edit(self, span: tuple[int, int], text: str) -> Edit:
        """The edit that writes `text` in the place of the characters `span`."""
        return Edit(text=text, span=span, start=self.exact(span[0]), end=self.exact(span[1]))

    def place(self, offset: int) -> Location:
        """Where the character at `offset` stands: to the column, where that is known."""
        before = self.text[:offset].split("\n")
        if len(before) > len(self.lines):
            return self.location
        line = self.lines[len(before) - 1]
        return replace(line, column=line.column + len(before[-1]))


def of_rules(rules: Sequence[WrittenRule]) -> Iterator[Expression]:
    """Those of recording rules, then those of alerts, each in order."""
    return (Expression.of(rule) for rule in sorted(rules, key=lambda rule: rule.is_alert))


def of_dashboard(dashboard: "Dashboard") -> Iterator[Expression]:
    """Those of its variables, of the conditions of its rows, and of its panels' queries."""
    from toolkit.dashboards import OtherVariable

    for variable in dashboard.variables:
        if not isinstance(variable, OtherVariable):
            yield Expression(
                text=variable.values,
                subject=f"{dashboard.uid}: ${variable.name}",
                location=variable.defined,
                allow=(),
            )
    for row in dashboard.rows:
        if row.shown_if:
            yield Expression(
                text=row.shown_if,
                subject=f"{dashboard.uid}: {row.title}: shown_if",
                location=row.defined,
                allow=(),
                dashboard=dashboard,
            )
    for panel in dashboard.panels:
        for query in panel.queries:
            yield Expression(
                text=query.expr,
                subject=f"{dashboard.uid}: {panel.title}: {query.legend}",
                location=query.defined,
                allow=panel.allow,
                dashboard=dashboard,
            )
