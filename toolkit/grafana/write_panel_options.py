"""What Grafana's panel plugins save in `options`, and a table's transformations, as data.

One function for each view, with exactly the keys that Grafana 11 and 12 write when the panel is
saved, so that opening and saving a generated dashboard changes nothing.
Source: public/app/plugins/panel/*/panelcfg.cue and packages/grafana-schema/src/common in
https://github.com/grafana/grafana, release 11.6.
"""

from collections.abc import Callable
from typing import Any

from toolkit.dashboards import GRID_COLUMNS, Panel, View

NARROW_COLUMNS = 8
"""Up to that width a legend of three values is cut off on a screen of 1366 pixels."""

_LAST = {"calcs": ["lastNotNull"], "fields": "", "values": False}


def options(panel: Panel, *, columns: int = GRID_COLUMNS) -> dict[str, Any]:
    """The `options` of a panel that is so many of the grid's columns wide."""
    written = _OPTIONS[panel.view](panel)
    if panel.view is View.TIME_SERIES and columns <= NARROW_COLUMNS:
        written["legend"] = _legend(("lastNotNull", "max"), "table")
    return written


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


def _stat(panel: Panel) -> dict[str, Any]:
    return {
        "colorMode": "value",
        # Between fixed limits a steady value is a solid block, which hides nothing and says less.
        "graphMode": "none" if panel.states or panel.maximum is not None else "area",
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


def _pie(_panel: Panel) -> dict[str, Any]:
    return {
        "legend": _legend(mode="table") | {"placement": "right", "values": ["value", "percent"]},
        "pieType": "pie",
        "reduceOptions": _LAST,
        "tooltip": _tooltip("single"),
    }


def _state_timeline(_panel: Panel) -> dict[str, Any]:
    return {
        "alignValue": "left",
        "legend": _legend(),
        "mergeValues": True,
        "rowHeight": 0.9,
        "showValue": "auto",
        "tooltip": _tooltip("single"),
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


def _histogram(_panel: Panel) -> dict[str, Any]:
    return {
        "bucketCount": 30,
        "bucketOffset": 0,
        "combine": False,
        "legend": _legend(),
        "tooltip": _tooltip("multi"),
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
