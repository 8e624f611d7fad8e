"""From a dashboard's values to the page that Grafana opens."""

import json
from itertools import pairwise
from typing import Any

import pytest

from tests.support import small_dashboards
from tests.support.small_dashboards import board, drawn, panel
from toolkit.dashboards import Note, Panel, PanelLink, Query, Row, Variable, View
from toolkit.grafana import write_classic_json


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
        ("Detail", 1),
        ("Next", 4),
        ("b", 5),
    ]
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


def test_a_variable_lists_what_the_label_takes_and_may_be_all() -> None:
    page = board(variables=(Variable(small_dashboards.ZONE, small_dashboards.EVENTS, "Zone"),))
    source, zone = drawn(page)["templating"]["list"]
    assert (source["name"], source["type"], source["query"]) == (
        "datasource",
        "datasource",
        "prometheus",
    )
    assert source["current"] == {"text": "default", "value": "default"}
    for each in (source, zone):  # Grafana does not save what is 0, false or empty
        assert "hide" not in each
    assert "multi" not in source
    assert zone["query"]["query"] == zone["definition"] == "label_values(app_events_total, zone)"
    assert (zone["name"], zone["label"], zone["type"]) == ("zone", "Zone", "query")
    assert (zone["multi"], zone["includeAll"], zone["allValue"]) == (True, True, ".*")
    assert zone["current"] == {"text": ["All"], "value": ["$__all"]}
    assert zone["refresh"] == 2  # on time range change
    assert zone["datasource"] == {"type": "prometheus", "uid": "${datasource}"}


def test_links_lead_to_runbooks_and_siblings() -> None:
    page, other = board(), board(uid="other", title="Other")
    links = {"As timeseries": (PanelLink("Runbook: Late", "https://r.example/Late"),)}
    data = write_classic_json.dashboard_json(page, note="n", links=links, siblings=(other,))
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
        for hidden in (
            shown,
            *(
                [x["gridPos"] for x in r["panels"]]
                for r in data["panels"]
                if r["type"] == "row" and r["panels"]
            ),
        ):
            lines: dict[int, list[dict[str, int]]] = {}
            for place in hidden:
                lines.setdefault(place["y"], []).append(place)
            assert all(sum(p["w"] for p in line) == 24 for line in lines.values()), uid
            for above, below in pairwise(sorted(lines)):
                assert below - above == lines[above][0]["h"], uid


def _asked(one: Panel) -> bool:
    """Whether the panel's one query asks for exemplars, where `app_delay` has them."""
    page = write_classic_json.dashboard_json(
        board(Row("Row", (one,))), note="n", links={}, exemplars=frozenset({"app_delay_bucket"})
    )
    (target,) = small_dashboards.by_title(page, one.title)["targets"]
    assert isinstance(target["exemplar"], bool)
    return target["exemplar"]


QUANTILE = "histogram_quantile(0.95, sum by (le) (rate(app_delay_bucket[$__rate_interval])))"
EXEMPLARS = {
    "a quantile over time": (QUANTILE, View.TIME_SERIES, True),
    "a quantile within more": (f"max({QUANTILE}) or vector(0)", View.TIME_SERIES, True),
    "a quantile as one figure": (QUANTILE, View.STAT, False),
    "a quantile of another": (QUANTILE.replace("app_", "other_"), View.TIME_SERIES, False),
    "a share of it, on whose axis no amount has a place": (
        'rate(app_delay_bucket{le="0.1"}[5m]) / ignoring (le) rate(app_delay_count[5m])',
        View.TIME_SERIES,
        False,
    ),
    "its mean, which has no exemplars": (
        "rate(app_delay_sum[5m]) / rate(app_delay_count[5m])",
        View.TIME_SERIES,
        False,
    ),
}


@pytest.mark.parametrize(("expr", "view", "wanted"), EXEMPLARS.values(), ids=EXEMPLARS)
def test_exemplars_are_asked_for_where_they_have_a_place(
    expr: str, view: View, wanted: object
) -> None:
    one = panel(title="Delay", view=view, queries=(Query("P95", expr),))
    assert _asked(one) is wanted


def test_a_heatmap_asks_for_exemplars() -> None:
    buckets = "sum by (le) (increase(app_delay_bucket[$__rate_interval]))"
    query = Query("{{le}}", buckets, buckets=True)
    assert _asked(panel(title="Delay", view=View.HEATMAP, queries=(query,)))
