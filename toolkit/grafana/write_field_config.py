"""What Grafana saves in a panel's `fieldConfig`, as data: unit, limits, thresholds, style.

One function for the style of each view, with exactly the keys that Grafana 11 and 12 write when
the panel is saved. The one exception: Grafana gives a saved state timeline thresholds, which it
does not draw.
Source: public/app/plugins/panel/*/panelcfg.cue and packages/grafana-schema/src/common in
https://github.com/grafana/grafana, release 11.6.
"""

from collections.abc import Callable, Iterator
from typing import Any

from toolkit.dashboards import COLOURED, OtherUnit, Panel, PanelUnit, Query, View
from toolkit.grafana.write_panel_options import ref_id

GOOD, BAD, NEUTRAL = "green", "red", "text"
_HIDDEN_NOWHERE = {"legend": False, "tooltip": False, "viz": False}


def field_config(panel: Panel) -> dict[str, Any]:
    """The panel's `fieldConfig`: unit, limits, thresholds, mappings and the view's own style.

    What the view ignores is left out, since Grafana drops it when the panel is saved.
    """
    written: dict[str, Any] = {
        "color": _COLORS.get(panel.view, {"mode": "thresholds"}),
        "mappings": _mappings(panel),
        "unit": unit_id(panel, panel.unit),
        "noValue": panel.empty,
        "thresholds": {
            "mode": "percentage"
            if panel.as_written and panel.as_written.in_percent
            else "absolute",
            "steps": _thresholds(panel),
        },
        "min": panel.minimum,
        "max": panel.maximum,
        "decimals": panel.decimals,
    }
    ignored = IGNORED.get(panel.view, frozenset())
    defaults = {
        key: value for key, value in written.items() if value is not None and key not in ignored
    }
    style = _STYLES.get(panel.view)
    if style is not None:
        defaults["custom"] = style(panel)
    return {"defaults": defaults, "overrides": _overrides(panel)}


def unit_id(panel: Panel, unit: PanelUnit | OtherUnit) -> str:
    """Grafana's id of `unit`, as it belongs into that panel.

    `short` reads 4,354 and 4,363 both as "4 K" where there are no decimals, and as "4.35 K" and
    "4.36 K" elsewhere. Counts that stand as numbers, not along an axis, are written out.
    """
    if unit is not PanelUnit.COUNT or panel.as_written is not None:
        return unit.value
    is_compared = panel.view in _NUMBERS or panel.decimals == 0
    return "locale" if is_compared else unit.value


def _thresholds(panel: Panel) -> list[dict[str, Any]]:
    if panel.as_written is not None and panel.as_written.thresholds:
        return [{"color": x.color, "value": x.value} for x in panel.as_written.thresholds]
    if panel.line_at is None:
        # Grafana wants a base: without one it draws its own default, a red line at 80.
        return [{"color": GOOD, "value": None}]
    return _limit(panel.line_at, bad_below=panel.bad_below)


def _limit(line_at: float, *, bad_below: bool) -> list[dict[str, Any]]:
    below, above = (BAD, GOOD) if bad_below else (GOOD, BAD)
    return [{"color": below, "value": None}, {"color": above, "value": line_at}]


def _mappings(panel: Panel) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if panel.states:
        words = {
            # `index` orders the mappings in Grafana's editor.
            str(state.value): {"color": state.color, "index": index, "text": state.text}
            for index, state in enumerate(panel.states)
        }
        found.append({"type": "value", "options": words})
    if panel.view in COLOURED and panel.as_written is None:
        # `noValue` alone takes the base threshold's colour: "No data" in green, or in red.
        nothing = {"color": NEUTRAL, "index": len(panel.states), "text": panel.empty}
        found.append({"type": "special", "options": {"match": "null", "result": nothing}})
    return found


def _overrides(panel: Panel) -> list[dict[str, Any]]:
    """What queries have in another way than the panel: units, and limits."""
    # A table merges its queries into one frame, where a column is known by its name alone.
    by_name = panel.view is View.TABLE
    return [
        {
            "matcher": {"id": "byName", "options": query.legend}
            if by_name
            else {"id": "byFrameRefID", "options": ref_id(index)},
            "properties": properties,
        }
        for index, query in enumerate(panel.queries)
        if (properties := [*_properties(panel, query)])
    ]


def _properties(panel: Panel, query: Query) -> Iterator[dict[str, Any]]:
    if query.unit is not None:
        yield {"id": "unit", "value": unit_id(panel, query.unit)}
    if query.line_at is not None:
        steps = _limit(query.line_at, bad_below=panel.bad_below)
        yield {"id": "thresholds", "value": {"mode": "absolute", "steps": steps}}


def _time_series_style(panel: Panel) -> dict[str, Any]:
    return {
        "axisBorderShow": False,
        "axisCenteredZero": False,
        "axisColorMode": "text",
        "axisLabel": "",
        "axisPlacement": "auto",
        **_soft_maximum(panel),
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


def _soft_maximum(panel: Panel) -> dict[str, float]:
    """How far the axis goes at least: an axis of zeros alone would go to 100."""
    if panel.maximum is not None or panel.as_written is not None:
        return {}
    least = _SOFT_MAXIMA.get(panel.unit.value)
    return {} if least is None else {"axisSoftMax": least}


def _has_lines(panel: Panel) -> bool:
    return panel.line_at is not None or bool(panel.as_written and panel.as_written.drawn)


def _table_style(_panel: Panel) -> dict[str, Any]:
    # Grafana gives a column 150 pixels at least, and the last of four is cut off.
    return {"align": "auto", "cellOptions": {"type": "auto"}, "inspect": False, "minWidth": 60}


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
# What a view has no option for, so that Grafana drops it when the panel is saved. A state timeline
# keeps thresholds and `noValue`, to its harm: see `_COLORS`.
IGNORED: dict[View, frozenset[str]] = {
    View.HEATMAP: frozenset(
        {"color", "decimals", "mappings", "max", "min", "noValue", "thresholds", "unit"}
    ),
    View.PIE: frozenset({"thresholds"}),
    View.STATE_TIMELINE: frozenset({"thresholds", "noValue"}),
}
_NUMBERS = frozenset({View.STAT, View.GAUGE, View.BAR_GAUGE, View.TABLE, View.PIE})
# A rate's is one event in ten seconds: with 1, a failure a minute would lie on the floor. Times
# have none: no number is small for every latency.
_SOFT_MAXIMA: dict[str, float] = {
    PanelUnit.COUNT.value: 1,
    PanelUnit.FACTOR.value: 1,
    PanelUnit.BYTES.value: 1,
    PanelUnit.BYTES_PER_SECOND.value: 1,
    PanelUnit.USD.value: 1,
    PanelUnit.PERCENT.value: 1,
    PanelUnit.SHARE.value: 0.01,
    PanelUnit.EVENTS_PER_SECOND.value: 0.1,
    PanelUnit.REQUESTS_PER_SECOND.value: 0.1,
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
