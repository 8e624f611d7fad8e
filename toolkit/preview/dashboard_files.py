"""The text of a dashboard's JSON → its model, or the place in it that Grafana does not write so.

Files from anywhere may be drawn, so the types that the rest of the preview relies on are
checked here, once. A key that Grafana leaves out or writes as null is not a fault.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from toolkit.errors import UsageError

EXPORT = "export it from Grafana as classic JSON (schemaVersion 16 to 42)."
_NUMBER = (int, float)
_NAMES = {dict: "an object", list: "a list", str: "text", _NUMBER: "a number"}
_LINK = {"title": str, "url": str}
_TARGET = {"expr": str, "legendFormat": str, "interval": str, "intervalFactor": _NUMBER}
_PANEL: dict[str, Any] = {
    "title": str,
    "gridPos": dict.fromkeys("xywh", _NUMBER),
    "targets": [_TARGET],
    "options": {},
    "fieldConfig": {"defaults": {"custom": {}}, "overrides": [{}]},
    "transformations": [{"id!": str}],
    "links": [_LINK],
    "maxDataPoints": _NUMBER,
    "maxPerRow": _NUMBER,
}
_PANEL["panels"] = [_PANEL]
_VARIABLE = {"name!": str, "type!": str, "current": {}, "sort": _NUMBER, "regex": str}
# The shape of a dashboard: a dict is an object with these keys (`!`: needed), a list is a list
# of such items, and a type is that of the value.
_DASHBOARD = {
    "title": str,
    "time": {"from": str, "to": str},
    "panels": [_PANEL],
    "templating": {"list": [_VARIABLE]},
    "annotations": {"list": [{}]},
    "links": [_LINK],
}


def read_dashboard(text: str, where: str) -> dict[str, Any]:
    """The dashboard in `text`, which comes from `where`; Grafana's API wraps it.

    Raises UsageError, naming the place in it, for anything else.
    """
    try:
        found = json.loads(text)
    except ValueError as error:
        raise UsageError(f"{where}: not JSON: {error}.", fix=EXPORT) from None
    if isinstance(found, dict) and isinstance(found.get("dashboard"), dict):
        found = found["dashboard"]
    if isinstance(found, dict) and "panels" not in found:
        raise UsageError(f"{where}: has no panels of the classic schema.", fix=EXPORT)
    for misfit in _misfits(found, _DASHBOARD, ""):
        raise UsageError(f"{where}: {misfit}.", fix=EXPORT)
    model: dict[str, Any] = found
    return model


def _misfits(value: object, shape: Any, place: str) -> Iterator[str]:
    wanted = shape if isinstance(shape, type | tuple) else type(shape)
    if not isinstance(value, wanted):
        shown = json.dumps(value)
        shown = shown if len(shown) <= 40 else f"{shown[:40]}…"  # noqa: PLR2004 - part of a line
        yield f"{place.lstrip('.') or 'a dashboard'} must be {_NAMES[wanted]}, not {shown}"
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _misfits(each, shape[0], f"{place}[{index}]")
    elif isinstance(shape, Mapping) and isinstance(value, Mapping):
        for key, inner in shape.items():
            name = key.rstrip("!")
            if value.get(name) is not None or name != key:
                yield from _misfits(value.get(name), inner, f"{place}.{name}")
