"""What is asked for a dashboard, and what is said of that which cannot be drawn."""

import threading
from typing import Any

import pytest

from tests.support import small_dashboards
from tests.support.made_up_prometheus import (
    HOUR,
    START,
    World,
    dashboard,
    panel,
    target,
    templating,
    variable,
    wanted,
)
from toolkit.preview.panel_data import Drawing, collect, supported

PANELS = {"id": 1, "gridPos": {"x": 0, "y": 0, "w": 24, "h": 8}}


def drawn(page: dict[str, Any], world: World | None = None, **says: Any) -> Drawing:
    return collect(page, world or World(), wanted(**says))


def asked(page: dict[str, Any], **says: Any) -> list[dict[str, str]]:
    world = World()
    drawn(page, world, **says)
    return [params for path, params in world.asked if path.startswith("/api/v1/query")]


def test_a_range_query_stands_on_its_step() -> None:
    (params,) = asked(dashboard())
    assert params == {
        "query": "events",
        "start": f"{START}.000",
        "end": f"{START + 3600}.000",
        "step": "15",
    }


def test_an_instant_query_asks_about_the_end() -> None:
    (params,) = asked(dashboard(panel(targets=[target("events", instant=True)])))
    assert params == {"query": "events", "time": f"{START + 3600}.000"}


FILLED = {
    "the rate interval": ({"expr": "rate(e[$__rate_interval])"}, {}, "rate(e[60s])"),
    "the range": ({"expr": "increase(e[$__range])"}, {}, "increase(e[3600s])"),
    "a least interval of the query": (
        {"expr": "rate(e[$__interval])", "interval": "5m"}, {}, "rate(e[300s])",
    ),
    "of the panel": ({"expr": "rate(e[$__interval])"}, {"interval": ">2m"}, "rate(e[120s])"),
    "fewer points": ({"expr": "rate(e[$__interval])"}, {"maxDataPoints": 60}, "rate(e[60s])"),
}  # fmt: skip


@pytest.mark.parametrize(("query", "panel_says", "expected"), FILLED.values(), ids=FILLED)
def test_a_query_is_filled(
    query: dict[str, str], panel_says: dict[str, Any], expected: str
) -> None:
    page = dashboard(panel(targets=[{"refId": "A", **query}], **panel_says))
    assert asked(page)[0]["query"] == expected


def test_hidden_and_empty_queries_are_not_asked() -> None:
    targets = [target("a", hide=True), target(""), target("b")]
    assert [x["query"] for x in asked(dashboard(panel(targets=targets)))] == ["b"]


def test_a_repeated_panel_asks_for_each_value_and_names_it() -> None:
    zones = templating(
        variable("zone", "label_values(zone)", multi=True, current={"value": ["eu"]})
    )
    page = dashboard(
        panel(title="In $zone", repeat="zone", targets=[target('e{zone="$zone"}')]),
        templating=zones,
    )
    found = drawn(page, World(values={"zone": ("eu", "us")}), variables={"zone": ("eu", "us")})
    assert [panel["title"] for panel in found.panels] == ["In eu", "In us"]
    exprs = [answer.question.expr for answer in found.answers]
    assert exprs == ['e{zone="eu"}', 'e{zone="us"}']


def test_a_refused_query_is_the_panels_problem_and_no_others() -> None:
    page = dashboard(panel(targets=[target("a"), target("b", refId="B")]))
    found = drawn(page, World(refused={"b": "parse error"}))
    assert found.problems == ["Events: B: parse error"]
    (shown,) = found.panels
    assert [answer["error"] for answer in shown["answers"]] == ["", "parse error"]


def test_what_is_not_answered_in_time_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    world, release = World(), threading.Event()
    answer = world.ask

    def slow(path: str, params: Any = None) -> Any:
        if params and params.get("query") == "slow":
            release.wait(30)
        return answer(path, params)

    monkeypatch.setattr(world, "ask", slow)
    page = dashboard(panel(targets=[target("slow"), target("fast", refId="B")]))
    try:
        found = drawn(page, world, deadline_seconds=0.05)
    finally:
        release.set()
    assert "Events: A: no answer in 0.05 s" in found.problems


CANNOT: dict[str, tuple[dict[str, Any], str]] = {
    "a type": (panel("canvas"), "panels of the type 'canvas' are not drawn."),
    "another data source": (panel(datasource={"type": "loki"}), "it asks loki, not Prometheus."),
    "another for each query": (
        panel(targets=[target("x", datasource={"type": "loki"})]), "it asks loki, not Prometheus.",
    ),
    "buckets to be calculated": (
        panel("heatmap", options={"calculate": True}),
        "a heatmap whose buckets Grafana would calculate; ask for a histogram's.",
    ),
    "a library panel": (
        {**PANELS, "title": "Events", "libraryPanel": {"uid": "x"}},
        "a library panel, which only a Grafana has.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("given", "expected"), CANNOT.values(), ids=CANNOT)
def test_what_cannot_be_drawn_says_why(given: dict[str, Any], expected: str) -> None:
    found = drawn(dashboard(given))
    assert [panel["cannot"] for panel in found.panels] == [expected]
    assert found.data["notes"] == [f"Events: {expected}"]


def test_another_data_source_is_not_asked_of_prometheus() -> None:
    assert asked(dashboard(panel(datasource={"type": "loki"}))) == []


DRAWN: dict[str, dict[str, Any]] = {
    "a data source by variable": {"datasource": {"type": "prometheus", "uid": "${ds}"}},
    "a data source by old name": {"datasource": "$ds"},
    "a mixed one": {"datasource": {"type": "mixed", "uid": "-- Mixed --"}},
    "none at all": {},
}


@pytest.mark.parametrize("says", DRAWN.values(), ids=DRAWN)
def test_what_can_be_drawn_says_nothing(says: dict[str, Any]) -> None:
    sources = templating(variable("ds", "prometheus", "datasource"))
    found = drawn(dashboard(panel(**says), templating=sources))
    assert found.data["notes"] == []
    assert [panel["cannot"] for panel in found.panels] == [""]


def test_a_transformation_that_the_page_lacks_is_left_out_and_named() -> None:
    given = [{"id": "merge", "options": {}}, {"id": "joinByLabels", "options": {}}]
    found = drawn(dashboard(panel(transformations=given)))
    assert found.data["notes"] == ["Events: the transformation 'joinByLabels' is left out."]
    assert [x["id"] for panel in found.panels for x in panel["transformations"]] == ["merge"]


BY_THRESHOLDS: dict[str, Any] = {
    "color": {"mode": "thresholds"},
    "thresholds": {"mode": "absolute", "steps": [{"color": "green", "value": None}]},
}
FIXED = {"color": {"mode": "fixed", "fixedColor": "text"}}
ONE_FIELD = {"id": "byName", "options": "x"}


def timeline(kind: str = "state-timeline", *, merge: bool | None = True, **config: Any) -> Any:
    options = {} if merge is None else {"mergeValues": merge}
    return panel(kind, options=options, fieldConfig=config)


def override(value: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"matcher": ONE_FIELD, "properties": [{"id": "color", "value": value["color"]}]}]


IN_RANGES = {
    "by thresholds, merging": timeline(defaults=BY_THRESHOLDS),
    "merging because nothing else is said": timeline(merge=None, defaults=BY_THRESHOLDS),
    "by the thresholds that Grafana adds": timeline(defaults={"color": {"mode": "thresholds"}}),
    "one field of several": timeline(defaults=FIXED, overrides=override(BY_THRESHOLDS)),
    "all fields but one": timeline(defaults=BY_THRESHOLDS, overrides=override(FIXED)),
}


@pytest.mark.parametrize("given", IN_RANGES.values(), ids=IN_RANGES)
def test_a_state_timeline_that_grafana_draws_in_ranges_is_named(given: dict[str, Any]) -> None:
    found = drawn(dashboard(given))
    assert found.data["notes"] == [
        "Events: Grafana draws the ranges of its thresholds, not its values and their mappings, "
        "as drawn here; set its colour scheme to a single colour."
    ]
    assert [panel["cannot"] for panel in found.panels] == [""]


AS_VALUES = {
    "a single colour": timeline(defaults=FIXED),
    "a single colour beside thresholds": timeline(defaults={**BY_THRESHOLDS, **FIXED}),
    "values not merged": timeline(merge=False, defaults=BY_THRESHOLDS),
    "no colour said: Grafana's is a scale": timeline(defaults={}),
    "thresholds without a step": timeline(
        defaults={**BY_THRESHOLDS, "thresholds": {"mode": "absolute", "steps": []}}
    ),
    "a status history": timeline("status-history", defaults=BY_THRESHOLDS),
    "a time series": timeline("timeseries", defaults=BY_THRESHOLDS),
}


@pytest.mark.parametrize("given", AS_VALUES.values(), ids=AS_VALUES)
def test_a_panel_that_grafana_draws_by_its_values_is_not(given: dict[str, Any]) -> None:
    assert drawn(dashboard(given)).data["notes"] == []


def test_every_view_of_the_toolkit_can_be_drawn() -> None:
    page = small_dashboards.drawn(small_dashboards.every_view())
    kinds = {panel["type"] for panel in small_dashboards.all_panels(page)}
    assert kinds <= supported()["panels"]
    found = drawn(page)
    assert found.problems == []
    assert found.data["notes"] == [
        "Annotations “Deployments” are kept in Grafana; they are not drawn."
    ]


def test_an_alert_that_fired_is_a_stretch_of_time() -> None:
    (found,) = drawn(small_dashboards.drawn(small_dashboards.every_view())).data["annotations"]
    assert (found["title"], found["tags"]) == ("TooMany", ["warning", "app"])
    assert (found["from"], found["to"]) == ((START + 1500) * 1000, (START + 2100) * 1000)


LINKS = {
    "a page of this run": ("/d/other?x=1", ["other.html"]),
    "a page that is not drawn": ("/d/nobody", []),
    "the web": ("https://example.com/x", ["https://example.com/x"]),
    "a script": ("javascript:alert(1)", []),
}


@pytest.mark.parametrize(("url", "expected"), LINKS.values(), ids=LINKS)
def test_links_lead_beside_the_page_into_the_web_or_are_left_out(
    url: str, expected: list[str]
) -> None:
    link = {"type": "link", "title": "x", "url": url}
    found = drawn(dashboard(panel(links=[link]), links=[link]), drawn=("other",))
    assert [each["url"] for each in found.data["links"]] == expected
    assert [each["url"] for panel in found.panels for each in panel["links"]] == expected


def test_folded_rows_stay_folded_unless_they_are_to_be_opened() -> None:
    page = small_dashboards.drawn(small_dashboards.every_view())
    assert [row["collapsed"] for row in drawn(page).data["rows"]] == [False, False, True]
    opened = drawn(page, expanded=True)
    assert [row["collapsed"] for row in opened.data["rows"]] == [False, False, False]
    assert HOUR.seconds == 3600
