"""What a lint rule is: a module that exports RULE and is named for the pattern that it flags.

Its docstring is its documentation. Rules look at values, never at files, and change nothing.
"""

import inspect
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from toolkit.findings import Allow, Edit, Finding, Level, Location
from toolkit.project import Project
from toolkit.prometheus.located_expressions import Expression
from toolkit.prometheus.rules import WrittenRule
from toolkit.prometheus.text_positions import SourceText


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
        edits: tuple[Edit, ...] = (),
    ) -> Finding:
        """A finding of this rule about `subject`, at the place that defines it.

        `allow` are the allowances of the definition; one for this rule accepts the finding.
        `edits` say what takes the place of what, where one answer is right.
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
            edits=edits,
        )

    def at_span(
        self,
        expression: Expression,
        span: tuple[int, int],
        message: str,
        *,
        fix: str,
        replacement: tuple[tuple[int, int], str] | None = None,
    ) -> Finding:
        """A finding of this rule about the characters `span` of an expression.

        `replacement` is a part of the expression, and what is right in its place.
        """
        return self.at(
            expression.place(span[0]),
            expression.subject,
            message,
            fix=fix,
            allow=expression.allow,
            excerpt=expression.text,
            span=span,
            edits=(expression.edit(*replacement),) if replacement else (),
        )

    def at_field(
        self,
        rule: WrittenRule,
        key: str,
        message: str,
        *,
        fix: str,
        edits: tuple[Edit, ...] = (),
    ) -> Finding:
        """A finding of this rule about one field of an alert or recording rule; "" for it all."""
        subject = f"{rule.name}.{key}" if key else rule.name
        return self.at(rule.place(key), subject, message, fix=fix, allow=rule.allow, edits=edits)

    def at_template(
        self,
        rule: WrittenRule,
        key: str,
        message: str,
        *,
        fix: str,
        insert: Mapping[int, str],
    ) -> Finding:
        """A finding of this rule about a label's or an annotation's template.

        `insert` says what is missing, by its place in the text.
        """
        table, _, name = key.partition(".")
        text = (rule.labels if table == "labels" else rule.annotations)[name]
        return self.at(
            rule.place(key),
            f"{rule.name}.{key}",
            message,
            fix=fix,
            allow=rule.allow,
            excerpt=text,
            edits=tuple(
                _inserted(rule.sources.get(key), text, place, new) for place, new in insert.items()
            ),
        )


def _inserted(source: SourceText | None, text: str, place: int, new: str) -> Edit:
    """The edit that inserts into a template, which its file may have in quotes."""
    action = text.rfind("{{", 0, place)
    part = text[action:place]
    start = source.find(part, text.count(part, 0, action)) if source and "\n" not in part else None
    at = replace(start, column=start.column + len(part)) if start else None
    return Edit(text=new, span=(place, place), start=at, end=at)
