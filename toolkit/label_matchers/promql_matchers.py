"""Matchers of a label's value: words, none of them, or a regular expression."""

import re
from dataclasses import dataclass
from typing import Protocol

from toolkit.definition_arguments.refuse_wrong_arguments import checked
from toolkit.errors import DefinitionError


class SupportsMatcher(Protocol):
    """Something that a selector can match a label against, such as a dashboard variable."""

    @property
    def matcher(self) -> "Matcher":
        """The operator and value to put after the label's name."""


@dataclass(frozen=True, slots=True)
class Matcher:
    """The right-hand side of a label matcher: `=~` and a value, for instance.

    `values` are the literal label values it names, for checking against the catalogue;
    it is empty when they are not known before run time.
    """

    operator: str
    text: str
    values: tuple[str, ...] = ()

    @property
    def matcher(self) -> "Matcher":
        """Itself, so that a matcher and a variable can be used alike."""
        return self

    def selects(self, value: str) -> bool:
        """Whether a label of that value is matched."""
        if self.operator in {"=", "!="}:
            return (value == self.text) is (self.operator == "=")
        return bool(re.fullmatch(self.text, value)) is (self.operator == "=~")

    def __str__(self) -> str:
        escaped = self.text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'{self.operator}"{escaped}"'


@checked
def one_of(*values: str) -> Matcher:
    """Match any of the literal `values`."""
    if len(values) == 1:
        return Matcher("=", values[0], values)
    return Matcher("=~", "|".join(map(re.escape, values)), values)


@checked
def none_of(*values: str) -> Matcher:
    """Match anything but the literal `values`."""
    if len(values) == 1:
        return Matcher("!=", values[0], values)
    return Matcher("!~", "|".join(map(re.escape, values)), values)


@checked
def matching(pattern: str) -> Matcher:
    """Match the whole value against a regular expression, such as `5..`."""
    try:
        re.compile(pattern)
    except re.error as error:
        raise DefinitionError(
            f"matching({pattern!r}): not a regular expression: {error}.",
            fix='write it like matching("5..").',
        ) from None
    return Matcher("=~", pattern)
