"""A generated dashboard's classic model → the V1 and the V2 resource of Grafana 12.2 and newer.

V1 is the classic model under `spec`. V2 lists panels as elements, and places them in a layout.
Written from the published types of @grafana/schema 13.2 (schema/dashboard/v2).
"""

from collections.abc import Iterator, Mapping
from itertools import repeat
from typing import Any

from toolkit.dashboards import Dashboard
from toolkit.grafana.dashboard_files.file_formats import API_GROUP
from toolkit.grafana.data_source_choice import DATASOURCE
from toolkit.grafana.v2_variables import v2_variable
from toolkit.grafana.write_v2_layout import PlacedRow, condition_variables, layout

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


def resource(model: Mapping[str, Any], kind: str, dashboard: Dashboard | None = None) -> Json:
    """The dashboard as a resource of that kind, named by its uid.

    `model` is made from `dashboard`, which says of its layout what the classic model cannot.
    """
    classic = {key: value for key, value in model.items() if key not in _OF_CLASSIC}
    return {
        "apiVersion": f"{API_GROUP}{VERSIONS[kind]}",
        "kind": "Dashboard",
        "metadata": {"name": model["uid"]},
        "spec": classic if kind == "v1" else _spec(model, dashboard),
    }


def _spec(model: Mapping[str, Any], dashboard: Dashboard | None) -> Json:
    defined = dashboard.rows if dashboard else repeat(None)
    rows = [PlacedRow(*each, row) for each, row in zip(_rows(model), defined, strict=False)]
    listed = model["templating"]["list"]
    variables = [*listed, *condition_variables(rows, _source(dashboard))]
    return {
        "annotations": [_annotation(each) for each in model["annotations"]["list"]],
        "cursorSync": _CURSOR[model["graphTooltip"]],
        "description": model["description"],
        "editable": model["editable"],
        "elements": {_name(panel): _element(panel) for each in rows for panel in each.panels},
        "layout": layout(rows, _name),
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
        "variables": [v2_variable(each) for each in variables],
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


def _source(dashboard: Dashboard | None) -> Mapping[str, Any]:
    return {**DATASOURCE, "uid": f"${{{dashboard.datasource}}}"} if dashboard else DATASOURCE


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
