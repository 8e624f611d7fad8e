"""Calls in a template that Prometheus takes, and that fail or show nonsense when the alert fires.

Each was tried with promtool: `gt $value 1` fails, since a float is never compared with an integer.
Sources: https://pkg.go.dev/text/template, https://pkg.go.dev/fmt,
https://prometheus.io/docs/prometheus/latest/configuration/template_reference/
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.prometheus.go_templates.known_functions import ARGUMENTS, OF_TEXT

_REFERENCE = "https://prometheus.io/docs/prometheus/latest/configuration/template_reference/"

Origin = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """What is wrong with a call, as a sentence, and the way out."""

    message: str
    fix: str


_COMPARISONS = frozenset({"eq", "ge", "gt", "le", "lt", "ne"})
_VERB = re.compile(r"%[-+# 0]*(?:\d+)?(?:\.\d+)?([a-zA-Z%])")
_VERBS = {"float": frozenset("befgxvEFGX"), "text": frozenset("sqvxX")}


def failure(function: str, arguments: Sequence[Origin]) -> Failure | None:
    """Why a call fails whenever the alert fires; None where that is not certain."""
    wanted = ARGUMENTS.get(function)
    if wanted is not None and wanted != len(arguments):
        takes = f"{wanted or 'no'} argument" + "s" * (wanted != 1)
        fix = f"see {_REFERENCE}" if arguments else "give it what it takes, or pipe it in"
        return Failure(f"`{function}` takes {takes}, and has {len(arguments)}", fix)
    kinds = [_kind(x) for x in arguments]
    if function in _COMPARISONS:
        return _comparison(function, kinds)
    if function in OF_TEXT and "float" in kinds:
        return Failure(f"`{function}` takes text, and `$value` is a number", _AS_TEXT)
    if function == "value" and kinds == ["samples"]:
        return Failure("`value` takes one sample, and a query has several", "pipe through `first`")
    if function == "printf" and arguments and arguments[0][:1] == ("text",):
        return _format(arguments[0][1], kinds[1:])
    return None


_AS_TEXT = "format it first, as with printf"


def _kind(origin: Origin) -> str:
    match origin:
        case ("$value",):
            return "float"
        case ("$labels" | "$externalLabels", _) | ("text", _):
            return "text"
        case ("query", _):
            return "samples"
        case ("number", written):
            is_float = "." in written or (
                re.search("[eE]", written) and not written.lower().startswith("0x")
            )
            return "float" if is_float else "integer"
        case _:
            return ""


def _comparison(function: str, kinds: Sequence[str]) -> Failure | None:
    first, *others = kinds or [""]
    for other in others:
        if first and other and first != other and "samples" not in {first, other}:
            numbers = {first, other} == {"float", "integer"}
            fix = "write the number with a point, as 1.0" if numbers else "compare like with like"
            message = f"`{function}` compares {_noun(first)} with {_noun(other)}, which Go refuses"
            return Failure(message, fix)
    return None


def _noun(kind: str) -> str:
    return {"integer": "an integer", "float": "a float"}.get(kind, "a text")


def _format(text: str, kinds: Sequence[str]) -> Failure | None:
    if "*" in text or "[" in text:
        return None  # widths and places of arguments
    verbs = [x for x in _VERB.findall(text) if x != "%"]
    if len(verbs) != len(kinds):
        return Failure(
            f"`printf` has places for {len(verbs)} values in {text!r}, and is given {len(kinds)}",
            "write a value for each place",
        )
    for verb, kind in zip(verbs, kinds, strict=True):
        if kind in _VERBS and verb not in _VERBS[kind]:
            what = "a float" if kind == "float" else "a text"
            fix = "write %.2f, or %.0f" if kind == "float" else "write %s"
            return Failure(f"`printf` shows {what} by `%{verb}` as an error", fix)
    return None
