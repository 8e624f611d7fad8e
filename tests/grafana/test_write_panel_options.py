"""Each panel writes exactly the keys that Grafana itself saves for its type.

The names are those of public/app/plugins/panel/<type>/panelcfg.cue and of
packages/grafana-schema/src/common in https://github.com/grafana/grafana, release 11.6.
tests/dashboards/test_read_by_foundation_sdk.py checks the same against Grafana's
SDK; this table is the second opinion, in words that a person can compare with a panel's JSON.
"""

from typing import Any

import pytest

from tests.support import small_dashboards
from tests.support.small_dashboards import panel
from toolkit.dashboards import PanelUnit, Query, View
from toolkit.grafana import write_panel_options
from toolkit.grafana.write_field_config import field_config

LEGEND = {"calcs", "displayMode", "placement", "showLegend"}
TOOLTIP = {"hideZeros", "mode", "sort"}
REDUCE = {"calcs", "fields", "values"}
HIDE = {"legend", "tooltip", "viz"}

OPTIONS: dict[str, dict[str, set[str] | None]] = {
    "timeseries": {"legend": LEGEND, "tooltip": TOOLTIP},
    "stat": {
        "colorMode": None, "graphMode": None, "justifyMode": None, "orientation": None,
        "percentChangeColorMode": None, "reduceOptions": REDUCE, "showPercentChange": None,
        "textMode": None, "wideLayout": None,
    },
    "gauge": {
        "minVizHeight": None, "minVizWidth": None, "orientation": None, "reduceOptions": REDUCE,
        "showThresholdLabels": None, "showThresholdMarkers": None, "sizing": None,
    },
    "bargauge": {
        "displayMode": None, "legend": LEGEND, "maxVizHeight": None, "minVizHeight": None,
        "minVizWidth": None, "namePlacement": None, "orientation": None, "reduceOptions": REDUCE,
        "showUnfilled": None, "sizing": None, "valueMode": None,
    },
    "table": {
        "cellHeight": None, "footer": {"countRows", "fields", "reducer", "show"},
        "frameIndex": None, "showHeader": None, "sortBy": None,
    },
    "piechart": {
        "legend": LEGEND | {"values"}, "pieType": None, "reduceOptions": REDUCE,
        "tooltip": TOOLTIP,
    },
    "state-timeline": {
        "alignValue": None, "legend": LEGEND, "mergeValues": None, "rowHeight": None,
        "showValue": None, "tooltip": TOOLTIP,
    },
    "heatmap": {
        "calculate": None, "cellGap": None, "cellValues": {"unit"},
        "color": {"exponent", "fill", "mode", "reverse", "scale", "scheme", "steps"},
        "exemplars": {"color"}, "filterValues": {"le"}, "legend": {"show"},
        "rowsFrame": {"layout"}, "tooltip": {"mode", "showColorScale", "yHistogram"},
        "yAxis": {"axisPlacement", "reverse", "unit"},
    },
    "histogram": {
        "bucketCount": None, "bucketOffset": None, "combine": None, "legend": LEGEND,
        "tooltip": TOOLTIP,
    },
    "text": {"code": {"language", "showLineNumbers", "showMiniMap"}, "content": None,
             "mode": None},
}  # fmt: skip

# What an axis or a number says only where it must: see `field_config`.
OPTIONAL = {"axisSoftMax"}
CUSTOM: dict[str, dict[str, set[str] | None]] = {
    "timeseries": {
        "axisBorderShow": None, "axisCenteredZero": None, "axisColorMode": None,
        "axisLabel": None, "axisPlacement": None, "barAlignment": None, "barWidthFactor": None,
        "drawStyle": None, "fillOpacity": None, "gradientMode": None, "hideFrom": HIDE,
        "insertNulls": None, "lineInterpolation": None, "lineWidth": None, "pointSize": None,
        "scaleDistribution": {"type"}, "showPoints": None, "spanNulls": None,
        "stacking": {"group", "mode"}, "thresholdsStyle": {"mode"},
    },
    "table": {"align": None, "cellOptions": {"type"}, "inspect": None, "minWidth": None},
    "piechart": {"hideFrom": HIDE},
    "state-timeline": {
        "axisPlacement": None, "fillOpacity": None, "hideFrom": HIDE, "insertNulls": None,
        "lineWidth": None, "spanNulls": None,
    },
    "heatmap": {"hideFrom": HIDE, "scaleDistribution": {"type"}},
    "histogram": {
        "fillOpacity": None, "gradientMode": None, "hideFrom": HIDE, "lineWidth": None,
        "stacking": {"group", "mode"},
    },
}  # fmt: skip

PANEL = {
    "datasource", "description", "fieldConfig", "gridPos", "id", "options", "pluginVersion",
    "targets", "title", "type",
}  # fmt: skip
LISTS = {"links", "transformations"}  # only where there are any
NOTE = {"fieldConfig", "gridPos", "id", "options", "pluginVersion", "title", "type"}
TARGET = {
    "datasource", "editorMode", "exemplar", "expr", "format", "instant", "legendFormat", "range",
    "refId",
}  # fmt: skip
ROW = {"collapsed", "gridPos", "id", "panels", "title", "type"}
DASHBOARD = {
    "annotations", "description", "editable", "fiscalYearStartMonth", "graphTooltip", "id",
    "links", "panels", "refresh", "schemaVersion", "tags", "templating", "time", "timepicker",
    "timezone", "title", "uid", "version", "weekStart",
}  # fmt: skip


def keys_of(data: dict[str, Any], table: dict[str, set[str] | None]) -> dict[str, Any]:
    """The keys of `data`, and of the values that the table looks into."""
    return {
        key: set(value) if isinstance(table.get(key), set) else None for key, value in data.items()
    }


@pytest.mark.parametrize("view", View)
def test_a_view_writes_the_options_that_grafana_saves(view: View) -> None:
    data = small_dashboards.drawn(small_dashboards.every_view())
    drawn = small_dashboards.by_title(data, f"As {view.value}")
    assert drawn["type"] == view.value
    assert keys_of(drawn["options"], OPTIONS[view.value]) == OPTIONS[view.value]
    custom = drawn["fieldConfig"]["defaults"].get("custom", {})
    wanted = CUSTOM.get(view.value, {})
    assert keys_of({k: v for k, v in custom.items() if k not in OPTIONAL}, wanted) == wanted
    assert set(drawn) - LISTS == PANEL
    assert all(drawn[key] for key in LISTS & drawn.keys()), "an empty list is not saved"
    assert [set(target) for target in drawn["targets"]] == [TARGET]


def test_a_note_is_a_text_panel_of_markdown() -> None:
    data = small_dashboards.drawn(small_dashboards.every_view())
    note = small_dashboards.by_title(data, "Read me")
    assert note["type"] == "text"
    assert note["options"]["mode"] == "markdown"
    assert note["options"]["content"] == "# Events\n\nWhat they are."
    assert keys_of(note["options"], OPTIONS["text"]) == OPTIONS["text"]
    assert set(note) == NOTE


def test_rows_and_the_page_write_the_keys_that_grafana_saves() -> None:
    data = small_dashboards.drawn(small_dashboards.every_view())
    rows = [item for item in data["panels"] if item["type"] == "row"]
    assert [set(row) for row in rows] == [ROW] * 3
    assert set(data) == DASHBOARD


def test_the_reference_dashboards_write_no_other_keys(pages: dict[str, Any]) -> None:
    for data in pages.values():
        assert set(data) == DASHBOARD
        for shown in small_dashboards.all_panels(data):
            kind = shown["type"]
            wanted = NOTE if kind == "text" else PANEL
            assert set(shown) - LISTS == wanted, shown["title"]
            assert set(shown["options"]) == set(OPTIONS[kind]), shown["title"]
            custom = shown["fieldConfig"]["defaults"].get("custom", {})
            assert set(custom) - OPTIONAL == set(CUSTOM.get(kind, {})), shown["title"]
            assert all(set(target) == TARGET for target in shown.get("targets", ())), shown["title"]


def test_a_table_is_merged_named_and_sorted_by_its_first_query() -> None:
    two = panel(
        View.TABLE,
        columns=("zone", "to_state"),
        queries=(
            small_dashboards.WITHIN,
            Query("Share", small_dashboards.WITHIN.expr, unit=PanelUnit.SHARE),
        ),
    )
    merge, organize = write_panel_options.transformations(two)
    assert merge == {"id": "merge", "options": {}}
    assert organize == {
        "id": "organize",
        "options": {
            "excludeByName": {"Time": True},
            "includeByName": {},
            "indexByName": {"zone": 0, "to_state": 1, "Value #A": 2, "Value #B": 3},
            "renameByName": {
                "zone": "Zone",
                "to_state": "To state",
                "Value #A": "Events",
                "Value #B": "Share",
            },
        },
    }
    assert write_panel_options.options(two)["sortBy"] == [{"desc": True, "displayName": "Events"}]
    assert field_config(two)["overrides"] == [
        {
            "matcher": {"id": "byName", "options": "Share"},
            "properties": [{"id": "unit", "value": "percentunit"}],
        }
    ]


@pytest.mark.parametrize(
    ("columns", "calcs"),
    [
        (6, ["lastNotNull", "max"]),
        (8, ["lastNotNull", "max"]),
        (12, ["lastNotNull", "mean", "max"]),
    ],
)
def test_a_narrow_legend_has_room_for_its_maximum(columns: int, calcs: list[str]) -> None:
    written = write_panel_options.options(panel(), columns=columns)
    assert written["legend"]["calcs"] == calcs


def test_every_narrow_panel_of_a_page_has_the_short_legend(pages: dict[str, Any]) -> None:
    widths = {
        (shown["gridPos"]["w"] <= 8, len(shown["options"]["legend"]["calcs"]))
        for data in pages.values()
        for shown in small_dashboards.all_panels(data)
        if shown["type"] == "timeseries"
    }
    assert widths == {(True, 2), (False, 3)}


def test_a_number_between_limits_or_of_states_has_no_line_behind_it() -> None:
    assert write_panel_options.options(panel(View.STAT))["graphMode"] == "area"
    assert write_panel_options.options(panel(View.STAT, maximum=1))["graphMode"] == "none"
    states = panel(View.STAT, states=small_dashboards.STATES)
    assert write_panel_options.options(states)["graphMode"] == "none"


def test_one_query_heads_a_table_with_the_name_that_grafana_gives_it() -> None:
    (organize,) = write_panel_options.transformations(panel(View.TABLE))
    assert organize["options"]["renameByName"] == {"zone": "Zone", "Value": "Events"}


def test_queries_are_lettered_beyond_z() -> None:
    assert [write_panel_options.ref_id(n) for n in (0, 1, 25, 26, 27, 51, 52, 701, 702)] == [
        "A",
        "B",
        "Z",
        "AA",
        "AB",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
    ]
