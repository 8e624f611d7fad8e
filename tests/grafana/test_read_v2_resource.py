"""The V2 schema, read as the classic model that looks the same."""

from typing import Any

import pytest

from toolkit.grafana.read_v2_resource import NotV2Error, classic_of_v2


def element(number: int, title: str = "", **viz: Any) -> dict[str, Any]:
    query = {
        "kind": "DataQuery",
        "group": "prometheus",
        "version": "v0",
        "datasource": {"name": "main"},
        "spec": {"expr": f"up{number}"},
    }
    asked = {"refId": "A", "hidden": False, "query": query}
    data = {
        "queries": [{"kind": "PanelQuery", "spec": asked}],
        "transformations": [{"kind": "Transformation", "group": "merge", "spec": {"options": {}}}],
        "queryOptions": {"timeFrom": "6h", "interval": "1m"},
    }
    return {
        "kind": "Panel",
        "spec": {
            "id": number,
            "title": title or f"Panel {number}",
            "data": {"kind": "QueryGroup", "spec": data},
            "vizConfig": {
                "kind": "VizConfig",
                "group": "stat",
                "version": "13.0.0",
                "spec": {"options": {"a": 1}, "fieldConfig": {"defaults": {}}},
            }
            | viz,
        },
    }


def ref(name: str) -> dict[str, Any]:
    return {"kind": "ElementReference", "name": name}


def item(name: str, x: int, y: int, **says: Any) -> dict[str, Any]:
    spec = {"x": x, "y": y, "width": 12, "height": 6, "element": ref(name), **says}
    return {"kind": "GridLayoutItem", "spec": spec}


def grid(*items: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "GridLayout", "spec": {"items": list(items)}}


def read(layout: dict[str, Any], **says: Any) -> tuple[dict[str, Any], list[str]]:
    elements = {f"panel-{number}": element(number) for number in range(1, 6)}
    return classic_of_v2({"title": "T", "elements": elements, "layout": layout, **says}, "uid")


def placed(model: dict[str, Any]) -> list[tuple[str, int, int, int, int]]:
    found = []
    for panel in model["panels"]:
        for each in (panel, *panel.get("panels", ())):
            place = each["gridPos"]
            found.append((each["title"], place["x"], place["y"], place["w"], place["h"]))
    return found


def test_a_panel_is_what_its_element_says_and_where_the_layout_puts_it() -> None:
    model, notes = read(grid(item("panel-1", 0, 0), item("panel-2", 12, 0)))
    first = model["panels"][0]
    assert (first["type"], first["id"], first["options"]) == ("stat", 1, {"a": 1})
    assert first["targets"] == [
        {
            "expr": "up1",
            "datasource": {"type": "prometheus", "uid": "main"},
            "hide": False,
            "refId": "A",
        },
    ]
    assert first["transformations"] == [{"id": "merge", "options": {}}]
    assert (first["timeFrom"], first["interval"]) == ("6h", "1m")
    assert placed(model) == [("Panel 1", 0, 0, 12, 6), ("Panel 2", 12, 0, 12, 6)]
    assert (model["uid"], notes) == ("uid", [])


def row(title: str, layout: dict[str, Any], **says: Any) -> dict[str, Any]:
    return {"kind": "RowsLayoutRow", "spec": {"title": title, "layout": layout, **says}}


def test_rows_have_headings_and_stand_below_one_another() -> None:
    rows = [
        row("Open", grid(item("panel-1", 0, 0))),
        row("Folded", grid(item("panel-2", 0, 0)), collapse=True),
        row("Bare", grid(item("panel-3", 0, 0)), hideHeader=True),
    ]
    model, _ = read({"kind": "RowsLayout", "spec": {"rows": rows}})
    assert placed(model) == [
        ("Open", 0, 0, 24, 1),
        ("Panel 1", 0, 1, 12, 6),
        ("Folded", 0, 7, 24, 1),
        ("Panel 2", 0, 8, 12, 6),
        ("Panel 3", 0, 8, 12, 6),
    ]
    heads = [panel for panel in model["panels"] if panel.get("type") == "row"]
    assert [head["collapsed"] for head in heads] == [False, True]
    assert len({panel["id"] for panel in model["panels"]}) == 4


def test_tabs_become_rows_and_rows_below_them_carry_both_names() -> None:
    inner = {"kind": "RowsLayout", "spec": {"rows": [row("Two", grid(item("panel-2", 0, 0)))]}}
    tabs = [
        {"kind": "TabsLayoutTab", "spec": {"title": "One", "layout": grid(item("panel-1", 0, 0))}},
        {"kind": "TabsLayoutTab", "spec": {"title": "Tab", "layout": inner}},
    ]
    model, _ = read({"kind": "TabsLayout", "spec": {"tabs": tabs}})
    assert [title for title, *_ in placed(model)] == ["One", "Panel 1", "Tab / Two", "Panel 2"]


def test_an_automatic_grid_is_laid_out() -> None:
    items = [
        {"kind": "AutoGridLayoutItem", "spec": {"element": ref(f"panel-{number}")}}
        for number in range(1, 6)
    ]
    spec = {
        "columnWidthMode": "standard",
        "rowHeightMode": "standard",
        "maxColumnCount": 3,
        "items": items,
    }
    model, _ = read({"kind": "AutoGridLayout", "spec": spec})
    assert [place[1:] for place in placed(model)] == [
        (0, 0, 8, 8),
        (8, 0, 8, 8),
        (16, 0, 8, 8),
        (0, 8, 8, 8),
        (8, 8, 8, 8),
    ]


def test_a_condition_is_said_since_it_is_not_judged() -> None:
    condition = {"kind": "ConditionalRenderingGroup", "spec": {"items": [{"kind": "x"}]}}
    rows = [row("Now and then", grid(item("panel-1", 0, 0)), conditionalRendering=condition)]
    _, notes = read({"kind": "RowsLayout", "spec": {"rows": rows}})
    assert notes == ["Row “Now and then”: is shown under conditions, and drawn here always."]


def test_repetition_and_library_panels() -> None:
    repeat = {"mode": "variable", "value": "zone", "direction": "v"}
    model, _ = read(grid(item("panel-1", 0, 0, repeat=repeat)))
    assert (model["panels"][0]["repeat"], model["panels"][0]["repeatDirection"]) == ("zone", "v")
    library = {
        "kind": "LibraryPanel",
        "spec": {"id": 7, "title": "L", "libraryPanel": {"uid": "u"}},
    }
    model, _ = classic_of_v2({"elements": {"l": library}, "layout": grid(item("l", 0, 0))}, "")
    assert model["panels"][0]["libraryPanel"] == {"uid": "u"}


VARIABLES = [
    {"kind": "DatasourceVariable", "spec": {"name": "ds", "pluginId": "prometheus",
     "hide": "dontHide", "current": {"text": "x", "value": "x"}}},
    {"kind": "QueryVariable", "spec": {"name": "zone", "hide": "hideVariable", "multi": True,
     "refresh": "onTimeRangeChanged", "sort": "alphabeticalAsc", "regex": "",
     "query": {"kind": "DataQuery", "group": "prometheus", "spec": {"query": "label_values(z)"}}}},
    {"kind": "AdhocVariable", "group": "prometheus", "datasource": {"name": "main"},
     "spec": {"name": "f", "filters": [{"key": "a", "operator": "=", "value": "b"}]}},
]  # fmt: skip


def test_variables_are_those_of_the_classic_model() -> None:
    model, _ = read(grid(), variables=VARIABLES)
    source, zone, filters = model["templating"]["list"]
    assert (source["type"], source["query"], source["hide"]) == ("datasource", "prometheus", 0)
    assert (zone["type"], zone["refresh"], zone["sort"], zone["hide"]) == ("query", 2, 1, 2)
    assert zone["query"] == {"query": "label_values(z)"}
    assert (filters["type"], filters["datasource"]) == (
        "adhoc",
        {"type": "prometheus", "uid": "main"},
    )


def test_annotations_time_and_links_are_taken_over() -> None:
    query = {"kind": "DataQuery", "group": "prometheus", "spec": {"expr": "ALERTS", "step": "1m"}}
    annotation = {
        "kind": "AnnotationQuery",
        "spec": {"name": "Alerts", "enable": True, "iconColor": "red", "query": query},
    }
    settings = {"from": "now-3h", "to": "now", "timezone": "utc", "autoRefresh": "1m"}
    model, _ = read(grid(), annotations=[annotation], timeSettings=settings)
    (found,) = model["annotations"]["list"]
    assert (found["name"], found["expr"], found["step"]) == ("Alerts", "ALERTS", "1m")
    assert model["time"] == {"from": "now-3h", "to": "now"}
    assert (model["timezone"], model["refresh"]) == ("utc", "1m")


def test_v2alpha1_names_its_plugins_elsewhere() -> None:
    old = element(1)
    spec = old["spec"]
    spec["vizConfig"] = {"kind": "gauge", "spec": {"options": {}, "pluginVersion": "12.0.0"}}
    asked = spec["data"]["spec"]["queries"][0]["spec"]
    asked["query"] = {"kind": "prometheus", "spec": {"expr": "up"}}
    asked["datasource"] = {"type": "prometheus", "uid": "main"}
    spec["data"]["spec"]["transformations"] = [
        {"kind": "organize", "spec": {"id": "organize", "options": {"x": 1}}}
    ]
    model, _ = classic_of_v2({"elements": {"a": old}, "layout": grid(item("a", 0, 0))}, "")
    panel = model["panels"][0]
    assert panel["type"] == "gauge"
    assert panel["targets"][0]["datasource"] == {"type": "prometheus", "uid": "main"}
    assert panel["transformations"] == [{"id": "organize", "options": {"x": 1}}]


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no such element": (grid(item("panel-9", 0, 0)), "places 'panel-9', which is not among"),
    "a layout of tomorrow": ({"kind": "CircleLayout", "spec": {}}, "of the kind 'CircleLayout'"),
    "rows that are none": (
        {"kind": "RowsLayout", "spec": {"rows": "x"}},
        "RowsLayout.rows must be a list of objects",
    ),
}


@pytest.mark.parametrize(("layout", "words"), BAD.values(), ids=BAD)
def test_what_is_not_v2_is_told_where(layout: dict[str, Any], words: str) -> None:
    with pytest.raises(NotV2Error) as raised:
        read(layout)
    assert words in str(raised.value)
