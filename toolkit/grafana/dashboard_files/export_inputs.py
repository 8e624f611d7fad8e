"""What a dashboard exported for others leaves open: inputs, library panels, shared data.

An exported file names its data sources and constants `${NAME}` and lists them in `__inputs`; its
library panels' models stand in `__elements`. A panel may also draw another panel's data.
Source: https://grafana.com/docs/grafana/latest/dashboards/share-dashboards-panels/
"""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

Json = dict[str, Any]
SHARED = "-- Dashboard --"
"""The uid of the data source that is another panel's data."""

_FROM_SOURCE = ("datasource", "interval", "maxDataPoints", "targets", "timeFrom", "timeShift")


def asked_inputs(model: Mapping[str, Any]) -> frozenset[str]:
    """The names of the inputs that an exported dashboard asks for."""
    return frozenset(str(each.get("name")) for each in model.get("__inputs") or [])


def completed(model: Mapping[str, Any], inputs: Mapping[str, str]) -> tuple[Json, list[str]]:
    """The dashboard with its inputs filled by name, and notes about those without a value."""
    made: Json = copy.deepcopy(dict(model))
    asked = {str(each.get("name")): each for each in made.pop("__inputs", None) or []}
    elements = made.pop("__elements", None) or {}
    listed = elements.values() if isinstance(elements, Mapping) else elements
    _fill_library_panels(made, {str(each.get("uid")): each for each in listed})
    notes, values = [], {}
    # A file may have both an input and a variable of one name: the variable is chosen then.
    variables = {str(x.get("name")) for x in (made.get("templating") or {}).get("list") or []}
    for name, each in asked.items():
        if name in variables:
            continue
        kind = str(each.get("type"))
        if kind == "datasource":
            made = _replaced_sources(made, name, str(each.get("pluginId") or ""))
        elif name in inputs or each.get("value") is not None:
            values[name] = inputs.get(name, str(each.get("value") or ""))
        else:
            notes.append(f"The input {name} has no value; say --input {name}=….")
    return (_replaced_text(made, values) if values else made), notes


def _replaced_sources(part: Any, name: str, kind: str) -> Any:
    """`part` with the data source that an input names in its full form, kind and all."""
    written = f"${{{name}}}"
    if isinstance(part, Mapping):
        if part.get("uid") == written:
            return {**part, "type": part.get("type") or kind, "uid": name}
        return {
            key: {"type": kind, "uid": name}
            if key == "datasource" and value == written
            else _replaced_sources(value, name, kind)
            for key, value in part.items()
        }
    if isinstance(part, list):
        return [_replaced_sources(each, name, kind) for each in part]
    return part


def _replaced_text(part: Any, values: Mapping[str, str]) -> Any:
    if isinstance(part, Mapping):
        return {key: _replaced_text(value, values) for key, value in part.items()}
    if isinstance(part, list):
        return [_replaced_text(each, values) for each in part]
    if isinstance(part, str) and "${" in part:
        for name, value in values.items():
            part = part.replace(f"${{{name}}}", value)
    return part


def _panel_lists(model: Json) -> Iterator[list[Json]]:
    lists = [model.get("panels"), *(row.get("panels") for row in model.get("rows") or [])]
    for panels in lists:
        if not isinstance(panels, list):
            continue
        yield panels
        for panel in panels:
            if isinstance(panel, dict) and isinstance(panel.get("panels"), list):
                yield panel["panels"]


def _fill_library_panels(model: Json, elements: Mapping[str, Json]) -> None:
    """Put the model of a library panel in its place, where the file has it."""
    for panels in _panel_lists(model):
        for index, panel in enumerate(panels):
            library = panel.get("libraryPanel") if isinstance(panel, dict) else None
            if not isinstance(library, dict):
                continue
            element = elements.get(str(library.get("uid"))) or {}
            found = library.get("model") or element.get("model")
            if isinstance(found, dict):
                own = {key: panel[key] for key in ("gridPos", "id", "title") if panel.get(key)}
                panels[index] = {**copy.deepcopy(found), **own}


def with_shared_data(model: Json) -> Json:
    """`model`, changed in place: a panel that shows another's data asks what that one asks.

    A panel that names one that is not there, or that shares in a circle, stays as it is.
    """
    by_id = {panel.get("id"): panel for panels in _panel_lists(model) for panel in panels}
    for panel in by_id.values():
        source, seen = panel, {id(panel)}
        while shared := _source_of(source):
            source = by_id.get(shared, {})
            if not source or id(source) in seen:
                break
            seen.add(id(source))
        else:
            if source is not panel:
                _share(panel, source)
    for panel in by_id.values():
        _share_in_part(panel, by_id)
    return model


def _source_of(panel: Mapping[str, Any]) -> Any:
    """The id of the panel whose data this one shows and nothing else, or None."""
    targets = [each for each in panel.get("targets") or [] if not each.get("hide")]
    own = panel.get("datasource")
    uids = {_uid(each.get("datasource") or own) for each in targets}
    return targets[0].get("panelId") if uids == {SHARED} else None


def _share_in_part(panel: Json, by_id: Mapping[Any, Json]) -> None:
    """Put the queries of another panel in the place of those of a mixed one that show its data."""
    for target in list(panel.get("targets") or []):
        source = by_id.get(target.get("panelId"))
        if not source or source is panel or _uid(target.get("datasource")) != SHARED:
            continue
        taken = [copy.deepcopy(each) for each in source.get("targets") or []]
        letter = str(target.get("refId") or "A")
        for number, each in enumerate(taken):
            each["datasource"] = each.get("datasource") or source.get("datasource")
            # Another query of this panel may have the letter that it had there.
            each["refId"] = letter if len(taken) == 1 else f"{letter}{number + 1}"
        if not any(_uid(each["datasource"]) == SHARED for each in taken):
            place = panel["targets"].index(target)
            panel["targets"][place : place + 1] = taken


def _uid(datasource: Any) -> Any:
    return datasource.get("uid") if isinstance(datasource, Mapping) else datasource


def _share(panel: Json, source: Mapping[str, Any]) -> None:
    wants_changes = any(each.get("withTransforms") for each in panel.get("targets") or [])
    for key in _FROM_SOURCE:
        panel.pop(key, None)
        if source.get(key) is not None:
            panel[key] = copy.deepcopy(source[key])
    if wants_changes and source.get("transformations"):
        before = copy.deepcopy(source["transformations"])
        panel["transformations"] = [*before, *(panel.get("transformations") or [])]
