"""Variables of the V2 schema and of the classic one, each as the other.

Source: the published types of @grafana/schema (schema/dashboard/v2), Apache-2.0.
"""

from collections.abc import Callable, Mapping
from typing import Any

from toolkit.grafana.json_positions import AT

Json = dict[str, Any]
KINDS = {
    "adhoc": "AdhocVariable",
    "constant": "ConstantVariable",
    "custom": "CustomVariable",
    "datasource": "DatasourceVariable",
    "groupby": "GroupByVariable",
    "interval": "IntervalVariable",
    "query": "QueryVariable",
    "switch": "SwitchVariable",
    "textbox": "TextVariable",
}
_TYPES = {kind: name for name, kind in KINDS.items()}
HIDE = ("dontHide", "hideLabel", "hideVariable", "inControlsMenu")
REFRESH = ("never", "onDashboardLoad", "onTimeRangeChanged")
SORT = (
    "disabled",
    "alphabeticalAsc",
    "alphabeticalDesc",
    "numericalAsc",
    "numericalDesc",
    "alphabeticalCaseInsensitiveAsc",
    "alphabeticalCaseInsensitiveDesc",
    "naturalAsc",
    "naturalDesc",
)
_SAME = (
    "allValue", "auto", "auto_count", "auto_min", "baseFilters", "current", "definition",
    "description", "filters", "includeAll", "label", "multi", "name", "options", "query", "regex",
    "skipUrlSync",
)  # fmt: skip


def classic_variable(written: Mapping[str, Any]) -> Json:
    """A variable of V2 as the classic model has it."""
    spec = written.get("spec") or {}
    made: Json = {key: spec[key] for key in _SAME if spec.get(key) is not None}
    if AT in spec:
        made[AT] = spec[AT]
    made["type"] = _TYPES.get(str(written.get("kind")), str(written.get("kind") or ""))
    for key, words in (("hide", HIDE), ("refresh", REFRESH), ("sort", SORT)):
        if spec.get(key) in words:
            made[key] = words.index(spec[key])
    query = spec.get("query")
    if isinstance(query, Mapping):
        inner = query.get("spec") or {}
        old = spec.get("datasource") or {}  # of v2alpha1
        source = (query.get("datasource") or {}).get("name") or old.get("uid")
        kind = query.get("group") or old.get("type") or query.get("kind") or ""
        made["datasource"] = {"type": kind, **({"uid": source} if source else {})}
        made["query"] = inner.get("__legacyStringValue") or dict(inner)
    elif written.get("group"):
        made["datasource"] = {"type": written["group"], **_named(written.get("datasource"))}
    if made["type"] == "datasource":
        made["query"] = spec.get("pluginId") or "prometheus"
    if made["type"] == "switch":
        made["current"] = {"text": spec.get("current"), "value": spec.get("current")}
    return made


def _named(datasource: Any) -> Json:
    name = (datasource or {}).get("name")
    return {"uid": name} if name else {}


def v2_variable(variable: Mapping[str, Any]) -> Json:
    """A variable of the classic model as V2 has it; one of a type that V2 lacks, as a constant."""
    kind = str(variable.get("type"))
    spec: Json = {
        "name": variable["name"],
        "current": variable.get("current") or {"text": "", "value": ""},
        "hide": HIDE[int(variable.get("hide") or 0)],
        "skipUrlSync": bool(variable.get("skipUrlSync")),
    }
    for key in ("label", "description"):
        if variable.get(key):
            spec[key] = variable[key]
    if kind in {"query", "custom", "datasource"}:
        spec |= _several(variable)
    spec |= _OF_KIND.get(kind, _text)(variable)
    return {"kind": KINDS.get(kind, "ConstantVariable"), "spec": spec}


def _several(variable: Mapping[str, Any]) -> Json:
    """What variables have of which several values may be chosen."""
    spec = {
        "allowCustomValue": True,
        "includeAll": bool(variable.get("includeAll")),
        "multi": bool(variable.get("multi")),
        "options": list(variable.get("options") or []),
    }
    return {**spec, "allValue": variable["allValue"]} if variable.get("allValue") else spec


def _refresh(variable: Mapping[str, Any]) -> str:
    return REFRESH[int(variable.get("refresh") or 0)]


def _query(variable: Mapping[str, Any]) -> Json:
    query = variable.get("query")
    source = variable.get("datasource") or {}
    return {
        "refresh": _refresh(variable),
        "regex": variable.get("regex") or "",
        "sort": SORT[int(variable.get("sort") or 0)],
        "definition": variable.get("definition") or "",
        "query": {
            "kind": "DataQuery",
            "group": source.get("type") or "prometheus",
            "version": "v0",
            **({"datasource": {"name": source["uid"]}} if source.get("uid") else {}),
            "spec": dict(query) if isinstance(query, Mapping) else {"query": str(query or "")},
        },
    }


def _datasource(variable: Mapping[str, Any]) -> Json:
    return {
        "pluginId": str(variable.get("query") or "prometheus"),
        "refresh": _refresh(variable),
        "regex": variable.get("regex") or "",
    }


def _interval(variable: Mapping[str, Any]) -> Json:
    return {
        "auto": bool(variable.get("auto")),
        "auto_count": int(variable.get("auto_count") or 30),
        "auto_min": variable.get("auto_min") or "10s",
        "options": list(variable.get("options") or []),
        "query": str(variable.get("query") or ""),
        "refresh": "onTimeRangeChanged",
    }


def _text(variable: Mapping[str, Any]) -> Json:
    return {"query": str(variable.get("query") or "")}


_OF_KIND: dict[str, Callable[[Mapping[str, Any]], Json]] = {
    "query": _query,
    "datasource": _datasource,
    "interval": _interval,
}
