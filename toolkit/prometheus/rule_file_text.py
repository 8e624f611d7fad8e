"""The text of a rule file and its YAML documents, and what another program has to fill in first.

Read as Prometheus reads it: UTF-8, or UTF-16 with a byte-order mark, and YAML 1.1.
"""

import functools
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from toolkit.yaml_nesting import refuse_deep

# The largest rule files known are a few megabytes; a larger one is not a rule file.
MAX_BYTES = 10_000_000
# What Helm's templates begin with, and Prometheus' own do not: `{{ .Values.x }}`, `{{- if … }}`.
_HELM = re.compile(
    r"\{\{-?\s*(?:\.(?:Values|Release|Chart|Capabilities|Files)\b|include\b|template\b|end\b|if\b"
    r"|range\b|with\b|define\b|tpl\b|\$[.\w]*\.Values\b)[^}]*\}?\}?"
)
_JINJA = re.compile(r"\{%-?\s*(?:for|if|set|block|include|macro|raw)\b[^%]*%\}")
_ERB = re.compile(r"<%[-=#]?[^%]*%>")
_BRACES = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_VARIABLE = re.compile(r"\$(?:\{\w+\}|\w+)")
# Among the lines before the first document: Prometheus reads no other one.
# Each line is matched in one way only: many empty ones took for ever.
_VERSION = re.compile(r"\A(?:(?:[^\S\n]*(?:#.*)?|%.*)\n)*?%YAML\s+(?!1\.[01]\b)(\S+)")
_ENDS = (yaml.DocumentStartToken, yaml.DocumentEndToken)
_LOOKAHEAD = 2
_HELM_FIX = "read what Helm makes of it: helm template CHART > rules.yml."
_SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_RESOLVER = yaml.resolver.Resolver()


class _Loader(_SafeLoader):  # type: ignore[misc]
    """Finds out once what a plain scalar is: the same words come up in every rule."""

    def resolve(self, kind: type[yaml.Node], value: str | None, implicit: Any) -> str:
        """The tag of a node; `implicit` says for a scalar whether it is plain, or in quotes."""
        if kind is yaml.ScalarNode and value is not None and implicit[0]:
            return _tag_of_plain(value)
        return str(super().resolve(kind, value, implicit))

    # Asked before and after each node, for tags by path, of which there are none here.

    def descend_resolver(self, parent: yaml.Node | None, index: object) -> None:
        """Do nothing."""

    def ascend_resolver(self) -> None:
        """Do nothing."""


@functools.lru_cache(maxsize=4096)
def _tag_of_plain(value: str) -> str:
    return str(_RESOLVER.resolve(yaml.ScalarNode, value, (True, False)))  # type: ignore[no-untyped-call]


class UnreadableError(Exception):
    """Nothing of the file can be read: why, where, and the way out."""

    def __init__(self, message: str, line: int = 1, column: int = 0, fix: str = "") -> None:
        super().__init__(message)
        self.line, self.column, self.fix = line, column, fix


@dataclass(frozen=True, slots=True)
class FilledIn:
    """A part of an expression that another program fills in, what it is, and the way out."""

    text: str
    what: str
    fix: str


def text_of(path: Path) -> str:
    """The text of a file. Raises UnreadableError."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)  # it may grow while it is read
            size = max(path.stat().st_size, len(content))
    except OSError as error:
        raise UnreadableError(f"{error.strerror}.") from None
    if size > MAX_BYTES:
        most = f"at most {MAX_BYTES / 1e6:.0f} MB is read."
        raise UnreadableError(f"{size / 1e6:.0f} MB is too large for a rule file: {most}")
    is_utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return content.decode("utf-16" if is_utf16 else "utf-8")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        fix = "save it as UTF-8."
        raise UnreadableError(f"not UTF-8: {error.reason}.", line, 0, fix) from None


def documents_of(text: str) -> tuple[list[yaml.Node], UnreadableError | None]:
    """The YAML documents of a text, and why those after them cannot be read; None where they can.

    Prometheus reads the first document alone, so that nonsense after it is not refused.
    Raises UnreadableError for a text that Prometheus refuses.
    """
    if version := _VERSION.match(text):
        line = text[: version.start(1)].count("\n") + 1
        message = f"YAML {version[1]}: Prometheus reads YAML 1.1, and refuses another."
        raise UnreadableError(message, line, 0, "drop the line.")
    found: list[yaml.Node] = []
    try:
        refuse_deep(text)
        found.extend(yaml.compose_all(text, Loader=_Loader))
    except (yaml.YAMLError, RecursionError) as error:
        unreadable = _not_yaml(text, error)
        if not found or isinstance(error, yaml.reader.ReaderError) or _is_near(text, found[0]):
            raise unreadable from None
        return found, unreadable
    return found, None


def _is_near(text: str, first: yaml.Node) -> bool:
    """Whether what cannot be read is one of the two tokens after the first document.

    Prometheus' parser looks at them too, for comments that may belong to what it has read.
    Compared with promtool 2.42 and 3.16.
    """
    if first is None:
        return False
    loader = yaml.SafeLoader(text[first.end_mark.index :])
    seen, has_ended = 0, False
    try:
        while seen <= _LOOKAHEAD and (token := loader.get_token()) is not None:  # type: ignore[no-untyped-call]
            seen += has_ended
            has_ended = has_ended or isinstance(token, _ENDS)
    except yaml.YAMLError:
        waiting = list(loader.tokens)  # read, but perhaps the key of a mapping
        ends = [n for n, x in enumerate(waiting) if isinstance(x, _ENDS)]
        seen += len(waiting) if has_ended else len(waiting) - (ends[0] + 1 if ends else 0)
        return seen < _LOOKAHEAD
    return False


def _not_yaml(text: str, error: Exception) -> UnreadableError:
    mark = getattr(error, "problem_mark", None)
    what = getattr(error, "problem", None) or "cannot be read"
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 0)
    if isinstance(error, yaml.reader.ReaderError):
        before = text[: error.position]
        line, column = before.count("\n") + 1, error.position - before.rfind("\n")
        what = f"the character {chr(int(error.character))!r} is not allowed"
    for program, pattern, fix in (
        ("Helm", _HELM, _HELM_FIX),
        ("Jinja", _JINJA, ""),
        ("ERB", _ERB, ""),
    ):
        if found := pattern.search(text):
            line, column = text[: found.start()].count("\n") + 1, 0
            message = f"not YAML: {what}; it is a template of {program}, which has {found[0]!r}."
            return UnreadableError(
                message, line, column, fix or f"read what {program} makes of it."
            )
    return UnreadableError(f"not YAML: {what}.", line, column)


def filled_in(expr: str, *, is_promql: bool) -> FilledIn | None:
    """What another program has to fill in in an expression; None where there is nothing.

    `is_promql` says that it can be read as it is: then a variable is the text of a label.
    """
    others = "read what the program that fills it in makes of it."
    if "{{" not in expr and "{%" not in expr and is_promql:
        return None
    if found := _HELM.search(expr):
        return FilledIn(found[0], "a template of Helm", _HELM_FIX)
    if found := _BRACES.search(expr) or _JINJA.search(expr):
        return FilledIn(found[0], "a template, and Prometheus has none in expressions", others)
    if not is_promql and (found := _VARIABLE.search(expr)):
        return FilledIn(found[0], "a variable, which Prometheus does not fill in", others)
    return None


def name_of_character(message: str) -> str:
    """The name of a character that looks like another, or like none; empty for a plain one."""
    found = re.search(r"character[^']*'(?:\\u\{(\w+)\}|(.))'", message)
    character = chr(int(found[1], 16)) if found and found[1] else found[2] if found else ""
    name = "" if character.isascii() else unicodedata.name(character, "")
    return f" ({name.lower()})" if name else ""
