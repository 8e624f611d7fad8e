"""Dashboards of old schemas, brought to today's."""

from typing import Any

import pytest

from toolkit.grafana.migration.dashboard import all_panels, migrated


def one(**panel: Any) -> dict[str, Any]:
    """The panel as it is after its dashboard's migration."""
    found: dict[str, Any] = migrated({"panels": [{"id": 1, "title": "P", **panel}]})["panels"][0]
    return found


def test_what_is_given_stays_as_it_is() -> None:
    old = {"rows": [{"panels": [{"type": "graph", "title": "P", "targets": [{"expr": "up"}]}]}]}
    before = repr(old)
    migrated(old)
    assert repr(old) == before


def test_rows_of_twelve_columns_become_a_grid() -> None:
    rows = [
        {"height": "250px", "panels": [{"id": 1, "span": 6}, {"id": 2, "span": 6}, {"span": 12}]},
        {"height": 100, "panels": [{"id": 3, "span": 4, "height": "38px"}]},
    ]
    places = [(p["id"], *p["gridPos"].values()) for p in migrated({"rows": rows})["panels"]]
    # h, w, x, y; a panel without an id gets one that is free
    assert places == [
        (1, 7, 12, 0, 0),
        (2, 7, 12, 12, 0),
        (4, 7, 24, 0, 7),
        (3, 3, 8, 0, 14),
    ]


def test_a_row_with_a_title_or_folded_has_a_heading() -> None:
    rows = [
        {"title": "Open", "showTitle": True, "panels": [{"id": 1, "span": 12}]},
        {"title": "Folded", "collapse": True, "repeat": "host", "panels": [{"id": 2, "span": 12}]},
        {"title": "Bare", "panels": [{"id": 3, "span": 12}]},
    ]
    made = migrated({"rows": rows})
    heads = [
        (p["title"], p["collapsed"], p.get("repeat"), [x["id"] for x in p["panels"]])
        for p in made["panels"]
        if p.get("type") == "row"
    ]
    assert heads == [
        ("Open", False, None, []),
        ("Folded", True, "host", [2]),
        ("Bare", False, None, []),
    ]
    assert [p["id"] for p in all_panels(made) if p.get("type") != "row"] == [1, 2, 3]


def test_queries_without_a_letter_get_those_that_are_free() -> None:
    targets = [{"expr": "a"}, {"expr": "b", "refId": "A"}, {"expr": "c", "refId": ""}]
    assert [x["refId"] for x in one(type="stat", targets=targets)["targets"]] == ["B", "A", "C"]


def test_the_first_threshold_is_the_base_whatever_it_says() -> None:
    steps = [{"color": "green"}, {"color": "red", "value": 80}]
    override = {
        "matcher": {},
        "properties": [
            {"id": "thresholds", "value": {"steps": [{"color": "blue", "value": 0}]}},
        ],
    }
    config = {"defaults": {"thresholds": {"steps": steps}}, "overrides": [override]}
    found = one(type="gauge", fieldConfig=config)["fieldConfig"]
    assert [x["value"] for x in found["defaults"]["thresholds"]["steps"]] == [None, 80]
    (changed,) = found["overrides"][0]["properties"]
    assert changed["value"]["steps"][0]["value"] is None


def test_mappings_of_before_schema_30() -> None:
    old = [
        {"id": 0, "type": 1, "value": "0", "text": "down"},
        {"id": 1, "type": 1, "value": "1", "text": "up"},
        {"id": 2, "type": 2, "from": "5", "to": "9", "text": "many"},
        {"id": 3, "type": 1, "value": "null", "text": "N/A"},
    ]
    found = one(type="stat", fieldConfig={"defaults": {"mappings": old}})
    values, between, nothing = found["fieldConfig"]["defaults"]["mappings"]
    assert {key: each["text"] for key, each in values["options"].items()} == {
        "0": "down",
        "1": "up",
    }
    assert (between["type"], between["options"]["from"], between["options"]["to"]) == (
        "range",
        5,
        9,
    )
    assert nothing == {
        "type": "special",
        "options": {"match": "null", "result": {"index": 3, "text": "N/A"}},
    }


@pytest.mark.parametrize(("old", "new"), [("100", 100), ("many", None), ("²", None), (50, 50)])
def test_the_number_of_points_may_be_text(old: object, new: object) -> None:
    assert one(type="stat", maxDataPoints=old)["maxDataPoints"] == new


def test_transformations_keep_working_under_their_old_names() -> None:
    old = [{"id": "seriesToColumns", "options": {"byField": "instance"}}, {"id": "merge"}]
    found = one(type="table", transformations=old)["transformations"]
    assert [each["id"] for each in found] == ["joinByField", "merge"]
    assert found[0]["options"] == {"byField": "instance"}


def test_the_text_of_an_old_text_panel_is_among_its_options() -> None:
    assert one(type="text", content="# Hi", mode="markdown")["options"] == {
        "content": "# Hi",
        "mode": "markdown",
    }
    assert one(type="text", content="x", mode="text")["options"]["mode"] == "markdown"
    newer = one(type="text", options={"content": "new", "mode": "html"}, content="old")
    assert newer["options"]["content"] == "new"


def test_copies_that_repeat_made_are_made_again_and_not_kept() -> None:
    repeated = {"id": 1, "type": "stat", "repeat": "host"}
    copy = {"id": 2, "type": "stat", "repeatPanelId": 1, "scopedVars": {"host": {"value": "b"}}}
    row = {"id": 3, "type": "row", "repeat": "zone", "panels": [repeated, copy]}
    of_row = {"id": 4, "type": "row", "repeatPanelId": 3, "panels": []}
    below = {"id": 5, "type": "stat", "repeatedByRow": True, "repeatPanelId": 1}
    made = migrated({"panels": [repeated, copy, row, of_row, below]})
    assert [panel["id"] for panel in all_panels(made)] == [1, 3, 1]


def test_rows_that_repeat_made_are_not_kept() -> None:
    rows = [
        {"repeat": "host", "panels": [{"id": 1}]},
        {"repeatRowId": 1, "repeatIteration": 5, "panels": [{"id": 2}]},
    ]
    assert [p["id"] for p in migrated({"rows": rows})["panels"] if p.get("type") != "row"] == [1]
