"""What a lint rule is: a module that exports RULE and is named for the pattern that it flags.

Its docstring is its documentation. Rules look at values, never at files, and change nothing.
"""

import inspect
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from toolkit.findings import Allow, Finding, Level, Location
from toolkit.project import Project
from toolkit.project_expressions import Expression
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

    def at(
        self,
        location: Location | None,
        subject: str,
        message: str,
        *,
        fix: str = "",
        allow: tuple[Allow, ...] = (),
        excerpt: str = "",
        span: tuple[int, int] | None = None,
    ) -> Finding:
        """A finding of this rule about `subject`, at the place that defines it.

        `allow` are the allowances of the definition; one for this rule accepts the finding.
        """
        return Finding(
            rule=self.id,
            level=self.level,
            message=message,
            fix=fix,
            location=location,
            subject=subject,
            excerpt=excerpt,
            span=span,
            allowed=next((x.reason for x in allow if x.rule == self.id and not x.has_ended), ""),
        )

    def at_span(
        self, expression: Expression, span: tuple[int, int], message: str, *, fix: str
    ) -> Finding:
        """A finding of this rule about the characters `span` of an expression."""
        return self.at(
            expression.place(span[0]),
            expression.subject,
            message,
            fix=fix,
            allow=expression.allow,
            excerpt=expression.text,
            span=span,
        )

    def at_field(self, rule: WrittenRule, key: str, message: str, *, fix: str) -> Finding:
        """A finding of this rule about one field of an alert or recording rule; "" for it all."""
        subject = f"{rule.name}.{key}" if key else rule.name
        return self.at(rule.place(key), subject, message, fix=fix, allow=rule.allow)
