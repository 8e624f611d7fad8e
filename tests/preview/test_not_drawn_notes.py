"""What is said of that which cannot be drawn, or which Grafana draws otherwise."""

from typing import Any

import pytest

from tests.support.made_up_prometheus import dashboard, drawn, panel, target, templating, variable

PANELS = {"id": 1, "gridPos": {"x": 0, "y": 0, "w": 24, "h": 8}}


CANNOT: dict[str, tuple[dict[str, Any], str]] = {
    "a type": (panel("canvas"), "panels of the type 'canvas' are not drawn."),
    "another data source": (panel(datasource={"type": "loki"}), "it asks loki, not Prometheus."),
    "another for each query": (
        panel(targets=[target("x", datasource={"type": "loki"})]),
        "it asks loki, not Prometheus.",
    ),
    "buckets to be calculated": (
        panel("heatmap", options={"calculate": True}),
        "a heatmap whose buckets Grafana would calculate; ask for a histogram's.",
    ),
    "a library panel": (
        {**PANELS, "title": "Events", "libraryPanel": {"uid": "x"}},
        "a library panel, which only a Grafana has.",
    ),
}


@pytest.mark.parametrize(("given", "expected"), CANNOT.values(), ids=CANNOT)
def test_what_cannot_be_drawn_says_why(given: dict[str, Any], expected: str) -> None:
    found = drawn(dashboard(given))
    assert [panel["cannot"] for panel in found.panels] == [expected]
    assert found.data["notes"] == [f"Events: {expected}"]


DRAWN: dict[str, dict[str, Any]] = {
    "a data source by variable": {"datasource": {"type": "prometheus", "uid": "${ds}"}},
    "a data source by old name": {"datasource": "$ds"},
    "a mixed one": {"datasource": {"type": "mixed", "uid": "-- Mixed --"}},
    "a mixed one of today": {"datasource": {"type": "datasource", "uid": "-- Mixed --"}},
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


def test_a_transformation_of_annotations_is_named_and_not_applied_to_series() -> None:
    given = [{"id": "limit", "topic": "annotations", "options": {}}]
    found = drawn(dashboard(panel(transformations=given)))
    assert found.data["notes"] == ["Events: the transformation 'limit' of annotations is left out."]
    assert [panel["transformations"] for panel in found.panels] == [[]]


def test_a_query_for_a_range_and_an_instant_says_what_is_drawn() -> None:
    both = target("up", range=True, instant=True)
    assert drawn(dashboard(panel(targets=[both]))).data["notes"] == [
        "Events: A asks for a range and an instant; only the range is drawn."
    ]
    one = target("up", range=False, instant=True)
    assert drawn(dashboard(panel(targets=[one]))).data["notes"] == []


def test_the_query_of_a_mixed_panel_that_asks_elsewhere_is_named() -> None:
    mixed = {"type": "datasource", "uid": "-- Mixed --"}
    loki = target('{app="x"}', refId="B", datasource={"type": "loki", "uid": "l"})
    of_mixed = target("x", datasource={"type": "prometheus", "uid": "p"})
    found = drawn(dashboard(panel(datasource=mixed, targets=[of_mixed, loki])))
    assert found.data["notes"] == ["Events: B asks loki, not Prometheus; it is left out."]
    assert [answer["refId"] for answer in found.answers] == ["A"]


def test_a_hidden_query_elsewhere_is_nobodys_business() -> None:
    loki = target("x", refId="B", datasource={"type": "loki"}, hide=True)
    assert drawn(dashboard(panel(targets=[target("x"), loki]))).data["notes"] == []


def test_shared_data_that_is_not_in_the_file_is_told_in_words() -> None:
    shared = {"type": "datasource", "uid": "-- Dashboard --"}
    given = panel(datasource=shared, targets=[{"refId": "A", "panelId": 9}])
    (note,) = drawn(dashboard(given)).data["notes"]
    assert note == "Events: it shows the data of another panel, which is not in the file."


def test_an_option_that_the_page_does_not_draw_is_named() -> None:
    given = panel("gauge", options={"showThresholdLabels": True, "sizing": "auto"})
    found = drawn(dashboard(given))
    assert found.data["notes"] == ["Events: options.showThresholdLabels is not drawn."]


def test_what_only_a_grafana_knows_is_named() -> None:
    query = target('e{who="${__user.login}", org="$__org"}')
    assert drawn(dashboard(panel(targets=[query]))).data["notes"] == [
        "Events: $__org stays as it is written: only a Grafana knows it.",
        "Events: ${__user.login} stays as it is written: only a Grafana knows it.",
    ]


def test_exemplars_are_named_where_they_are_wanted() -> None:
    wanted = drawn(dashboard(panel(targets=[target("up", exemplar=True)])))
    assert wanted.data["notes"] == ["Events: exemplars are not drawn."]
    hidden = target("x", refId="B", exemplar=True, hide=True)
    assert drawn(dashboard(panel(targets=[target("up"), hidden]))).data["notes"] == []


@pytest.mark.parametrize("kind", ["amazonprometheus", "azureprometheus"])
def test_a_prometheus_in_a_cloud_is_a_prometheus(kind: str) -> None:
    source = {"type": f"grafana-{kind}-datasource", "uid": "x"}
    found = drawn(dashboard(panel(datasource=source)))
    assert (found.data["notes"], len(found.answers)) == ([], 1)
