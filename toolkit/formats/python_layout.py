"""Python expressions as text, laid out as Black and Ruff do, so that neither changes it."""

import ast
import json
import textwrap
from dataclasses import dataclass
from typing import TypeAlias

WIDTH = 100
_INDENT = "    "


@dataclass(frozen=True, slots=True)
class Brackets:
    """A call or a tuple: what opens it (`Metric(`), and what is in it."""

    opening: str
    items: tuple["Source", ...]

    @property
    def is_tuple(self) -> bool:
        """Whether it is a tuple, with whatever stands before it."""
        return self.opening.endswith("=(") or self.opening == "("

    def __str__(self) -> str:
        comma = "," if self.is_tuple and len(self.items) == 1 else ""
        return f"{self.opening}{', '.join(map(str, self.items))}{comma})"


Source: TypeAlias = str | Brackets


def assignment(name: str, value: Brackets) -> str:
    """`NAME = value`."""
    return laid_out(Brackets(f"{name} = {value.opening}", value.items), "")


def text(value: str) -> str:
    """A literal, in the quotes that need less escaping."""
    quoted = json.dumps(value, ensure_ascii=False).replace("\x7f", "\\x7f")
    if value.count('"') <= value.count("'"):
        return quoted
    inside = quoted[1:-1].replace('\\"', '"').replace("'", "\\'")
    return f"'{inside}'"


def number(value: float) -> str:
    """A literal that reads back as the same number: `1` for 1.0."""
    is_whole = abs(value) < 1e15 and value == int(value)  # noqa: PLR2004 - exact as a float
    return repr(int(value)) if is_whole else repr(value)


def docstring(words: str) -> str:
    """A module's docstring; more than one line where it has them."""
    safe = words.replace("\\", "\\\\").replace('"""', "'''")
    return f'"""{safe}\n"""' if "\n" in safe else f'"""{safe}"""'


def comment(words: str) -> str:
    """`# …`, in lines that are not too long."""
    return "\n".join(
        textwrap.wrap(
            words, WIDTH, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False
        )
    )


def laid_out(source: Source, indent: str, after: str = "") -> str:
    """`source` at that depth: on one line, with its items on one, or each item on its own."""
    line = f"{indent}{source}{after}"
    if len(line) <= WIDTH:
        return line
    if isinstance(source, str):
        return _wrapped(source, indent) + after
    inside = f"{indent}{_INDENT}{', '.join(map(str, source.items))}"
    if not source.is_tuple and len(inside) <= WIDTH:
        return f"{indent}{source.opening}\n{inside}\n{indent}){after}"
    lines = (laid_out(item, indent + _INDENT, ",") for item in source.items)
    return "\n".join((f"{indent}{source.opening}", *lines, f"{indent}){after}"))


def _wrapped(literal: str, indent: str) -> str:
    """A literal that is too long, as several that Python joins."""
    if not literal.startswith(('"', "'")):
        return f"{indent}{literal}"
    words = ast.literal_eval(literal)
    width = WIDTH - len(indent) - 20  # room for quotes and what is escaped
    lines = textwrap.wrap(words, width, drop_whitespace=False, break_on_hyphens=False)
    return "\n".join(f"{indent}{text(line)}" for line in lines)
