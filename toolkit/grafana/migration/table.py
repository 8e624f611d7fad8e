"""The table of Grafana 6 and older, with `styles` by column, and the footer of 8 to 12."""

from collections.abc import Iterator, Mapping
from typing import Any

from toolkit.grafana.migration import field_config

Json = dict[str, Any]
_TRANSFORMATIONS: Mapping[str, list[Json]] = {
    "timeseries_to_rows": [{"id": "seriesToRows", "options": {}}],
    "timeseries_to_columns": [{"id": "joinByField", "options": {"byField": "Time"}}],
    "table": [{"id": "merge", "options": {}}],
}
_CALCS = {
    "avg": "mean",
    "min": "min",
    "max": "max",
    "total": "sum",
    "current": "lastNotNull",
    "count": "count",
}
_CELLS = {"cell": "color-background", "row": "color-background", "value": "color-text"}
_GONE = ("columns", "fontSize", "pageSize", "scroll", "showHeader", "sort", "styles", "transform")


def migrate(panel: Json) -> None:
    """Bring a table up: one of Grafana 6 by its columns' styles, one of 8 to 12 by its footer."""
    if "styles" in panel and "fieldConfig" not in panel:
        migrate_old(panel)
        return
    footer = (panel.get("options") or {}).pop("footer", None)
    if isinstance(footer, dict) and footer.get("show"):
        reducers = ["count"] if footer.get("countRows") else list(footer.get("reducer") or [])
        config = panel.setdefault("fieldConfig", {"defaults": {}, "overrides": []})
        names = footer.get("fields")
        if isinstance(names, list) and names:
            matcher = {"id": "byNames", "options": {"mode": "include", "names": names}}
            value = {"reducers": reducers}
            config.setdefault("overrides", []).append(
                {"matcher": matcher, "properties": [{"id": "custom.footer", "value": value}]}
            )
        else:
            custom = config.setdefault("defaults", {}).setdefault("custom", {})
            custom.setdefault("footer", {"reducers": reducers})


def migrate_old(panel: Json) -> None:
    """Turn the columns' styles into overrides, and the old `transform` into transformations."""
    panel["type"] = "table"
    transform = str(panel.get("transform") or "")
    made = list(_TRANSFORMATIONS.get(transform, []))
    if transform == "timeseries_aggregations":
        calcs = [_CALCS.get(str(each.get("value")), "mean") for each in panel.get("columns") or []]
        made = [{"id": "reduce", "options": {"reducers": calcs, "includeTimeField": False}}]
    panel["transformations"] = [*made, *(panel.get("transformations") or [])]
    panel["options"] = {"showHeader": panel.get("showHeader", True)}
    panel["fieldConfig"] = {
        "defaults": {"custom": {}},
        "overrides": [_override(each) for each in panel.get("styles") or [] if each],
    }
    for key in _GONE:
        panel.pop(key, None)


def _override(style: Mapping[str, Any]) -> Json:
    pattern = str(style.get("pattern") or "")
    is_regex = pattern.startswith("/") and pattern.count("/") > 1
    matcher = {"id": "byRegexp" if is_regex else "byName", "options": pattern}
    return {"matcher": matcher, "properties": list(_properties(style))}


def _properties(style: Mapping[str, Any]) -> Iterator[Json]:
    if style.get("alias"):
        yield {"id": "displayName", "value": style["alias"]}
    kind = style.get("type")
    if kind == "hidden":
        yield {"id": "custom.hideFrom", "value": {"viz": True}}
    elif kind == "date" and style.get("dateFormat"):
        yield {"id": "unit", "value": f"time: {style['dateFormat']}"}
    elif kind == "number":
        yield {"id": "unit", "value": style.get("unit") or "short"}
        if style.get("decimals") is not None:
            yield {"id": "decimals", "value": style["decimals"]}
    maps = style.get("rangeMaps" if style.get("mappingType") == 2 else "valueMaps")  # noqa: PLR2004
    if maps:
        yield {"id": "mappings", "value": field_config.mappings(list(maps))}
    if style.get("align"):
        yield {"id": "custom.align", "value": style["align"]}
    yield from _colored(style)
    if style.get("link") and style.get("linkUrl"):
        link = {"title": style.get("linkTooltip") or "", "url": style["linkUrl"]}
        yield {"id": "links", "value": [link]}


def _colored(style: Mapping[str, Any]) -> Iterator[Json]:
    cell = _CELLS.get(str(style.get("colorMode")))
    if cell is None:
        return
    yield {"id": "custom.cellOptions", "value": {"type": cell}}
    limits = [None, *(float(each) for each in style.get("thresholds") or [] if str(each).strip())]
    colors = list(style.get("colors") or ())
    steps = [{"color": color, "value": limit} for limit, color in zip(limits, colors, strict=False)]
    if steps:
        yield {"id": "thresholds", "value": {"mode": "absolute", "steps": steps}}
