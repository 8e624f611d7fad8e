"""A generated dashboard's classic model → the V1 and the V2 resource of Grafana 12.2 and newer.

V1 is the classic model under `spec`. V2 lists panels as elements, and places them in a layout of
rows. Written from the published types of @grafana/schema 13.2 (schema/dashboard/v2).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from toolkit.grafana.dashboard_file_formats import API_GROUP
from toolkit.grafana.v2_variables import v2_variable

Json = dict[str, Any]
VERSIONS = {"v1": "v1beta1", "v2": "v2"}
"""The versions of Grafana's API in which each kind of resource is written."""

KINDS = tuple(VERSIONS)

_CURSOR = ("Off", "Crosshair", "Tooltip")
_OF_CLASSIC = frozenset({"id", "uid", "version"})  # the resource's metadata has them
_OF_QUERY = frozenset({"datasource", "hide", "refId"})
_OF_ANNOTATION = frozenset(
    {"builtIn", "datasource", "enable", "hide", "iconColor", "name", "target", "type"}
)


def resource(model: Mapping[str, Any], kind: str) -> Json:
    """The dashboard as a resource of that kind, named by its uid."""
    classic = {key: value for key, value in model.items() if key not in _OF_CLASSIC}
    return {
        "apiVersion": f"{API_GROUP}{VERSIONS[kind]}",
        "kind": "Dashboard",
        "metadata": {"name": model["uid"]},
        "spec": classic if kind == "v1" else _spec(model),
    }


def _spec(model: Mapping[str, Any]) -> Json:
    rows = list(_rows(model))
    return {
        "annotations": [_annotation(each) for each in model["annotations"]["list"]],
        "cursorSync": _CURSOR[model["graphTooltip"]],
        "description": model["description"],
        "editable": model["editable"],
        "elements": {_name(each): _element(each) for _, panels in rows for each in panels},
        "layout": {"kind": "RowsLayout", "spec": {"rows": [_row(*row) for row in rows]}},
        "links": list(model["links"]),
        "preload": False,
        "tags": list(model["tags"]),
        "timeSettings": {
            "autoRefresh": model["refresh"],
            "autoRefreshIntervals": [],
            "fiscalYearStartMonth": model["fiscalYearStartMonth"],
            "hideTimepicker": False,
            "timezone": model["timezone"],
            **model["time"],
        },
        "title": model["title"],
        "variables": [v2_variable(each) for each in model["templating"]["list"]],
    }


def _rows(model: Mapping[str, Any]) -> Iterator[tuple[Json, list[Json]]]:
    """Each row with its panels, folded or not."""
    head: Json | None = None
    below: list[Json] = []
    for panel in model["panels"]:
        if panel["type"] != "row":
            below.append(panel)
            continue
        if head is not None:
            yield head, below
        head, below = panel, list(panel["panels"])
    if head is not None:
        yield head, below


def _row(head: Mapping[str, Any], panels: list[Json]) -> Json:
    top = min((each["gridPos"]["y"] for each in panels), default=0)
    items = [
        {
            "kind": "GridLayoutItem",
            "spec": {
                "element": {"kind": "ElementReference", "name": _name(each)},
                "height": each["gridPos"]["h"],
                "width": each["gridPos"]["w"],
                "x": each["gridPos"]["x"],
                "y": each["gridPos"]["y"] - top,
            },
        }
        for each in panels
    ]
    layout = {"kind": "GridLayout", "spec": {"items": items}}
    spec = {"collapse": head["collapsed"], "layout": layout, "title": head["title"]}
    return {"kind": "RowsLayoutRow", "spec": spec}


def _name(panel: Mapping[str, Any]) -> str:
    return f"panel-{panel['id']}"


def _element(panel: Mapping[str, Any]) -> Json:
    data = {
        "queries": [_query(each) for each in panel.get("targets", ())],
        "queryOptions": {},
        "transformations": [
            {"kind": "Transformation", "group": each["id"], "spec": {"options": each["options"]}}
            for each in panel.get("transformations", ())
        ],
    }
    viz = {"fieldConfig": panel["fieldConfig"], "options": panel["options"]}
    return {
        "kind": "Panel",
        "spec": {
            "data": {"kind": "QueryGroup", "spec": data},
            "description": panel.get("description", ""),
            "id": panel["id"],
            "links": list(panel.get("links", ())),
            "title": panel["title"],
            "vizConfig": {
                "kind": "VizConfig",
                "group": panel["type"],
                "spec": viz,
                "version": panel["pluginVersion"],
            },
        },
    }


def _query(target: Mapping[str, Any]) -> Json:
    asked = {key: value for key, value in target.items() if key not in _OF_QUERY}
    query = _data_query(target["datasource"], asked)
    spec = {"hidden": bool(target.get("hide")), "query": query, "refId": target["refId"]}
    return {"kind": "PanelQuery", "spec": spec}


def _data_query(source: Mapping[str, Any], spec: Mapping[str, Any]) -> Json:
    return {
        "kind": "DataQuery",
        "datasource": {"name": source["uid"]},
        "group": source["type"],
        "spec": dict(spec),
        "version": "v0",
    }


def _annotation(each: Mapping[str, Any]) -> Json:
    """As Grafana itself brings an annotation up: what the data source reads is a legacy option."""
    spec: Json = {
        "enable": each["enable"],
        "hide": each["hide"],
        "iconColor": each["iconColor"],
        "name": each["name"],
        "query": _data_query(each["datasource"], each.get("target", {})),
    }
    if each.get("builtIn"):
        spec["builtIn"] = True
    if legacy := {key: value for key, value in each.items() if key not in _OF_ANNOTATION}:
        spec["legacyOptions"] = legacy
    return {"kind": "AnnotationQuery", "spec": spec}
