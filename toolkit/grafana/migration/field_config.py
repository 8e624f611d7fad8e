"""What older releases wrote otherwise in `fieldConfig`: thresholds, mappings, hidden columns."""

import math
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]
_VALUE, _RANGE = 1, 2  # the types of mappings before schema 30
_CELLS = {
    "auto": {"type": "auto"},
    "basic": {"type": "gauge", "mode": "basic"},
    "color-background": {"type": "color-background", "mode": "gradient"},
    "color-background-solid": {"type": "color-background", "mode": "basic"},
    "color-text": {"type": "color-text"},
    "gradient-gauge": {"type": "gauge", "mode": "gradient"},
    "image": {"type": "image"},
    "json-view": {"type": "json-view"},
    "lcd-gauge": {"type": "gauge", "mode": "lcd"},
}


def migrate(panel: Json) -> None:
    """Bring defaults and overrides of a panel to today's form."""
    config = panel.get("fieldConfig")
    if not isinstance(config, dict):
        return
    defaults = config.get("defaults") or {}
    if isinstance(defaults.get("thresholds"), dict):
        _give_base(defaults["thresholds"])
    if defaults.get("mappings"):
        defaults["mappings"] = mappings(defaults["mappings"])
    if isinstance(defaults.get("custom"), dict):
        _migrate_cells(defaults["custom"])
    for override in config.get("overrides") or []:
        override["properties"] = [
            changed for each in override.get("properties") or [] for changed in _properties(each)
        ]


def _properties(each: Json) -> Iterator[Json]:
    name, value = each.get("id"), each.get("value")
    if name == "thresholds" and isinstance(value, dict):
        _give_base(value)
    elif name == "mappings" and value:
        each = {"id": name, "value": mappings(value)}
    elif name == "custom.displayMode":
        each = {"id": "custom.cellOptions", "value": _CELLS.get(str(value), {"type": "auto"})}
    elif name == "custom.hidden":
        each = {"id": "custom.hideFrom", "value": {"viz": bool(value)}}
    yield each


def _give_base(thresholds: Json) -> None:
    """The first step is the base, from minus infinity on; many files leave its value out."""
    steps = thresholds.get("steps") or []
    if steps and isinstance(steps[0], dict):
        steps[0]["value"] = None


def _migrate_cells(custom: Json) -> None:
    if "displayMode" in custom and "cellOptions" not in custom:
        custom["cellOptions"] = _CELLS.get(str(custom.pop("displayMode")), {"type": "auto"})
    if custom.pop("hidden", False):
        custom["hideFrom"] = {"viz": True, **(custom.get("hideFrom") or {})}


def mappings(written: list[Json]) -> list[Json]:
    """Value mappings in today's form; those that have it stay as they are."""
    found: list[Json] = []
    values: Json = {}
    for index, each in enumerate(written):
        if "options" in each:
            found.append(each)
            continue
        result = {"index": index, "text": each.get("text")}
        if each.get("color"):
            result["color"] = each["color"]
        value = each.get("value")
        kind = each.get("type") or (_RANGE if "from" in each else _VALUE)
        if kind == _RANGE and each.get("from") not in {None, "null"}:
            limits = {"from": number(each.get("from")), "to": number(each.get("to"))}
            found.append({"type": "range", "options": {**limits, "result": result}})
        elif value is None or value == "null" or kind == _RANGE:
            found.append({"type": "special", "options": {"match": "null", "result": result}})
        else:
            values[str(value)] = result
    return [*([{"type": "value", "options": values}] if values else []), *found]


def number(value: object) -> float | None:
    """The number that a field of a number or of text holds; None where it holds none."""
    try:
        found = float(str(value))
    except ValueError:
        return None
    return found if math.isfinite(found) else None
