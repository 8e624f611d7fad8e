"""The text of a dashboard's JSON → its model of today, or the place that Grafana does not write so.

Files from anywhere may be drawn, in any form and of any schema, so the types that the rest of the
preview relies on are checked here, once. A key that Grafana leaves out or writes as null is not a
fault. Then the model is completed and brought up to date.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from toolkit.errors import UsageError
from toolkit.grafana.dashboard_files.export_inputs import asked_inputs, completed, with_shared_data
from toolkit.grafana.dashboard_files.file_formats import FormError, read_form
from toolkit.grafana.migration.dashboard import migrated

EXPORT = "export it from Grafana as JSON: classic, V1 or V2."
_NUMBER = (int, float)
_NAMES: dict[Any, str] = {
    dict: "an object",
    list: "a list",
    str: "text",
    _NUMBER: "a number",
    (*_NUMBER, str): "a number",
}
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
    "maxDataPoints": (*_NUMBER, str),
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
    "rows": [{"title": str, "panels": [_PANEL]}],
    "__inputs": [{"name!": str}],
    "templating": {"list": [_VARIABLE]},
    "annotations": {"list": [{}]},
    "links": [_LINK],
}


@dataclass(frozen=True, slots=True)
class ReadDashboard:
    """A dashboard of today's classic schema, and notes about what its file leaves open.

    `inputs` are the names of what the file asks its user for.
    """

    model: dict[str, Any]
    notes: tuple[str, ...] = ()
    inputs: frozenset[str] = frozenset()


def read_dashboard(text: str, where: str, inputs: Mapping[str, str] | None = None) -> ReadDashboard:
    """The dashboard in `text`, which comes from `where`, with values for its inputs by name.

    Raises UsageError, naming the place in it, for anything else.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{where}: not JSON: {error}.", fix=EXPORT) from None
    if not isinstance(found, dict):
        for misfit in _misfits(found, _DASHBOARD, ""):
            raise UsageError(f"{where}: {misfit}.", fix=EXPORT)
    try:
        form = read_form(found)
    except FormError as error:
        raise UsageError(f"{where}: {error}".rstrip(".") + ".", fix=EXPORT) from None
    for misfit in _misfits(form.model, _DASHBOARD, ""):
        raise UsageError(f"{where}: {misfit}.", fix=EXPORT)
    model, notes = completed(form.model, inputs or {})
    asked = asked_inputs(form.model)
    read = _with_own_ids(with_shared_data(migrated(model)))
    return ReadDashboard(read, (*form.notes, *notes), asked)


def _with_own_ids(model: dict[str, Any]) -> dict[str, Any]:
    """The dashboard with an id for each panel that has none, or that of another, as in Grafana."""
    every = [*_panels(model)]
    free = max((x["id"] for x in every if isinstance(x.get("id"), int)), default=0)
    seen: set[Any] = set()
    for panel in every:
        if panel.get("id") is None or str(panel["id"]) in seen:
            free += 1
            panel["id"] = free
        seen.add(str(panel["id"]))
    return model


def _panels(holder: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for panel in holder.get("panels") or []:
        yield panel
        yield from _panels(panel)


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
