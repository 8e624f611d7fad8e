"""Which options of a panel the page draws, which it cannot draw, and which change no picture.

`drawn_panel_options.json` has every option of every drawn panel type on one of these lists; one of
Grafana's published schema that is on none of them fails a test, and one that only a dashboard has
is named. An option stands for those below it, unless they are named too.
"""

import functools
import json
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any

PLACES = {
    "options": ("options",),
    "custom": ("fieldConfig", "defaults", "custom"),
    "field": ("fieldConfig", "defaults"),
    "panel": (),
}
"""Where an option stands in a panel: the first word of its path, and the keys that lead there."""

_NOTHING: tuple[Any, ...] = (None, False, "", [], {})


@functools.cache
def support() -> Mapping[str, Mapping[str, Any]]:
    """By panel type, or `every`: the lists `drawn` and `without_effect`, and what is `noted`.

    `noted` has, by an option's path, the values that are drawn all the same.
    """
    file = resources.files("toolkit.preview") / "drawn_panel_options.json"
    found: Mapping[str, Mapping[str, Any]] = json.loads(file.read_text("utf-8"))
    return found


def options_not_drawn(model: Mapping[str, Any]) -> Iterator[str]:
    """A sentence about each option that the panel sets and the page does not draw."""
    for kind in ("every", str(model.get("type"))):
        for path, same in support().get(kind, {}).get("noted", {}).items():
            for name, value in _set(model, path):
                if value not in _NOTHING and value not in same:
                    yield f"{name} is not drawn."


def options_not_known(model: Mapping[str, Any]) -> Iterator[str]:
    """A sentence about each option on no list, such as one of a release newer than the lists.

    What is known of another panel type is left over from it, and changes nothing.
    """
    for place in ("options", "custom", "field"):
        value: Any = model
        for key in PLACES[place]:
            value = value.get(key) if isinstance(value, Mapping) else None
        for path in _leaves(value, place):
            if not _is_known(path):
                yield f"{path if place == 'options' else path.partition('.')[2]} is not known here."
    for override in (model.get("fieldConfig") or {}).get("overrides") or []:
        for each in override.get("properties") or []:
            name = str(each.get("id") or "")
            path = name if name.startswith("custom.") else f"field.{name}"
            if name and not _is_known(path):
                yield f"{name} of an override is not known here."


@functools.cache
def _known() -> frozenset[str]:
    lists = support().values()
    return frozenset(path for each in lists for listed in each.values() for path in listed)


@functools.cache
def _is_known(path: str) -> bool:
    """Whether a list has the option, one above it or one below it."""
    known = _known()
    above = {path[:end] for end, letter in enumerate(path) if letter == "."} | {path}
    return bool(above & known) or any(one.startswith(f"{path}.") for one in known)


def _leaves(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}")
    elif value not in _NOTHING:
        yield path


def _set(model: Mapping[str, Any], path: str) -> Iterator[tuple[str, Any]]:
    """Each place where the option is set: in the panel, and for the fields of an override."""
    place, _, inner = path.partition(".")
    keys = [*PLACES[place], *inner.split(".")]
    value: Any = model
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    yield ".".join(keys) if place in {"options", "panel"} else inner, value
    if place in {"custom", "field"}:
        wanted = f"custom.{inner}" if place == "custom" else inner
        for override in (model.get("fieldConfig") or {}).get("overrides") or []:
            for each in override.get("properties") or []:
                if each.get("id") == wanted:
                    yield f"{inner} of an override", each.get("value")
