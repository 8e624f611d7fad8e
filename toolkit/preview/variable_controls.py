"""Resolved variables → the controls of a page that asks again: what may be chosen, and what is."""

from collections.abc import Mapping
from typing import Any

from toolkit.preview.variable_query import VariableOption
from toolkit.preview.variables import AUTO, EVERYTHING, ResolvedVariables, in_the_head

MOST_OPTIONS = 1000
"""Of one variable: a page that lists more is slow, and nobody reads them."""

_CHOSEN = frozenset({"query", "custom", "interval"})
_TYPED = "textbox"


def controls(model: Mapping[str, Any], resolved: ResolvedVariables) -> list[dict[str, Any]]:
    """The variables that the page's head shows, in order, as the page reads them."""
    return [_control(variable, resolved) for variable in in_the_head(model)]


def _control(variable: Mapping[str, Any], resolved: ResolvedVariables) -> dict[str, Any]:
    name, kind = str(variable["name"]), str(variable["type"])
    choice = resolved.choices[name]
    options, chosen = resolved.options.get(name, ()), choice.values
    if kind == "interval" and variable.get("auto") and options:
        auto = VariableOption(AUTO, f"{AUTO} ({options[0].text})")
        chosen = (AUTO,) if chosen == (options[0].value,) else chosen
        options = (auto, *options[1:])
    if variable.get("includeAll"):
        options = (VariableOption(EVERYTHING, "All"), *options)
        chosen = (EVERYTHING,) if choice.is_all else chosen
    is_many = bool(variable.get("multi"))
    return {
        "name": name,
        "label": str(variable.get("label") or name),
        "kind": "text"
        if kind == _TYPED
        else "fixed"
        if kind not in _CHOSEN
        else "many"
        if is_many
        else "one",
        "options": [{"value": x.value, "text": x.text} for x in options[:MOST_OPTIONS]],
        "more": max(0, len(options) - MOST_OPTIONS),
        "chosen": list(chosen),
        "text": choice.text,
    }
