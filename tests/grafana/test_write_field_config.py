"""A panel's unit, thresholds, colours and mappings, as Grafana saves them."""

import json
from typing import Any

import pytest

from tests.support import small_dashboards
from tests.support.small_dashboards import board, panel
from toolkit.dashboards import PanelUnit, Query, Row, View
from toolkit.grafana.write_field_config import field_config
from toolkit.imported.panel_as_written import PanelAsWritten


def test_a_line_is_a_threshold_over_a_base_of_null() -> None:
    steps = small_dashboards.drawn(board(Row("r", (panel(line_at=0.1),))))["panels"][1][
        "fieldConfig"
    ]
    assert steps["defaults"]["thresholds"] == {
        "mode": "absolute",
        "steps": [{"color": "green", "value": None}, {"color": "red", "value": 0.1}],
    }
    assert steps["defaults"]["custom"]["thresholdsStyle"] == {"mode": "line"}
    assert '"value": null' in json.dumps(steps)


def test_below_the_line_is_bad_where_said() -> None:
    field = field_config(panel(line_at=0.9, bad_below=True))["defaults"]
    assert [step["color"] for step in field["thresholds"]["steps"]] == ["red", "green"]


def test_without_a_line_there_is_only_the_base() -> None:
    field = field_config(panel())["defaults"]
    assert field["thresholds"]["steps"] == [{"color": "green", "value": None}]
    assert field["custom"]["thresholdsStyle"] == {"mode": "off"}


def test_states_are_words_with_colours_in_order() -> None:
    field = field_config(panel(View.STATE_TIMELINE))["defaults"]
    assert field["mappings"] == [
        {
            "type": "value",
            "options": {
                "0": {"color": "green", "index": 0, "text": "shut"},
                "1": {"color": "red", "index": 1, "text": "open"},
            },
        }
    ]


TIMELINES: dict[str, dict[str, Any]] = {
    "the smallest": {},
    "with every argument that it takes": {
        "bad_below": True,
        "minimum": None,
        "maximum": 2,
        "decimals": 1,
        "stacked": True,
        "empty": "Nobody counted doors",
        "unit": PanelUnit.FACTOR,
        "queries": (
            Query("doors", "app_doors"),
            Query("s", "app_doors", unit=PanelUnit.SECONDS),
        ),
    },
}


@pytest.mark.parametrize("fields", TIMELINES.values(), ids=TIMELINES)
def test_a_state_timeline_is_coloured_by_its_states_alone(fields: dict[str, Any]) -> None:
    """By thresholds Grafana would draw their ranges; a text for no data, as one more state."""
    field = field_config(panel(View.STATE_TIMELINE, **fields))
    assert field["defaults"]["color"] == {"mode": "fixed", "fixedColor": "text"}
    assert field["defaults"].keys().isdisjoint({"thresholds", "noValue"})
    changed = {each["id"] for item in field["overrides"] for each in item["properties"]}
    assert changed <= {"unit"}


COLOR_MODES = {
    View.TIME_SERIES: "palette-classic",
    View.STAT: "thresholds",
    View.GAUGE: "thresholds",
    View.BAR_GAUGE: "continuous-BlPu",
    View.TABLE: "thresholds",
    View.PIE: "palette-classic",
    View.HISTOGRAM: "palette-classic",
}


def test_every_other_view_keeps_its_colours_thresholds_and_text_for_no_data() -> None:
    assert COLOR_MODES.keys() == set(View) - {View.STATE_TIMELINE, View.HEATMAP}
    for view, mode in COLOR_MODES.items():
        field = field_config(panel(view, line_at=5, empty="Nobody came"))["defaults"]
        assert field["color"] == {"mode": mode}, view
        assert field["noValue"] == "Nobody came", view
        if view is not View.PIE:
            assert [step["value"] for step in field["thresholds"]["steps"]] == [None, 5], view


def test_a_heatmap_and_a_pie_write_only_what_grafana_keeps_of_them() -> None:
    """Grafana has no such option for them: it drops the rest when the dashboard is saved."""
    heatmap = panel(
        View.HEATMAP,
        line_at=5,
        empty="Nobody",
        maximum=9,
        decimals=1,
        states=small_dashboards.STATES,
    )
    assert field_config(heatmap)["defaults"].keys() == {"custom"}
    pie = field_config(panel(View.PIE, line_at=5))["defaults"]
    assert pie.keys() == {"color", "custom", "mappings", "min", "noValue", "unit"}


JUDGED_BY_COLOR = {View.STAT, View.GAUGE, View.BAR_GAUGE}


@pytest.mark.parametrize("view", sorted(set(View) - {View.HEATMAP}))
def test_no_data_is_neither_good_nor_bad(view: View) -> None:
    """`noValue` alone is drawn in the base threshold's colour: green, or red where low is bad."""
    field = field_config(panel(view, empty="Nobody came"))["defaults"]
    special = [each for each in field["mappings"] if each["type"] == "special"]
    nothing = {"color": "text", "index": 0, "text": "Nobody came"}
    wanted = [{"type": "special", "options": {"match": "null", "result": nothing}}]
    assert special == (wanted if view in JUDGED_BY_COLOR else [])


def test_no_data_is_mapped_after_the_states() -> None:
    stat = panel(View.STAT, states=small_dashboards.STATES)
    value, special = field_config(stat)["defaults"]["mappings"]
    assert [each["index"] for each in value["options"].values()] == [0, 1]
    assert special["options"]["result"]["index"] == 2


def test_an_imported_panel_says_of_no_data_what_it_said() -> None:
    stat = panel(View.STAT, as_written=PanelAsWritten())
    assert field_config(stat)["defaults"]["mappings"] == []


COUNTS: dict[str, tuple[dict[str, Any], str]] = {
    "a table": ({"view": View.TABLE}, "locale"),
    "a pie": ({"view": View.PIE}, "locale"),
    "bars": ({"view": View.BAR_GAUGE, "decimals": 0}, "locale"),
    "a number": ({"view": View.STAT}, "locale"),
    "a gauge": ({"view": View.GAUGE}, "locale"),
    "along an axis": ({}, "short"),
    "along an axis without decimals": ({"decimals": 0}, "locale"),
    "an imported table": ({"view": View.TABLE, "as_written": PanelAsWritten()}, "short"),
}


@pytest.mark.parametrize(("fields", "unit"), COUNTS.values(), ids=COUNTS)
def test_counts_that_people_compare_are_written_out(fields: dict[str, Any], unit: str) -> None:
    """With `short` and no decimals, 4,354 and 4,363 both read "4 K"."""
    assert field_config(panel(**fields))["defaults"]["unit"] == unit


def test_a_count_among_other_units_is_written_out_too() -> None:
    table = panel(
        View.TABLE,
        unit=PanelUnit.SECONDS,
        queries=(Query("n", small_dashboards.WITHIN.expr, unit=PanelUnit.COUNT),),
    )
    assert field_config(table)["overrides"][0]["properties"] == [{"id": "unit", "value": "locale"}]


SOFT_MAXIMA: dict[str, tuple[dict[str, Any], float | None]] = {
    "counts": ({}, 1),
    "events a second": ({"unit": PanelUnit.EVENTS_PER_SECOND}, 0.1),
    "shares": ({"unit": PanelUnit.SHARE}, 0.01),
    "times": ({"unit": PanelUnit.SECONDS}, None),
    "a maximum of its own": ({"maximum": 5}, None),
    "an imported panel": ({"as_written": PanelAsWritten()}, None),
}


@pytest.mark.parametrize(("fields", "wanted"), SOFT_MAXIMA.values(), ids=SOFT_MAXIMA)
def test_an_axis_of_zeros_does_not_go_to_a_hundred(
    fields: dict[str, Any], wanted: float | None
) -> None:
    assert field_config(panel(**fields))["defaults"]["custom"].get("axisSoftMax") == wanted


def test_the_last_of_several_columns_is_not_cut_off() -> None:
    """Columns of at least 150 pixels, which is Grafana's own choice, do not fit."""
    assert field_config(panel(View.TABLE))["defaults"]["custom"]["minWidth"] == 60


def test_a_unit_apart_follows_its_query() -> None:
    mixed = panel(queries=(small_dashboards.PER_ZONE, Query("s", "up", unit=PanelUnit.SECONDS)))
    assert field_config(mixed)["overrides"] == [
        {
            "matcher": {"id": "byFrameRefID", "options": "B"},
            "properties": [{"id": "unit", "value": "s"}],
        }
    ]


def test_each_number_is_judged_by_its_own_limit() -> None:
    made = field_config(
        panel(
            view=View.STAT,
            bad_below=True,
            queries=(
                Query("a", "app_a", line_at=0.999),
                Query("b", "app_b"),
                Query("c", "app_c", line_at=0),
            ),
        )
    )
    assert made["overrides"] == [
        {
            "matcher": {"id": "byFrameRefID", "options": ref},
            "properties": [
                {
                    "id": "thresholds",
                    "value": {
                        "mode": "absolute",
                        "steps": [{"color": "red", "value": None}, {"color": "green", "value": at}],
                    },
                }
            ],
        }
        for ref, at in (("A", 0.999), ("C", 0))
    ]
    assert made["defaults"]["thresholds"]["steps"] == [{"color": "green", "value": None}]
