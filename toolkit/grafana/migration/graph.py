"""The graph panel of Grafana 7 and older → the time series, or histogram, that took its place."""

from collections.abc import Iterator, Mapping
from typing import Any

from toolkit.grafana.migration import field_config

Json = dict[str, Any]

_CALCS = {"min": "min", "max": "max", "avg": "mean", "current": "lastNotNull", "total": "sum"}
_SORTS = {1: "asc", 2: "desc"}
_COLORS = {"critical": "red", "warning": "orange", "ok": "green"}
_CLEAR = "transparent"
_GONE = (
    "aliasColors", "bars", "dashLength", "dashes", "decimals", "fill", "fillGradient", "grid",
    "legend", "lines", "linewidth", "nullPointMode", "percentage", "pointradius", "points",
    "renderer", "seriesOverrides", "spaceLength", "stack", "steppedLine", "thresholds", "tooltip",
    "xaxis", "y-axis", "x-axis", "y_formats", "yaxes", "yaxis",
)  # fmt: skip


def migrate(panel: Json) -> None:
    """Turn a graph into a time series, or into what its x axis asks for.

    One that counts values is a histogram, one that lists series a bar chart.
    """
    mode = str((panel.get("xaxis") or {}).get("mode"))
    panel["type"] = {"histogram": "histogram", "series": "barchart"}.get(mode, "timeseries")
    left, right = _axes(panel)
    panel["options"] = {"legend": _legend(panel), "tooltip": _tooltip(panel)}
    defaults: Json = {
        "color": {"mode": "palette-classic"},
        "custom": {**_style(panel), **_axis_style(left)},
        "unit": left.get("format") or "short",
        # Shares of a whole have an axis of 0 to 100% by themselves.
        **({} if panel.get("stack") and panel.get("percentage") else _limits(left)),
    }
    decimals = left.get("decimals") if left.get("decimals") is not None else panel.get("decimals")
    if decimals is not None:
        defaults["decimals"] = decimals
    thresholds, look = _thresholds(panel)
    if thresholds:
        defaults["thresholds"] = {"mode": "absolute", "steps": thresholds}
        defaults["custom"]["thresholdsStyle"] = {"mode": look}
    overrides = [
        *(_color_override(name, color) for name, color in (panel.get("aliasColors") or {}).items()),
        *(_override(each, right) for each in panel.get("seriesOverrides") or [] if each),
    ]
    panel["fieldConfig"] = {"defaults": defaults, "overrides": overrides}
    for key in _GONE:
        panel.pop(key, None)


def _axes(panel: Mapping[str, Any]) -> tuple[Json, Json]:
    """The left and the right axis. Before Grafana 3.1 there were only their formats."""
    formats = panel.get("y_formats") or []
    written = panel.get("yaxes") or [{"format": each} for each in formats]
    axes = [each or {} for each in [*written, {}, {}]]
    return axes[0], axes[1]


def _axis_style(axis: Mapping[str, Any]) -> Json:
    style: Json = {}
    if axis.get("label"):
        style["axisLabel"] = axis["label"]
    if axis.get("show") is False:
        style["axisPlacement"] = "hidden"
    base = axis.get("logBase") or 1
    if base in {2, 10}:
        style["scaleDistribution"] = {"type": "log", "log": base}
    elif base != 1:
        style["scaleDistribution"] = {"type": "log", "log": 2}
    return style


def _limits(axis: Mapping[str, Any]) -> Json:
    found = {key: field_config.number(axis.get(key)) for key in ("min", "max")}
    return {key: value for key, value in found.items() if value is not None}


def _style(panel: Mapping[str, Any]) -> Json:
    style = _series_style({"bars": False, "lines": True, "points": False, **panel})
    style["stacking"] = {"group": "A", "mode": "none"}
    if panel.get("stack"):
        style["stacking"]["mode"] = "percent" if panel.get("percentage") else "normal"
    return style


def _series_style(said: Mapping[str, Any]) -> Json:
    """The style that a panel, or a series' own settings, say; nothing of what they leave out."""
    style = _marks(said)
    if said.get("linewidth") is not None and said.get("lines") is not False:
        style["lineWidth"] = said["linewidth"]
    if said.get("fill") is not None and not said.get("bars"):
        style["fillOpacity"] = min(100, int(float(said["fill"]) * 10))
    if said.get("fillGradient"):
        style |= {"gradientMode": "opacity", "fillOpacity": min(100, said["fillGradient"] * 10)}
    return style | dict(_line(said))


def _marks(said: Mapping[str, Any]) -> Json:
    """Bars, lines or points, whichever are drawn."""
    points = "always" if said.get("points") else "never"
    if said.get("bars"):
        return {"drawStyle": "bars", "fillOpacity": 100, "showPoints": "never"}
    if said.get("lines") is False:
        hidden = {"drawStyle": "line", "lineWidth": 0, "showPoints": "never"}
        return {"drawStyle": "points", "showPoints": "always"} if said.get("points") else hidden
    if said.get("lines"):
        return {"drawStyle": "line", "showPoints": points}
    return {"showPoints": points} if "points" in said else {}


def _line(said: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    if said.get("pointradius") is not None:
        yield "pointSize", 2 + float(said["pointradius"]) * 2
    if said.get("steppedLine"):
        yield "lineInterpolation", "stepAfter"
    if said.get("nullPointMode") == "connected":
        yield "spanNulls", True
    if said.get("dashes"):
        dash = [said.get("dashLength") or 10, said.get("spaceLength") or 10]
        yield "lineStyle", {"fill": "dash", "dash": dash}


def _legend(panel: Mapping[str, Any]) -> Json:
    said = panel.get("legend") or {}
    shown: Json = {
        "calcs": [calc for key, calc in _CALCS.items() if said.get(key) and said.get("values")],
        "displayMode": "table" if said.get("alignAsTable") else "list",
        "placement": "right" if said.get("rightSide") else "bottom",
        "showLegend": bool(said.get("show", True)),
    }
    if said.get("sideWidth"):
        shown["width"] = said["sideWidth"]
    if said.get("sort") in _CALCS:
        shown |= {"sortBy": _HEADINGS[said["sort"]], "sortDesc": bool(said.get("sortDesc"))}
    return shown


_HEADINGS = {"min": "Min", "max": "Max", "avg": "Mean", "current": "Last *", "total": "Total"}


def _tooltip(panel: Mapping[str, Any]) -> Json:
    said = panel.get("tooltip") or {}
    mode = "multi" if said.get("shared") else "single"
    return {"mode": mode, "sort": _SORTS.get(said.get("sort") or 0, "none")}


def _thresholds(panel: Mapping[str, Any]) -> tuple[list[Json], str]:
    """The steps of lines and areas, and how they are drawn."""
    written = [each for each in panel.get("thresholds") or [] if isinstance(each, dict)]
    known = [(field_config.number(each.get("value")), each) for each in written]
    steps: list[Json] = [{"color": _CLEAR, "value": None}]
    for value, each in sorted(
        ((value, each) for value, each in known if value is not None), key=lambda pair: pair[0]
    ):
        mode = str(each.get("colorMode") or "critical")
        color = _COLORS.get(mode) or each.get("lineColor") or each.get("fillColor") or "red"
        if each.get("op") == "lt":
            # Under it is bad: the colour is that of the part below.
            steps[-1]["color"] = color
            steps.append({"color": _CLEAR, "value": value})
        else:
            steps.append({"color": color, "value": value})
    fills = any(each.get("fill") for _, each in known)
    lines = any(each.get("line") for _, each in known)
    look = {(True, True): "line+area", (True, False): "area"}.get((fills, lines), "line")
    return (steps, look) if len(steps) > 1 else ([], "off")


def _override(each: Mapping[str, Any], right: Mapping[str, Any]) -> Json:
    return {"matcher": _matcher(str(each.get("alias") or "")), "properties": list(_of(each, right))}


def _matcher(alias: str) -> Json:
    is_regex = alias.startswith("/") and alias.count("/") > 1
    return {"id": "byRegexp" if is_regex else "byName", "options": alias}


def _color_override(name: str, color: str) -> Json:
    fixed = {"mode": "fixed", "fixedColor": color}
    return {"matcher": _matcher(name), "properties": [{"id": "color", "value": fixed}]}


def _of(each: Mapping[str, Any], right: Mapping[str, Any]) -> Iterator[Json]:
    style = _series_style(each)
    if each.get("transform") == "negative-Y":
        style["transform"] = "negative-Y"
    if each.get("fillBelowTo"):
        style["fillBelowTo"] = each["fillBelowTo"]
    stack = each.get("stack")
    if stack is not None:
        mode = "none" if stack is False else "normal"
        style["stacking"] = {"group": stack if isinstance(stack, str) else "A", "mode": mode}
    if each.get("legend") is False or each.get("hiddenSeries"):
        hidden = bool(each.get("hiddenSeries"))
        is_listed = each.get("legend") is not False
        style["hideFrom"] = {"legend": not is_listed, "tooltip": hidden, "viz": hidden}
    if each.get("yaxis") == 2:  # noqa: PLR2004 - the right one
        style["axisPlacement"] = "right"
        yield {"id": "unit", "value": right.get("format") or "short"}
        for key, value in _limits(right).items():
            yield {"id": key, "value": value}
        axis = _axis_style(right)
        style |= {key: axis[key] for key in ("axisLabel", "scaleDistribution") if key in axis}
    if each.get("color"):
        yield {"id": "color", "value": {"mode": "fixed", "fixedColor": each["color"]}}
    for key, value in style.items():
        yield {"id": f"custom.{key}", "value": value}
