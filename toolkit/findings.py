"""What the toolkit found in the user's definitions, and the Python line that it is about.

A definition (metric, alert, panel …) remembers the line that made it, so that a finding
in generated YAML or JSON can point to the source. Findings are values; how they are shown
is `toolkit.lint.report`'s business.
"""

import ast
import functools
import sys
import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path

from toolkit.definition_arguments.refuse_wrong_arguments import checked
from toolkit.errors import DefinitionError


class Level(StrEnum):
    """How bad a finding is. Only errors and warnings make a command exit 1."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a file; `line` and `column` count from 1, column 0 means the whole line."""

    path: str
    line: int
    column: int = 0

    def relative_to(self, root: Path) -> "Location":
        """The same place with the path seen from `root`, in POSIX form, where it lies below."""
        path = _seen_from(root, self.path)
        return self if path == self.path else replace(self, path=path)

    def argument(self, name: str, position: int | None = None) -> "Location":
        """The place of the argument `name` of the call at this place, or this place.

        `position` counts from 0, where it was given without its name.
        """
        for node in ast.walk(_syntax_tree(self.path)):
            if isinstance(node, ast.Call) and node.lineno == self.line:
                for keyword in node.keywords:
                    if keyword.arg == name:
                        return replace(self, line=keyword.value.lineno)
                if position is not None and position < len(node.args):
                    return replace(self, line=node.args[position].lineno)
        return self

    def __str__(self) -> str:
        parts = [self.path, str(self.line)] + ([str(self.column)] if self.column else [])
        return ":".join(parts)


@functools.lru_cache(maxsize=1024)
def _seen_from(root: Path, path: str) -> str:
    """A path as it is seen from a folder; itself where it lies elsewhere."""
    try:
        return Path(path).relative_to(root).as_posix()
    except ValueError:
        return path


# CPython 3.11 counts the depth of all trees under construction in one place, so that two
# threads that parse at once fail: https://github.com/python/cpython/issues/106905
_PARSING = threading.Lock()


def parsed(text: str) -> ast.Module:
    """The syntax tree of a module, made by one thread at a time. Raises SyntaxError."""
    with _PARSING:
        return ast.parse(text)


@functools.lru_cache(maxsize=256)
def _syntax_tree(path: str) -> ast.Module:
    try:
        return parsed(Path(path).read_text(encoding="utf-8"))
    except (OSError, SyntaxError, UnicodeDecodeError):
        return ast.Module(body=[], type_ignores=[])


def definition_site() -> Location:
    """The line outside the toolkit that is making the value under construction.

    Meant as the `default_factory` of a `defined` field: the frames of the generated
    `__init__` and of the toolkit's own modules are skipped.
    """
    frame = sys._getframe(1)  # noqa: SLF001 - the documented way to read the caller's line
    while frame.f_back is not None:
        module = frame.f_globals.get("__name__", "")
        generated = frame.f_code.co_filename == "<string>"
        if not generated and module.partition(".")[0] not in {"toolkit", "dataclasses"}:
            break
        frame = frame.f_back
    return Location(frame.f_code.co_filename, frame.f_lineno)


@checked
@dataclass(frozen=True, slots=True)
class Allow:
    """A finding that its owner accepts: the rule's name, and why it does not apply here.

    `until` is the last day on which it is accepted, such as "2027-03-01"; empty for ever.
    """

    rule: str
    reason: str
    until: str = ""

    def __post_init__(self) -> None:
        if self.until:
            try:
                date.fromisoformat(self.until)
            except ValueError:
                raise DefinitionError(
                    f"Allow({self.rule!r}): until {self.until!r} is not a day.",
                    fix='write it like until="2027-03-01".',
                    argument="until",
                ) from None
        if not self.reason.strip():
            raise DefinitionError(
                f"Allow({self.rule!r}) has no reason.",
                fix=f'say why: Allow("{self.rule}", reason="…").',
            )

    @property
    def has_ended(self) -> bool:
        """Whether its last day is over."""
        return bool(self.until) and date.fromisoformat(self.until) < today()


def today() -> date:
    """The day by which allowances end."""
    return datetime.now(tz=UTC).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A part of a text that another one replaces, so that the finding is gone.

    `span` is the part of the finding's excerpt, None where that does not show it; `start` and `end`
    are where it stands in its file, the end not included, None where that is not certain.
    """

    text: str
    span: tuple[int, int] | None = None
    start: Location | None = None
    end: Location | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong: which rule says so, where, what, and how to fix it.

    `subject` names the definition (`HighOrderFailureRate.expr`); `excerpt` is the text
    looked at and `span` the half-open range of characters in it that are at fault.
    `allowed` is the owner's reason for accepting it; an allowed finding counts for nothing.
    `edits` are there where one answer is right: all of them together are the answer.
    """

    rule: str
    level: Level
    message: str
    fix: str = ""
    location: Location | None = None
    subject: str = ""
    excerpt: str = ""
    span: tuple[int, int] | None = None
    allowed: str = ""
    edits: tuple[Edit, ...] = ()

    @property
    def edited(self) -> str:
        """The excerpt with the edits in it; empty where it does not show them."""
        spans = [edit.span for edit in self.edits]
        if not spans or None in spans:
            return ""
        text = self.excerpt
        for edit in sorted(self.edits, key=lambda x: x.span or (0, 0), reverse=True):
            start, end = edit.span or (0, 0)
            text = text[:start] + edit.text + text[end:]
        return text


def are_clean(findings: Iterable[Finding]) -> bool:
    """Whether nothing among `findings` is an error or a warning that is not allowed."""
    return all(f.level is Level.INFO or f.allowed for f in findings)
