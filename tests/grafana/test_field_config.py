"""A panel's unit, thresholds, colours and mappings, as Grafana saves them."""

import json
from typing import Any

import pytest

from tests.support import small_dashboards
from tests.support.small_dashboards import board, panel
from toolkit.dashboards import PanelUnit, Query, Row, View
from toolkit.grafana.field_config import field_config


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
        "bad_below": True, "minimum": None, "maximum": 2, "decimals": 1, "stacked": True,
        "empty": "Nobody counted doors", "unit": PanelUnit.FACTOR,
        "queries": (
            Query("doors", "app_doors"), Query("s", "app_doors", unit=PanelUnit.SECONDS),
        ),
    },
}  # fmt: skip


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
    View.HEATMAP: "thresholds",
    View.HISTOGRAM: "palette-classic",
}


def test_every_other_view_keeps_its_colours_thresholds_and_text_for_no_data() -> None:
    assert COLOR_MODES.keys() == set(View) - {View.STATE_TIMELINE}
    for view, mode in COLOR_MODES.items():
        field = field_config(panel(view, line_at=5, empty="Nobody came"))["defaults"]
        assert field["color"] == {"mode": mode}, view
        assert [step["value"] for step in field["thresholds"]["steps"]] == [None, 5], view
        assert field["noValue"] == "Nobody came", view


def test_a_unit_apart_follows_its_query() -> None:
    mixed = panel(queries=(small_dashboards.PER_ZONE, Query("s", "up", unit=PanelUnit.SECONDS)))
    assert field_config(mixed)["overrides"] == [
        {
            "matcher": {"id": "byFrameRefID", "options": "B"},
            "properties": [{"id": "unit", "value": "s"}],
        }
    ]
