"""What is asked for a dashboard, and what is said of that which cannot be drawn."""

import pytest

from tests.support import small_dashboards
from tests.support.made_up_prometheus import (
    HOUR,
    World,
    dashboard,
    drawn,
    panel,
    target,
    templating,
    variable,
)
from toolkit.preview.not_drawn_notes import supported


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
    exprs = [answer["expr"] for answer in found.answers]
    assert exprs == ['e{zone="eu"}', 'e{zone="us"}']


def test_variables_in_transformations_are_filled_as_grafana_writes_lists() -> None:
    given = [
        {
            "id": "filterByValue",
            "options": {"filters": [{"config": {"options": {"value": "$zone"}}}]},
        },
        {"id": "organize", "options": {"renameByName": {"In ${zone:csv}": "$1 $unknown"}, "n": 2}},
    ]
    zones = templating(variable("zone", "label_values(zone)", multi=True))
    page = dashboard(panel(transformations=given), templating=zones)
    world = World(values={"zone": ("eu", "us")})
    found = drawn(page, world, variables={"zone": ("eu", "us")})
    (shown,) = found.panels
    assert [each["options"] for each in shown["transformations"]] == [
        {"filters": [{"config": {"options": {"value": "{eu,us}"}}}]},
        {"renameByName": {"In eu,us": "$1 $unknown"}, "n": 2},
    ]


def test_a_refused_query_is_the_panels_problem_and_no_others() -> None:
    page = dashboard(panel(targets=[target("a"), target("b", refId="B")]))
    found = drawn(page, World(refused={"b": "parse error"}))
    assert found.problems == ["Events: B: parse error"]
    (shown,) = found.panels
    assert [answer["error"] for answer in shown["answers"]] == ["", "parse error"]


def test_every_view_of_the_toolkit_can_be_drawn() -> None:
    page = small_dashboards.drawn(small_dashboards.every_view())
    kinds = {panel["type"] for panel in small_dashboards.all_panels(page)}
    assert kinds <= supported()["panels"]
    found = drawn(page)
    assert found.problems == []
    assert found.data["notes"] == [
        "Annotations “Deployments” are kept in Grafana; they are not drawn."
    ]


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
