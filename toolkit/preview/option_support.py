"""Which options of a panel the page draws, which it cannot draw, and which change no picture.

`option_support.json` has every option of every drawn panel type on one of these lists; one that
is on none of them fails a test. An option stands for those below it, unless they are named too.
"""

import functools
import json
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any

PLACES = {"options": ("options",), "custom": ("fieldConfig", "defaults", "custom"),
          "field": ("fieldConfig", "defaults"), "panel": ()}  # fmt: skip
"""Where an option stands in a panel: the first word of its path, and the keys that lead there."""

_NOTHING: tuple[Any, ...] = (None, False, "", [], {})


@functools.cache
def support() -> Mapping[str, Mapping[str, Any]]:
    """By panel type, or `every`: the lists `drawn` and `without_effect`, and what is `noted`.

    `noted` has, by an option's path, the values that are drawn all the same.
    """
    text = resources.files("toolkit.preview").joinpath("option_support.json").read_text("utf-8")
    found: Mapping[str, Mapping[str, Any]] = json.loads(text)
    return found


def options_not_drawn(model: Mapping[str, Any]) -> Iterator[str]:
    """A sentence about each option that the panel sets and the page does not draw."""
    for kind in ("every", str(model.get("type"))):
        for path, same in support().get(kind, {}).get("noted", {}).items():
            for name, value in _set(model, path):
                if value not in _NOTHING and value not in same:
                    yield f"{name} is not drawn."


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
