"""What a lint rule is: a module that exports RULE and is named for the pattern that it flags.

Its docstring is its documentation. Rules look at values, never at files, and change nothing.
"""

import inspect
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from toolkit.expressions import Expression
from toolkit.findings import Allow, Finding, Level
from toolkit.project import Project
from toolkit.prometheus.rules import WrittenRule


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern that is wrong, how bad it is, and the function that finds it."""

    id: str
    level: Level
    check: Callable[[Project], Iterator[Finding]]
    # For a rule about the other rules: called last, with what they found and which they were.
    afterwards: Callable[[Project, Sequence[Finding], frozenset[str]], Iterator[Finding]] | None = (
        None
    )

    @property
    def explanation(self) -> str:
        """The docstring of the rule's module, which is its documentation."""
        return inspect.cleandoc(sys.modules[self.check.__module__].__doc__ or "")

    @property
    def title(self) -> str:
        """The first sentence of the explanation."""
        return " ".join(self.explanation.partition("\n\n")[0].split())

    def finding(
        self, expression: Expression, span: tuple[int, int], message: str, *, fix: str
    ) -> Finding:
        """A finding of this rule about the characters `span` of an expression."""
        return Finding(
            rule=self.id,
            level=self.level,
            message=message,
            fix=fix,
            location=expression.place(span[0]),
            subject=expression.subject,
            excerpt=expression.text,
            span=span,
            allowed=self.allowed(expression.allow),
        )

    def about(self, rule: WrittenRule, key: str, message: str, *, fix: str) -> Finding:
        """A finding of this rule about one field of an alert or recording rule."""
        return Finding(
            rule=self.id,
            level=self.level,
            message=message,
            fix=fix,
            location=rule.place(key),
            subject=f"{rule.name}.{key}" if key else rule.name,
            allowed=self.allowed(rule.allow),
        )

    def allowed(self, allowances: tuple[Allow, ...]) -> str:
        """The owner's reason for accepting a finding of this rule; empty when there is none."""
        return next((allow.reason for allow in allowances if allow.rule == self.id), "")
