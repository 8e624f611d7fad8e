"""Where the values of a template come from: the alert's labels, its value, or a query.

A value has an origin such as `("$labels", "zone")`, `("$value",)`, `("number", "1.0")`,
`("query", "sum(up)")` for all samples of a query, or `("sample", "sum(up)", "Labels", "zone")`;
() where it is not known.
Source: https://prometheus.io/docs/prometheus/latest/configuration/template_reference/
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from toolkit.prometheus.go_templates.failing_calls import Failure, Origin, failure
from toolkit.prometheus.go_templates.lexer import Token

UNKNOWN: Origin = ()
ROOT: Origin = (".",)
_VARIABLES = MappingProxyType(
    {
        "$": ROOT,
        "$labels": ("$labels",),
        "$externalLabels": ("$externalLabels",),
        "$value": ("$value",),
    }
)
_FIELDS = {"Labels": "$labels", "ExternalLabels": "$externalLabels", "Value": "$value"}


class Command(NamedTuple):
    """A function or a value with its arguments."""

    operands: tuple["Operand", ...]


class Operand(NamedTuple):
    """`$labels.zone`: a token and the fields after it; `inside` of round brackets."""

    token: Token
    fields: tuple[str, ...] = ()
    inside: tuple[Command, ...] = ()


class Read(NamedTuple):
    """A value that a template reads, and the place in its text after it."""

    origin: Origin
    end: int


@dataclass
class Scope:
    """What the dot and the variables stand for; what is read, asked, and certain to fail."""

    dot: Origin = ROOT
    bound: Mapping[str, Origin] = field(default_factory=lambda: _VARIABLES)
    reads: list[Read] = field(default_factory=list)
    queries: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    def of_pipeline(self, commands: tuple[Command, ...]) -> Origin:
        """The origin of what a pipeline results in."""
        piped: Origin | None = None
        for command in commands:
            piped = self._of_command(command, piped)
        return piped or UNKNOWN

    def bind(self, names: list[str], origin: Origin) -> None:
        """Let variables stand for a value; of two, the first is an index or a key."""
        new = dict.fromkeys(names[:-1], UNKNOWN) | dict.fromkeys(names[-1:], origin)
        self.bound = {**self.bound, **new}

    def _of_command(self, command: Command, piped: Origin | None) -> Origin:  # noqa: PLR0911
        first = command.operands[0]
        values = [self._of_operand(operand) for operand in command.operands]
        if first.token.kind != "word":
            return values[0]
        arguments = values[1:] + ([] if piped is None else [piped])
        texts = [value[1] for value in arguments if value[:1] == ("text",)]
        last = arguments[-1] if arguments else UNKNOWN
        if failed := failure(first.token.text, arguments):
            self.failures.append(failed)
        match first.token.text:
            case "query" if texts:
                self.queries.append(texts[0])
                return ("query", texts[0])
            case "first":
                return element(last)
            case "sortByLabel":
                return last
            case "label" if texts and last[:1] == ("sample",):
                return self._read((*last, "Labels", texts[0]), first)
            case "index" if texts and arguments[0]:
                return self._read((*arguments[0], texts[0]), first)
        return UNKNOWN

    def _of_operand(self, operand: Operand) -> Origin:
        token = operand.token
        match token.kind:
            case "string":
                return ("text", _unquoted(token.text))
            case "number":
                return ("number", token.text)
            case "variable":
                origin, fields = self.bound.get(token.text, UNKNOWN), operand.fields
            case "field":
                origin, fields = self.dot, (token.text.removeprefix("."), *operand.fields)
            case "dot":
                origin, fields = self.dot, ()
            case "sign":
                origin, fields = self.of_pipeline(operand.inside), operand.fields
            case _:
                return UNKNOWN
        if origin[:1] == ROOT and fields[:1] and fields[0] in _FIELDS:
            origin, fields = (_FIELDS[fields[0]],), fields[1:]
        return self._read((*origin, *fields), operand) if origin else UNKNOWN

    def _read(self, origin: Origin, operand: Operand) -> Origin:
        end = operand.token.offset + len(operand.token.text)
        self.reads.append(Read(origin, end + sum(len(name) + 1 for name in operand.fields)))
        return origin


def element(origin: Origin) -> Origin:
    """The origin of one of several values."""
    return ("sample", *origin[1:]) if origin[:1] == ("query",) else UNKNOWN


def _unquoted(text: str) -> str:
    inner = text[1:-1]
    return inner if text.startswith("`") else re.sub(r"\\([\"\\])", r"\1", inner)
