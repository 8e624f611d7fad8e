"""What Grafana saves in a panel's `fieldConfig`, as data: unit, limits, thresholds, style.

One function for the style of each view, with exactly the keys that Grafana 11 and 12 write when
the panel is saved. The one exception: Grafana gives a saved state timeline thresholds, which it
does not draw.
Source: public/app/plugins/panel/*/panelcfg.cue and packages/grafana-schema/src/common in
https://github.com/grafana/grafana, release 11.6.
"""

from collections.abc import Callable
from typing import Any

from toolkit.dashboards import Panel, View
from toolkit.grafana.panel_options import ref_id

GOOD, BAD = "green", "red"
_HIDDEN_NOWHERE = {"legend": False, "tooltip": False, "viz": False}


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
        mode = "percentage" if panel.as_written and panel.as_written.in_percent else "absolute"
        defaults["thresholds"] = {"mode": mode, "steps": _thresholds(panel)}
    limits = {"min": panel.minimum, "max": panel.maximum, "decimals": panel.decimals}
    defaults |= {key: value for key, value in limits.items() if value is not None}
    style = _STYLES.get(panel.view)
    if style is not None:
        defaults["custom"] = style(panel)
    return {"defaults": defaults, "overrides": _overrides(panel)}


def _thresholds(panel: Panel) -> list[dict[str, Any]]:
    if panel.as_written is not None and panel.as_written.thresholds:
        return [{"color": x.color, "value": x.value} for x in panel.as_written.thresholds]
    below, above = (BAD, GOOD) if panel.bad_below else (GOOD, BAD)
    if panel.line_at is None:
        # Grafana wants a base: without one it draws its own default, a red line at 80.
        return [{"color": GOOD, "value": None}]
    return [{"color": below, "value": None}, {"color": above, "value": panel.line_at}]


def _mappings(panel: Panel) -> list[dict[str, Any]]:
    if not panel.states:
        return []
    words = {
        # `index` orders the mappings in Grafana's editor.
        str(state.value): {"color": state.color, "index": index, "text": state.text}
        for index, state in enumerate(panel.states)
    }
    return [{"type": "value", "options": words}]


def _overrides(panel: Panel) -> list[dict[str, Any]]:
    """The units of queries that differ from the panel's."""
    # A table merges its queries into one frame, where a column is known by its name alone.
    by_name = panel.view is View.TABLE
    return [
        {
            "matcher": {"id": "byName", "options": query.legend}
            if by_name
            else {"id": "byFrameRefID", "options": ref_id(index)},
            "properties": [{"id": "unit", "value": query.unit.value}],
        }
        for index, query in enumerate(panel.queries)
        if query.unit is not None
    ]


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
        "hideFrom": _HIDDEN_NOWHERE,
        "insertNulls": False,
        "lineInterpolation": "linear",
        "lineWidth": 1,
        "pointSize": 5,
        "scaleDistribution": {"type": "linear"},
        "showPoints": "auto",
        "spanNulls": False,
        "stacking": {"group": "A", "mode": "normal" if panel.stacked else "none"},
        "thresholdsStyle": {"mode": "line" if _has_lines(panel) else "off"},
    }


def _has_lines(panel: Panel) -> bool:
    return panel.line_at is not None or bool(panel.as_written and panel.as_written.drawn)


def _table_style(_panel: Panel) -> dict[str, Any]:
    return {"align": "auto", "cellOptions": {"type": "auto"}, "inspect": False}


def _pie_style(_panel: Panel) -> dict[str, Any]:
    return {"hideFrom": _HIDDEN_NOWHERE}


def _state_timeline_style(_panel: Panel) -> dict[str, Any]:
    return {
        "axisPlacement": "auto",
        "fillOpacity": 70,
        "hideFrom": _HIDDEN_NOWHERE,
        "insertNulls": False,
        "lineWidth": 0,
        "spanNulls": False,
    }


def _heatmap_style(_panel: Panel) -> dict[str, Any]:
    return {"hideFrom": _HIDDEN_NOWHERE, "scaleDistribution": {"type": "linear"}}


def _histogram_style(_panel: Panel) -> dict[str, Any]:
    return {
        "fillOpacity": 80,
        "gradientMode": "none",
        "hideFrom": _HIDDEN_NOWHERE,
        "lineWidth": 1,
        "stacking": {"group": "A", "mode": "none"},
    }


_STYLES: dict[View, Callable[[Panel], dict[str, Any]]] = {
    View.TIME_SERIES: _time_series_style,
    View.TABLE: _table_style,
    View.PIE: _pie_style,
    View.STATE_TIMELINE: _state_timeline_style,
    View.HEATMAP: _heatmap_style,
    View.HISTOGRAM: _histogram_style,
}
# Lines and slices differ by colour; the colour of a single value says whether it is good. A
# state has its own colour, and a value without a state that of text: coloured by thresholds, a
# state timeline that merges values draws the thresholds' ranges and ignores the states
# (https://github.com/grafana/grafana/issues/40661, 41075 and 71804). It does not show the text
# for no data either, but lists it in the legend as one more state (issue 88004).
_COLORS = {
    View.TIME_SERIES: {"mode": "palette-classic"},
    View.PIE: {"mode": "palette-classic"},
    View.HISTOGRAM: {"mode": "palette-classic"},
    View.BAR_GAUGE: {"mode": "continuous-BlPu"},
    View.STATE_TIMELINE: {"mode": "fixed", "fixedColor": "text"},
}
