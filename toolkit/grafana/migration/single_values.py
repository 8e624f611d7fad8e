"""Panels of single values of Grafana 4 to 7: singlestat, the pie plugin, and `fieldOptions`."""

from collections.abc import Iterator, Mapping
from typing import Any

from toolkit.grafana.migration import field_config

Json = dict[str, Any]
_CALCS = {
    "avg": "mean", "current": "lastNotNull", "total": "sum", "first": "firstNotNull", "min": "min",
    "max": "max", "delta": "delta", "diff": "diff", "range": "range", "name": "lastNotNull",
    "last_time": "lastNotNull",
}  # fmt: skip
_COLORS = ("rgba(50, 172, 45, 0.97)", "rgba(237, 129, 40, 0.89)", "rgba(245, 54, 54, 0.9)")
_GONE = (
    "cacheTimeout", "colorBackground", "colorPostfix", "colorPrefix", "colorValue", "colors",
    "decimals", "format", "gauge", "mappingType", "mappingTypes", "nullPointMode", "nullText",
    "postfix", "postfixFontSize", "prefix", "prefixFontSize", "rangeMaps", "sparkline",
    "tableColumn", "thresholds", "valueFontSize", "valueMaps", "valueName",
)  # fmt: skip


def migrate_singlestat(panel: Json) -> None:
    """Turn a singlestat into a stat, or into a gauge where it showed one."""
    gauge = panel.get("gauge") or {}
    panel["type"] = "gauge" if gauge.get("show") else "stat"
    options: Json = {"orientation": "horizontal", "reduceOptions": _reduce(panel)}
    if panel["type"] == "gauge":
        options["showThresholdMarkers"] = bool(gauge.get("thresholdMarkers", True))
        options["showThresholdLabels"] = bool(gauge.get("thresholdLabels", False))
    else:
        is_background = panel.get("colorBackground")
        options["colorMode"] = (
            "background" if is_background else "value" if panel.get("colorValue") else "none"
        )
        shows_line = (panel.get("sparkline") or {}).get("show")
        options["graphMode"] = "area" if shows_line else "none"
        options["textMode"] = "name" if panel.get("valueName") == "name" else "auto"
    limits = (
        {"min": gauge.get("minValue"), "max": gauge.get("maxValue")} if gauge.get("show") else {}
    )
    said = {"decimals": panel.get("decimals"), **limits}
    panel["options"] = options
    panel["fieldConfig"] = {
        "defaults": {
            "color": {"mode": "thresholds"},
            "mappings": field_config.mappings(list(_maps(panel))),
            "thresholds": {"mode": "absolute", "steps": list(_steps(panel))},
            "unit": panel.get("format") or "none",
            **{key: value for key, value in said.items() if value is not None},
        },
        "overrides": [],
    }
    for key in _GONE:
        panel.pop(key, None)


def _reduce(panel: Mapping[str, Any]) -> Json:
    column = str(panel.get("tableColumn") or "")
    return {
        "calcs": [_CALCS.get(str(panel.get("valueName") or "avg"), "mean")],
        "fields": f"/^{column}$/" if column else "",
        "values": False,
    }


def _steps(panel: Mapping[str, Any]) -> Iterator[Json]:
    """The colours between the limits, which were written `50,80`."""
    limits = map(field_config.number, str(panel.get("thresholds") or "").split(","))
    numbers = [limit for limit in limits if limit is not None]
    colors = [str(color) for color in panel.get("colors") or _COLORS]
    for value, color in zip([None, *numbers], colors, strict=False):
        yield {"color": color, "value": value}


def _maps(panel: Mapping[str, Any]) -> Iterator[Json]:
    """Words for values or for ranges: the one kind that was chosen, and the one for null."""
    ranges = panel.get("mappingType") == 2  # noqa: PLR2004 - Grafana's number for ranges
    for each in (panel.get("rangeMaps") if ranges else panel.get("valueMaps")) or []:
        yield {"type": 2 if ranges else 1, **each}
    if panel.get("nullText"):
        yield {"type": 1, "value": "null", "text": panel["nullText"]}


def migrate_pie(panel: Json) -> None:
    """Turn the pie chart plugin's panel into Grafana's own."""
    legend = panel.get("legend") or {}
    values = [
        key for key, shown in (("value", "values"), ("percent", "percentage")) if legend.get(shown)
    ]
    placement = "right" if "right" in str(panel.get("legendType") or "").lower() else "bottom"
    panel["type"] = "piechart"
    panel["options"] = {
        "legend": {
            "displayMode": "table" if values else "list",
            "placement": placement,
            "showLegend": bool(legend.get("show", True)),
            "values": values,
        },
        "pieType": "donut" if panel.get("pieType") == "donut" else "pie",
        "reduceOptions": _reduce({"valueName": "current", **panel}),
    }
    panel["fieldConfig"] = {
        "defaults": {
            "color": {"mode": "palette-classic"},
            "unit": panel.get("format") or "short",
            **({"decimals": panel["decimals"]} if panel.get("decimals") is not None else {}),
        },
        "overrides": [
            {
                "matcher": {"id": "byName", "options": name},
                "properties": [{"id": "color", "value": {"mode": "fixed", "fixedColor": color}}],
            }
            for name, color in (panel.get("aliasColors") or {}).items()
        ],
    }


def migrate_field_options(panel: Json) -> None:
    """Move what Grafana 6 kept in `options.fieldOptions` into `fieldConfig` and `reduceOptions`."""
    options = panel.setdefault("options", {}) or {}
    old = options.pop("fieldOptions", None) or _of_first_gauges(options)
    if not isinstance(old, dict):
        return
    options["reduceOptions"] = {
        "calcs": old.get("calcs") or ["mean"],
        "fields": "",
        "values": bool(old.get("values")),
        **({"limit": old["limit"]} if old.get("limit") else {}),
    }
    defaults = dict(old.get("defaults") or {})
    if "title" in defaults:
        defaults["displayName"] = defaults.pop("title")
    steps = (
        defaults.pop("thresholds", None) or old.get("thresholds") or options.pop("thresholds", None)
    )
    if isinstance(steps, list):
        steps = {"mode": "absolute", "steps": [{**each} for each in steps]}
    if steps:
        defaults["thresholds"] = steps
    if old.get("mappings") and not defaults.get("mappings"):
        defaults["mappings"] = old["mappings"]
    config = panel.setdefault("fieldConfig", {})
    config["defaults"] = {**defaults, **(config.get("defaults") or {})}
    config["overrides"] = config.get("overrides") or old.get("overrides") or []


def _of_first_gauges(options: Json) -> Json | None:
    """What Grafana 6.0 kept in `valueOptions` of a gauge, taken out of its options."""
    old = options.pop("valueOptions", None)
    if not isinstance(old, dict):
        return None
    said = {
        "unit": old.get("unit"),
        "decimals": old.get("decimals"),
        "min": options.pop("minValue", None),
        "max": options.pop("maxValue", None),
    }
    stat = str(old.get("stat") or "mean")
    return {
        "calcs": [_CALCS.get(stat, stat)],
        "defaults": {key: value for key, value in said.items() if value is not None},
        "mappings": options.pop("valueMappings", None),
    }
