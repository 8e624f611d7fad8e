"""From a dashboard's values to the page that Grafana opens."""

import json
from itertools import pairwise
from typing import Any

import pytest

from tests.support import small_dashboards
from tests.support.small_dashboards import board, drawn, panel
from toolkit.dashboards import Note, PanelLink, PanelUnit, Query, Row, Variable, View
from toolkit.grafana import dashboard_json, panel_options


def positions(data: dict[str, Any]) -> list[tuple[str, int, int, int, int]]:
    """Each item in order: title, left, top, width, height."""
    found = []
    for item in data["panels"]:
        for each in (item, *item.get("panels", ())):
            place = each["gridPos"]
            found.append((each["title"], place["x"], place["y"], place["w"], place["h"]))
    return found


def test_panels_fill_the_grid_line_by_line() -> None:
    wide = [panel(title=title, width=12) for title in "abcd"]
    page = board(Row("First", tuple(wide)), Row("Second", (panel(title="e", height=5),)))
    assert positions(drawn(page)) == [
        ("First", 0, 0, 24, 1),
        ("a", 0, 1, 12, 9),
        ("b", 12, 1, 12, 9),
        ("c", 0, 10, 12, 9),
        ("d", 12, 10, 12, 9),
        ("Second", 0, 19, 24, 1),
        ("e", 0, 20, 24, 5),
    ]


def test_a_collapsed_row_carries_its_panels_and_takes_one_line() -> None:
    hidden = Row("Detail", (panel(title="a"),), collapsed=True)
    data = drawn(board(hidden, Row("Next", (panel(title="b"),))))
    assert [item["title"] for item in data["panels"]] == ["Detail", "Next", "b"]
    assert data["panels"][0]["collapsed"] is True
    assert positions(data) == [
        ("Detail", 0, 0, 24, 1),
        ("a", 0, 1, 24, 9),
        ("Next", 0, 1, 24, 1),
        ("b", 0, 2, 24, 9),
    ]


def test_ids_count_rows_notes_and_panels_and_are_those_that_links_use() -> None:
    hidden = Row("Detail", (Note("n", "words", height=9), panel(title="a")), collapsed=True)
    page = board(hidden, Row("Next", (panel(title="b"),)))
    data = drawn(page)
    assert [(item["title"], item["id"]) for item in data["panels"]] == [
        ("Detail", 1), ("Next", 4), ("b", 5),
    ]  # fmt: skip
    for title in "ab":
        assert small_dashboards.by_title(data, title)["id"] == page.panel_id(title)


@pytest.mark.parametrize("view", View)
def test_every_query_asks_through_the_datasource_variable(view: View) -> None:
    item = small_dashboards.by_title(drawn(small_dashboards.every_view()), f"As {view.value}")
    wanted = {"type": "prometheus", "uid": "${datasource}"}
    assert item["datasource"] == wanted
    assert [target["datasource"] for target in item["targets"]] == [wanted]


SHAPES = {
    View.TIME_SERIES: ("time_series", False),
    View.STAT: ("time_series", False),
    View.GAUGE: ("time_series", False),
    View.BAR_GAUGE: ("time_series", True),
    View.TABLE: ("table", True),
    View.PIE: ("time_series", True),
    View.STATE_TIMELINE: ("time_series", False),
    View.HEATMAP: ("heatmap", False),
    View.HISTOGRAM: ("time_series", False),
}


@pytest.mark.parametrize("view", View)
def test_a_view_asks_for_the_shape_that_it_draws(view: View) -> None:
    target = small_dashboards.by_title(drawn(small_dashboards.every_view()), f"As {view.value}")[
        "targets"
    ][0]
    shape, instant = SHAPES[view]
    assert (target["format"], target["instant"], target["range"]) == (shape, instant, not instant)


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
    field = panel_options.field_config(panel(line_at=0.9, bad_below=True))["defaults"]
    assert [step["color"] for step in field["thresholds"]["steps"]] == ["red", "green"]


def test_without_a_line_there_is_only_the_base() -> None:
    field = panel_options.field_config(panel())["defaults"]
    assert field["thresholds"]["steps"] == [{"color": "green", "value": None}]
    assert field["custom"]["thresholdsStyle"] == {"mode": "off"}


def test_states_are_words_with_colours_in_order() -> None:
    field = panel_options.field_config(panel(View.STATE_TIMELINE))["defaults"]
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
    field = panel_options.field_config(panel(View.STATE_TIMELINE, **fields))
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
        field = panel_options.field_config(panel(view, line_at=5, empty="Nobody came"))["defaults"]
        assert field["color"] == {"mode": mode}, view
        assert [step["value"] for step in field["thresholds"]["steps"]] == [None, 5], view
        assert field["noValue"] == "Nobody came", view


def test_a_table_is_merged_named_and_sorted_by_its_first_query() -> None:
    two = panel(
        View.TABLE,
        columns=("zone", "to_state"),
        queries=(
            small_dashboards.WITHIN,
            Query("Share", small_dashboards.WITHIN.expr, unit=PanelUnit.SHARE),
        ),
    )
    merge, organize = panel_options.transformations(two)
    assert merge == {"id": "merge", "options": {}}
    assert organize == {
        "id": "organize",
        "options": {
            "excludeByName": {"Time": True},
            "includeByName": {},
            "indexByName": {"zone": 0, "to_state": 1, "Value #A": 2, "Value #B": 3},
            "renameByName": {
                "zone": "Zone", "to_state": "To state", "Value #A": "Events", "Value #B": "Share",
            },
        },
    }  # fmt: skip
    assert panel_options.options(two)["sortBy"] == [{"desc": True, "displayName": "Events"}]
    assert panel_options.field_config(two)["overrides"] == [
        {
            "matcher": {"id": "byName", "options": "Share"},
            "properties": [{"id": "unit", "value": "percentunit"}],
        }
    ]


def test_one_query_heads_a_table_with_the_name_that_grafana_gives_it() -> None:
    (organize,) = panel_options.transformations(panel(View.TABLE))
    assert organize["options"]["renameByName"] == {"zone": "Zone", "Value": "Events"}


def test_a_unit_apart_follows_its_query() -> None:
    mixed = panel(queries=(small_dashboards.PER_ZONE, Query("s", "up", unit=PanelUnit.SECONDS)))
    assert panel_options.field_config(mixed)["overrides"] == [
        {
            "matcher": {"id": "byFrameRefID", "options": "B"},
            "properties": [{"id": "unit", "value": "s"}],
        }
    ]


def test_queries_are_lettered_beyond_z() -> None:
    assert [panel_options.ref_id(n) for n in (0, 1, 25, 26, 27, 51, 52, 701, 702)] == [
        "A", "B", "Z", "AA", "AB", "AZ", "BA", "ZZ", "AAA",
    ]  # fmt: skip


def test_a_variable_lists_what_the_label_takes_and_may_be_all() -> None:
    page = board(variables=(Variable(small_dashboards.ZONE, small_dashboards.EVENTS, "Zone"),))
    source, zone = drawn(page)["templating"]["list"]
    assert (source["name"], source["type"], source["query"]) == (
        "datasource", "datasource", "prometheus",
    )  # fmt: skip
    assert zone["query"]["query"] == zone["definition"] == "label_values(app_events_total, zone)"
    assert (zone["name"], zone["label"], zone["type"]) == ("zone", "Zone", "query")
    assert (zone["multi"], zone["includeAll"], zone["allValue"]) == (True, True, ".*")
    assert zone["current"] == {"text": ["All"], "value": ["$__all"]}
    assert zone["refresh"] == 2  # on time range change
    assert zone["datasource"] == {"type": "prometheus", "uid": "${datasource}"}


def test_firing_alerts_and_deployments_are_drawn_over_the_panels() -> None:
    builtin, alerts, deployments = drawn(board())["annotations"]["list"]
    assert builtin["builtIn"] == 1
    assert alerts["expr"] == 'ALERTS{alertstate="firing"}'
    assert alerts["datasource"]["uid"] == "${datasource}"
    assert deployments["target"]["tags"] == ["deploy"]
    assert deployments["datasource"] == {"type": "grafana", "uid": "-- Grafana --"}


def test_links_lead_to_runbooks_and_siblings() -> None:
    page, other = board(), board(uid="other", title="Other")
    links = {"As timeseries": (PanelLink("Runbook: Late", "https://r.example/Late"),)}
    data = dashboard_json.dashboard_json(page, note="n", links=links, siblings=(other,))
    assert data["panels"][1]["links"] == [
        {"title": "Runbook: Late", "url": "https://r.example/Late", "targetBlank": True}
    ]
    (link,) = data["links"]
    assert (link["title"], link["url"], link["keepTime"]) == ("Other", "/d/other", True)


def test_the_page_is_of_the_current_schema_and_for_reading() -> None:
    data = drawn(board(refresh="10s", since="now-6h", tags=("a", "b")))
    assert data["schemaVersion"] == 41
    assert data["editable"] is False
    assert data["id"] is None
    assert (data["uid"], data["title"]) == ("events", "Events")
    assert data["description"] == "What happens.\n\nGenerated."
    assert data["time"] == {"from": "now-6h", "to": "now"}
    assert (data["refresh"], data["tags"]) == ("10s", ["a", "b"])


def test_equal_dashboards_give_equal_bytes() -> None:
    first, second = (json.dumps(drawn(small_dashboards.every_view())) for _ in range(2))
    assert first == second


def test_no_two_items_overlap_and_no_line_has_a_gap(pages: dict[str, Any]) -> None:
    for uid, data in {**pages, "every view": drawn(small_dashboards.every_view())}.items():
        shown = [item["gridPos"] for item in data["panels"]]
        for hidden in (shown, *([x["gridPos"] for x in r["panels"]] for r in data["panels"]
                                if r["type"] == "row" and r["panels"])):  # fmt: skip
            lines: dict[int, list[dict[str, int]]] = {}
            for place in hidden:
                lines.setdefault(place["y"], []).append(place)
            assert all(sum(p["w"] for p in line) == 24 for line in lines.values()), uid
            for above, below in pairwise(sorted(lines)):
                assert below - above == lines[above][0]["h"], uid
