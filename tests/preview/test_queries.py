"""What a panel asks, with every variable replaced, and how long it waits for an answer."""

import threading
from typing import Any

import pytest

from tests.support.made_up_prometheus import (
    START,
    World,
    dashboard,
    drawn,
    panel,
    target,
    templating,
    variable,
)


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
        {"expr": "rate(e[$__interval])", "interval": "5m"},
        {},
        "rate(e[300s])",
    ),
    "of the panel": ({"expr": "rate(e[$__interval])"}, {"interval": ">2m"}, "rate(e[120s])"),
    "fewer points": ({"expr": "rate(e[$__interval])"}, {"maxDataPoints": 60}, "rate(e[60s])"),
}


@pytest.mark.parametrize(("query", "panel_says", "expected"), FILLED.values(), ids=FILLED)
def test_a_query_is_filled(
    query: dict[str, str], panel_says: dict[str, Any], expected: str
) -> None:
    page = dashboard(panel(targets=[{"refId": "A", **query}], **panel_says))
    assert asked(page)[0]["query"] == expected


def test_a_query_that_wants_the_end_and_the_range_asks_about_the_range() -> None:
    (params,) = asked(dashboard(panel(targets=[target("events", instant=True, range=True)])))
    assert params["step"] == "15"


def test_a_factor_sets_points_further_apart_and_leaves_the_rate_interval() -> None:
    query = target("rate(e[$__interval]) + rate(e[$__rate_interval])", intervalFactor=8)
    (params,) = asked(dashboard(panel(targets=[query])))
    assert (params["query"], params["step"]) == ("rate(e[120s]) + rate(e[60s])", "120")


def test_a_step_of_the_interval_stands_for_the_scrape_interval() -> None:
    query = target("rate(e[$__rate_interval])", interval="$__interval")
    (params,) = asked(dashboard(panel(targets=[query], maxDataPoints=60)))
    assert (params["query"], params["step"]) == ("rate(e[240s])", "60")


def test_an_interval_that_is_none_is_a_scrape() -> None:
    (params,) = asked(dashboard(panel(targets=[target("e", interval="often")])))
    assert params["step"] == "15"


def test_an_answer_as_the_page_reads_it() -> None:
    query = target('e{z="$zone"}', refId="", legendFormat="of $zone", format="heatmap")
    page = dashboard(
        panel(targets=[query]), templating=templating(variable("zone", "eu", "constant"))
    )
    (answer,) = drawn(page, World(empty=True)).answers
    assert answer == {
        "refId": "A",
        "format": "heatmap",
        "legend": "of eu",
        "expr": 'e{z="eu"}',
        "step": 15.0,
        "series": [],
        "error": "",
    }


def test_a_number_is_a_series_without_labels(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    number = {"resultType": "scalar", "result": [START, "1"]}
    monkeypatch.setattr(world, "ask", lambda _path, _params=None: number)
    (answer,) = drawn(dashboard(panel(targets=[target("1", instant=True)])), world).answers
    assert answer["series"] == [{"metric": {}, "value": [START, "1"]}]


def test_hidden_and_empty_queries_are_not_asked() -> None:
    targets = [target("a", hide=True), target(""), target("b")]
    assert [x["query"] for x in asked(dashboard(panel(targets=targets)))] == ["b"]


def test_another_data_source_is_not_asked_of_prometheus() -> None:
    assert asked(dashboard(panel(datasource={"type": "loki"}))) == []


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


def query_of(panel_says: dict[str, Any], expr: str, **says: Any) -> tuple[str, str]:
    (params,) = asked(dashboard(panel(targets=[target(expr, **says)], **panel_says)))
    return params["query"], params["step"]


def test_the_panels_least_interval_sets_the_step_and_not_the_scrape() -> None:
    """`$__rate_interval` is the step and a scrape, at least four scrapes."""
    expr = "rate(e[$__rate_interval]) + rate(e[$__interval])"
    assert query_of({"interval": "2m"}, expr) == ("rate(e[135s]) + rate(e[120s])", "120")
    assert query_of({}, expr) == ("rate(e[60s]) + rate(e[15s])", "15")


def test_a_querys_own_step_stands_for_the_scrape() -> None:
    assert query_of({}, "rate(e[$__rate_interval])", interval="1m") == ("rate(e[240s])", "60")


def test_a_step_of_the_rate_interval_is_that() -> None:
    found = query_of({}, "rate(e[$__rate_interval])", interval="$__rate_interval")
    assert found == ("rate(e[60s])", "60")


def test_the_number_of_points_sets_the_step() -> None:
    assert query_of({"maxDataPoints": 30}, "e")[1] == "120"


def test_ad_hoc_filters_reach_every_query() -> None:
    only = {"key": "zone", "operator": "=~", "value": "eu.*"}
    filters = {"type": "adhoc", "name": "Filters", "filters": [only]}
    (params,) = asked(dashboard(panel(), templating={"list": [filters]}))
    assert params["query"] == 'events{zone=~"eu.*"}'
    (head,) = drawn(dashboard(panel(), templating={"list": [filters]})).data["variables"]
    assert head == {"label": "Filters", "value": "zone =~ eu.*"}


def test_filters_of_another_data_source_reach_nothing_and_are_named() -> None:
    only = {"key": "zone", "operator": "=", "value": "eu"}
    filters = {"type": "adhoc", "name": "F", "datasource": {"type": "loki"}, "filters": [only]}
    found = drawn(dashboard(panel(), templating={"list": [filters]}))
    assert found.answers[0]["expr"] == "events"
    assert found.data["notes"] == ["Variable F: it asks loki, not Prometheus."]


def test_a_filter_reaches_the_panels_of_its_own_data_source() -> None:
    only = {"key": "zone", "operator": "=", "value": "us"}
    main, other = ({"type": "prometheus", "uid": uid} for uid in ("main", "other"))
    filters = {"type": "adhoc", "name": "F", "datasource": main, "filters": [only]}
    panels = [panel(id=1, datasource=main), panel(id=2, datasource=other)]
    found = asked(dashboard(*panels, templating=templating(filters)))
    assert sorted(x["query"] for x in found) == ["events", 'events{zone="us"}']


def test_a_query_may_name_its_dashboard_and_time_zone() -> None:
    query = target('e{a="$__dashboard", b="${__dashboard.uid}", c="${__timezone}"}')
    page = dashboard(panel(targets=[query]), title="Shop", uid="shop-1", timezone="utc")
    assert asked(page)[0]["query"] == 'e{a="Shop", b="shop-1", c="utc"}'
