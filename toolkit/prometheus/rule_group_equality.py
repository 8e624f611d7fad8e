"""Whether two rule groups say the same, however they are written.

`1m` and `60s` are one duration, `sum(x)by(y)` and `sum by (y) (x)` one expression, and what is
left out is the default. The order of rules counts: they are evaluated in it.
"""

from collections.abc import Mapping
from typing import Any

from toolkit.durations import seconds
from toolkit.errors import ConfigurationError
from toolkit.promql import PromQLError, canonical

_DURATIONS = frozenset({"interval", "for", "keep_firing_for", "query_offset", "evaluation_delay"})
_TEXTS = frozenset({"labels", "annotations"})
Json = Mapping[str, Any]


def same_group(first: Json, second: Json) -> bool:
    """Whether both say the same. A key that only one has counts, unless it says the default."""
    return _group(first) == _group(second)


def _group(group: Json) -> dict[str, Any]:
    rules = [_said(rule) for rule in group.get("rules") or ()]
    return {**_said(group), "rules": rules}


def _said(part: Json) -> dict[str, Any]:
    """What is not a default, in one spelling."""
    found = {str(key): _value(str(key), value) for key, value in part.items()}
    return {key: value for key, value in found.items() if value not in (None, "", 0, {}, [])}


def _value(key: str, value: Any) -> Any:
    if key == "expr":
        return _expression(str(value))
    if key in _DURATIONS and value is not None:
        return _seconds(str(value))
    if key in _TEXTS and isinstance(value, Mapping):
        return {str(name): str(text) for name, text in value.items()}
    return value


def _expression(text: str) -> str:
    try:
        return canonical(text)
    except PromQLError:
        return text.strip()  # in a dialect of the server's


def _seconds(text: str) -> float | str:
    try:
        return seconds(text) if text != "0" else 0.0
    except ConfigurationError:
        return text
