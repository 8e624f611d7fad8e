"""The graph panel, as the time series that took its place."""

from typing import Any

import pytest

from toolkit.grafana.migration import graph


def made(**says: Any) -> dict[str, Any]:
    panel: dict[str, Any] = {"type": "graph", "lines": True, "linewidth": 1, "fill": 1, **says}
    graph.migrate(panel)
    return panel


def custom(**says: Any) -> dict[str, Any]:
    found: dict[str, Any] = made(**says)["fieldConfig"]["defaults"]["custom"]
    return found


STYLES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "lines": ({}, {"drawStyle": "line", "lineWidth": 1, "fillOpacity": 10, "showPoints": "never"}),
    "points too": (
        {"points": True, "pointradius": 2},
        {"showPoints": "always", "pointSize": 6},
    ),
    "points alone": ({"lines": False, "points": True}, {"drawStyle": "points"}),
    "bars": ({"bars": True}, {"drawStyle": "bars", "fillOpacity": 100}),
    "stacked": ({"stack": True}, {"stacking": {"group": "A", "mode": "normal"}}),
    "shares": (
        {"stack": True, "percentage": True},
        {"stacking": {"group": "A", "mode": "percent"}},
    ),
    "steps": ({"steppedLine": True}, {"lineInterpolation": "stepAfter"}),
    "over gaps": ({"nullPointMode": "connected"}, {"spanNulls": True}),
    "a gradient": ({"fillGradient": 5}, {"gradientMode": "opacity", "fillOpacity": 50}),
    "dashes": (
        {"dashes": True, "dashLength": 4, "spaceLength": 2},
        {"lineStyle": {"fill": "dash", "dash": [4, 2]}},
    ),
    "a logarithmic axis with words": (
        {"yaxes": [{"logBase": 10, "label": "Bytes"}]},
        {"axisLabel": "Bytes", "scaleDistribution": {"type": "log", "log": 10}},
    ),
    "no axis": ({"yaxes": [{"show": False}]}, {"axisPlacement": "hidden"}),
}


@pytest.mark.parametrize(("says", "wanted"), STYLES.values(), ids=STYLES)
def test_a_style(says: dict[str, Any], wanted: dict[str, Any]) -> None:
    found = custom(**says)
    assert {key: found.get(key) for key in wanted} == wanted


def test_unit_and_limits_are_those_of_the_left_axis() -> None:
    defaults = made(yaxes=[{"format": "s", "min": "0", "max": None, "decimals": 1}])["fieldConfig"]
    assert (defaults["defaults"]["unit"], defaults["defaults"]["min"]) == ("s", 0)
    assert "max" not in defaults["defaults"]
    assert defaults["defaults"]["decimals"] == 1
    assert made(y_formats=["bytes", "short"])["fieldConfig"]["defaults"]["unit"] == "bytes"


def test_shares_of_a_whole_need_no_limits() -> None:
    shares = made(stack=True, percentage=True, yaxes=[{"min": "0", "max": "100"}])
    assert shares["fieldConfig"]["defaults"].keys() & {"min", "max"} == set()


def test_the_legend_lists_what_it_listed() -> None:
    said = {"show": True, "values": True, "avg": True, "current": True, "alignAsTable": True,
            "rightSide": True, "sideWidth": 200, "sort": "avg", "sortDesc": True}  # fmt: skip
    assert made(legend=said)["options"]["legend"] == {
        "calcs": ["mean", "lastNotNull"],
        "displayMode": "table",
        "placement": "right",
        "showLegend": True,
        "width": 200,
        "sortBy": "Mean",
        "sortDesc": True,
    }
    assert made(legend={"show": False})["options"]["legend"]["showLegend"] is False


def test_a_shared_tooltip_is_sorted_as_it_was() -> None:
    assert made(tooltip={"shared": True, "sort": 2})["options"]["tooltip"] == {
        "mode": "multi",
        "sort": "desc",
    }


def test_lines_and_areas_at_limits_are_thresholds() -> None:
    over = [{"op": "gt", "value": 80, "colorMode": "critical", "line": True}]
    defaults = made(thresholds=over)["fieldConfig"]["defaults"]
    assert [(x["color"], x["value"]) for x in defaults["thresholds"]["steps"]] == [
        ("transparent", None),
        ("red", 80),
    ]
    assert defaults["custom"]["thresholdsStyle"] == {"mode": "line"}
    under = [{"op": "lt", "value": 5, "colorMode": "warning", "line": True, "fill": True}]
    defaults = made(thresholds=under)["fieldConfig"]["defaults"]
    assert [x["color"] for x in defaults["thresholds"]["steps"]] == ["orange", "transparent"]
    assert defaults["custom"]["thresholdsStyle"] == {"mode": "line+area"}


def test_a_series_of_its_own_is_an_override() -> None:
    own = {"alias": "/tx.*/", "yaxis": 2, "transform": "negative-Y", "color": "#fff", "fill": 0}
    panel = made(seriesOverrides=[own], yaxes=[{}, {"format": "bytes", "min": 0, "label": "B"}])
    (override,) = panel["fieldConfig"]["overrides"]
    assert override["matcher"] == {"id": "byRegexp", "options": "/tx.*/"}
    assert {each["id"]: each["value"] for each in override["properties"]} == {
        "unit": "bytes",
        "min": 0.0,
        "color": {"mode": "fixed", "fixedColor": "#fff"},
        "custom.axisPlacement": "right",
        "custom.axisLabel": "B",
        "custom.transform": "negative-Y",
        "custom.fillOpacity": 0,
    }


OWN: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "hidden everywhere": (
        {"hiddenSeries": True},
        {"custom.hideFrom": {"legend": False, "tooltip": True, "viz": True}},
    ),
    "not in the legend": (
        {"legend": False},
        {"custom.hideFrom": {"legend": True, "tooltip": False, "viz": False}},
    ),
    "in the legend": ({"legend": True}, {}),
    "stacked": ({"stack": True}, {"custom.stacking": {"group": "A", "mode": "normal"}}),
    "in a stack of its own": (
        {"stack": "B"},
        {"custom.stacking": {"group": "B", "mode": "normal"}},
    ),
    "not stacked": ({"stack": False}, {"custom.stacking": {"group": "A", "mode": "none"}}),
    "a band": ({"fillBelowTo": "low"}, {"custom.fillBelowTo": "low"}),
    "on the left": ({"yaxis": 1, "transform": "constant"}, {}),
}


@pytest.mark.parametrize(("says", "wanted"), OWN.values(), ids=OWN)
def test_what_a_series_says_of_itself(says: dict[str, Any], wanted: dict[str, Any]) -> None:
    overrides = made(seriesOverrides=[{"alias": "x", **says}])["fieldConfig"]["overrides"]
    found = [one for each in overrides for one in each["properties"]]
    assert {each["id"]: each["value"] for each in found} == wanted


def test_a_colour_by_name_is_an_override() -> None:
    (override,) = made(aliasColors={"idle": "green"})["fieldConfig"]["overrides"]
    assert override["matcher"] == {"id": "byName", "options": "idle"}
    assert override["properties"][0]["value"]["fixedColor"] == "green"


def test_a_graph_of_values_is_a_histogram() -> None:
    assert made(xaxis={"mode": "histogram"})["type"] == "histogram"
    assert made()["type"] == "timeseries"


def test_a_graph_of_series_side_by_side_is_a_bar_chart() -> None:
    assert made(xaxis={"mode": "series", "values": ["total"]})["type"] == "barchart"
