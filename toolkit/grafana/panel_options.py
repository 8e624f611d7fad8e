"""What each of Grafana's panel plugins saves in `options` and `fieldConfig`, as data.

One function a view, each returning exactly the keys that Grafana 11 and 12 write when the
panel is saved, so that opening and saving a generated dashboard changes nothing. The one
exception: Grafana gives a saved state timeline thresholds, which it does not draw.
Source: public/app/plugins/panel/*/panelcfg.cue and packages/grafana-schema/src/common in
https://github.com/grafana/grafana, release 11.6.
"""

from collections.abc import Callable
from typing import Any

from toolkit.dashboards import Panel, View

GOOD, BAD = "green", "red"
_SHOWN = {"legend": False, "tooltip": False, "viz": False}
_LAST = {"calcs": ["lastNotNull"], "fields": "", "values": False}


def field_config(panel: Panel) -> dict[str, Any]:
    """The panel's `fieldConfig`: unit, limits, thresholds, mappings and the view's own style.

    A state timeline has no thresholds and no text for no data: see `_COLORS`.
    """
    defaults: dict[str, Any] = {
        "color": _COLORS.get(panel.view, {"mode": "thresholds"}),
        "mappings": _mappings(panel),
        "unit": panel.unit.value,
    }
    if panel.view is not View.STATE_TIMELINE:
        defaults["noValue"] = panel.empty
        defaults["thresholds"] = {"mode": "absolute", "steps": _thresholds(panel)}
    limits = {"min": panel.minimum, "max": panel.maximum, "decimals": panel.decimals}
    defaults |= {key: value for key, value in limits.items() if value is not None}
    style = _STYLES.get(panel.view)
    if style is not None:
        defaults["custom"] = style(panel)
    return {"defaults": defaults, "overrides": _overrides(panel)}


def options(panel: Panel) -> dict[str, Any]:
    """The panel's `options`."""
    return _OPTIONS[panel.view](panel)


def _thresholds(panel: Panel) -> list[dict[str, Any]]:
    below, above = (BAD, GOOD) if panel.bad_below else (GOOD, BAD)
    if panel.line_at is None:
        return [{"color": GOOD, "value": None}]
    return [{"color": below, "value": None}, {"color": above, "value": panel.line_at}]


def _mappings(panel: Panel) -> list[dict[str, Any]]:
    if not panel.states:
        return []
    words = {
        str(state.value): {"color": state.color, "index": index, "text": state.text}
        for index, state in enumerate(panel.states)
    }
    return [{"type": "value", "options": words}]


def _overrides(panel: Panel) -> list[dict[str, Any]]:
    return [
        {
            "matcher": {"id": "byFrameRefID", "options": ref_id(index)},
            "properties": [{"id": "unit", "value": query.unit.value}],
        }
        if panel.view is not View.TABLE
        else {
            "matcher": {"id": "byName", "options": query.legend},
            "properties": [{"id": "unit", "value": query.unit.value}],
        }
        for index, query in enumerate(panel.queries)
        if query.unit is not None
    ]


def ref_id(index: int) -> str:
    """A, B … Z, AA, AB …, as Grafana letters the queries of a panel."""
    letters = ""
    while index >= 0:
        letters = chr(ord("A") + index % 26) + letters
        index = index // 26 - 1
    return letters


def transformations(panel: Panel) -> list[dict[str, Any]]:
    """A table's lines: queries side by side, no time, headings in words; nothing elsewhere."""
    if panel.view is not View.TABLE:
        return []
    several = len(panel.queries) > 1
    values = {
        f"Value #{ref_id(index)}" if several else "Value": query.legend
        for index, query in enumerate(panel.queries)
    }
    heads = {column: column.replace("_", " ").capitalize() for column in panel.columns}
    organize = {
        "id": "organize",
        "options": {
            "excludeByName": {"Time": True},
            "includeByName": {},
            "indexByName": {name: index for index, name in enumerate((*heads, *values))},
            "renameByName": heads | values,
        },
    }
    merge: dict[str, Any] = {"id": "merge", "options": {}}
    return [merge, organize] if several else [organize]


def _legend(calcs: tuple[str, ...] = (), mode: str = "list") -> dict[str, Any]:
    return {"calcs": list(calcs), "displayMode": mode, "placement": "bottom", "showLegend": True}


def _tooltip(mode: str, sort: str = "none") -> dict[str, Any]:
    return {"hideZeros": False, "mode": mode, "sort": sort}


def _time_series(_panel: Panel) -> dict[str, Any]:
    return {
        "legend": _legend(("lastNotNull", "mean", "max"), "table"),
        "tooltip": _tooltip("multi", "desc"),
    }


def _time_series_style(panel: Panel) -> dict[str, Any]:
    return {
        "axisBorderShow": False,
        "axisCenteredZero": False,
        "axisColorMode": "text",
        "axisLabel": "",
        "axisPlacement": "auto",
        "barAlignment": 0,
        "barWidthFactor": 0.6,
        "drawStyle": "line",
        "fillOpacity": 40 if panel.stacked else 10,
        "gradientMode": "none",
        "hideFrom": _SHOWN,
        "insertNulls": False,
        "lineInterpolation": "linear",
        "lineWidth": 1,
        "pointSize": 5,
        "scaleDistribution": {"type": "linear"},
        "showPoints": "auto",
        "spanNulls": False,
        "stacking": {"group": "A", "mode": "normal" if panel.stacked else "none"},
        "thresholdsStyle": {"mode": "off" if panel.line_at is None else "line"},
    }


def _stat(panel: Panel) -> dict[str, Any]:
    return {
        "colorMode": "value",
        "graphMode": "none" if panel.states else "area",
        "justifyMode": "auto",
        "orientation": "auto",
        "percentChangeColorMode": "standard",
        "reduceOptions": _LAST,
        "showPercentChange": False,
        "textMode": "auto",
        "wideLayout": True,
    }


def _gauge(_panel: Panel) -> dict[str, Any]:
    return {
        "minVizHeight": 75,
        "minVizWidth": 75,
        "orientation": "auto",
        "reduceOptions": _LAST,
        "showThresholdLabels": False,
        "showThresholdMarkers": True,
        "sizing": "auto",
    }


def _bar_gauge(_panel: Panel) -> dict[str, Any]:
    return {
        "displayMode": "gradient",
        "legend": _legend() | {"showLegend": False},
        "maxVizHeight": 300,
        "minVizHeight": 10,  # Grafana's 16 cuts off the last of a dozen bars
        "minVizWidth": 8,
        "namePlacement": "auto",
        "orientation": "horizontal",
        "reduceOptions": _LAST,
        "showUnfilled": True,
        "sizing": "auto",
        "valueMode": "color",
    }


def _table(panel: Panel) -> dict[str, Any]:
    return {
        "cellHeight": "sm",
        "footer": {"countRows": False, "fields": "", "reducer": ["sum"], "show": False},
        "frameIndex": 0,
        "showHeader": True,
        "sortBy": [{"desc": True, "displayName": panel.queries[0].legend}],
    }


def _table_style(_panel: Panel) -> dict[str, Any]:
    return {"align": "auto", "cellOptions": {"type": "auto"}, "inspect": False}


def _pie(_panel: Panel) -> dict[str, Any]:
    return {
        "legend": _legend(mode="table") | {"placement": "right", "values": ["value", "percent"]},
        "pieType": "pie",
        "reduceOptions": _LAST,
        "tooltip": _tooltip("single"),
    }


def _pie_style(_panel: Panel) -> dict[str, Any]:
    return {"hideFrom": _SHOWN}


def _state_timeline(_panel: Panel) -> dict[str, Any]:
    return {
        "alignValue": "left",
        "legend": _legend(),
        "mergeValues": True,
        "rowHeight": 0.9,
        "showValue": "auto",
        "tooltip": _tooltip("single"),
    }


def _state_timeline_style(_panel: Panel) -> dict[str, Any]:
    return {
        "axisPlacement": "auto",
        "fillOpacity": 70,
        "hideFrom": _SHOWN,
        "insertNulls": False,
        "lineWidth": 0,
        "spanNulls": False,
    }


def _heatmap(panel: Panel) -> dict[str, Any]:
    return {
        "calculate": False,
        "cellGap": 1,
        "cellValues": {"unit": "short"},
        "color": {
            "exponent": 0.5,
            "fill": "dark-orange",
            "mode": "scheme",
            "reverse": False,
            "scale": "exponential",
            "scheme": "Oranges",
            "steps": 64,
        },
        "exemplars": {"color": "rgba(255,0,255,0.7)"},
        "filterValues": {"le": 1e-9},
        "legend": {"show": True},
        "rowsFrame": {"layout": "auto"},
        "tooltip": {"mode": "single", "showColorScale": True, "yHistogram": False},
        "yAxis": {"axisPlacement": "left", "reverse": False, "unit": panel.unit.value},
    }


def _heatmap_style(_panel: Panel) -> dict[str, Any]:
    return {"hideFrom": _SHOWN, "scaleDistribution": {"type": "linear"}}


def _histogram(_panel: Panel) -> dict[str, Any]:
    return {
        "bucketCount": 30,
        "bucketOffset": 0,
        "combine": False,
        "legend": _legend(),
        "tooltip": _tooltip("multi"),
    }


def _histogram_style(_panel: Panel) -> dict[str, Any]:
    return {
        "fillOpacity": 80,
        "gradientMode": "none",
        "hideFrom": _SHOWN,
        "lineWidth": 1,
        "stacking": {"group": "A", "mode": "none"},
    }


_OPTIONS: dict[View, Callable[[Panel], dict[str, Any]]] = {
    View.TIME_SERIES: _time_series,
    View.STAT: _stat,
    View.GAUGE: _gauge,
    View.BAR_GAUGE: _bar_gauge,
    View.TABLE: _table,
    View.PIE: _pie,
    View.STATE_TIMELINE: _state_timeline,
    View.HEATMAP: _heatmap,
    View.HISTOGRAM: _histogram,
}
_STYLES: dict[View, Callable[[Panel], dict[str, Any]]] = {
    View.TIME_SERIES: _time_series_style,
    View.TABLE: _table_style,
    View.PIE: _pie_style,
    View.STATE_TIMELINE: _state_timeline_style,
    View.HEATMAP: _heatmap_style,
    View.HISTOGRAM: _histogram_style,
}
# Lines and slices are told apart by colour; single values are judged by it. A state has its
# own colour, and a value that is no state the text's: coloured by thresholds, a state timeline
# that merges values draws the thresholds' ranges and ignores the states
# (https://github.com/grafana/grafana/issues/40661, 41075 and 71804). The text for no data it
# does not show, but lists in the legend as one more state (issue 88004).
_COLORS = {
    View.TIME_SERIES: {"mode": "palette-classic"},
    View.PIE: {"mode": "palette-classic"},
    View.HISTOGRAM: {"mode": "palette-classic"},
    View.BAR_GAUGE: {"mode": "continuous-BlPu"},
    View.STATE_TIMELINE: {"mode": "fixed", "fixedColor": "text"},
}
