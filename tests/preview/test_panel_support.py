"""What is said of that which cannot be drawn, or which Grafana draws otherwise."""

from typing import Any

import pytest

from tests.support.made_up_prometheus import (
    dashboard,
    drawn,
    panel,
    target,
    templating,
    variable,
)

PANELS = {"id": 1, "gridPos": {"x": 0, "y": 0, "w": 24, "h": 8}}


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
