"""Tabs, automatic grids and conditions: what V2 says of them, and what reads them back."""

from dataclasses import replace
from typing import Any

from tests.support import small_dashboards
from tests.support.small_dashboards import board, panel
from toolkit.dashboard_rows import AutoGrid, ColumnWidth, RowHeight
from toolkit.dashboards import Dashboard, Note, Row
from toolkit.generate import dashboards
from toolkit.grafana.dashboard_files.dashboard_positions import read_written
from toolkit.grafana.dashboard_files.file_formats import read_form
from toolkit.grafana.dashboard_files.found_dashboards import DashboardFolder
from toolkit.grafana.write_v2_resource import resource
from toolkit.lint.dashboard_file_rules.unused_variable import RULE

ORDERS = "count(app_orders_total)"
DETAIL = AutoGrid(columns=2, column_width=ColumnWidth.WIDE, row_height=RowHeight.TALL)


def one(title: str) -> Any:
    return panel(title=title, width=24)


def v2(dashboard: Dashboard) -> dict[str, Any]:
    made = resource(small_dashboards.drawn(dashboard), "v2", dashboard)
    spec: dict[str, Any] = made["spec"]
    return spec


TABBED = board(
    Row("Rates", (one("First"),), tab="Overview"),
    Row("Sums", (one("Second"),), tab="Overview", collapsed=True, shown_if=ORDERS),
    Row("Orders", (one("Third"),), tab="Orders", shown_if=ORDERS),
)


def test_rows_with_a_tab_stand_in_it() -> None:
    layout = v2(TABBED)["layout"]
    assert layout["kind"] == "TabsLayout"
    overview, orders = (each["spec"] for each in layout["spec"]["tabs"])
    assert (overview["title"], orders["title"]) == ("Overview", "Orders")
    rows = [each["spec"] for each in overview["layout"]["spec"]["rows"]]
    assert [(x["title"], x["collapse"]) for x in rows] == [("Rates", False), ("Sums", True)]
    assert orders["layout"]["kind"] == "GridLayout", "one row needs no heading below its tab"


def test_panels_of_a_row_are_placed_from_the_top_of_the_row() -> None:
    left, right = (panel(title=title, width=12) for title in ("Left", "Right"))
    layout = v2(board(Row("A", (one("Over"),)), Row("B", (left, right, one("Below")))))["layout"]
    grids = [x["spec"]["layout"]["spec"]["items"] for x in layout["spec"]["rows"]]
    high = grids[0][0]["spec"]["height"]
    assert [[(x["spec"]["x"], x["spec"]["y"]) for x in grid] for grid in grids] == [
        [(0, 0)],
        [(0, 0), (12, 0), (0, high)],
    ]


def test_what_is_shown_under_a_condition_has_a_hidden_variable() -> None:
    spec = v2(TABBED)
    (variable,) = (x["spec"] for x in spec["variables"] if x["spec"]["name"].startswith("shown"))
    assert variable["hide"] == "hideVariable"
    assert variable["refresh"] == "onTimeRangeChanged"
    assert variable["query"]["spec"]["query"] == f"query_result({ORDERS})"
    assert variable["query"]["datasource"] == {"name": "${datasource}"}
    wanted = {
        "kind": "ConditionalRenderingGroup",
        "spec": {
            "visibility": "show",
            "condition": "and",
            "items": [
                {
                    "kind": "ConditionalRenderingVariable",
                    "spec": {"variable": variable["name"], "operator": "matches", "value": ".+"},
                }
            ],
        },
    }
    overview, orders = (each["spec"] for each in spec["layout"]["spec"]["tabs"])
    rates, sums = (each["spec"] for each in overview["layout"]["spec"]["rows"])
    assert sums["conditionalRendering"] == orders["conditionalRendering"] == wanted
    assert "conditionalRendering" not in rates
    assert "conditionalRendering" not in overview, "a row of it is always shown"


def test_a_tab_whose_rows_have_different_conditions_is_always_there() -> None:
    rows = (
        Row("One", (one("First"),), tab="Work", shown_if=ORDERS),
        Row("Two", (one("Second"),), tab="Work", shown_if="count(app_jobs)"),
    )
    (tab,) = v2(board(*rows))["layout"]["spec"]["tabs"]
    assert "conditionalRendering" not in tab["spec"]


def test_the_condition_asks_the_data_source_that_the_reader_chose() -> None:
    row = Row("Orders", (one("First"),), shown_if=ORDERS)
    spec = v2(board(row, datasource="source"))
    (variable,) = (x["spec"] for x in spec["variables"] if x["spec"]["name"] == "shown_if_1")
    assert variable["query"]["datasource"] == {"name": "${source}"}


def test_rows_of_one_condition_share_a_variable() -> None:
    rows = (
        Row("One", (one("First"),), shown_if=ORDERS),
        Row("Two", (one("Second"),), shown_if="count(app_jobs)"),
        Row("Three", (one("Third"),), shown_if=ORDERS),
    )
    spec = v2(board(*rows))
    assert [x["spec"]["name"] for x in spec["variables"]][1:] == ["shown_if_1", "shown_if_2"]
    shown = [
        each["spec"]["conditionalRendering"]["spec"]["items"][0]["spec"]["variable"]
        for each in spec["layout"]["spec"]["rows"]
    ]
    assert shown == ["shown_if_1", "shown_if_2", "shown_if_1"]


def test_an_automatic_grid_hides_what_has_no_data_and_never_a_note() -> None:
    items = (panel(title="First"), panel(title="Second"), Note("Read me", "Words.", height=9))
    grid = AutoGrid(columns=2, hide_empty=True)
    (row,) = v2(board(Row("All", items, auto_grid=grid)))["layout"]["spec"]["rows"]
    layout = row["spec"]["layout"]
    assert layout["kind"] == "AutoGridLayout"
    (first, second, note) = (each["spec"] for each in layout["spec"].pop("items"))
    assert layout["spec"] == {
        "maxColumnCount": 2,
        "columnWidthMode": "standard",
        "rowHeightMode": "standard",
    }
    condition = first["conditionalRendering"]["spec"]["items"]
    assert condition == [{"kind": "ConditionalRenderingData", "spec": {"value": True}}]
    assert second["conditionalRendering"] == first["conditionalRendering"]
    assert "conditionalRendering" not in note


def test_a_grid_that_hides_nothing_says_its_sizes() -> None:
    (row,) = v2(board(Row("All", (panel(),), auto_grid=DETAIL)))["layout"]["spec"]["rows"]
    spec = row["spec"]["layout"]["spec"]
    assert (spec["maxColumnCount"], spec["columnWidthMode"], spec["rowHeightMode"]) == (
        2,
        "wide",
        "tall",
    )
    assert "conditionalRendering" not in spec["items"][0]["spec"]


def plain(dashboard: Dashboard) -> Dashboard:
    """The same without what only V2 can say."""
    rows = (Row(x.title, x.items, collapsed=x.collapsed) for x in dashboard.rows)
    return board(*rows)


def test_the_classic_model_and_v1_are_those_without_a_layout() -> None:
    grid = board(Row("All", (panel(width=24),), auto_grid=DETAIL, shown_if=ORDERS))
    for dashboard in (TABBED, grid):
        models = [small_dashboards.drawn(each) for each in (dashboard, plain(dashboard))]
        assert dashboards.text(models[0]) == dashboards.text(models[1])
        assert resource(models[0], "v1", dashboard) == resource(models[1], "v1")


def test_a_project_s_resources_have_the_layout_and_its_pages_are_named() -> None:
    other = board(uid="other", title="Other")
    project = small_dashboards.project(TABBED, other)
    assert dashboards.specs(project, "v2")["events"]["layout"]["kind"] == "TabsLayout"
    assert dashboards.says_more_than_classic(project) == ("events",)


def test_read_back_tabs_are_rows_and_conditions_are_noted() -> None:
    read = read_form({"elements": {}, **v2(TABBED)})
    rows = [x["title"] for x in read.model["panels"] if x["type"] == "row"]
    assert rows == ["Overview / Rates", "Overview / Sums", "Orders"]
    assert read.notes == (
        "Row “Sums”: is shown under conditions, and drawn here always.",
        "Tab “Orders”: is shown under conditions, and drawn here always.",
    )


def test_read_back_an_automatic_grid_has_its_columns() -> None:
    items = tuple(panel(title=f"Number {number}", width=8) for number in range(3))
    read = read_form(v2(board(Row("All", items, auto_grid=DETAIL))))
    places = [x["gridPos"] for x in small_dashboards.all_panels(read.model)]
    assert [(x["x"], x["w"]) for x in places] == [(0, 12), (12, 12), (0, 12)]


def unused(spec: dict[str, Any]) -> list[str]:
    files = DashboardFolder((read_written(dashboards.text(spec), "events.json"),))
    project = replace(small_dashboards.project(), dashboard_files=files)
    return [x.subject for x in RULE.check(project)]


def test_the_variable_of_a_condition_is_used_and_others_are_not() -> None:
    spec = v2(TABBED)
    assert unused(spec) == []
    for tab in spec["layout"]["spec"]["tabs"]:
        tab["spec"].pop("conditionalRendering", None)
        for row in tab["spec"]["layout"]["spec"].get("rows", ()):
            row["spec"].pop("conditionalRendering", None)
    assert unused(spec) == ["Events: $shown_if_1"]


def test_a_condition_is_linted_like_any_query() -> None:
    found = [x.subject for x in small_dashboards.project(TABBED).expressions() if x.text == ORDERS]
    assert found == ["events: Sums: shown_if", "events: Orders: shown_if"]
